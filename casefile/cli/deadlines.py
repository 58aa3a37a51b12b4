"""`casefile deadlines`: the proof archive of a dossier, the daily journal, and their verification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.cli import print_json
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import journal as daily
from casefile.deadlines import proof as proofs
from casefile.deadlines import proof_check
from casefile.documents import deadline_journal
from casefile.errors import InvalidInput, NotFound
from casefile.models.matter import Matter
from casefile.models.people import Person

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def deadlines() -> None:
    """Exporte et vérifie les preuves de délais."""


@deadlines.command()
@click.option("--dossier", "reference", required=True, help="Numéro du dossier, par exemple 2026/0001.")
@click.option("-o", "--output", required=True, type=FILE)
def proof(reference: str, output: Path) -> None:
    """Écrit l'archive qui prouve qui savait quoi et quand, vérifiable hors ligne."""
    with _transaction() as session:
        matter = session.scalar(select(Matter).where(Matter.reference == reference))
        if matter is None:
            raise NotFound(f"Le dossier {reference} n'existe pas : vérifiez son numéro.")
        content = proofs.archive(session, session.get_one(Person, matter.responsible_id), matter)
    output.write_bytes(content)
    print_json({"dossier": reference, "file": str(output), "bytes": len(content)})


@deadlines.command()
@click.option("--from", "begins", default="1990-01-01", help="Premier jour, AAAA-MM-JJ.")
@click.option("--to", "ends", default="2100-12-31", help="Dernier jour, AAAA-MM-JJ.")
@click.option("-o", "--output", required=True, type=FILE)
def journal(begins: str, ends: str, output: Path) -> None:
    """Écrit les pages du journal quotidien des délais."""
    with _transaction() as session:
        content = daily.export(session, _day(begins, "from"), _day(ends, "to"))
    output.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    print_json({"pages": len(content["pages"]), "file": str(output)})


@deadlines.command()
@click.option("--from", "begins", default="1990-01-01", help="Premier jour, AAAA-MM-JJ.")
@click.option("--to", "ends", default="2100-12-31", help="Dernier jour, AAAA-MM-JJ.")
@click.option("-o", "--output", required=True, type=FILE)
def sheets(begins: str, ends: str, output: Path) -> None:
    """Écrit les feuilles scellées du journal, en PDF, avec le programme qui les vérifie."""
    settings = Settings.from_env()
    with _transaction() as session:
        content = deadline_journal.bundle(session, settings, _day(begins, "from"), _day(ends, "to"))
    output.write_bytes(content)
    print_json({"file": str(output), "bytes": len(content)})


@deadlines.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
def verify(files: tuple[Path, ...]) -> None:
    """Vérifie un journal exporté, ou ses feuilles en PDF ; sort en 1 en nommant ce qui est altéré."""
    try:
        if all(file.suffix.lower() == ".pdf" for file in files):
            found = proof_check.sheets_faults((file.name, file.read_bytes()) for file in files)
        else:
            found = proof_check.journal_faults(json.loads(files[0].read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("Ce fichier n'est pas un journal des délais exporté par Casefile.") from error
    print_json({"intact": not found, "problems": found})
    for problem in found:
        click.echo(problem, err=True)
    raise SystemExit(1 if found else 0)


@contextmanager
def _transaction() -> Iterator[Session]:
    database = Database.of(Settings.from_env())
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.close()


def _day(text: str, field: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a legal day has no zone
    except ValueError as error:
        raise InvalidInput(f"L'option --{field} attend un jour écrit AAAA-MM-JJ.", field=field) from error
