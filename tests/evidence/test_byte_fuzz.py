"""Deposited bytes of every kind, broken in every way: kept or refused with a sentence, read or not, never a crash."""

from __future__ import annotations

import contextlib
import gzip
import io
import random
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from casefile.evidence import reading, sniff

SEED, ROUNDS = 1881, 30
MAIL = (
    b"From: a@b.fr\r\nTo: c@d.fr\r\nDate: Mon, 23 Nov 2026 09:00:00 +0100\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; "
    b"charset=utf-8\r\n\r\nBonjour\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Bonjour<script>x</script>\r\n--x--\r\n"
)
WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://x.example/\r\nContent-Length: 40\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n\r\n\r\n"
)


def picture(kind):
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, kind)
    return target.getvalue()


def pdf():
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawString(50, 700, "Ce médecin est un charlatan")
    canvas.save()
    return target.getvalue()


def office(make, save):
    target = io.BytesIO()
    save(make(), target)
    return target.getvalue()


def archive(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def seeds():
    return {
        "png": picture("PNG"),
        "jpg": picture("JPEG"),
        "gif": picture("GIF"),
        "webp": picture("WEBP"),
        "pdf": pdf(),
        "docx": office(Document, lambda document, target: document.save(target)),
        "xlsx": office(Workbook, lambda book, target: book.save(target)),
        "odt": archive(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<a><p>x</p></a>"}),
        "wacz": archive(**{"datapackage.json": "{}", "archive__data.warc": WARC}),
        "eml": MAIL,
        "mhtml": b"Snapshot-Content-Location: https://x\r\nMIME-Version: 1.0\r\n" + MAIL,
        "warc": WARC,
        "warc.gz": gzip.compress(WARC),
        "html": b"<!doctype html><html><head><title>x</title></head><body><p>Bonjour</body></html>",
        "txt": "Un avis très négatif.\n".encode(),
        "msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "__properties".encode("utf-16-le"),
        "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200,
        "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 200,
    }


def broken(content: bytes, other: bytes, draw: random.Random) -> bytes:
    """Cut, flip, repeat, join or stretch bytes."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 8))):
        place, how = draw.randrange(len(data) + 1), draw.randrange(6)
        if how == 0:
            del data[place:]
        elif how == 1:
            for _ in range(draw.choice((1, 20))):
                if data:
                    data[draw.randrange(len(data))] = draw.randrange(256)
        elif how == 2:
            data[place:place] = data[: draw.randrange(200)]
        elif how == 3:
            data[place:place] = other[: draw.randrange(len(other) + 1)]
        elif how == 4:
            data[place : place + 4] = b"\xff\xff\xff\x7f"
        else:
            data[place : place + draw.randrange(60)] = draw.randbytes(draw.randrange(60))
    return bytes(data)


def examine(path, output, faults, what):
    """Do with one file what a deposit does, apart from sealing it."""
    before = path.read_bytes()
    try:
        kind = sniff.true_type(path)
        sniff.judge(path, kind, path.name)
    except sniff.FileRefused as refusal:
        if not refusal.message.endswith("."):
            faults.append(f"{refusal.message} is no sentence in {what}")
        return None
    except Exception as error:  # noqa: BLE001 - a deposit would answer 500
        faults.append(f"{type(error).__name__}: {error} in {what}")
        return None
    assert path.read_bytes() == before
    return kind


def run(directory, rounds, seed=SEED):
    draw, faults, kinds = random.Random(seed), [], {}
    known = seeds()
    for number in range(rounds):
        for suffix, content in known.items():
            path = directory / f"piece.{suffix}"
            path.write_bytes(broken(content, draw.choice(list(known.values())), draw) if number else content)
            kind = examine(path, directory, faults, f"{suffix}, round {number}, seed {seed}")
            kinds.setdefault(kind, path.read_bytes())
    return faults, kinds


def test_no_broken_file_breaks_the_sniffing(tmp_path):
    faults, kinds = run(tmp_path, ROUNDS)
    assert faults == []
    assert len(kinds) > 12  # most kinds were recognised at least once: the fuzzer reaches what it fuzzes


@pytest.mark.parametrize("suffix", ["pdf", "docx", "eml", "warc.gz", "html", "png"])
def test_no_broken_file_breaks_its_reading_or_writes_elsewhere(tmp_path, suffix):
    draw, content, output = random.Random(SEED), seeds()[suffix], tmp_path / "vues"
    path = tmp_path / f"piece.{suffix}"
    path.write_bytes(content)
    kind = sniff.true_type(path)
    assert reading.read(path, kind, output).problem is None
    for _ in range(2):
        path.write_bytes(broken(content, seeds()["pdf"], draw))
        before = path.read_bytes()
        found = reading.read(path, kind, output)  # in its process: whatever breaks there is a sentence here
        assert found.problem is None or found.problem.endswith(".")
        assert path.read_bytes() == before
        assert {one.name for one in tmp_path.iterdir()} == {path.name, "vues"}


@pytest.mark.parametrize("kind", sorted(sniff.KNOWN))
def test_bytes_read_as_any_kind_never_end_the_reading_process_without_a_word(tmp_path, kind):
    path = tmp_path / "piece"
    path.write_bytes(random.Random(SEED).randbytes(3000))
    with contextlib.suppress(Exception):  # what the reading process turns into a sentence; a crash would end us
        reading.read_here(path, kind, tmp_path)
    assert [one.name for one in tmp_path.iterdir() if one.suffix not in {"", ".png"}] == []


def test_a_reading_process_that_dies_is_a_sentence(tmp_path):
    path = tmp_path / "piece.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"\x00" * 100)
    found = reading.read(path, "application/pdf", tmp_path / "vues")
    assert found.problem is not None
    assert found.text == ""
