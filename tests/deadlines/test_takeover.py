"""Taking over forty dossiers from somebody else: dates, reminders and steps follow, walls hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casefile import clock, matters
from casefile.deadlines import schedule, takeover
from casefile.errors import InvalidInput
from casefile.models.ledger import Note, OutgoingMail
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Person, PersonState
from casefile.models.procedure import Deadline, DeadlineKind, IdentificationStep, Reminder, ReminderState
from tests.web.conftest import app, as_person, cheap_hashing, people

__all__ = ["app", "as_person", "cheap_hashing", "people"]

REASON = "Départ du cabinet le 30 novembre"


@pytest.fixture
def forty(database, people, frozen_clock):
    return open_forty(database, people)


def open_forty(database, people):
    """Give forty dossiers of one lawyer, each with a critical date and its reminders."""
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        made = []
        for number in range(40):
            matter = matters.open_matter(session, lawyer, title=f"Dossier {number}", territory="metropole")
            deadline = Deadline(
                matter_id=matter.id,
                kind=DeadlineKind.LIMITATION,
                label="Prescription, 3 mois",
                prudent_on=clock.today() + timedelta(days=10 + number),
                admitted_on=clock.today() + timedelta(days=11 + number),
                is_critical=True,
                responsible_id=lawyer.id,
            )
            schedule.put_on(session, lawyer, deadline)
            made.append(matter.id)
        session.add(IdentificationStep(matter_id=made[0], code="S01", label="x", responsible_id=lawyer.id))
    return made


def hand(session, people, chosen, *, actor="lawyer", leaves_team=False, reason=REASON):
    who = {name: session.get(Person, people[name].id) for name in {actor, "lawyer", "stranger"}}
    return takeover.take_over(
        session,
        who[actor],
        who["lawyer"],
        who["stranger"],
        chosen,
        reason=reason,
        leaves_team=leaves_team,
        base_url="x",
    )


def test_dates_reminders_and_steps_follow_and_nothing_is_owed_to_the_one_who_left(database, people, forty):
    with database.transaction() as session:
        outcome = hand(session, people, forty, leaves_team=True)
    assert (len(outcome.done), outcome.refused, outcome.deadlines) == (40, (), 40)
    lawyer, stranger = people["lawyer"].id, people["stranger"].id
    with database.reader() as session:
        assert {row.responsible_id for row in session.scalars(select(Matter))} == {stranger}
        assert {row.responsible_id for row in session.scalars(select(Deadline))} == {stranger}
        assert session.scalars(select(IdentificationStep.responsible_id)).one() == stranger
        owed = session.execute(select(Reminder.recipient_id).where(Reminder.state == ReminderState.DUE))
        assert {row.recipient_id for row in owed} == {stranger}
        kept = session.scalars(select(Reminder).where(Reminder.recipient_id == lawyer)).all()
        assert {row.state for row in kept} == {ReminderState.VOID}
        every = {
            row.deadline_id for row in session.scalars(select(Reminder).where(Reminder.state == ReminderState.DUE))
        }
        assert len(every) == 40
        assert all(REASON in body for body in session.scalars(select(Note.body)))
        assert takeover.dossiers_of(session, session.get(Person, lawyer), session.get(Person, lawyer)) == []
        told = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient_id == stranger)).one()
        assert "2026/0040" in told.text
        assert "Dossier 3" not in told.text


def test_a_dossier_whose_wall_forbids_it_stays_whole_and_is_named(database, people, forty):
    with database.transaction() as session:
        lawyer, stranger = (session.get(Person, people[name].id) for name in ("lawyer", "stranger"))
        barred = session.get(Matter, forty[3])
        matters.join_team(session, lawyer, barred, stranger, TeamFunction.MEMBER)
        matters.raise_wall(session, lawyer, barred, stranger, "conflit")
    with database.transaction() as session:
        outcome = hand(session, people, forty)
    assert len(outcome.done) == 39
    assert [(matter.id, "écartée" in why) for matter, why in outcome.refused] == [(forty[3], True)]
    with database.reader() as session:
        row = session.scalars(select(Deadline).where(Deadline.matter_id == forty[3])).one()
        assert row.responsible_id == people["lawyer"].id
        due = select(Reminder).where(Reminder.deadline_id == row.id, Reminder.state == ReminderState.DUE)
        assert session.scalars(due).all()


def test_a_partner_takes_over_from_who_left_without_reading_a_title(database, people, forty, as_person):
    with database.transaction() as session:
        session.get(Person, people["lawyer"].id).state = PersonState.DISABLED
    partner = as_person("partner")
    page = partner.get(f"/transmission?de={people['lawyer'].id}").text
    assert "2026/0040" in page
    assert "Dossier 7" not in page
    answer = partner.post(
        f"/transmission?de={people['lawyer'].id}",
        {"dossiers": [str(one) for one in forty], "taker": str(people["stranger"].id), "reason": REASON},
    )
    assert answer.status_code == 303
    assert "dossiers transmis avec 40\u00a0échéances" in partner.get(answer.headers["Location"]).text
    assert "2026/0001" in as_person("stranger").get("/dossiers").text


def test_a_colleague_sees_and_takes_nothing_of_dossiers_that_are_not_theirs(database, people, forty, as_person):
    page = as_person("stranger").get(f"/transmission?de={people['lawyer'].id}").text
    assert "2026/0001" not in page
    with database.transaction() as session, pytest.raises(InvalidInput, match="Cochez"):
        hand(session, people, forty, actor="stranger")


def test_a_partner_walled_from_a_dossier_is_not_shown_it(database, people, forty):
    with database.transaction() as session:
        lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        matters.raise_wall(session, lawyer, session.get(Matter, forty[0]), partner, "conflit")
    with database.reader() as session:
        lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        shown = {line.matter.id for line in takeover.dossiers_of(session, partner, lawyer)}
    assert shown == set(forty[1:])


def test_no_reason_no_change(database, people, forty):
    with database.transaction() as session, pytest.raises(InvalidInput, match="pourquoi"):
        hand(session, people, forty, reason=" ")


def test_the_page_shows_the_most_urgent_first(database, people, forty):
    with database.reader() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        days = [line.matter.next_prudent_on for line in takeover.dossiers_of(session, lawyer, lawyer)]
    assert days == sorted(days)
    assert isinstance(days[0], date)
