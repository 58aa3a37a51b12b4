"""Mark, qualify, change one's mind, print: in Chromium, on the clinical case and on a page of 200 comments."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from types import SimpleNamespace

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casefile import accounts, clock
from casefile.models.evidence import Capture, CaptureState, DateKind, Passage, Publication
from casefile.models.people import Person
from casefile.models.procedure import Qualification, QualificationState
from tests.web.conftest import app, capture, cheap_hashing, matter, people
from tests.web.test_campaign import wave

from .harness import PHONE, WIDE, axe_faults, opened, overflow, screenshot, serving
from .journey import SELECT_WORDS
from .test_clinical_case import ANSWERS

__all__ = ["app", "capture", "cheap_hashing", "matter", "people", "wave"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = "Ce médecin s'est trompé dans les dosages du médicament."
SWAPPED_WITHIN_MS = 30_000
REPLY = "Vous mentez, monsieur, et vous n'avez jamais su vous tenir !"
ANSWERED = "document.querySelector('#avancement progress').value"
COMMENT = "Commentaire {number}\nArnaque totale, ce médecin a truqué mon dossier 😡\n"


@pytest.fixture
def desk(app, browser, database, people):
    """Seat the lawyer at a signed-in browser before the running application."""
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, lawyer, complete=True, user_agent="test", address="127.0.0.1")
    with serving(app) as base, opened(browser) as page:
        page.context.add_cookies([{"name": "casefile_session", "value": token, "url": base}])
        yield SimpleNamespace(page=page, base=base)


def faults_of(page, name):
    page.evaluate("document.fonts.ready")
    screenshot(page, name)
    return [*axe_faults(page), *overflow(page)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def answer(page, question, value):
    """Click an answer and wait for the parts that follow to be swapped."""
    before = page.evaluate(ANSWERED)
    page.locator(f'input[name="{question}"][value="{value}"]').check(force=True)
    # Asked again from outside: the page's own policy forbids Playwright to evaluate a text inside it.
    for _ in range(SWAPPED_WITHIN_MS // 50):
        if page.evaluate(ANSWERED) > before:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"nothing followed the answer to {question}")


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def clinical(database, capture):
    """Give the clinical case the client's own aggressive reply."""
    with database.transaction() as session:
        session.get_one(Publication, capture.publication_id).client_reply = REPLY
    return capture


def test_the_clinical_case_is_marked_qualified_reconsidered_and_printed(desk, matter, clinical, database):
    page = desk.page
    page.goto(f"{desk.base}/dossiers/{matter.id}/captures/{clinical.id}/passages/nouveau")
    assert page.evaluate(SELECT_WORDS, WORDS)
    page.wait_for_selector("[data-passage-chosen]:not([hidden])")
    press(page, "Retenir ce passage")
    qualify(page)
    change_of_mind(page)
    print_both(page)
    page.set_viewport_size({"width": PHONE, "height": 844})
    assert faults_of(page, "qualifier-390") == []
    with database.reader() as session:
        states = {row.chosen: row.state for row in session.scalars(select(Qualification))}
    assert states == {
        "diffamation_publique_particulier": QualificationState.SUPERSEDED,
        "aucune": QualificationState.CHOSEN,
    }


def qualify(page):
    assert REPLY in page.inner_text("#gardes")
    answer(page, "est_public", "oui")
    assert "1 réponse" in page.inner_text("#avancement").replace("\u00a0", " ")
    for question, value in ANSWERS.items():
        if question != "est_public" and page.locator(f'input[name="{question}"]').count():
            answer(page, question, value)
    assert "Diffamation publique" in page.inner_text("#proposition")
    assert "Seuil pénal" in page.inner_text("#suites")
    press(page, "Enregistrer les réponses")
    assert faults_of(page, "qualifier-1440") == []
    press(page, "Retenir")
    assert "Personne Lawyer" in page.inner_text("#proposition")


