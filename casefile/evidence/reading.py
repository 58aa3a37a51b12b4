"""Reads deposited files in a separate process with limits: text, metadata, viewable copies; never changes the original.

Run as `python -m casefile.evidence.reading FILE TYPE OUTPUT`; what it writes is a derivative, never called evidence.
"""

from __future__ import annotations

import email
import email.policy
import errno
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from casefile.errors import NO_ROOM
from casefile.evidence import containers, sniff

_MAX_TEXT = 2_000_000
_MAX_PAGES = 60
_VIEW = 1600
_MEMORY = 2_000_000_000
_SECONDS = 90
_MAX_PART = 20_000_000
_STILLS = 9
_MATROSKA = b"\x1aE\xdf\xa3"
_EXIT_FULL = 75  # sysexits.h: a failure that passes
_LEGIBLE = 120  # pixels of the smaller side
_WORDS_OF_OFFICE = {"word/document.xml", "content.xml", "xl/sharedStrings.xml"}
_CARRIED = re.compile(r"(?:word|xl|ppt)/media/|Pictures/")  # where office suites keep pictures


@dataclass
class Reading:
    """What could be read of a file."""

    text: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    views: list[str] = field(default_factory=list)
    needs_ocr: bool = False
    problem: str | None = None


def read(path: Path, media_type: str, output: Path) -> Reading:
    """Read a file in a process of its own; a failure is a reading with a problem, never an exception.

    Only a full disk raises: what the file says would be missing for ever from evidence that nobody may change.
    """
    output.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "casefile.evidence.reading", str(path), media_type, str(output)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - our own module
        if done.returncode == _EXIT_FULL:
            raise OSError(errno.ENOSPC, "No space left on device")
        return Reading(**json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        return Reading(problem="Ce fichier n’a pas pu être lu en entier : seul l’original est conservé.")


def read_here(path: Path, media_type: str, output: Path) -> Reading:
    """Read a file in this process."""
    kind = media_type.split("/", maxsplit=1)[0] if media_type.startswith(("image/", "video/")) else media_type
    reader = _READERS.get(kind)
    return reader(path, output) if reader else Reading()


def _image(path: Path, output: Path) -> Reading:
    from PIL import ExifTags, ImageOps

    from casefile.evidence.pictures import Image

    with Image.open(path) as image:
        exif = {ExifTags.TAGS.get(tag, str(tag)): str(value)[:200] for tag, value in image.getexif().items()}
        metadata = {"width": image.width, "height": image.height, "format": image.format, "exif": exif}
        view = ImageOps.exif_transpose(image).convert("RGB")
    view.thumbnail((_VIEW, _VIEW * 4))
    view.save(output / "vue-001.png")
    return Reading(metadata=metadata, views=["vue-001.png"], needs_ocr=True)


def _pictures(contents: Iterable[bytes], output: Path) -> list[str]:
    """Make copies for looking at of the pictures that a file carries: screenshots pasted in Word, joined to a message.

    What is too small to be read, a logo or a pixel that counts openings, is left where it is.
    """
    from PIL import ImageOps

    from casefile.evidence.pictures import Image

    views: list[str] = []
    for content in contents:
        if len(views) == _MAX_PAGES:
            break
        try:
            with Image.open(BytesIO(content)) as image:
                if min(image.size) < _LEGIBLE:
                    continue
                view = ImageOps.exif_transpose(image).convert("RGB")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            continue  # not a picture after all: the original holds it
        view.thumbnail((_VIEW, _VIEW * 4))
        views.append(f"vue-{len(views) + 1:03d}.png")
        view.save(output / views[-1])
    return views


def _pdf(path: Path, output: Path) -> Reading:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    texts, views = [], []
    for number in range(min(len(document), _MAX_PAGES)):
        page = document[number]
        texts.append(page.get_textpage().get_text_bounded())
        width, height = page.get_size()
        scale = min(1.6, _VIEW / max(width, height, 1))
        name = f"vue-{number + 1:03d}.png"
        page.render(scale=scale).to_pil().save(output / name)
        views.append(name)
    metadata = {"pages": len(document), **{k: v for k, v in document.get_metadata_dict().items() if v}}
    text = "\n\n".join(texts)
    return Reading(text[:_MAX_TEXT], metadata, views, needs_ocr=not text.strip())


def _mail(path: Path, output: Path) -> Reading:
    message = email.message_from_bytes(_start(path, _MAX_PART), policy=email.policy.default)
    wanted = ("From", "To", "Cc", "Date", "Subject", "Message-ID", "Reply-To", "Snapshot-Content-Location")
    metadata: dict[str, Any] = {name: str(message[name]) for name in wanted if message[name]}
    metadata["signed"] = "DKIM-Signature" in message
    metadata["attachments"] = [p.get_filename() for p in message.walk() if p.get_filename()]
    joined = [part for part in message.walk() if part.get_content_maintype() == "image"]
    text = mail_text(message)[:_MAX_TEXT]
    views = _pictures((bytes(part.get_payload(decode=True) or b"") for part in joined), output)
    return Reading(text, metadata, views, needs_ocr=bool(views) and not text.strip())


def _start(path: Path, size: int) -> bytes:
    """Read the beginning of a file and no more of it."""
    with path.open("rb") as file:
        return file.read(size)


def mail_text(message: Any) -> str:
    """Give the readable text of a message's parts, decoded."""
    texts = []
    for part in message.walk():
        if part.get_content_maintype() != "text" or part.get_filename():
            continue
        try:
            content = part.get_content()
        except (LookupError, UnicodeError, ValueError):
            content = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
        texts.append(html_text(content) if part.get_content_subtype() == "html" else content)
    return "\n\n".join(texts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in {"script", "style", "template"}
        if tag in {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "article"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "template"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def html_text(markup: str) -> str:
    """Give the text of a markup, without its scripts."""
    parser = _Text()
    parser.feed(markup)
    lines = (" ".join(line.split()) for line in "".join(parser.parts).splitlines())
    return "\n".join(line for line in lines if line)


def _html(path: Path, _: Path) -> Reading:
    return Reading(html_text(_start(path, _MAX_PART).decode("utf-8", "replace"))[:_MAX_TEXT])


def _plain(path: Path, _: Path) -> Reading:
    return Reading(_start(path, _MAX_TEXT).decode("utf-8", "replace"))


def _warc(path: Path, _: Path) -> Reading:
    addresses, pages = containers.traffic(path)
    text = "\n\n".join(html_text(page.decode("utf-8", "replace")) for page in pages)
    return Reading(text[:_MAX_TEXT], {"addresses": addresses})


def _outlook(path: Path, _: Path) -> Reading:
    plain, rich, metadata = containers.outlook(path)
    return Reading((plain or html_text(rich))[:_MAX_TEXT], metadata)


def _film(path: Path, output: Path) -> Reading:
    metadata = containers.film(path)
    try:
        at, views = _stills(path, output)
    except Exception as problem:  # noqa: BLE001 - what a decoder raises depends on it; the length and the original stay
        _refuse_full(problem)
        return Reading(metadata=metadata, problem=f"Ce film ne s’ouvre pas en images ({type(problem).__name__}).")
    return Reading(metadata=metadata | ({"stills_at": at} if at else {}), views=views)


def _stills(path: Path, output: Path) -> tuple[list[float], list[str]]:
    """Take pictures of a film at even intervals; gives their seconds and their names.

    The decoder is told the family of the file: left to guess, it would also read lists that name other files.
    """
    import av

    at: list[float] = []
    views: list[str] = []
    family = "matroska" if _start(path, len(_MATROSKA)) == _MATROSKA else "mov"
    with av.open(str(path), format=family) as film:
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1
        length = film.duration or 0
        for place in range(_STILLS):
            film.seek(place * length // _STILLS)
            frame = next(film.decode(stream), None)
            seconds = round((frame.time if frame else None) or 0.0, 1)
            if frame is None or seconds in at:
                continue
            view = frame.to_image()  # type: ignore[no-untyped-call] # PyAV's own
            view.thumbnail((_VIEW, _VIEW))
            at.append(seconds)
            views.append(f"vue-{len(views) + 1:03d}.png")
            view.save(output / views[-1])
    return at, views


def _office(path: Path, output: Path) -> Reading:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        texts = [_xml_text(_part(archive, name)) for name in names if name in _WORDS_OF_OFFICE]
        views = _pictures((_part(archive, name) for name in names if _CARRIED.match(name)), output)
    text = "\n".join(texts)[:_MAX_TEXT]
    return Reading(text, {}, views, needs_ocr=bool(views) and not text.strip())


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read the beginning of a part: what an archive says of its sizes proves nothing."""
    with archive.open(name) as part:
        return part.read(_MAX_PART)


def _xml_text(content: bytes) -> str:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        return ""  # office suites write no entity; in UTF-16, where these words would not be seen, they write nothing
    nodes = ET.fromstring(content).iter()  # noqa: S314 - entities are refused above
    paragraphs = ["".join(node.itertext()) for node in nodes if node.tag.rpartition("}")[2] in {"p", "h", "si"}]
    return "\n".join(p for p in paragraphs if p.strip())


_READERS = {
    "image": _image,
    "application/pdf": _pdf,
    sniff.EMAIL: _mail,
    sniff.MHTML: _mail,
    "text/html": _html,
    "text/plain": _plain,
    sniff.WARC: _warc,
    sniff.WACZ: _warc,
    sniff.OUTLOOK: _outlook,
    "video": _film,
    **{kind: _office for kind in sniff.KNOWN if "officedocument" in kind or "opendocument" in kind},
}


def main() -> None:
    """Read one file under limits of memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    path, media_type, output = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    try:
        reading = read_here(path, media_type, output)
    except Exception as problem:  # noqa: BLE001 - hostile bytes break parsers in every way; the original is safe
        _refuse_full(problem)
        reading = Reading(problem=f"Ce fichier n’a pas pu être lu en entier ({type(problem).__name__}).")
    sys.stdout.write(json.dumps(reading.__dict__, default=str))


def _refuse_full(problem: Exception) -> None:
    if isinstance(problem, OSError) and problem.errno in NO_ROOM:
        raise SystemExit(_EXIT_FULL) from problem


if __name__ == "__main__":
    main()
