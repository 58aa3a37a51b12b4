"""A hundred random packs of exhibits: each piece once, no gap, each file under the size, digests that agree."""

from __future__ import annotations

import hashlib
import random
from datetime import date
from io import BytesIO

import pikepdf
from PIL import Image

from casefile.documents.exhibit_source import Source
from casefile.documents.exhibits import bind, merge, split, stamp_all

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
    if chance.random() < 0.04:
        return message(chance)
    if chance.random() < 0.3:
        Image.new("RGB", (chance.randint(40, 200), chance.randint(40, 200)), "white").save(stream, "PNG")
    else:
        page_of(chance).save(stream)
    return stream.getvalue()


def message(chance: random.Random) -> bytes:
    lines = "\r\n".join(f"Ligne {number} : à l’essai." for number in range(chance.randint(1, 40)))
    head = "From: a@example.org\r\nDate: Mon, 9 Nov 2026 10:00:00 +0100\r\nSubject: Avis\r\nMIME-Version: 1.0"
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{lines}".encode()


def sizes(chance: random.Random) -> list[int]:
    """Give the sizes of the packs: most are small, one in ten has nine exhibits, the first one has fifty."""
    return [50, *(chance.choice((1, 1, 1, 1, 1, 2, 2, 2, 3, 9)) for _ in range(ROUNDS - 1))]


def test_a_hundred_random_packs_lose_nothing() -> None:
    chance = random.Random(7)
    for count in sizes(chance):
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
        bound = bind([(source, "Me Aubry") for source in sources])
        for whole_file in (merge(copies), bound):
            with pikepdf.open(BytesIO(whole_file)) as whole, whole.open_outline() as outline:
                assert len(whole.pages) == sum(copy.pages for copy in copies)
                assert [mark.title.split("\u00a0– ")[0] for mark in outline.root] == [
                    f"Pièce\u00a0n°\u00a0{number}" for number in range(1, count + 1)
                ]
        with pikepdf.open(BytesIO(bound)) as whole:
            stamps = [
                rank for rank, page in enumerate(whole.pages) if "/CasefileStamp" in page.resources.get("/XObject", {})
            ]
            firsts = [sum(copy.pages for copy in copies[:rank]) for rank in range(count)]
            assert stamps == firsts