def change_of_mind(page):
    page.get_by_text("Choisir une autre qualification").click()
    page.select_option('[name="chosen"]', "aucune")
    page.locator("#proposition").get_by_label("Motif de votre décision").fill("Après relecture, simple critique.")
    press(page, "Retenir celle-ci")
    told = page.inner_text("#proposition")
    assert "Choix antérieurs" in told
    assert "Après relecture, simple critique." in told


def print_both(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="Note pour le client (PDF)").click()
    assert "critique admissible" in text_of(download.value.path().read_bytes())
    printed = text_of(page.pdf(format="A4"))
    assert "dosages du médicament" in printed
    assert "Choix antérieurs" in printed
    assert "Toutes les qualifications" in printed
    assert "Quitter" not in printed


@pytest.fixture
def long_page(database, matter, people):
    """Seal a page of two hundred comments that all say the same."""
    text = "".join(COMMENT.format(number=number) for number in range(1, 201))
    with database.transaction() as session:
        publication = Publication(
            matter_id=matter.id,
            title="Fil de deux cents commentaires",
            platform="facebook",
            date_kind=DateKind.EXACT,
            published_on=date(2026, 10, 5),
        )
        session.add(publication)
        session.flush()
        sealed = Capture(
            matter_id=matter.id,
            publication_id=publication.id,
            requested_by_id=people["lawyer"].id,
            state=CaptureState.SEALED,
            origin="upload",
            provenance="C",
            text=text,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            manifest_sha256="4" * 64,
            sealed_at=clock.now(),
        )
        session.add(sealed)
    return sealed


def test_one_comment_among_two_hundred_alike_is_the_one_kept(desk, matter, long_page, database):
    page = desk.page
    page.goto(f"{desk.base}/dossiers/{matter.id}/captures/{long_page.id}/passages/nouveau")
    start = long_page.text.index("Arnaque", long_page.text.index("Commentaire 137"))
    end = long_page.text.index("\n", start)
    # The browser counts UTF-16 units: the emoji of each comment before weighs two.
    before = len(long_page.text[:start].encode("utf-16-le")) // 2
    length = len(long_page.text[start:end].encode("utf-16-le")) // 2
    page.evaluate(
        """([at, length]) => {
          const text = document.querySelector("[data-passage-source]").firstChild, range = document.createRange();
          range.setStart(text, at); range.setEnd(text, at + length);
          getSelection().removeAllRanges(); getSelection().addRange(range);
        }""",
        [before, length],
    )
    page.wait_for_selector("[data-passage-chosen]:not([hidden])")
    press(page, "Retenir ce passage")
    with database.reader() as session:
        kept = session.scalars(select(Passage)).one()
    assert (kept.start, kept.end) == (start, end)
    assert kept.prefix.endswith("Commentaire 137\n")
    for question, value in ANSWERS.items():
        if page.locator(f'input[name="{question}"]').count():
            answer(page, question, value)
    press(page, "Enregistrer les réponses")
    press(page, "Retenir")
    assert "Personne Lawyer" in page.inner_text("#proposition")
    assert "Commentaire 200" in text_of(page.pdf(format="A4"))


def test_one_question_at_a_time_needs_no_script(app, browser, database, people, matter, capture):
    from casefile import passages

    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, lawyer, complete=True, user_agent="test", address="127.0.0.1")
        passage = passages.mark(session, lawyer, session.get(Capture, capture.id), 0, 4)
    with serving(app) as base, opened(browser, script=False) as page:
        page.context.add_cookies([{"name": "casefile_session", "value": token, "url": base}])
        page.goto(f"{base}/dossiers/{matter.id}/qualification/{passage.id}?une=")
        page.locator('input[value="oui"]').first.check(force=True)
        press(page, "Enregistrer et continuer")
        assert "Question 2 sur" in page.inner_text("#questions-titre")
        page.get_by_role("link", name="Sans réponse, suivante").click()
        assert "Question 3 sur" in page.inner_text("#questions-titre")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_wave_is_legible_wide_and_narrow(desk, matter, wave, width):
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.goto(f"{desk.base}/dossiers/{matter.id}/ensemble")
    assert len(wave) == desk.page.locator('input[name="passages"]').count()
    assert faults_of(desk.page, f"ensemble-{width}") == []
