"""`casefile remind`: one tick of the reminder outbox, for a cron job, a check or a demonstration."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from casefile import clock
from casefile.cli import print_json
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import alarm, reminders
from casefile.errors import InvalidInput


@click.command()
@click.option("--now", "instant", help="Instant au format ISO, par exemple 2026-12-03T08:00:00+01:00.")
def remind(instant: str | None) -> None:
    """Envoie les rappels échus et imprime le compte rendu en JSON."""
    settings = Settings.from_env()
    now = _instant(instant) if instant else clock.now()
    database = Database.of(settings)
    try:
        database.migrate()
        with clock.frozen(now):
            summary = reminders.tick(database, settings, now)
            with database.reader() as session:
                troubles = [{"code": one.code, "message": one.message} for one in alarm.trouble(session, now)]
        print_json({"now": now.isoformat(), **summary.as_json(), "trouble": troubles})
    finally:
        database.close()


def _instant(value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput(
            "L'option --now attend un instant au format ISO, par exemple 2026-12-03T08:00:00+01:00.", field="now"
        ) from error
    # Without a zone, a lawyer means the clock on the wall in Paris.
    return (instant if instant.tzinfo else instant.replace(tzinfo=clock.PARIS)).astimezone(UTC)
