"""`casefile backup`, `restore`, `migrate-to` and `upgrade`: the firm copied, brought back, moved, updated."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casefile.cli import print_json
from casefile.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casefile.config import Settings
    from casefile.database import Database
    from casefile.storage import SealedStorage

NOT_NOTED = (
    "La sauvegarde {} est entière et relue, mais la base n'a pas pu le noter : l'âge affiché reste celui de la "
    "précédente. Voyez si son disque est plein."
)
FILE = click.Path(path_type=Path)
blobs_option = click.option("--blobs", type=FILE, help="Dossier où les fichiers s'ajoutent d'une sauvegarde à l'autre.")


def _open() -> tuple[Settings, Database, SealedStorage]:
    from casefile import storage
    from casefile.config import Settings
    from casefile.database import Database

    settings = Settings.from_env()
    return settings, Database.of(settings), storage.from_settings(settings)


def _side(settings: Settings, directory: Path | None) -> SealedStorage | None:
    from casefile.storage import from_url

    return from_url(f"file://{directory.absolute()}", settings.keyring, directory) if directory else None


@click.command()
@click.argument("file", type=FILE)
@blobs_option
def backup(file: Path, blobs: Path | None) -> None:
    """Sauvegarde tout le cabinet, chiffré, pendant qu'il travaille ; relit le fichier avant de lui donner son nom."""
    from sqlalchemy.exc import DBAPIError

    from casefile import backup as firm

    settings, database, storage = _open()
    summary = firm.make(database, storage, settings.keyring, file, _side(settings, blobs))
    try:
        with database.transaction() as session:
            firm.note_made(session, summary, file.absolute())
    except DBAPIError as error:
        raise Refused(NOT_NOTED.format(file)) from error
    database.close()
    print_json({"file": str(file), **summary.as_json()})
    if summary.damaged:
        click.echo("Des fichiers du stockage sont altérés ou manquants : lancez « casefile verify ».", err=True)
        raise SystemExit(1)


@click.command()
@click.argument("file", type=FILE)
@blobs_option
def restore(file: Path, blobs: Path | None) -> None:
    """Restaure une sauvegarde dans un endroit vide et compare tout ; refuse un fichier altéré sans rien changer."""
    from casefile import backup as firm

    settings, database, storage = _open()
    summary = firm.restore(file, settings.keyring, database, storage, _side(settings, blobs))
    report = _verified(database, storage)
    print_json({"restored": True, **summary.as_json(), "verify": report})
    raise SystemExit(0 if report["ok"] else 1)


@click.command("migrate-to")
@click.argument("url")
def migrate_to(url: str) -> None:
    """Copie un cabinet arrêté vers une autre base, vide, et compare comptes et empreintes."""
    from casefile import backup as firm
    from casefile.database import Database

    settings, database, _storage = _open()
    target = Database(url, settings.keyring)
    tables = firm.move(database, target)
    target.close()
    database.close()
    print_json({"moved": True, "tables": tables})
    click.echo("Donnez maintenant cette adresse à CASEFILE_DATABASE_URL, puis relancez Casefile.", err=True)


@click.command()
def upgrade() -> None:
    """Sauvegarde, met la base à niveau, puis vérifie tout ; sur une base neuve, la crée et donne le premier lien."""
    from casefile.cli.run import prepare

    settings, database, storage = _open()
    with _closed_meanwhile(settings):
        file = _backed_up(settings, database, storage)
        link = prepare(settings)
        report = _verified(database, storage)
    print_json({"upgraded": True, "backup": file, "first_account": link, "verify": report})
    raise SystemExit(0 if report["ok"] else 1)


@contextmanager
def _closed_meanwhile(settings: Settings) -> Iterator[None]:
    """Show the maintenance page; one that the operator had put up stays."""
    ours = not settings.maintenance_file.exists()
    if ours:
        settings.maintenance_file.touch()
    try:
        yield
    finally:
        if ours:
            settings.maintenance_file.unlink(missing_ok=True)


def _backed_up(settings: Settings, database: Database, storage: SealedStorage) -> str | None:
    from casefile import backup as firm
    from casefile import clock

    if database.is_new():
        return None
    directory = settings.data_dir / "backups"
    directory.mkdir(mode=0o700, exist_ok=True)
    file = directory / f"avant-mise-a-niveau-{clock.now():%Y%m%dT%H%M%SZ}.casefile"
    summary = firm.make(database, storage, settings.keyring, file)
    database.migrate()
    database.learn()
    with database.transaction() as session:
        firm.note_made(session, summary, file)
    return str(file)


def _verified(database: Database, storage: SealedStorage) -> dict[str, object]:
    from casefile.integrity import verify

    with database.reader() as session:
        report = verify(session, storage)
    database.close()
    return report.as_json()
