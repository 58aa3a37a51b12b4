"""`casefile search`: the index of the search, made again from the dossiers."""

from __future__ import annotations

import click

from casefile.cli import print_json


@click.group()
def search() -> None:
    """Gère l'index de la recherche."""


@search.command()
def rebuild() -> None:
    """Refait l'index à partir des dossiers, sans rien changer d'autre."""
    from casefile import indexing
    from casefile.config import Settings
    from casefile.database import Database

    database = Database.of(Settings.from_env())
    with database.transaction() as session:
        count = indexing.rebuild(session)
    database.close()
    print_json({"indexed": count})
