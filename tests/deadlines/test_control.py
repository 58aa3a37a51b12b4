"""Dual control, the silent dossiers, the evening and the journal."""

from __future__ import annotations

import copy
import random
import subprocess
import sys
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casefile import clock
from casefile.database import Database
from casefile.deadlines import (
    control,
    journal,
    limitation,
    nightly,
    procedural,
    proof_check,
    schedule,
    settlement,
    silence,
)
from casefile.deadlines.decisive import decisive_fact
from casefile.errors import InvalidInput, NotFound, Refused
from casefile.models.evidence import DateKind, Publication
from casefile.models.ledger import JournalPage
from casefile.models.matter import Matter, MatterState, TeamFunction, TeamMember
from casefile.models.people import Person, Role
from casefile.models.procedure import ControlState, Deadline, DeadlineKind, Reminder
from tests.deadlines.conftest import MORNING, add_deadline, add_matter, add_person

EVENTS = ("jugement_correctionnel", "ordonnance_instruction")
LIBEL = "diffamation_publique_particulier"
TODAY = MORNING.date()


@pytest.fixture
def desk(session, office):
    with clock.frozen(MORNING):
        people = [session.get(Person, one.id) for one in (office.anne, office.bruno, office.walled)]
        yield session, *people, session.get(Matter, office.matter.id)


def libel_of(session, actor, matter, published_on):
    publication = Publication(
        matter_id=matter.id,
        title="Avis",
        platform="google",
        date_kind=DateKind.EXACT,
        published_on=published_on,
    )
    session.add(publication)
    session.flush()
    return limitation.recompute_limitation(session, actor, matter, publication, LIBEL, reason="Qualification")


def test_another_person_confirms_from_the_source(desk):
    session, anne, bruno, _, matter = desk
    deadline = libel_of(session, anne, matter, date(2026, 10, 1))
    [card] = control.cards_for(session, bruno, MORNING)
    assert card.asks_for == "Date de publication"
    assert "2026-10-01" not in str(asdict(card))
    assert control.control(session, bruno, deadline, date(2026, 10, 1)).matches
    assert deadline.control_state is ControlState.CONFIRMED
    assert control.cards_for(session, bruno, MORNING) == []


def test_nobody_controls_their_own_entry(desk):
    session, anne, bruno, _, matter = desk
    deadline = libel_of(session, anne, matter, date(2026, 10, 1))
    assert control.cards_for(session, anne, MORNING) == []
    with pytest.raises(Refused, match="autre personne"):
        control.control(session, anne, deadline, date(2026, 10, 1))
    with clock.frozen(MORNING + timedelta(days=3)), pytest.raises(Refused):
        control.control(session, anne, deadline, date(2026, 10, 1))
    assert bruno.id != anne.id


def test_one_who_works_alone_retypes_after_a_night(desk):
    session, anne, _, _, _ = desk
    alone = add_matter(session, 2, anne)
    deadline = libel_of(session, anne, alone, date(2026, 10, 1))
    with pytest.raises(Refused, match="24 heures"):
        control.control(session, anne, deadline, date(2026, 10, 1))
    assert control.waiting_count(session, anne, MORNING) == 0
    with clock.frozen(MORNING + timedelta(hours=24)):
        assert control.waiting_count(session, anne, clock.now()) == 1
        assert control.control(session, anne, deadline, date(2026, 10, 1)).matches


def test_the_count_of_what_waits_agrees_with_the_list(desk):
    session, anne, bruno, walled, matter = desk
    libel_of(session, anne, matter, date(2026, 10, 1))
    reader = add_person(session, "Lise")
    session.add(TeamMember(matter_id=matter.id, person_id=reader.id, function=TeamFunction.READER))
    later = MORNING + timedelta(days=2)
    with clock.frozen(later):
        for person in (anne, bruno, walled, reader):
            listed = len(control.cards_for(session, person, later))
            assert control.waiting_count(session, person, later) == listed, person.full_name


def test_a_mismatch_reopens_tells_the_responsible_and_stops_guessing(desk):
    session, anne, bruno, _, matter = desk
    deadline = libel_of(session, anne, matter, date(2026, 10, 1))
    assert not control.control(session, bruno, deadline, date(2026, 1, 10)).matches
    assert deadline.control_state is ControlState.MISMATCH
    told = list(session.scalars(select(Reminder).where(Reminder.stage.like("contrôle%"))))
    assert [row.recipient_id for row in told] == [anne.id]
    with pytest.raises(Refused, match="ne concordait pas"):
        control.control(session, bruno, deadline, date(2026, 10, 1))


def test_a_stranger_to_the_dossier_cannot_know_that_it_waits(desk):
    session, anne, _, walled, matter = desk
    deadline = libel_of(session, anne, matter, date(2026, 10, 1))
    assert control.cards_for(session, walled, MORNING) == []
    with pytest.raises(NotFound):
        control.control(session, walled, deadline, date(2026, 10, 1))


