"""`casefile bench`: what Casefile costs, as ratios against floors measured in the same run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from casefile.errors import Refused

ROOT = Path(__file__).resolve().parent.parent.parent


@click.command()
@click.option("--matters", default=1000, show_default=True, help="Dossiers, chacun avec 5 délais et 20 pièces.")
@click.option("--texts", default=20_000, show_default=True, help="Nombre de textes courts de l'index.")
@click.option("--only", default="", help="Ne mesure que les lignes dont le nom contient ce texte.")
@click.option("--strict", is_flag=True, help="Sort en 1 si une limite est dépassée.")
def bench(matters: int, texts: int, only: str, strict: bool) -> None:
    """Mesure chaque ligne contre son plancher, dans la même exécution : des rapports, jamais des durées."""
    sys.path.insert(0, str(ROOT))
    try:
        from bench.ground import ground
        from bench.measure import compare
        from bench.rows import ROWS
    except ImportError as error:
        raise Refused("Le banc d'essai n'est livré qu'avec les sources : lancez-le depuis leur dossier.") from error

    click.echo(f"{matters} dossiers, {texts} textes ; colonnes : nom, plancher, rapport médian, rapport p95, limite")
    exceeded = False
    with ground(matters, texts) as prepared:
        for name, floor, limit, prepare in ROWS:
            if only in name:
                line = compare(name, floor, limit, prepare(prepared))
                exceeded |= limit is not None and line.ratio > limit
                click.echo(str(line))
    raise SystemExit(1 if strict and exceeded else 0)
