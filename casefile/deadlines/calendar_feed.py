"""Out to their tools: one iCalendar feed per person behind a secret address.

Titles carry the dossier's reference and what the rules call the date, never a client's name or a typed title.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.access import visible_to
from casefile.accounts import digest
from casefile.deadlines.ladder import due_instant, zone_of
from casefile.deadlines.wording import KIND_NAMES, french_day, public_label
from casefile.errors import NotFound
from casefile.models.matter import Matter
from casefile.models.people import Person, PersonState
from casefile.models.procedure import Deadline, DeadlineState

PAST = timedelta(days=90)
# Days before, at the eight o'clock of the reminders; then, for an hour of court, shortly before it.
ALARM_DAYS = (7, 1, 0)
SHORTLY = timedelta(hours=1)
REFRESH = timedelta(hours=1)


def new_feed_token(session: Session, person: Person) -> str:
    """Give a person a new secret address; the one before stops at once."""
    token = secrets.token_urlsafe(32)
    person.calendar_token_digest = digest(token)
    session.flush()
    audit.record(session, person, "calendar.token_made", person)
    return token


def revoke_feed_token(session: Session, person: Person) -> None:
    """Close a person's feed."""
    person.calendar_token_digest = None
    session.flush()
    audit.record(session, person, "calendar.token_revoked", person)


def feed_for(session: Session, token: str) -> bytes:
    """Give the calendar behind a secret address; raises NotFound for a wrong or revoked one."""
    person = session.scalar(
        select(Person).where(Person.calendar_token_digest == digest(token), Person.state == PersonState.ACTIVE)
    )
    if person is None:
        raise NotFound("Ce calendrier n'existe pas ou n'est plus partagé.")
    return feed_of(session, person, clock.now())


def feed_of(session: Session, person: Person, now: datetime) -> bytes:
    """Give the calendar of the dossiers that a person sees, cancelled and settled entries included for a while."""
    since = clock.day_of(now) - PAST
    rows = session.execute(
        select(Deadline, Matter)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(visible_to(person), Deadline.prudent_on >= since, Deadline.responsible_id == person.id)
        .order_by(Deadline.prudent_on)
    )
    latest: dict[str, tuple[Deadline, Matter]] = {}
    for deadline, matter in rows:
        uid = str(deadline.facts.get("uid", deadline.id))
        known = latest.get(uid)
        if known is None or _sequence(known[0]) < _sequence(deadline):
            latest[uid] = (deadline, matter)
    calendar = Calendar()
    for name, value in (("prodid", "-//Casefile//FR"), ("version", "2.0"), ("x-wr-calname", "Casefile")):
        calendar.add(name, value)
    calendar.add("x-wr-timezone", "Europe/Paris")
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for uid, (deadline, matter) in latest.items():
        calendar.add_component(_event(uid, deadline, matter, now))
    content: bytes = calendar.to_ical()
    return content


def _event(uid: str, deadline: Deadline, matter: Matter, now: datetime) -> Event:
    event = Event()
    settled = "Fait · " if deadline.state is DeadlineState.DONE else ""
    event.add("uid", f"{uid}@casefile")
    event.add("sequence", _sequence(deadline))
    event.add("dtstamp", now)
    event.add("summary", f"{settled}{matter.reference} · {public_label(deadline)}")
    event.add("class", "PRIVATE")
    event.add("categories", [KIND_NAMES[deadline.kind]])
    cancelled = deadline.state in {DeadlineState.WAIVED, DeadlineState.SUPERSEDED}
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    _place(event, deadline, matter)
    useful = deadline.last_useful_day
    if useful is not None and useful != deadline.prudent_on:
        event.add("description", f"Dernier jour utile : {french_day(useful)}.")
    if deadline.state is DeadlineState.OPEN:
        for at in _alarms(deadline, matter):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", f"{matter.reference} · {KIND_NAMES[deadline.kind]}")
            alarm.add("trigger", at, parameters={"VALUE": "DATE-TIME"})
            event.add_component(alarm)
    return event


def _alarms(deadline: Deadline, matter: Matter) -> list[datetime]:
    # Instants, not durations: « eight hours after midnight » is seven or nine on the nights that change the hour, and
    # a calendar program counts them from the hour of a hearing.
    assert deadline.prudent_on is not None
    zone = zone_of(matter.territory)
    instants = [due_instant(deadline.prudent_on, days, zone) for days in ALARM_DAYS]
    begins = _hour(deadline, matter)
    return [*instants, begins - SHORTLY] if begins else instants


def _hour(deadline: Deadline, matter: Matter) -> datetime | None:
    """Give the instant of an entry that has an hour on its court's clock."""
    at = str(deadline.facts.get("at", ""))
    if not at or deadline.prudent_on is None:
        return None
    local = datetime.combine(deadline.prudent_on, time.fromisoformat(at), tzinfo=zone_of(matter.territory))
    return local.astimezone(UTC)


def _place(event: Event, deadline: Deadline, matter: Matter) -> None:
    day, begins = deadline.prudent_on, _hour(deadline, matter)
    assert day is not None
    if begins is not None:
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(hours=1))
        return
    # A whole day is a plain date: it is that day on every clock.
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))


def _sequence(deadline: Deadline) -> int:
    return int(deadline.facts.get("sequence", 0)) + deadline.version - 1
