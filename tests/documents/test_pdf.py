import re
import subprocess
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from casefile.documents import pdf
from casefile.documents.blocks import (
    Address,
    Block,
    Cell,
    Exact,
    Letterhead,
    Quotation,
    Run,
    Signature,
    heading,
    numbered,
    paragraph,
    quotation,
    table,
    texts_of,
    url,
)
from casefile.documents.fonts import MissingGlyph

META = pdf.Meta("Mise en demeure", "Claire Aubry", "Dossier 2026/0038", date(2026, 11, 23))
LONG_URL = (
    "https://www.google.com/maps/contrib/1029384756/place/ChIJd8BlQ2BZ/@48.85,2.34,17z/data=!4m6!1m5?hl=fr&entry=ttu"
)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
HOSTILE = [
    'Du <b>gras</b> & <img src="/etc/passwd"/> <a href="file:///etc/shadow">x</a> &lt;p&gt;',
    "{{7*7}} {% include '/etc/passwd' %} ${7*7}",
    f"Nul 😡🤬 {FAMILY} 🇫🇷 1️⃣ ☠️ fin",
    "deux  espaces   et\ttabulation\n\nlignes vides",
    "zero\u200bwidth\u200d et\u2060 \ufeffmarque",
    "𝗱𝗼𝗰𝘁𝗲𝘂𝗿 en lettres mathématiques",
    "l'apostrophe droite , virgule flottante !!",
]
_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def pages_text(content: bytes, tmp_path: Path) -> str:
    file = tmp_path / "document.pdf"
    file.write_bytes(content)
    return subprocess.run(
        ["pdftotext", "-enc", "UTF-8", file, "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


def letter(*middle: Block) -> list[Block]:
    return [
        Letterhead(name="Cabinet Aubry & Roche", lines=("Avocats au barreau de Paris",)),
        Address(lines=("Monsieur Julien BERTHIER", "12 RUE DES ACACIAS", "69003 LYON")),
        paragraph("Monsieur,", style="salutation"),
        *middle,
        paragraph("Je vous prie d'agréer, Monsieur, mes salutations distinguées.", style="closing"),
        Signature(name="Claire Aubry", lines=("Avocate au barreau de Paris",)),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_come_back_byte_for_byte(text: str, tmp_path: Path) -> None:
    content = pdf.render(letter(quotation(text)), META)
    assert text in pages_text(content, tmp_path)
    with pikepdf.open(tmp_path / "document.pdf") as opened:
        assert not opened.attachments
        assert b"root:" not in b"".join(obj.read_bytes() for obj in opened.objects if isinstance(obj, pikepdf.Stream))


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "Docteur مرحبا بالعالم 😡 nul", "שלום עולם et rien"])
def test_right_to_left_words_come_back_in_order(text: str, tmp_path: Path) -> None:
    found = _CONTROLS.sub("", pages_text(pdf.render(letter(quotation(text)), META), tmp_path))
    assert text in found


def test_the_letter_has_only_embedded_faces_and_is_sound(tmp_path: Path) -> None:
    content = pdf.render(letter(quotation(HOSTILE[2]), url(LONG_URL), numbered("de retirer ;", "de répondre.")), META)
    (tmp_path / "a.pdf").write_bytes(content)
    faces = subprocess.run(["pdffonts", tmp_path / "a.pdf"], check=True, capture_output=True, text=True).stdout
    rows = faces.splitlines()[2:]
    assert len(rows) >= 4
    assert all(re.search(r"\byes yes yes\b", row) for row in rows), faces
    subprocess.run(["qpdf", "--check", tmp_path / "a.pdf"], check=True, capture_output=True)


def test_the_same_blocks_give_the_same_bytes() -> None:
    assert pdf.render(letter(quotation("x 😡")), META) == pdf.render(letter(quotation("x 😡")), META)


def test_structure_language_metadata_and_bookmarks_are_written(tmp_path: Path) -> None:
    blocks = letter(
        heading("Les propos"), quotation("exact  !"), table(["A", "B"], [["1", Exact("2 !")]], widths=[1, 1])
    )
    (tmp_path / "a.pdf").write_bytes(pdf.render(blocks, META))
    tree = subprocess.run(
        ["pdfinfo", "-struct-text", tmp_path / "a.pdf"], check=True, capture_output=True, text=True
    ).stdout
    assert [word in tree for word in ("Document", "H1", "BlockQuote", "TH", "TD", '"exact  !"')] == [True] * 6
    with pikepdf.open(tmp_path / "a.pdf") as opened:
        assert str(opened.Root.Lang) == "fr-FR"
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert opened.Root.OutputIntents[0].OutputConditionIdentifier == "sRGB IEC61966-2.1"
        assert str(opened.docinfo["/Title"]) == opened.open_metadata()["dc:title"] == "Mise en demeure"
        assert [item.title for item in opened.open_outline().root] == ["Les propos"]


def test_an_address_is_wrapped_without_a_sign_and_clickable(tmp_path: Path) -> None:
    content = pdf.render(letter(url(LONG_URL)), META)
    assert LONG_URL in pages_text(content, tmp_path)
    with pikepdf.open(tmp_path / "document.pdf") as opened:
        assert str(opened.pages[0].Annots[0].A.URI) == LONG_URL


def test_an_address_is_not_clickable_in_an_act(tmp_path: Path) -> None:
    pages_text(pdf.render(letter(url(LONG_URL, clickable=False)), META), tmp_path)
    with pikepdf.open(tmp_path / "document.pdf") as opened:
        assert "/Annots" not in opened.pages[0]


def test_a_character_that_no_face_has_is_refused_by_name() -> None:
    with pytest.raises(MissingGlyph, match=r"U\+4E2D"):
        pdf.render(letter(quotation("mauvais 中 docteur")), META)


def test_a_quotation_of_five_thousand_words_flows_over_pages_and_loses_nothing(tmp_path: Path) -> None:
    words = " ".join(f"mot{number}" for number in range(5000))
    text = pages_text(pdf.render(letter(quotation(words)), META), tmp_path)
    text = re.sub(r"\n*Dossier 2026/0038 · Mise en demeure\n+page \d+ sur \d+\n+\f", "", text)
    assert words in text.replace("\n", "")


def test_a_table_cell_taller_than_a_page_is_cut_and_complete(tmp_path: Path) -> None:
    words = " ".join(f"mot{number}" for number in range(2500))
    rows = [["1", Exact(words)], ["2", Exact("court")]]
    text = pages_text(pdf.render(letter(table(["N°", "Propos"], rows, widths=[1, 8])), META), tmp_path)
    assert re.findall(r"mot\d+", text) == words.split()
    assert "court" in text


def test_page_numbers_and_signature_stay_with_the_text(tmp_path: Path) -> None:
    for count in range(18, 30):
        blocks = letter(*[paragraph("Une phrase courte de la lettre.") for _ in range(count)])
        text = pages_text(pdf.render(blocks, META), tmp_path)
        pages = text.rstrip("\f").split("\f")
        signed = next(page for page in pages if "Claire Aubry" in page)
        assert "Une phrase courte" in signed.split("Claire Aubry")[0]
        assert f"page {len(pages)} sur {len(pages)}" in pages[-1]


def test_all_blocks_are_read_back_in_order(tmp_path: Path) -> None:
    blocks = letter(
        heading("Titre !"),
        paragraph("Un paragraphe assez long pour être coupé à la fin de sa ligne, extraordinairement." * 4),
        quotation("cité", label="Propos n° 1", capture="Capture du 6 novembre 2026"),
        table(["A"], [[Cell((Run("mono", exact=True),), mono=True)]], widths=[1]),
    )
    flat = re.sub(r"[\s\u202f-]", "", pages_text(pdf.render(blocks, META), tmp_path))
    position = 0
    for block in blocks:
        for text in texts_of(block):
            position = flat.index(re.sub(r"[\s\u202f-]", "", text), position)


def test_a_quotation_knows_the_digest_of_its_words() -> None:
    block = quotation("abc")
    assert isinstance(block, Quotation)
    assert block.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_fonts_are_those_of_the_licence_list() -> None:
    import hashlib

    folder = Path(pdf.__file__).parent / "fonts"
    listed = dict(
        re.findall(r"^\| (\S+\.ttf) \|.*\| ([0-9a-f]{64}) \|$", (folder / "LICENCES.md").read_text(), re.MULTILINE)
    )
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.ttf")} == listed
