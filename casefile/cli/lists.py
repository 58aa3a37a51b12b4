"""`casefile lists`: what the lists sort and count, made again from the dossiers."""

from __future__ import annotations

import click

from casefile.cli import print_json


@click.group()
def lists() -> None:
    """Gère ce que les listes trient et comptent."""


@lists.command()
def rebuild() -> None:
    """Refait ce que copient les listes, à partir des dossiers, sans rien changer d'autre."""
    from casefile import desk
    from casefile.config import Settings
    from casefile.database import Database

    database = Database.of(Settings.from_env())
    with database.transaction() as session:
        copied = desk.rebuild(session)
    database.close()
    print_json({"copied": copied})
