"""`casefile law limitation`: when an action is barred, in three dates with their trace."""

from __future__ import annotations

import click

from casefile.cli import print_json
from casefile.cli.law import read_facts


@click.command("limitation")
@click.argument("source", required=False)
@click.option("--et-si", "options", is_flag=True, help="Compare les voies d'action prises ce jour-là.")
def limitation(source: str | None, options: bool) -> None:
    """Calcule la prescription d'une action (JSON en entrée, JSON en sortie)."""
    from casefile.law.limitation import compute
    from casefile.law.limitation_input import facts_from_json, ignored_fields
    from casefile.law.limitation_options import what_if

    asked = read_facts(source)
    facts, on = facts_from_json(asked)
    if options:
        print_json([option.to_json() for option in what_if(facts, on)])
    else:
        answer = compute(facts, on).to_json()
        print_json({**answer, "warnings": [*answer["warnings"], *ignored_fields(asked)]})
