"""`casefile capture`: one page sealed at once in a dossier; `casefile evidence export`: its package."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from casefile.cli import print_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casefile.models.evidence import Capture, Publication
    from casefile.models.matter import Matter
    from casefile.models.people import Person


@click.command()
@click.argument("url")
@click.option("--dossier", "reference", required=True, help="Référence du dossier, par exemple 2026/0001.")
@click.option("--operateur", "email", help="Adresse électronique de qui fait la capture ; le responsable sans elle.")
def capture(url: str, reference: str, email: str | None) -> None:
    """Capture une page et la scelle dans un dossier, tout de suite."""
    from casefile import clock
    from casefile.config import Settings
    from casefile.database import Database
    from casefile.errors import Refused
    from casefile.evidence import docket
    from casefile.models.evidence import Capture, CaptureState

    settings = Settings.from_env()
    database = Database.of(settings)
    with database.transaction() as session:
        matter = _matter(session, reference)
        actor = _operator(session, matter, email)
        row = docket.request(session, actor, _publication(session, actor, matter, url), url)
        docket.take(row, clock.now())
    docket.perform(database, settings, row)
    with database.reader() as session:
        done = session.get_one(Capture, row.id)
    database.close()
    if done.state is not CaptureState.SEALED:
        raise Refused(done.failure or "La capture n'a pas abouti.")
    print_json({"id": str(done.id), "manifest_sha256": done.manifest_sha256, "outcome": done.outcome})


@click.command()
@click.argument("capture_id", metavar="CAPTURE")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(capture_id: str, output: Path) -> None:
    """Écrit le dossier de preuve (ZIP) que l'autre partie vérifie hors ligne."""
    from casefile import clock, storage
    from casefile.config import Settings
    from casefile.database import Database
    from casefile.documents import capture_report, signature
    from casefile.errors import InvalidInput
    from casefile.evidence import filing

    settings = Settings.from_env()
    database = Database.of(settings)
    store = storage.from_settings(settings)
    with database.reader() as session:
        added = capture_report.extras(
            session, store, _capture(session, capture_id), clock.today(), signature.signing(settings)
        )
    with database.transaction() as session:
        row = _capture(session, capture_id)
        try:
            sha256 = filing.export(session, store, row, None, output, extras=added)
        except OSError as error:
            raise InvalidInput(f"Le fichier « {output} » ne peut pas être écrit : vérifiez le dossier.") from error
    database.close()
    print_json({"id": str(row.id), "file": str(output), "sha256": sha256})


def _matter(session: Session, reference: str) -> Matter:
    from sqlalchemy import select

    from casefile.errors import NotFound
    from casefile.models.matter import Matter

    found = session.scalar(select(Matter).where(Matter.reference == reference))
    if found is None:
        raise NotFound(f"Aucun dossier ne porte la référence « {reference} » : vérifiez-la.")
    return found


def _operator(session: Session, matter: Matter, email: str | None) -> Person:
    from sqlalchemy import select

    from casefile.access import Permission, matter_for
    from casefile.errors import InvalidInput
    from casefile.models.people import Person

    if not email:
        return session.get_one(Person, matter.responsible_id)
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise InvalidInput(f"Personne n'a l'adresse « {email} » dans ce cabinet.", field="operateur")
    matter_for(session, person, matter.id, Permission.MATTER_WRITE)
    return person


def _publication(session: Session, actor: Person, matter: Matter, url: str) -> Publication:
    """Find the dossier's content at this address, or add one."""
    from sqlalchemy import select

    from casefile import matters
    from casefile.evidence.fetch import web_address
    from casefile.models.evidence import Publication

    host = web_address(url).hostname or urlsplit(url).netloc
    found = session.scalar(select(Publication).where(Publication.matter_id == matter.id, Publication.url == url))
    return found or matters.add_publication(session, actor, matter, title=host, platform="site", url=url)


def _capture(session: Session, capture_id: str) -> Capture:
    from casefile.errors import NotFound
    from casefile.models.evidence import Capture

    try:
        row = session.get(Capture, uuid.UUID(capture_id))
    except ValueError:
        row = None
    if row is None:
        raise NotFound(f"Aucune capture n'a l'identifiant « {capture_id} » : vérifiez-le.")
    return row
