"""The ladder: which reminders a deadline owes, when and to whom.

Reminders hang on the prudent date, never on the admitted one, at 08:00 on the wall clock of the dossier's court.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casefile import clock, mail
from casefile.errors import InvalidInput
from casefile.models.matter import Matter
from casefile.models.people import Firm
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, Reminder, ReminderState

LONG = (45, 30, 14, 7, 3, 1, 0)
LADDERS: dict[DeadlineKind, tuple[int, ...]] = {
    DeadlineKind.LIMITATION: LONG,
    DeadlineKind.PROCEDURAL: LONG,
    DeadlineKind.RETENTION: LONG,
    DeadlineKind.HEARING: (14, 7, 1, 0),
    DeadlineKind.FOLLOW_UP: (0,),
    DeadlineKind.APPOINTMENT: (1, 0),
    DeadlineKind.TASK: (1, 0),
}
# Deadlines that end rights keep at least these steps, whatever the firm edits.
NEVER_REMOVED = (7, 1, 0)
LONGEST = 400
MORNING = time(8, 0)
ZONES = {
    "guadeloupe": "America/Guadeloupe",
    "martinique": "America/Martinique",
    "guyane": "America/Cayenne",
    "la_reunion": "Indian/Reunion",
    "mayotte": "Indian/Mayotte",
    "saint_barthelemy": "America/St_Barthelemy",
    "saint_martin": "America/Marigot",
    "saint_pierre_et_miquelon": "America/Miquelon",
    "polynesie": "Pacific/Tahiti",
    "nouvelle_caledonie": "Pacific/Noumea",
    "wallis_et_futuna": "Pacific/Wallis",
}
PENDING = (ReminderState.DUE, ReminderState.QUEUED)


def zone_of(territory: str) -> ZoneInfo:
    """Give the zone of a territory's courts; Paris for the mainland."""
    return ZoneInfo(ZONES[territory]) if territory in ZONES else clock.PARIS


def stage_name(days: int) -> str:
    """Name a step: « J-45 », « J »."""
    return f"J-{days}" if days else "J"


def steps_for(firm: Firm | None, kind: DeadlineKind) -> tuple[int, ...]:
    """Give the days before the date on which this firm is reminded of this kind of deadline."""
    chosen = (firm.settings.get("ladders") or {}).get(kind.value) if firm else None
    return tuple(sorted(chosen, reverse=True)) if chosen else LADDERS[kind]


def edit_steps(firm: Firm, kind: DeadlineKind, steps: Iterable[int]) -> None:
    """Change a ladder for the deadlines to come; refuses one that would leave a right end in silence."""
    chosen = sorted(set(steps), reverse=True)
    if not chosen or chosen[0] > LONGEST or chosen[-1] < 0:
        raise InvalidInput(f"Indiquez des nombres de jours entre 0 et {LONGEST}.", field="steps")
    if LADDERS[kind] is LONG and not set(NEVER_REMOVED) <= set(chosen):
        raise InvalidInput("Gardez au moins les rappels à J-7, J-1 et le jour même.", field="steps")
    firm.settings["ladders"] = {**(firm.settings.get("ladders") or {}), kind.value: chosen}


def due_instant(day: date, days_before: int, zone: ZoneInfo) -> datetime:
    """Give the instant of one step: 08:00 on the wall clock of that day, whatever the night's change of hour."""
    return datetime.combine(day - timedelta(days=days_before), MORNING, tzinfo=zone)


def hang(session: Session, deadline: Deadline, now: datetime) -> list[Reminder]:
    """Write the reminders that a deadline owes its responsible.

    Steps already past are not sent one by one: only the nearest of them is, at once.
    """
    if deadline.prudent_on is None or deadline.state is not DeadlineState.OPEN:
        return []
    matter = session.get_one(Matter, deadline.matter_id)
    zone = zone_of(matter.territory)
    steps = [
        (days, due_instant(deadline.prudent_on, days, zone)) for days in steps_for(session.get(Firm, 1), deadline.kind)
    ]
    past = [step for step in steps if step[1] <= now]
    owed = past[-1:] + [step for step in steps if step[1] > now]
    return [
        reminder
        for days, due_at in owed
        if (reminder := owe(session, deadline, deadline.responsible_id, stage_name(days), due_at)) is not None
    ]


def owe(session: Session, deadline: Deadline, recipient_id: uuid.UUID, stage: str, due_at: datetime) -> Reminder | None:
    """Write one reminder, or wake the void one of the same name; None when it is already there."""
    session.flush()
    known = session.scalar(
        select(Reminder).where(
            Reminder.deadline_id == deadline.id,
            Reminder.stage == stage,
            Reminder.channel == "email",
            Reminder.recipient_id == recipient_id,
        )
    )
    if known is not None:
        if known.state is not ReminderState.VOID:
            return None
        known.state, known.due_at = ReminderState.DUE, due_at
        return known
    reminder = Reminder(
        deadline_id=deadline.id,
        recipient_id=recipient_id,
        stage=stage,
        due_at=due_at,
        message_id=mail.message_id("reminder", deadline.id, stage, "email", recipient_id),
    )
    session.add(reminder)
    return reminder


def void(session: Session, deadline: Deadline) -> int:
    """Cancel every reminder not yet sent of a deadline, in the caller's transaction; give how many."""
    session.flush()
    done = session.execute(
        update(Reminder)
        .where(Reminder.deadline_id == deadline.id, Reminder.state.in_(PENDING))
        .values(state=ReminderState.VOID)
    )
    return int(getattr(done, "rowcount", 0))
