"""What `/metrics` counts, in Prometheus's form of exposition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import backup, clock
from casefile.deadlines.alarm import trouble
from casefile.models.evidence import Capture
from casefile.models.ledger import AuditEntry, Heartbeat, OutgoingMail
from casefile.models.matter import Matter
from casefile.models.procedure import Deadline, DeadlineState, Reminder, ReminderState

# metric → what it says, and the column whose values are counted.
BY_STATE: dict[str, tuple[str, Any]] = {
    "casefile_matters": ("Dossiers by state", Matter.state),
    "casefile_deadlines": ("Deadlines by state", Deadline.state),
    "casefile_reminders": ("Reminders by state", Reminder.state),
    "casefile_mails": ("Outgoing messages by state", OutgoingMail.state),
    "casefile_captures": ("Captures by state", Capture.state),
}


def exposition(session: Session) -> tuple[bytes, str]:
    """Give every figure as it is now, and the media type of what is written."""
    registry = CollectorRegistry()
    registry.register(_Figures(session))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Figures:
    """Counts, once, what a firm's installation is worth watching for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def describe(self) -> list[Metric]:
        """Describe nothing in advance: the registry would count twice."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give every figure."""
        for name, (words, column) in BY_STATE.items():
            family = GaugeMetricFamily(name, words, labels=["state"])
            for state, count in self._session.execute(select(column, func.count()).group_by(column)):
                family.add_metric([str(state.value)], count)
            yield family
        yield from self._times()
        family = GaugeMetricFamily("casefile_trouble", "What an outside monitor should ring for", labels=["code"])
        for one in trouble(self._session, clock.now()):
            family.add_metric([one.code], 1)
        yield family

    def _times(self) -> Iterator[Metric]:
        now, session = clock.now(), self._session
        beats = GaugeMetricFamily("casefile_heartbeat_age_seconds", "Age of each sign of life", labels=["name"])
        for beat in session.scalars(select(Heartbeat)):
            beats.add_metric([beat.name], (now - beat.beat_at).total_seconds())
        yield beats
        made = backup.age(session)
        yield _one(
            "casefile_backup_age_seconds", "Age of the last backup, -1 for none", made.total_seconds() if made else -1
        )
        due = select(func.min(Reminder.due_at)).where(Reminder.state == ReminderState.DUE, Reminder.due_at <= now)
        oldest = session.scalar(due)
        late = (now - oldest).total_seconds() if oldest else 0
        yield _one("casefile_reminder_lateness_seconds", "How late the oldest reminder owed is", late)
        past = select(func.count()).where(Deadline.state == DeadlineState.OPEN, Deadline.prudent_on < clock.today())
        yield _one("casefile_deadlines_overdue", "Open deadlines whose prudent date is past", session.scalar(past) or 0)
        yield _one(
            "casefile_audit_entries", "Entries of the trail", session.scalar(select(func.max(AuditEntry.seq))) or 0
        )


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
