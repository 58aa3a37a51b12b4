"""The ladder: which reminders a deadline owes, when and to whom.

Reminders hang on the prudent date, never on the admitted one, at 08:00: of Paris or of the dossier's court, whichever
comes first.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
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
# Ends of rights: reminded, escalated and shown in the evening alike, whatever else is.
RIGHTS = frozenset(kind for kind, steps in LADDERS.items() if steps is LONG)
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
    """Change the ladder of a kind; refuses one that would leave a right end in silence. See `hang_again`."""
    chosen = sorted(set(steps), reverse=True)
    if not chosen or chosen[0] > LONGEST or chosen[-1] < 0:
        raise InvalidInput(
            f"Indiquez des nombres de jours entre 0 et {LONGEST}, par exemple 14, 7, 1, 0.", field=kind.value
        )
    if kind in RIGHTS and not set(NEVER_REMOVED) <= set(chosen):
        raise InvalidInput("Gardez au moins les rappels à J-7, J-1 et le jour même (7, 1, 0).", field=kind.value)
    firm.settings["ladders"] = {**(firm.settings.get("ladders") or {}), kind.value: chosen}


def due_instant(day: date, days_before: int, zone: ZoneInfo) -> datetime:
    """Give the instant of one step: 08:00 on the walls of that day, at the court or in Paris, whichever comes first.

    At eight in Papeete it is evening in Paris, and the day is lost for a lawyer there.
    """
    on = day - timedelta(days=days_before)
    return min(datetime.combine(on, MORNING, tzinfo=one) for one in (zone, clock.PARIS)).astimezone(UTC)


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
    reminder = _reminder(deadline, recipient_id, stage, due_at)
    session.add(reminder)
    return reminder


def hang_again(session: Session, kind: DeadlineKind, now: datetime) -> int:
    """Bring the steps to come of every open deadline of a kind in line with the firm's ladder; give how many moved."""
    steps = steps_for(session.get(Firm, 1), kind)
    names = {stage_name(days) for days in steps}
    concerned = (Deadline.kind == kind, Deadline.state == DeadlineState.OPEN, Deadline.prudent_on.is_not(None))
    placed = select(Deadline, Matter.territory).join(Matter, Matter.id == Deadline.matter_id)
    owed = select(Reminder).join(Deadline, Deadline.id == Reminder.deadline_id)
    rows = session.execute(placed.where(*concerned))
    known = {(row.deadline_id, row.stage, row.recipient_id): row for row in session.scalars(owed.where(*concerned))}
    moved = 0
    for row in known.values():
        is_step = row.stage.startswith("J") and " " not in row.stage
        if is_step and row.state is ReminderState.DUE and row.due_at > now and row.stage not in names:
            row.state, moved = ReminderState.VOID, moved + 1
    for deadline, territory in rows.all():
        assert deadline.prudent_on is not None
        for days in steps:
            due_at = due_instant(deadline.prudent_on, days, zone_of(territory))
            if due_at > now:
                fresh = _reminder(deadline, deadline.responsible_id, stage_name(days), due_at)
                moved += _wake_or_add(session, known, fresh)
    session.flush()
    return moved


def _wake_or_add(session: Session, known: dict[tuple[uuid.UUID, str, uuid.UUID], Reminder], fresh: Reminder) -> bool:
    standing = known.get((fresh.deadline_id, fresh.stage, fresh.recipient_id))
    if standing is None:
        session.add(fresh)
        return True
    if standing.state is not ReminderState.VOID:
        return False
    standing.state, standing.due_at = ReminderState.DUE, fresh.due_at
    return True


def _reminder(deadline: Deadline, recipient_id: uuid.UUID, stage: str, due_at: datetime) -> Reminder:
    return Reminder(
        deadline_id=deadline.id,
        recipient_id=recipient_id,
        stage=stage,
        due_at=due_at,
        message_id=mail.message_id("reminder", deadline.id, stage, "email", recipient_id),
    )


def void(session: Session, deadline: Deadline) -> int:
    """Cancel every reminder not yet sent of a deadline, in the caller's transaction; give how many."""
    session.flush()
    done = session.execute(
        update(Reminder)
        .where(Reminder.deadline_id == deadline.id, Reminder.state.in_(PENDING))
        .values(state=ReminderState.VOID)
    )
    return int(getattr(done, "rowcount", 0))
