"""Out to their tools: one iCalendar feed per person behind a secret address, and a spreadsheet.

Titles carry the dossier's reference and what the rules call the date, never a client's name or a typed title.
"""

from __future__ import annotations

import csv
import io
import secrets
from datetime import date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.access import visible_to
from casefile.accounts import digest
from casefile.deadlines.ladder import zone_of
from casefile.deadlines.wording import KIND_NAMES, public_label
from casefile.errors import NotFound
from casefile.models.matter import Matter
from casefile.models.people import Person, PersonState
from casefile.models.procedure import Deadline, DeadlineState

PAST = timedelta(days=90)
ALARMS = (timedelta(days=-7, hours=8), timedelta(days=-1, hours=8), timedelta(hours=8))
# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("Dossier", "Nature", "Intitulé", "Date prudente", "Date admise", "Dernier jour utile", "Responsable", "État")
STATES = {DeadlineState.OPEN: "ouverte", DeadlineState.DONE: "faite", DeadlineState.WAIVED: "abandonnée"}


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
    for uid, (deadline, matter) in latest.items():
        calendar.add_component(_event(uid, deadline, matter, now))
    content: bytes = calendar.to_ical()
    return content


def as_csv(entries: list[Deadline]) -> bytes:
    """Give a spreadsheet that opens in French Excel as it is; no cell can act as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in entries:
        cells = (
            one.matter.reference,
            KIND_NAMES[one.kind],
            one.label,
            _french(one.prudent_on),
            _french(one.admitted_on),
            _french(one.last_useful_day),
            one.responsible.full_name,
            STATES.get(one.state, one.state.value),
        )
        writer.writerow(harmless(cell) for cell in cells)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(cell: str) -> str:
    """Prefix what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


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
    if deadline.state is DeadlineState.OPEN:
        for before in ALARMS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", f"{matter.reference} · {KIND_NAMES[deadline.kind]}")
            alarm.add("trigger", before)
            event.add_component(alarm)
    return event


def _place(event: Event, deadline: Deadline, matter: Matter) -> None:
    day, at = deadline.prudent_on, str(deadline.facts.get("at", ""))
    assert day is not None
    if at:
        begins = datetime.combine(day, time.fromisoformat(at), tzinfo=zone_of(matter.territory))
        event.add("dtstart", begins.astimezone(clock.now().tzinfo))
        event.add("dtend", (begins + timedelta(hours=1)).astimezone(clock.now().tzinfo))
        return
    # A whole day is a plain date: it is that day on every clock.
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))


def _sequence(deadline: Deadline) -> int:
    return int(deadline.facts.get("sequence", 0)) + deadline.version - 1


def _french(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
