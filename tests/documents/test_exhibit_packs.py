"""A hundred random packs of exhibits: each piece once, no gap, each file under the size, digests that agree."""

from __future__ import annotations

import hashlib
import random
from datetime import date
from io import BytesIO

import pikepdf
from PIL import Image

from casefile.documents.exhibits import Source, merge, split, stamp_all

ROUNDS = 100
LIMIT = 60_000


def page_of(chance: random.Random) -> pikepdf.Pdf:
    made = pikepdf.new()
    for _ in range(chance.randint(1, 4)):
        page = made.add_blank_page(page_size=(595, 842))
        noise = chance.randbytes(chance.randint(0, 9_000))
        page.obj.PieceInfo = pikepdf.Dictionary(Casefile=pikepdf.Stream(made, noise))
        page.rotate(chance.choice((0, 90, 180, 270)), relative=False)
    return made


def content_of(chance: random.Random) -> bytes:
    stream = BytesIO()
    if chance.random() < 0.3:
        Image.new("RGB", (chance.randint(40, 200), chance.randint(40, 200)), "white").save(stream, "PNG")
    else:
        page_of(chance).save(stream)
    return stream.getvalue()


def test_a_hundred_random_packs_lose_nothing() -> None:
    chance = random.Random(7)
    for _ in range(ROUNDS):
        count = chance.randint(1, 3)
        sources = [
            Source(str(number), f"Pièce à l’essai {number}", date(2026, 11, 9), content_of(chance))
            for number in range(1, count + 1)
        ]
        told: list[tuple[int, int]] = []
        copies = list(stamp_all(sources, "Me Aubry", lambda done, total, told=told: told.append((done, total))))
        assert [copy.number for copy in copies] == [str(number) for number in range(1, count + 1)]
        assert told == [(done, count) for done in range(1, count + 1)]
        names: list[str] = []
        for copy in copies:
            assert copy.facts["digest"] == hashlib.sha256(copy.content).hexdigest()
            parts = split(copy, LIMIT)
            assert all(len(content) <= LIMIT and name.isascii() for name, content in parts)
            pages = 0
            for _name, content in parts:
                with pikepdf.open(BytesIO(content)) as opened:
                    pages += len(opened.pages)
            assert pages == copy.pages
            names += [name for name, _content in parts]
        assert len(set(names)) == len(names)
        with pikepdf.open(BytesIO(merge(copies))) as whole:
            assert len(whole.pages) == sum(copy.pages for copy in copies)
