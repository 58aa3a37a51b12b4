"""Hostile words in every field of the lawyer and of the other side: they come back, and nothing else comes in."""

import copy
import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from casefile.documents import catalogue, pdf
from casefile.documents import docx as word
from casefile.documents.blocks import digest_of
from casefile.documents.fonts import MissingGlyph
from tests.documents.letters import case, docx_text, read_pdf, squeezed

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
WORDS = [
    "<b>gras</b> & <img src=/etc/passwd> <a href=file:///etc/shadow>x</a> &#x41; </para>",
    "{{7*7}} {% raw %} ${7*7} #{7*7}",
    f"Nul 😡🤬 {FAMILY} 🇫🇷 fin",
    "zero\u200bwidth\u200djoint",
]
FIELDS = [
    "client.last_name",
    "client.profession",
    "recipient.name",
    "matter.reference",
    "firm.name",
    "lawyer.name",
    "subject",
    "contents.0.author",
    "contents.0.platform",
    "contents.0.item_id",
    "contents.0.published_text",
    "contents.0.passages.0.imputation",
    "contents.0.passages.0.verbatim",
    "requests.0",
    "paragraphs.0",
    "exhibits.0.title",
]


def changed(name: str, path: str, value: Any) -> tuple[dict[str, Any], Any]:
    facts, on = case(name)
    facts = copy.deepcopy(facts)
    target: Any = facts
    *parts, last = path.split(".")
    for part in parts:
        target = target[int(part)] if part.isdigit() else target[part]
    target[int(last) if last.isdigit() else last] = value
    for content in facts["contents"]:
        for passage in content["passages"]:
            passage["digest"] = digest_of(passage["verbatim"])
    return facts, on


@pytest.mark.parametrize("path", FIELDS)
def test_hostile_words_come_back_from_every_field(path: str) -> None:
    for hostile in WORDS:
        facts, on = changed("mise_en_demeure", path, hostile)
        blocks, meta = catalogue.build("mise_en_demeure", facts, on), catalogue.meta("mise_en_demeure", facts, on)
        content = pdf.render(blocks, meta)
        # The civil status is in capitals in an act, and the lawyer's own words are typeset: compare without spaces.
        found = squeezed(read_pdf(content)).replace("’", "'")
        assert squeezed(hostile) in found
        assert (
            squeezed(hostile) in squeezed(docx_text(word.render(blocks, meta))).replace("’", "'")
            or path == "matter.reference"
        )
        _embeds_only_fonts_and_pictures(content)


def _embeds_only_fonts_and_pictures(content: bytes) -> None:
    with pikepdf.open(BytesIO(content)) as opened:
        assert not opened.attachments
        streams = [obj for obj in opened.objects if isinstance(obj, pikepdf.Stream)]
        assert all(b"root:" not in stream.read_bytes() for stream in streams)
        links = [str(note.A.URI) for page in opened.pages for note in page.get("/Annots", []) if "/A" in note]
        assert all(link.startswith("https://www.google.com/") for link in links)


def test_three_hundred_passages_are_all_there() -> None:
    facts, on = case("notification_dsa")
    facts = copy.deepcopy(facts)
    model = facts["contents"][0]["passages"][0]
    facts["contents"][0]["passages"] = [
        {**model, "verbatim": f"propos  numéro {rank} 😡", "digest": digest_of(f"propos  numéro {rank} 😡")}
        for rank in range(300)
    ]
    blocks, meta = catalogue.build("notification_dsa", facts, on), catalogue.meta("notification_dsa", facts, on)
    text = read_pdf(pdf.render(blocks, meta))
    assert all(f"propos  numéro {rank} 😡" in text for rank in range(300))


def test_five_thousand_words_and_a_foreign_script_come_back() -> None:
    long = " ".join(f"mot{rank}" for rank in range(5000))
    facts, on = changed("mise_en_demeure", "contents.0.passages.0.verbatim", long)
    blocks, meta = catalogue.build("mise_en_demeure", facts, on), catalogue.meta("mise_en_demeure", facts, on)
    text = re.sub(r"\n*Dossier [^\f]*?page \d+ sur \d+\s*\f", " ", read_pdf(pdf.render(blocks, meta)))
    assert re.sub(r"\s+", " ", long) in re.sub(r"\s+", " ", text)
    arabic = "طبيب سيئ جدا"
    facts, on = changed("mise_en_demeure", "contents.0.passages.0.verbatim", arabic)
    text = read_pdf(pdf.render(catalogue.build("mise_en_demeure", facts, on), meta))
    assert arabic in re.sub("[\u200e\u202a-\u202e]", "", text)


@pytest.mark.parametrize("path", ["contents.0.passages.0.verbatim", "client.last_name"])
def test_what_cannot_be_drawn_is_refused_by_name_in_both_renderings(path: str) -> None:
    facts, on = changed("mise_en_demeure", path, "mauvais 中")
    blocks, meta = catalogue.build("mise_en_demeure", facts, on), catalogue.meta("mise_en_demeure", facts, on)
    for render in (pdf.render, word.render):
        with pytest.raises(MissingGlyph, match=r"U\+4E2D"):
            render(blocks, meta)
