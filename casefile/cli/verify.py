"""`casefile verify`: reads the whole firm again and names each thing altered; exit 1 when there is one."""

from __future__ import annotations

import click

from casefile.cli import print_json


@click.command()
def verify() -> None:
    """Vérifie le journal, chaque fichier, chaque manifeste et chaque jeton d'horodatage."""
    from casefile import storage
    from casefile.config import Settings
    from casefile.database import Database
    from casefile.integrity import verify as check

    settings = Settings.from_env()
    database = Database.of(settings)
    with database.reader() as session:
        report = check(session, storage.from_settings(settings))
    database.close()
    print_json(report.as_json())
    for fault in report.faults:
        click.echo(fault.message, err=True)
    raise SystemExit(0 if report.ok else 1)
