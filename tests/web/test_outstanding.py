"""The table of what waits, chosen by the database: the very rows, in the very order, of who judges each sending."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import make_transient

from casefile import clock, matters
from casefile.identification import outstanding
from casefile.identification.outstanding import Asked, State
from casefile.models.desk import DeskSending
from casefile.models.matter import Matter
from casefile.models.people import Person

from . import outstanding_oracle as oracle
from .drawn_sendings import ABOUT, PLATFORMS, WHOLE, Draw
from .test_notices import send

pytestmark = pytest.mark.usefixtures("frozen_clock")
WAITS = {"letter_type": "mise_en_demeure", "follow_up_on": date(2026, 12, 1)}
SIZES = (4, 9, 20)
DRAWN = 30  # combinations of filters tried on each firm


@dataclass(frozen=True)
class Cut:
    offset: int
    size: int
    total: int


def page(session, person, asked, number, size):
    return outstanding.read(session, person, asked, lambda total: Cut(number * size, size, total))


def told(row):
    answer = row.dispatch.answer_kind, row.dispatch.answered_on
    names = row.matter.reference, row.letter.title, row.publication.title if row.publication else ""
    return row.dispatch.id, row.content_id, row.action, row.days, row.sent_before, *answer, *names


def combinations(seed):
    draw = random.Random(seed)
    states, platforms, kinds = ("", "", *State, "inconnu"), ("", "", *PLATFORMS, "ailleurs"), ("", "", *ABOUT, *WHOLE)
    yield Asked()
    for _ in range(DRAWN):
        yield Asked(draw.choice(states), draw.choice(platforms), draw.choice(kinds))


@pytest.fixture
def firm(database, people):
    def drawn(seed):
        with database.transaction() as session:
            lawyer, stranger = (session.get(Person, people[name].id) for name in ("lawyer", "stranger"))
            Draw(session, lawyer, stranger, seed).firm()
        return database.reader(), lawyer

    return drawn


@pytest.mark.parametrize("seed", range(10))
def test_each_page_shows_the_rows_of_who_judges_them_all(firm, seed):
    session, person = firm(seed)
    every = oracle.outstanding(session, person)
    for asked in combinations(seed):
        wanted = [told(row) for row in every if oracle.matches(row, asked)]
        for size in (SIZES[len(wanted) % len(SIZES)], 50):
            for number in range(len(wanted) // size + 2):
                found = page(session, person, asked, number, size)
                assert [told(row) for row in found.rows] == wanted[number * size : (number + 1) * size]
                assert (found.total, found.cut.total) == (len(every), len(wanted))
                assert found.platforms == {row.publication.platform for row in every if row.publication}
                assert found.letter_types == {row.letter.letter_type for row in every}
    session.close()


def test_the_drawn_firms_hold_every_case(firm, database):
    """Hold the comparison above to something: each action, each state, repeated letters, several contents, ties."""
    for seed in range(10):
        session, person = firm(seed)
        session.close()
    every = oracle.outstanding(session, person)
    actions = {row.action.text for row in every}
    again = [row for row in every if row.sent_before]
    whole = [row for row in every if row.publication is None]
    shared = len(every) - len({row.dispatch.id for row in every})
    ties = len(every) - len({(row.action.due_on, row.dispatch.sent_on, row.dispatch.created_at) for row in every})
    assert len(oracle.sent(session, person)) > len(every) + 50
    assert min(len(again), len(whole), shared, ties) > 10
    assert actions >= {
        "Attendre la réponse",
        "Relancer le destinataire",
        "Relancer, ou saisir l’organe extrajudiciaire",
        "Constater le retrait par une nouvelle capture",
        "Retrait annoncé, contenu toujours en ligne\u00a0: relancer",
        "Réclamation interne",
        "Organe extrajudiciaire, régulateur ou juge",
        "Vérifier l’adresse dans l’annuaire et renvoyer",
        "Attendre la décision du juge",
    }
    session.close()


def test_a_copy_left_over_opens_no_dossier(database, people, matter):
    with database.transaction() as session:
        lawyer, walled = (session.get(Person, people[name].id) for name in ("lawyer", "walled"))
        row = send(session, lawyer, session.get(Matter, matter.id), letter_type="mise_en_demeure")
        session.flush()
        held = session.scalars(select(DeskSending).where(DeskSending.dispatch_id == row.id)).first()
        session.expunge(held)
        make_transient(held)
        held.person_id = walled.id
        session.add(held)
    with database.reader() as session:
        walled = session.get(Person, people["walled"].id)
        assert page(session, walled, Asked(), 0, 50).rows == []


def test_a_complaint_about_no_content_answers_no_refusal_of_another_dossier(database, people, matter):
    refused = {"answered_on": date(2026, 11, 20), "answer_kind": "refused"}
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        other = matters.open_matter(session, lawyer, title="Autre", territory="metropole")
        row = send(session, lawyer, other, **refused)
        send(session, lawyer, session.get(Matter, matter.id), letter_type="reclamation_dsa")
        here = send(session, lawyer, session.get(Matter, matter.id), **refused)
    with database.reader() as session:
        shown = [one.dispatch.id for one in page(session, session.get(Person, lawyer.id), Asked(), 0, 50).rows]
    assert row.id in shown
    assert here.id not in shown


def test_letters_of_one_day_stand_in_the_order_in_which_they_were_entered(database, people, matter):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        hours = [5, 2, 7, 1, 6, 3, 8, 4]
        for hour in hours:
            entered = clock.now() + timedelta(hours=hour)
            send(session, lawyer, session.get(Matter, matter.id), title=f"L{hour}", created_at=entered, **WAITS)
    with database.reader() as session:
        pages = [page(session, lawyer, Asked(), number, 3).rows for number in range(3)]
    assert [row.letter.title for rows in pages for row in rows] == [f"L{hour}" for hour in sorted(hours)]
