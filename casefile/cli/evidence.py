"""`casefile evidence`: verification by the other side, without account, database or network; export from the store."""

from __future__ import annotations

from pathlib import Path

import click

from casefile.cli import LazyGroup, print_json


@click.group(cls=LazyGroup, lazy={"export": "casefile.cli.capture:export"})
def evidence() -> None:
    """Vérifie et exporte les captures scellées."""


@evidence.command()
@click.argument("package", type=click.Path(path_type=Path))
def verify(package: Path) -> None:
    """Vérifie un paquet exporté ou un dossier scellé ; sort en 1 en nommant ce qui est altéré."""
    from casefile.evidence.verify import verify as check

    report = check(package)
    print_json(report.as_json())
    for problem in report.problems:
        click.echo(f"Altéré : {problem.name} – {problem.detail}", err=True)
    raise SystemExit(0 if report.intact else 1)
