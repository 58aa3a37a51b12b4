"""`casefile verify`: reads the whole firm again and names each thing altered; exit 1 when there is one."""

from __future__ import annotations

import click

from casefile.cli import print_json

HOLDS = "Le journal tient cette ancre : cette ligne et toutes celles d'avant sont inchangées."
BROKEN = "Le journal ne tient pas cette ancre : une ligne a été changée, retirée ou déplacée depuis."


@click.command()
@click.option(
    "--anchor", metavar="LIGNE:EMPREINTE", help="Dit seulement si le journal tient l'ancre reçue par message."
)
def verify(anchor: str | None) -> None:
    """Vérifie le journal, ses ancres, chaque fichier, chaque manifeste et chaque jeton d'horodatage."""
    from casefile import anchoring, storage
    from casefile.config import Settings
    from casefile.database import Database
    from casefile.integrity import verify as check

    settings = Settings.from_env()
    database = Database.of(settings)
    if anchor is not None:
        with database.reader() as session:
            holds = anchoring.confirms(session, anchor)
        print_json({"anchor": anchor, "holds": holds})
        click.echo(HOLDS if holds else BROKEN, err=True)
        raise SystemExit(0 if holds else 1)
    with database.reader() as session:
        report = check(session, storage.from_settings(settings))
    database.close()
    print_json(report.as_json())
    for fault in report.faults:
        click.echo(fault.message, err=True)
    raise SystemExit(0 if report.ok else 1)
