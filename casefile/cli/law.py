"""`casefile law`: the rules, asked from the command line; JSON in, JSON out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from casefile.cli import LazyGroup
from casefile.errors import InvalidInput

# command name → "module:attribute"; one line per subcommand, in alphabetical order.
LAW_COMMANDS: dict[str, str] = {
    "date-of": "casefile.cli.law_dates:date_of",
    "limitation": "casefile.cli.law_limitation:limitation",
    "procedure": "casefile.cli.law_procedure:law_procedure",
    "qualify": "casefile.cli.law_qualify:law_qualify",
    "routes": "casefile.cli.law_routes:law_routes",
    "rules": "casefile.cli.law_rules:law_rules",
    "sheet": "casefile.cli.law_rules:law_sheet",
}


@click.group(cls=LazyGroup, lazy=LAW_COMMANDS)
def law() -> None:
    """Interroge les règles de droit (JSON en entrée, JSON en sortie)."""


def read_facts(source: str | None) -> dict[str, Any]:
    """Read one JSON object from a file, or from standard input when no file is named.

    Raises InvalidInput with a French sentence when it is not one.
    """
    try:
        text = sys.stdin.read() if source in {None, "-"} else Path(str(source)).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("Le fichier d'entrée est introuvable ou illisible : vérifiez son chemin.") from error
    try:
        facts = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"L'entrée n'est pas un document JSON valide (ligne {error.lineno}) : corrigez-la."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput("L'entrée contient un nombre ou un emboîtement démesuré : corrigez-la.") from error
    if not isinstance(facts, dict):
        raise InvalidInput("L'entrée doit être un objet JSON, entre accolades.")
    return facts
