"""`casefile maintenance on|off`: close the pages for works, with a sentence, and open them again."""

from __future__ import annotations

import click

from casefile.cli import print_json
from casefile.config import Settings


@click.group()
def maintenance() -> None:
    """Fermer les pages le temps de travaux, puis les rouvrir."""


@maintenance.command()
@click.option("--message", default="", help="La phrase montrée aux personnes du cabinet.")
def on(message: str) -> None:
    """Montrer la page de maintenance sur cette machine."""
    settings = Settings.from_env()
    settings.maintenance_file.write_text(message, "utf-8")
    print_json({"maintenance": True})


@maintenance.command()
def off() -> None:
    """Rouvrir les pages."""
    Settings.from_env().maintenance_file.unlink(missing_ok=True)
    print_json({"maintenance": False})