def test_a_renewing_act_is_what_the_second_person_then_retypes(desk):
    session, anne, bruno, _, matter = desk
    deadline = libel_of(session, anne, matter, date(2026, 10, 1))
    control.control(session, bruno, deadline, date(2026, 10, 1))
    _, [moved] = limitation.record_act(session, anne, matter, "citation_directe", date(2026, 11, 20), is_proved=True)
    assert moved.control_state is ControlState.AWAITED
    assert decisive_fact(session, moved).on == date(2026, 11, 20)
    [card] = control.cards_for(session, bruno, MORNING)
    assert card.asks_for.startswith("Date de l'acte")


def test_a_step_that_renews_nothing_keeps_the_confirmation(desk):
    session, anne, bruno, _, matter = desk
    control.control(session, bruno, libel_of(session, anne, matter, date(2026, 10, 1)), date(2026, 10, 1))
    _, [same] = limitation.record_act(session, anne, matter, "mise_en_demeure", date(2026, 11, 20), is_proved=True)
    assert same.control_state is ControlState.CONFIRMED


def test_a_hundred_seeded_wrong_dates_are_caught(desk):
    session, anne, bruno, _, matter = desk
    draw, caught = random.Random(7), 0
    for _ in range(100):
        true = date(2026, 9, 1) + timedelta(days=draw.randrange(60))
        slips = [true + timedelta(days=1), true - timedelta(days=7), true.replace(year=2025)]
        if true.day <= 12 and true.day != true.month:
            slips.append(date(true.year, true.day, true.month))
        entered = min(draw.choice(slips), TODAY)
        deadline = add_deadline(session, matter, anne, entered, kind=DeadlineKind.HEARING)
        caught += not control.control(session, bruno, deadline, true).matches
    assert caught >= 95


def test_wrong_days_of_events_are_caught_through_the_deadlines_they_open(desk):
    session, anne, bruno, _, matter = desk
    draw, opened, caught = random.Random(8), 0, 0
    for number in range(20):
        true = date(2026, 9, 1) + timedelta(days=draw.randrange(60))
        wrong = true + timedelta(days=draw.choice((-7, -1, 1, 7)))
        found = procedural.open_procedural(session, anne, matter, EVENTS[number % 2], wrong, proof="Acte")
        for deadline in (one for one in found if one.control_state is ControlState.AWAITED):
            opened += 1
            caught += not control.control(session, bruno, deadline, true).matches
            break
    assert opened == 20
    assert caught == 20


def test_five_hundred_dossiers_forty_silent_forty_found(session, office):
    anne = session.get(Person, office.anne.id)
    draw = random.Random(11)
    silent = set(draw.sample(range(1000, 1500), 40))
    with clock.frozen(MORNING):
        for number in range(1000, 1500):
            matter = add_matter(session, number, anne)
            if number in silent:
                kind = number % 4
                if kind == 0:  # a date that has passed runs no more
                    add_deadline(session, matter, anne, TODAY - timedelta(days=1))
                elif kind == 1:  # a task is no critical deadline
                    add_deadline(session, matter, anne, TODAY, kind=DeadlineKind.TASK, is_critical=False)
                elif kind == 2:  # an undetermined date runs not
                    add_deadline(session, matter, anne, None)
            elif number % 3 == 0:
                silence.sign_quiet(session, anne, matter, "Jugement définitif, honoraires à facturer")
            elif number % 7 == 0:
                matter.state = MatterState.CLOSED
            else:
                add_deadline(session, matter, anne, TODAY + timedelta(days=draw.randrange(60)))
        session.flush()
        found = {matter.number for matter in silence.silent_matters(session, None, TODAY)} - {office.matter.number}
        assert found == silent
        assert silence.silent_matters(session, session.get(Person, office.walled.id), TODAY) == []


def test_a_new_critical_date_ends_the_reason_for_silence(desk):
    session, anne, _, _, matter = desk
    silence.sign_quiet(session, anne, matter, "En attente du client")
    deadline = libel_of(session, anne, matter, date(2026, 10, 1))
    settlement.mark_done(session, anne, deadline, "Citation du 20/11")
    assert matter in silence.silent_matters(session, anne, TODAY)


def test_only_a_lawyer_signs_the_silence(desk):
    session, anne, _, _, matter = desk
    with pytest.raises(Refused, match="avocat"):
        silence.sign_quiet(session, add_person(session, "Sam", Role.ASSISTANT), matter, "En attente")
    with pytest.raises(InvalidInput):
        silence.sign_quiet(session, anne, matter, " ")


