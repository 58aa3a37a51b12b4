"""Deadlines written as iCalendar: whole days, hours of court, alarms at instants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from casefile.deadlines.calendar_feed import sequence
from casefile.deadlines.ladder import due_instant, zone_of
from casefile.deadlines.wording import KIND_NAMES, french_day, public_label
from casefile.models.matter import Matter
from casefile.models.procedure import Deadline, DeadlineState

# Days before, at the eight o'clock of the reminders; then, for an hour of court, shortly before it.
ALARM_DAYS = (7, 1, 0)
SHORTLY = timedelta(hours=1)
REFRESH = timedelta(hours=1)


def written(entries: Mapping[str, tuple[Deadline, Matter]], now: datetime) -> bytes:
    """Write the entries, each under its own identifier, as the calendar of `now`."""
    calendar = Calendar()
    for name, value in (("prodid", "-//Casefile//FR"), ("version", "2.0"), ("x-wr-calname", "Casefile")):
        calendar.add(name, value)
    calendar.add("x-wr-timezone", "Europe/Paris")
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for uid, (deadline, matter) in entries.items():
        calendar.add_component(_event(uid, deadline, matter, now))
    content: bytes = calendar.to_ical()
    return content


def _event(uid: str, deadline: Deadline, matter: Matter, now: datetime) -> Event:
    event = Event()
    settled = "Fait · " if deadline.state is DeadlineState.DONE else ""
    event.add("uid", f"{uid}@casefile")
    event.add("sequence", sequence(deadline))
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
