"""The morning bulletin: every member of the firm gets one every day, so that its absence is itself an alarm."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casefile import clock, mail
from casefile.access import visible_to
from casefile.config import Settings
from casefile.deadlines import absences, silence
from casefile.deadlines.alarm import trouble
from casefile.deadlines.control import RED, waiting_count
from casefile.deadlines.wording import distance, french_day, public_label
from casefile.models.matter import Matter
from casefile.models.people import OUTSIDERS, Person, PersonState, Role
from casefile.models.procedure import Deadline, DeadlineState

AHEAD = timedelta(days=7)


def write(session: Session, settings: Settings, now: datetime) -> int:
    """Queue today's bulletin for each active member, even when it has nothing to say; give how many."""
    day = clock.day_of(now)
    troubles = [one.message for one in trouble(session, now)]
    people = readers(session)
    for person in people:
        facts = {**_facts(session, person, now), "troubles": troubles, "agenda_url": f"{settings.base_url}/agenda"}
        mail.queue(session, person, mail.message_id("bulletin", day, person.id), "bulletin", facts)
    return len(people)


def readers(session: Session) -> list[Person]:
    """List the people who are owed a bulletin every day: those who work on dossiers."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.state == PersonState.ACTIVE, Person.role.not_in((Role.ADMINISTRATOR, *OUTSIDERS)))
            .order_by(Person.full_name)
        )
    )


def _facts(session: Session, person: Person, now: datetime) -> dict[str, Any]:
    day = clock.day_of(now)
    mine = _lines(session, person, person.id, day)
    stands_in = [
        {"for": absent.full_name, **line}
        for absent in _stood_in_for(session, person, day)
        for line in _lines(session, person, absent.id, day)
    ]
    silent = [one.reference for one in silence.silent_matters(session, person, day) if one.responsible_id == person.id]
    return {
        "day": french_day(day),
        "lines": mine,
        "late": sum(1 for line in mine if line["late"]),
        "today": sum(1 for line in mine if line["today"]),
        "stands_in": stands_in,
        "silent": silent,
        "to_control": waiting_count(session, person, now),
    }


def _lines(session: Session, reader: Person, responsible_id: uuid.UUID, day: date) -> list[dict[str, Any]]:
    """List what one person answers for within the week, by its date or by its last useful day."""
    near = day + AHEAD
    rows = session.execute(
        select(Deadline, Matter.reference)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(
            visible_to(reader),
            Deadline.state == DeadlineState.OPEN,
            Deadline.responsible_id == responsible_id,
            or_(Deadline.prudent_on <= near, Deadline.last_useful_day <= near),
        )
        .order_by(Deadline.prudent_on)
    )
    return [
        {
            "reference": reference,
            "label": public_label(deadline),
            "day": french_day(deadline.prudent_on),
            "distance": distance(deadline.prudent_on, day),
            "late": deadline.prudent_on < day,
            "today": deadline.prudent_on == day,
            "useful": _useful(deadline, day),
            "control": deadline.control_state in RED,
        }
        for deadline, reference in rows
        if deadline.prudent_on is not None
    ]


def _useful(deadline: Deadline, day: date) -> str:
    useful = deadline.last_useful_day
    if useful is None or useful == deadline.prudent_on or (deadline.prudent_on and deadline.prudent_on < day):
        return ""
    return f"{french_day(useful)}, {distance(useful, day)}" if useful >= day else "passé"


def _stood_in_for(session: Session, person: Person, day: date) -> list[Person]:
    rows = absences.planned(session, begins=day, ends=day)
    return [row.person for row in rows if (row.deputy_id or row.person.deputy_id) == person.id]
