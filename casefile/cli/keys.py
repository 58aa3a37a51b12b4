"""`casefile keys`: the firm's encryption keys, named but never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casefile.cli import print_json

if TYPE_CHECKING:
    from casefile.config import Settings


@click.group()
def keys() -> None:
    """Gère les clés de chiffrement du cabinet."""


@keys.command("list")
def list_keys() -> None:
    """Nomme la clé présente et les anciennes, sans les montrer."""
    from casefile.config import Settings

    present, *former = Settings.from_env().keyring.key_ids()
    print_json({"present": present, "former": former})


@keys.command()
def rotate() -> None:
    """Tire une nouvelle clé, puis chiffre de nouveau tout ce qui l'était avec les anciennes."""
    from casefile import rotation
    from casefile.config import Settings

    _apply(rotation.draw(Settings.from_env()))
    click.echo("Redémarrez Casefile pour que ses processus prennent la nouvelle clé, et gardez-en une copie.", err=True)


@keys.command()
def apply() -> None:
    """Chiffre avec la clé présente ce qui ne l'est pas encore ; peut être repris après une interruption."""
    from casefile.config import Settings

    _apply(Settings.from_env())


def _apply(settings: Settings) -> None:
    from casefile import rotation, storage
    from casefile.database import Database

    database = Database.of(settings)
    with database.transaction() as session:
        done = rotation.apply(session, settings, storage.from_settings(settings))
    database.close()
    print_json({"key": settings.keyring.key_id.hex(), **done})
