"""`casefile law rules` and `casefile law sheet`: the rules listed, and the page that a lawyer signs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click

from casefile import clock
from casefile.cli import print_json
from casefile.errors import InvalidInput
from casefile.law import catalogue, rules
from casefile.law.french import typeset


@click.command("rules")
@click.option("--kind", default="", help="Genre de règle (limitation, procedure…).")
@click.option("--on", "on_text", default="", help="Jour considéré, AAAA-MM-JJ (aujourd’hui par défaut).")
def law_rules(kind: str, on_text: str) -> None:
    """Liste les règles : version, statut, date de vérification, péremption."""
    print_json([line.as_json() for line in catalogue.listing(_day(on_text), kind)])


@click.command("sheet")
@click.argument("rule_id", metavar="RULE")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Fichier PDF.")
@click.option("--on", "on_text", default="", help="Jour considéré, AAAA-MM-JJ (aujourd’hui par défaut).")
def law_sheet(rule_id: str, output: Path, on_text: str) -> None:
    """Écrit la fiche d'une règle, une page à relire et à signer par un avocat."""
    from casefile.documents.rule_sheet import rule_sheet

    on = _day(on_text)
    rule = catalogue.find(rule_id)
    made = rule_sheet(rule, rules.rule_at(rule.id, on), on)
    try:
        output.write_bytes(made)
    except OSError as error:
        raise InvalidInput(
            typeset("Champ « output » : ce fichier ne peut pas être écrit, choisissez un autre chemin."),
            field="output",
        ) from error
    print_json({"rule": rule.id, "file": str(output)})


def _day(text: str) -> date:
    if not text:
        return clock.today()
    wrong = InvalidInput(typeset("Champ « on » : écrivez une date ISO, par exemple 2026-11-23."), field="on")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise wrong
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise wrong from error
