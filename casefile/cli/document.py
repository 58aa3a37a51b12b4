"""`casefile document`: check and render documents from facts, list the types.

`casefile document TYPE --dossier REF` draws the same documents from a dossier: an unknown subcommand is taken for a
type and handed to `casefile.cli.document_dossier`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from casefile.cli import fail, print_json
from casefile.cli.law import read_facts
from casefile.clock import today
from casefile.documents import catalogue, docx, pdf
from casefile.errors import InvalidInput


def _from_dossier() -> click.Command:
    """Import the database only when a dossier is asked for."""
    from casefile.cli.document_dossier import from_dossier

    return from_dossier


class DocumentGroup(click.Group):
    """A group in which the name of a type of document is a command too, once dossiers can be read."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take an unknown name for a type and pass it on as the first argument."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return args[0], _from_dossier(), args
        return super().resolve_command(ctx, args)


@click.group(cls=DocumentGroup)
def document() -> None:
    """Contrôle et produit les documents."""


@document.command("types")
def list_types() -> None:
    """Liste les types de documents et les faits que chacun exige."""
    print_json(
        [
            {
                "type": kind.id,
                "number": kind.number,
                "title": kind.title,
                "aliases": list(kind.aliases),
                "required": [{"field": _path(need), "label": need.label} for need in kind.required],
                "channels": list(kind.channels),
                "interrupts": kind.interrupts,
                "does_not": list(kind.does_not),
            }
            for kind in catalogue.types().values()
        ]
    )


@document.command("check")
@click.argument("file", required=False)
def check(file: str | None) -> None:
    """Contrôle les faits d'un document (JSON) et dit ce qui manque."""
    name, facts, on = _read(file)
    result = catalogue.check(name, facts, on)
    print_json(result.to_json())
    if not result.ok:
        click.echo(" ".join(finding.message for finding in result.refusals), err=True)
        raise SystemExit(3)


@document.command("render")
@click.argument("file", required=False)
@click.option("--format", "kind", type=click.Choice(["pdf", "docx"]), default="pdf")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def render(file: str | None, kind: str, output: Path) -> None:
    """Produit le document à partir des faits (JSON)."""
    name, facts, on = _read(file)
    content = rendered(name, facts, on, kind)
    try:
        output.write_bytes(content)
    except OSError:
        fail(InvalidInput(f"Le fichier « {output} » ne peut pas être écrit : vérifiez le dossier."))
    print_json({"type": catalogue.type_of(name).id, "file": str(output), "bytes": len(content)})


@document.command("pieces")
@click.option("--dossier", "reference", required=True, help="Numéro du dossier, par exemple 2026/0001.")
@click.option("--limite", "limit", type=click.IntRange(1, 100), help="Taille d’un fichier, en Mo.")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path))
def pieces(reference: str, limit: int | None, output: Path) -> None:
    """Écrit le bordereau et les copies cachetées de toutes les pièces d’un dossier."""
    from casefile.cli.document_dossier import write_exhibits

    write_exhibits(reference, limit, output)


def rendered(name: str, facts: dict[str, Any], on: date, kind: str) -> bytes:
    """Build the blocks of a type from facts and render them as PDF or DOCX."""
    blocks, meta = catalogue.build(name, facts, on), catalogue.meta(name, facts, on)
    return pdf.render(blocks, meta) if kind == "pdf" else docx.render(blocks, meta)


def _read(file: str | None) -> tuple[str, dict[str, Any], date]:
    given = read_facts(file)
    name, facts = given.get("type"), given.get("facts")
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise InvalidInput("Indiquez le type du document dans « type ».", field="type")
    if not isinstance(facts, dict):
        raise InvalidInput("Indiquez les faits du document dans « facts », entre accolades.", field="facts")
    try:
        on = date.fromisoformat(str(given["on"])) if given.get("on") else today()
    except ValueError as error:
        raise InvalidInput("La date « on » doit s’écrire AAAA-MM-JJ.", field="on") from error
    return str(name), facts, on


def _path(need: Any) -> str:
    return f"{need.each}[].{need.path}" if need.each else str(need.path)
