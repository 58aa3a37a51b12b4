"""The fixtures of the catalogue, and what poppler and Word read back."""

import json
import re
import subprocess
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document

from casefile.documents import catalogue, pdf
from casefile.documents import docx as word

FOLDER = Path(__file__).parents[2] / "fixtures" / "letters"
TYPES = sorted(file.stem for file in FOLDER.glob("*.json"))


def case(name: str) -> tuple[dict[str, Any], date]:
    given = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return given["facts"], date.fromisoformat(given["on"])


@cache
def made(name: str) -> tuple[list[Any], bytes, bytes]:
    facts, on = case(name)
    blocks, meta = catalogue.build(name, facts, on), catalogue.meta(name, facts, on)
    return blocks, pdf.render(blocks, meta), word.render(blocks, meta)


def read_pdf(content: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=content, check=True, capture_output=True
    ).stdout.decode("utf-8")


@cache
def pdf_text(name: str) -> str:
    return read_pdf(made(name)[1])


def body_text(text: str) -> str:
    """Give the text of the pages without their footers."""
    return re.sub(r"\n*^Dossier .*\n+page \d+ sur \d+\n+\f?", "\n", text, flags=re.MULTILINE)


def docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    texts = []
    for node in document.element.body.iter():
        tag = node.tag.rsplit("}", 1)[-1]
        if tag == "t":
            texts.append(node.text or "")
        elif tag in {"br", "p"}:
            texts.append("\n")
        elif tag == "tab":
            texts.append("\t")
    return "".join(texts)


def squeezed(text: str) -> str:
    """Leave only what must be equal in every rendering: neither white space nor hyphens at line ends."""
    return re.sub(r"[\s\u202f\u00ad-]", "", text)
