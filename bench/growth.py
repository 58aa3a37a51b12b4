"""What a page costs when the firm grows, against what the same page cost in the small firm, asked turn about.

Both firms are open at once, and every listing shows exactly fifty rows in each: what grows is what the database must
pass over, never what the page must draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import delete

from bench.data import SHOWN
from bench.ground import Ground, ground
from bench.measure import Act, Line, Pair, compare
from bench.pages import asked, first_matter, rows_shown, served, signed_in
from bench.rows import COMMON, LISTINGS, OTHERS, found_in, rounds_of
from casefile.models.people import RateWindow

SIZES = (1_000, 10_000, 100_000)
# The million short texts of the largest firm, and as many to each dossier in the others.
TEXTS_EACH = 10
LIMIT = 1.3


def growing(sizes: Sequence[int], texts_each: int = TEXTS_EACH, only: str = "") -> Iterator[Line]:
    """Compare each size with the first, page by page."""
    first, *others = sizes
    with ground(first, first * texts_each) as small:
        for size in others:
            with ground(size, size * texts_each) as large:
                for name, prepare in _acts():
                    if only in name:
                        pair = prepare(small, large)
                        yield compare(f"{name}, {size} dossiers", f"la même, {first} dossiers", LIMIT, pair)


def _acts() -> Iterator[tuple[str, Callable[[Ground, Ground], Pair]]]:
    for name, (path, _write) in LISTINGS.items():
        yield name, partial(_visits, path, listing=True)
    for name, path in OTHERS.items():
        yield name, partial(_visits, path, listing=False)
    yield "recherche, mots courants", lambda small, large: Pair(found_in(small, COMMON), found_in(large, COMMON))


def _visits(path: str, small: Ground, large: Ground, *, listing: bool) -> Pair:
    def full(left: object, right: object) -> bool:
        """Both show exactly as many rows."""
        return not listing or rows_shown(str(left)) == rows_shown(str(right)) == SHOWN

    return Pair(_visit(small, path), _visit(large, path), rounds_of(path), same=full)


def _visit(firm: Ground, path: str) -> Act:
    with firm.database.transaction() as session:
        session.execute(delete(RateWindow))  # the same firm is asked again for each size: that is no script
    client: Any = signed_in(firm, served(firm))
    address = path.format(first=first_matter(firm))
    return lambda _number: asked(client, address)
