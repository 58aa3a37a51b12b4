"""`casefile document TYPE --dossier REF`: a document drawn from a dossier of this machine, or refused in French.

Whoever may read the data directory holds the firm's keys: the command asks for no account, as `casefile backup` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.cli import fail, print_json
from casefile.config import Settings
from casefile.database import Database
from casefile.documents import capture_report, catalogue, exhibit_file, letters
from casefile.documents.findings import Finding, Preflight
from casefile.documents.inputs import PASSAGE_FIELDS, asked_by, defaults_of
from casefile.errors import InvalidInput, NotFound
from casefile.models.evidence import Capture, CaptureState
from casefile.models.ledger import Letter, LetterState
from casefile.models.matter import Matter
from casefile.models.people import Firm
from casefile.storage import from_url

EXPLAINED = frozenset(name for name, _, _ in PASSAGE_FIELDS)


@click.command("dossier")
@click.argument("kind", metavar="TYPE")
@click.option("--dossier", "reference", required=True, help="Numéro du dossier, par exemple 2026/0001.")
@click.option("--format", "fmt", type=click.Choice(["pdf", "docx"]), default="pdf")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reponse", "answers", multiple=True, metavar="NOM=VALEUR", help="Réponse au formulaire de la lettre.")
def from_dossier(kind: str, reference: str, fmt: str, output: Path, answers: tuple[str, ...]) -> None:
    """Produit un document à partir d'un dossier, ou le refuse en disant ce qui manque."""
    chosen = catalogue.type_of(kind)
    if chosen.id == "rapport_capture":
        _report(reference, fmt, output)
        return
    said = {name: text.partition("=")[2] for text in answers if (name := text.partition("=")[0]) in EXPLAINED}
    given = dict(_answer(chosen.id, text) for text in answers if text.partition("=")[0] not in EXPLAINED)
    with Database.of(Settings.from_env()).reader() as session:
        matter = _matter(session, reference)
        last = session.scalar(
            select(Letter)
            .where(Letter.matter_id == matter.id, Letter.letter_type == chosen.id)
            .where(Letter.state != LetterState.ABANDONED)
            .order_by(Letter.created_at.desc())
        )
        inputs = {**defaults_of(chosen.id), **(last.inputs if last else {}), **given}
        if said:
            inputs["passages"] = _said_of_all(session, matter, said, inputs.get("passages") or {})
        facts = letters.facts_now(session, matter, chosen.id, last.publication_id if last else None, inputs)
    _check(chosen.id, facts)
    _write(chosen.id, reference, output, letters.render(chosen.id, facts, clock.today(), fmt, is_draft=True))


def write_exhibits(reference: str, limit: int | None, output: Path) -> None:
    """Write the list and the stamped copies of a dossier's exhibits, telling how many are done."""
    settings = Settings.from_env()
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with Database.of(settings).reader() as session:
        matter = _matter(session, reference)
        size = limit * 1_000_000 if limit else exhibit_file.limit_of(session.get(Firm, 1))
        files = exhibit_file.separate(
            session, storage, matter, size, lambda done, total: click.echo(f"Pièce {done} sur {total}", err=True)
        )
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            (output / name).write_bytes(content)
    except OSError:
        fail(InvalidInput(f"Le dossier « {output} » ne peut pas être écrit : vérifiez-le."))
    print_json({"dossier": reference, "files": [{"file": name, "bytes": len(content)} for name, content in files]})


def _report(reference: str, fmt: str, output: Path) -> None:
    """Draw the report of the dossier's last capture made by the built-in browser."""
    settings = Settings.from_env()
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with Database.of(settings).reader() as session:
        matter = _matter(session, reference)
        capture = session.scalar(
            select(Capture)
            .where(Capture.matter_id == matter.id, Capture.state == CaptureState.SEALED, Capture.origin == "browser")
            .order_by(Capture.created_at.desc())
        )
        if capture is None:
            message = (
                "Ce dossier n’a pas de capture automatique scellée : lancez la capture de la page, puis le rapport."
            )
            found = Preflight("rapport_capture", (Finding("no_capture", message, "captures"),))
            print_json(found.to_json())
            click.echo(message, err=True)
            raise SystemExit(3)
        _write(
            "rapport_capture", reference, output, capture_report.report(session, storage, capture, clock.today(), fmt)
        )


def _matter(session: Session, reference: str) -> Matter:
    matter = session.scalar(select(Matter).where(Matter.reference == reference.strip()))
    if matter is None:
        raise NotFound(f"Le dossier « {reference} » n’existe pas : vérifiez son numéro.", field="dossier")
    return matter


def _write(kind: str, reference: str, output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError:
        fail(InvalidInput(f"Le fichier « {output} » ne peut pas être écrit : vérifiez le dossier."))
    is_draft = kind != "rapport_capture"
    print_json({"type": kind, "dossier": reference, "file": str(output), "bytes": len(content), "draft": is_draft})


def _said_of_all(session: Session, matter: Matter, said: dict[str, str], before: dict[str, Any]) -> dict[str, Any]:
    """Say the same of every passage of the dossier that has not its own explanation yet."""
    dossier = letters.dossier_of(session, matter, None, {})
    quoted = [str(one.passage.id) for content in dossier.contents for one in content.quoted]
    return {identifier: {**said, **before.get(identifier, {})} for identifier in quoted}


def _check(kind: str, facts: dict[str, Any]) -> None:
    """List everything that is missing, one sentence a line, and leave with 3."""
    found = catalogue.check(kind, facts, clock.today())
    for warning in found.warnings:
        click.echo(f"Attention : {warning.message}", err=True)
    if found.ok:
        return
    for refusal in found.refusals:
        click.echo(refusal.message, err=True)
    print_json(found.to_json())
    raise SystemExit(3)


def _answer(kind: str, text: str) -> tuple[str, Any]:
    """Read « name=value » as the letter's form would."""
    name, equals, value = text.partition("=")
    question = next((one for one in asked_by(kind) if one.name == name), None)
    if not equals or question is None:
        known = ", ".join([*(one.name for one in asked_by(kind)), *sorted(EXPLAINED)])
        raise InvalidInput(f"La réponse « {text} » n’est pas comprise : écrivez NOM=VALEUR, parmi {known}.", field=name)
    if question.kind == "yesno":
        return name, value.strip().casefold() in {"oui", "yes", "true"}
    if question.kind in {"lines", "text"}:
        return name, [part.strip() for part in value.split(";") if part.strip()]
    if question.kind == "rows":
        return name, [[cell.strip() for cell in row.split("|")] for row in value.split(";") if row.strip()]
    return name, value