def test_the_evening_shows_what_was_done_with_its_proof_and_tells_the_partner_of_the_rest(desk):
    session, anne, bruno, walled, _ = desk
    matter = add_matter(session, 3, bruno, anne)
    done = add_deadline(session, matter, bruno, TODAY)
    left = add_deadline(session, matter, bruno, TODAY)
    settlement.mark_done(session, bruno, done, "Récépissé RPVA 123")
    shown = silence.evening_list(session, bruno, TODAY)
    assert {one.id for one in shown} == {done.id, left.id}
    assert next(one for one in shown if one.id == done.id).settled_proof == "Récépissé RPVA 123"
    assert silence.evening_list(session, walled, TODAY) == []
    assert silence.tell_partners(session, MORNING) == 1
    assert silence.tell_partners(session, MORNING) == 0
    [told] = session.scalars(select(Reminder).where(Reminder.stage.like("soir%")))
    assert (told.deadline_id, told.recipient_id) == (left.id, anne.id)


def keep_journal(database, office):
    for offset in range(4):
        with clock.frozen(MORNING + timedelta(days=offset)), database.transaction() as session:
            anne, matter = session.get(Person, office.anne.id), session.get(Matter, office.matter.id)
            libel_of(session, anne, matter, date(2026, 10, 1 + offset))
    with clock.frozen(MORNING + timedelta(days=6)), database.transaction() as session:
        journal.write_pages(session, clock.now())
    with database.reader() as session:
        return journal.export(session, date(2026, 1, 1), date(2027, 1, 1))


def test_the_journal_has_one_page_per_day_even_empty_and_says_by_whom(database, office):
    exported = keep_journal(database, office)
    assert [page["day"] for page in exported["pages"]] == [f"2026-11-{day}" for day in range(23, 29)]
    assert {line["by"] for line in exported["pages"][0]["lines"]} == {"Anne"}
    assert {line["action"] for line in exported["pages"][0]["lines"]} == {"trigger.entered", "deadline.entered"}
    assert exported["pages"][-1]["lines"] == []
    assert "Sentinelle" not in str(exported)
    assert proof_check.journal_faults(exported) == []
    with database.transaction() as session:
        assert journal.write_pages(session, MORNING + timedelta(days=6)) == 0


@pytest.mark.parametrize("change", ["line", "day", "drop", "swap", "rehash"])
def test_an_altered_page_is_found_by_the_verifier_alone(database, office, tmp_path, change):
    import json

    pages = copy.deepcopy(keep_journal(database, office))
    listed = pages["pages"]
    if change == "line":
        listed[1]["lines"][0]["by"] = "Bruno"
    elif change == "day":
        listed[1]["day"] = "2026-11-30"
    elif change == "drop":
        del listed[2]
    elif change == "swap":
        listed[1], listed[2] = listed[2], listed[1]
    else:
        listed[1]["lines"] = []
        listed[1]["lines_digest"] = proof_check.lines_digest([])
        listed[1]["hash"] = proof_check.digest_of(listed[1])
    file = tmp_path / "journal.json"
    file.write_text(json.dumps(pages), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", proof_check.__file__, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "page" in done.stdout


@pytest.mark.parametrize("verb", ["UPDATE journal_page SET day = '2026-01-01'", "DELETE FROM journal_page"])
def test_a_journal_page_cannot_be_rewritten(both, verb):
    _, database = both
    with database.transaction() as session:
        session.add(JournalPage(number=1, day=TODAY, lines=[], previous_hash="0" * 64, hash="a" * 64))
    with pytest.raises(DBAPIError, match="cannot change"), database.transaction() as session:
        session.execute(text(verb))


def test_the_night_does_each_thing_once(both):
    settings, database = both
    midnight = MORNING.replace(hour=23, minute=30) - timedelta(days=1)
    with clock.frozen(midnight):
        assert nightly.run(database, settings, midnight) == ["journal"]
    evening = MORNING.replace(hour=18, minute=30)
    with clock.frozen(evening):
        assert nightly.run(database, settings, evening) == ["rules", "silence", "retention", "bulletin", "evening"]
        assert nightly.run(database, settings, evening) == []


def test_control_and_silence_answer_the_same_on_both_databases(both):
    _, database = both
    assert isinstance(database, Database)
    with clock.frozen(MORNING), database.transaction() as session:
        anne, bruno = add_person(session, "Anne", Role.PARTNER), add_person(session, "Bruno")
        matter = add_matter(session, 1, anne, bruno)
        quiet = add_matter(session, 2, anne)
        deadline = libel_of(session, anne, matter, date(2026, 10, 1))
        assert len(control.cards_for(session, bruno, MORNING)) == 1
        control.control(session, bruno, deadline, date(2026, 10, 1))
        assert [one.id for one in silence.silent_matters(session, anne, TODAY)] == [quiet.id]
        schedule.take_off(session, anne, deadline, "Désistement")
        assert len(list(session.scalars(select(Deadline)))) == 1
        assert len(list(session.scalars(select(TeamMember)))) == 3
