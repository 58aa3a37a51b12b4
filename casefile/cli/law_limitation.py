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
    from casefile.law.limitation_input import facts_from_json
    from casefile.law.limitation_options import what_if

    facts, on = facts_from_json(read_facts(source))
    if options:
        print_json([option.to_json() for option in what_if(facts, on)])
    else:
        print_json(compute(facts, on).to_json())
