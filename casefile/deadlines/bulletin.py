"""The morning bulletin: every member of the firm gets one every day, so that its absence is itself an alarm."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock, mail
from casefile.access import visible_to
from casefile.config import Settings
from casefile.deadlines.alarm import trouble
from casefile.deadlines.wording import distance, french_day, public_label
from casefile.models.matter import Matter
from casefile.models.people import Person, PersonState, Role
from casefile.models.procedure import ControlState, Deadline, DeadlineState

AHEAD = timedelta(days=7)


def write(session: Session, settings: Settings, now: datetime) -> int:
    """Queue today's bulletin for each active member, even when it has nothing to say; give how many."""
    day = clock.day_of(now)
    troubles = [one.message for one in trouble(session, now)]
    people = readers(session)
    for person in people:
        facts = {**_facts(session, person, day), "troubles": troubles, "agenda_url": f"{settings.base_url}/agenda"}
        mail.queue(session, person, mail.message_id("bulletin", day, person.id), "bulletin", facts)
    return len(people)


def readers(session: Session) -> list[Person]:
    """List the people who are owed a bulletin every day: those who work on dossiers."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.state == PersonState.ACTIVE, Person.role.not_in((Role.ADMINISTRATOR, Role.GUEST)))
            .order_by(Person.full_name)
        )
    )


def _facts(session: Session, person: Person, day: date) -> dict[str, Any]:
    rows = session.execute(
        select(Deadline, Matter.reference)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(
            visible_to(person),
            Deadline.state == DeadlineState.OPEN,
            Deadline.responsible_id == person.id,
            Deadline.prudent_on <= day + AHEAD,
        )
        .order_by(Deadline.prudent_on)
    )
    lines = [
        {
            "reference": reference,
            "label": public_label(deadline),
            "day": french_day(deadline.prudent_on),
            "distance": distance(deadline.prudent_on, day),
            "late": deadline.prudent_on < day,
            "today": deadline.prudent_on == day,
            "control": deadline.control_state in {ControlState.AWAITED, ControlState.MISMATCH},
        }
        for deadline, reference in rows
        if deadline.prudent_on is not None
    ]
    return {
        "day": french_day(day),
        "lines": lines,
        "late": sum(1 for line in lines if line["late"]),
        "today": sum(1 for line in lines if line["today"]),
    }
