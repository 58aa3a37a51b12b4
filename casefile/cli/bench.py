"""`casefile bench`: what Casefile costs, as ratios against floors measured in the same run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casefile.errors import Refused

if TYPE_CHECKING:
    from bench.measure import Line

ROOT = Path(__file__).resolve().parent.parent.parent


@click.command()
@click.option("--matters", default=1000, show_default=True, help="Dossiers, chacun avec 5 délais et 20 pièces.")
@click.option("--texts", default=20_000, show_default=True, help="Nombre de textes courts de l'index.")
@click.option("--only", default="", help="Ne mesure que les lignes dont le nom contient ce texte.")
@click.option("--growth", is_flag=True, help="Compare chaque page avec elle-même, quand le cabinet grandit.")
@click.option(
    "--sizes", default="1000,10000,100000", show_default=True, help="Tailles de --growth, la première sert de plancher."
)
@click.option(
    "--served", is_flag=True, help="Mesure le serveur lui-même : 50 personnes à la fois, mémoire, démarrage à froid."
)
@click.option("--strict", is_flag=True, help="Sort en 1 si une limite est dépassée.")
def bench(*, matters: int, texts: int, only: str, growth: bool, sizes: str, served: bool, strict: bool) -> None:
    """Mesure chaque ligne contre son plancher, dans la même exécution : des rapports, jamais des durées."""
    sys.path.insert(0, str(ROOT))
    try:
        from bench.growth import growing
        from bench.users import serving
    except ImportError as error:
        raise Refused("Le banc d'essai n'est livré qu'avec les sources : lancez-le depuis leur dossier.") from error

    if growth:
        lines, told = growing([int(size) for size in sizes.split(",")], only=only), f"{sizes} dossiers"
    else:
        lines = serving(matters, texts) if served else _rows(matters, texts, only)
        told = f"{matters} dossiers, {texts} textes"
    click.echo(f"{told} ; colonnes : nom, plancher, rapport médian, rapport p95, limite")
    exceeded = False
    for line in lines:
        exceeded |= line.limit is not None and line.ratio > line.limit
        click.echo(str(line))
    raise SystemExit(1 if strict and exceeded else 0)


def _rows(matters: int, texts: int, only: str) -> Iterator[Line]:
    from bench.ground import ground
    from bench.measure import compare
    from bench.rows import ROWS

    with ground(matters, texts) as prepared:
        for name, floor, limit, prepare in ROWS:
            if only in name:
                yield compare(name, floor, limit, prepare(prepared))
