"""A draft rewritten in the browser and in Word: versions kept, locked mentions immovable, nothing lost."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

import docx
import pytest
from sqlalchemy import select

from casefile.models.ledger import Letter, LetterVersion

from .test_letters import NOTICE, WORDS, begin, dossier, explained, notice, passage_id, pdf_text  # noqa: F401 - fixtures

RESERVE = "La présente n’emporte aucune renonciation aux droits de ma cliente."


@pytest.fixture
def page(notice):  # noqa: F811
    browser, address = notice
    return browser, address


def row(database) -> Letter:
    with database.reader() as session:
        return session.scalars(select(Letter)).one()


def versions(database) -> list[LetterVersion]:
    with database.reader() as session:
        return list(session.scalars(select(LetterVersion).order_by(LetterVersion.number)))


def block_of(html: str, words: str) -> str:
    """Give the id of the block that holds these words on the page."""
    before = html[: html.index(words)]
    return before.rsplit('name="b-', 1)[1].split('"', 1)[0]


def rewrite(browser, address, database, name, words, **more):
    fields = {f"b-{name}": words, "version": str(row(database).version), **more}
    return browser.post(f"{address}/texte", fields, page=f"{address}/texte")


def test_a_passage_is_rewritten_and_the_version_kept(page, database):
    browser, address = page
    html = browser.get(f"{address}/texte").text
    name = block_of(html, "aucune renonciation")
    done = rewrite(
        browser, address, database, name, "Tous droits **réservés**.", **{f"a-{name}": "Un ajout : le voici."}
    )
    assert done.status_code == 303
    text = pdf_text(browser.get(f"{address}/pdf").data)
    assert "Tous droits réservés." in text
    assert "Un ajout\u00a0: le voici." in text
    assert "renonciation" not in text
    assert [version.origin for version in versions(database)] == ["page", "page"]
    compared = browser.get(f"{address}/versions").text
    assert "réservés" in compared
    assert "<del" in compared


def test_locked_mentions_do_not_move(page, database):
    browser, address = page
    html = browser.get(f"{address}/texte").text
    assert "16, § 2, d)" in html.replace("\u00a0", " ")
    assert WORDS in unescape(html)
    for name in ("quotation-1", "url-1", "signature-1"):
        refused = rewrite(browser, address, database, name, "tout autre chose")
        assert refused.status_code == 400
        assert "verrouillée" in refused.text
    assert row(database).edits == []


def test_two_writers_do_not_overwrite_one_another(page, database):
    browser, address = page
    name = block_of(browser.get(f"{address}/texte").text, "aucune renonciation")
    seen = str(row(database).version)
    assert rewrite(browser, address, database, name, "La phrase du confrère.").status_code == 303
    told = rewrite(browser, address, database, name, "Ma phrase.", version=seen)
    assert told.status_code == 409
    assert "Ma phrase." in told.text
    assert "La phrase du confrère." in told.text
    assert "Quelqu’un d’autre a modifié cette lettre" in told.text
    version = re.search(r'name="version" value="(\d+)"', told.text)[1]
    assert rewrite(browser, address, database, name, "Nos deux phrases.", version=version).status_code == 303
    assert [edit["now"] for edit in row(database).edits] == ["Nos deux phrases."]


def test_what_is_typed_survives_the_browser_and_is_offered_again(page, database):
    browser, address = page
    here = f"{address}/texte"
    name = block_of(browser.get(here).text, "aucune renonciation")
    typed = {f"b-{name}": "Phrase jamais envoyée 😡.", f"a-{name}": "Suite.", "version": "2"}
    assert browser.post(f"/brouillons?page={here}", typed, page=here).json["saved_at"]
    assert row(database).edits == []
    plain = browser.get(here).text
    assert "Reprendre cette saisie" in plain
    assert "jamais envoyée" not in plain
    again = browser.get(f"{here}?brouillon=reprendre").text
    assert "Phrase jamais envoyée 😡." in again
    assert "Suite." in again
    assert rewrite(browser, address, database, name, "Phrase envoyée.").status_code == 303
    assert "Reprendre cette saisie" not in browser.get(here).text


HOSTILE = (
    "<b>gras</b> & <img src=/etc/passwd>",
    "{{ 7*7 }} ${x} #{y} {client.__class__}",
    "مرحبا بالعالم",
    "👨‍👩‍👧‍👦 et 😡",
    "a\u200bb\u200dc",
    "<para><font size=90>x</font></para>",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_typed_in_a_passage_come_back_out_and_embed_nothing(page, database, words):
    browser, address = page
    name = block_of(browser.get(f"{address}/texte").text, "aucune renonciation")
    assert rewrite(browser, address, database, name, words).status_code == 303
    browser.get(f"{address}/texte")
    content = browser.get(f"{address}/pdf").data
    flat = "".join(pdf_text(content).split())
    kept = "".join(words.split()).replace("\u200b", "").replace("\u200d", "")
    assert kept in flat.replace("\u200b", "").replace("\u200d", "").replace("\u200e", "")
    assert b"root:" not in content
    text = "\n".join(part.text for part in word_of(browser, address).paragraphs)
    assert "".join(words.split()) in "".join(text.split())


def test_hostile_words_that_come_back_from_word_stay_words(page, database):
    browser, address = page
    document = word_of(browser, address)
    place = next(part for part in document.paragraphs if "aucune renonciation" in part.text)
    place.runs[0].text = " ".join(HOSTILE[:1] + HOSTILE[3:4]) + " sans renonciation."
    for run in place.runs[1:]:
        run.text = ""
    back = {"file": (io.BytesIO(saved(document)), "lettre.docx")}
    came = browser.post(f"{address}/word", back, page=f"{address}/word", content_type="multipart/form-data")
    assert came.status_code == 303
    shown = browser.get(came.headers["Location"]).text
    assert "&lt;img" in shown
    assert "<img src=/etc/passwd>" not in shown
    keep = came.headers["Location"].replace("/retour", "/retenir")
    assert browser.post(keep, page=came.headers["Location"]).status_code == 303
    flat = "".join(pdf_text(browser.get(f"{address}/pdf").data).split())
    assert "<imgsrc=/etc/passwd>" in flat
    assert "👨‍👩‍👧‍👦" in flat


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Article 6-I-8 de la LCEN.", "n’est plus en vigueur"),
        ("Je demande [montant] euros.", "n’est pas achevé"),
        ("Retirez sous 24 heures.", "aucun délai fixe"),
    ],
)
def test_what_is_typed_is_checked_like_the_rest(page, database, words, said):
    browser, address = page
    name = block_of(browser.get(f"{address}/texte").text, "aucune renonciation")
    assert rewrite(browser, address, database, name, words).status_code == 303
    assert said in browser.get(address).text
    browser.post(f"{address}/valider", page=address)
    assert row(database).validated_by_id is None


def test_an_edit_whose_words_are_gone_is_never_dropped_in_silence(page, database, matter):
    browser, address = page
    name = block_of(browser.get(f"{address}/texte").text, "aucune renonciation")
    rewrite(browser, address, database, name, "Ma réserve.")
    version = str(row(database).version)
    fields = {**NOTICE, **explained(database), "client_gender": "M", "version": version}
    assert browser.post(f"{address}/modifier", fields, page=f"{address}/modifier").status_code == 303
    assert "a changé avec le dossier" in browser.get(address).text
    browser.post(f"{address}/texte", {"act": "forget", "version": str(row(database).version)}, page=f"{address}/texte")
    assert row(database).edits == []


def word_of(browser, address):
    return docx.Document(io.BytesIO(browser.get(f"{address}/docx").data))


def saved(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def send_word(browser, address, content, name="lettre.docx"):
    return browser.post(f"{address}/word", {"file": (io.BytesIO(content), name)}, page=f"{address}/word")


def change(document, words, new):
    paragraph = next(one for one in document.paragraphs if words in one.text)
    for run in paragraph.runs[1:]:
        run.text = ""
    paragraph.runs[0].text = new
    return paragraph


def test_a_letter_goes_to_word_and_back(page, database):
    browser, address = page
    document = word_of(browser, address)
    paragraph = change(document, "aucune renonciation", "Mes droits restent entiers.")
    paragraph.insert_paragraph_before("")
    paragraph._p.addnext(document.add_paragraph("Un paragraphe venu de Word.")._p)
    answer = send_word(browser, address, saved(document))
    assert answer.status_code == 303
    shown = browser.get(answer.headers["Location"]).text
    assert "Un paragraphe venu de Word." in shown
    assert "entiers" in shown
    assert row(database).edits == []
    kept = versions(database)[-1]
    assert browser.post(f"{address}/versions/{kept.id}/retenir", page=answer.headers["Location"]).status_code == 303
    assert row(database).word_sha256 == kept.file_sha256, browser.get(address).text
    text = pdf_text(browser.get(f"{address}/pdf").data)
    assert "Mes droits restent entiers." in text
    assert "Un paragraphe venu de Word." in text
    assert browser.post(f"{address}/valider", page=address).status_code == 303
    final = docx.Document(io.BytesIO(browser.get(f"{address}/docx").data))
    words = "\n".join(one.text for one in final.paragraphs)
    assert "Un paragraphe venu de Word." in words
    assert WORDS in words
    assert "PROJET" not in "".join(one.text for one in final.sections[0].footer.paragraphs)
    assert "PROJET" not in "".join(one.text for one in final.sections[0].header.paragraphs)


def test_the_same_file_changes_nothing(page, database):
    browser, address = page
    answer = send_word(browser, address, browser.get(f"{address}/docx").data)
    assert "mot pour mot" in browser.get(answer.headers["Location"]).text


def test_words_of_the_dossier_changed_in_word_are_refused(page, database):
    browser, address = page
    document = word_of(browser, address)
    change(document, WORDS, "Un autre propos.")
    answer = send_word(browser, address, saved(document))
    assert "verrouillée" in browser.get(answer.headers["Location"]).text
    browser.post(f"{address}/versions/{versions(database)[-1].id}/retenir", page=answer.headers["Location"])
    assert row(database).word_sha256 is None
    assert WORDS in pdf_text(browser.get(f"{address}/pdf").data).replace("\n", " ")


def with_entry(content: bytes, name: str, body: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, body)
    return stream.getvalue()


def tracked(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "word/document.xml":
                body = body.replace(
                    b"<w:body>", b'<w:body><w:p><w:ins w:id="1" w:author="x"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'
                )
            new.writestr(entry, body)
    return made.getvalue()


def test_dangerous_or_unfinished_files_are_refused(page, database):
    browser, address = page
    content = browser.get(f"{address}/docx").data
    macros = send_word(browser, address, with_entry(content, "word/vbaProject.bin", b"x"))
    assert macros.status_code == 400
    assert "macros" in macros.text
    assert "modifications suivies" in send_word(browser, address, tracked(content)).text
    assert send_word(browser, address, b"not a zip").status_code == 400
    assert versions(database) == []


def test_a_version_of_another_letter_is_not_found(page, database, matter):
    browser, address = page
    name = block_of(browser.get(f"{address}/texte").text, "aucune renonciation")
    rewrite(browser, address, database, name, "Ma réserve.")
    other = begin(browser, matter).removesuffix("/modifier")
    version = versions(database)[0]
    assert browser.get(f"{other}/versions/{version.id}/retour").status_code == 404
    assert browser.post(f"{other}/versions/{version.id}/retablir", page=other).status_code == 404


def test_an_earlier_version_is_restored(page, database):
    browser, address = page
    name = block_of(browser.get(f"{address}/texte").text, "aucune renonciation")
    rewrite(browser, address, database, name, "Ma réserve.")
    first = versions(database)[0]
    assert browser.post(f"{address}/versions/{first.id}/retablir", page=f"{address}/versions").status_code == 303
    assert row(database).edits == []
    assert "aucune renonciation" in pdf_text(browser.get(f"{address}/pdf").data)
