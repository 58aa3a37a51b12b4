"""Letters in the browser: from the dossier to the post, with what stops them."""

from __future__ import annotations

import hashlib
import io
import subprocess
from datetime import date

import docx
import pytest
from sqlalchemy import select

from casefile import matters
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.ledger import Dispatch, Letter, LetterState
from casefile.models.matter import PartyRole, TeamFunction
from casefile.models.people import Firm, Person
from casefile.models.procedure import Deadline, DeadlineKind

from .test_qualification import WORDS, answers, mark

FIRM = {
    "address": "27 rue Monsieur-le-Prince\n75006 Paris",
    "city": "Paris",
    "bar": "Paris",
    "email": "c@aubry.example",
}
IDENTIFIED_BY = "la fiche porte son nom"


def pdf_text(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.fixture
def dossier(as_person, matter, capture, database, frozen_clock):
    """Give the lawyer's browser on a dossier whose words are marked and qualified, in a firm with a letterhead."""
    browser = as_person("lawyer")
    page = mark(browser, matter, capture).headers["Location"]
    browser.post(page, {"act": "answer", **answers()})
    assert browser.post(page, {"act": "keep", **answers()}).status_code == 303
    with database.transaction() as session:
        firm = session.get(Firm, 1)
        for name, value in FIRM.items():
            setattr(firm, name, value)
        publication = session.get_one(Publication, capture.publication_id)
        publication.item_id = "ChdDSUhNMG9nS0VJQ0FnSUR"
    return browser


def begin(browser, matter, kind="notification_dsa") -> str:
    """Start a letter; give the address of its form."""
    answer = browser.post(f"/dossiers/{matter.id}/documents/nouveau/{kind}", {"publication": ""})
    assert answer.status_code == 303
    return answer.headers["Location"]


def passage_id(database) -> str:
    with database.reader() as session:
        return str(session.scalars(select(Passage.id)).one())


def explained(database) -> dict[str, str]:
    identifier = passage_id(database)
    return {
        f"p{identifier}_imputation": "s’être trompé dans les dosages",
        f"p{identifier}_target": "le docteur Lemaire",
        f"p{identifier}_identified_by": IDENTIFIED_BY,
        f"p{identifier}_why": "La phrase affirme une faute précise et vérifiable",
    }


NOTICE = {
    "channel": "form",
    "lawyer_gender": "F",
    "client_gender": "F",
    "good_faith": "yes",
    "client_says_true": "no",
    "version": "1",
}


@pytest.fixture
def notice(dossier, matter, database):
    """Give a complete draft of a DSA notice: the browser and the letter's page."""
    form = begin(dossier, matter)
    saved = dossier.post(form, {**NOTICE, **explained(database)})
    assert saved.status_code == 303
    return dossier, saved.headers["Location"]


SENT = {"channel": "form", "sent_on": "23/11/2026", "proof_note": "ticket 4-77", "no_interruption": "y"}


@pytest.fixture
def validated(notice):
    """Give the same notice, validated."""
    browser, page = notice
    assert browser.post(f"{page}/valider", page=page).status_code == 303
    return browser, page


def letter_row(database) -> Letter:
    with database.reader() as session:
        return session.scalars(select(Letter)).one()


def test_a_notice_goes_from_the_dossier_to_the_post(notice, database, people):
    browser, page = notice
    assert "Valider la lettre" in browser.get(page).text
    draft = browser.get(f"{page}/pdf")
    text = " ".join(pdf_text(draft.data).split())
    assert WORDS in text
    assert "Google Ireland Limited" in text
    assert "PROJET" in pdf_text(draft.data)
    assert browser.post(f"{page}/valider", page=page).status_code == 303
    letter = letter_row(database)
    assert (letter.state, letter.validated_by_id) == (LetterState.VALIDATED, people["lawyer"].id)
    final = browser.get(f"{page}/pdf").data
    assert hashlib.sha256(final).hexdigest() == letter.pdf_sha256
    assert "PROJET" not in pdf_text(final)
    assert browser.post(f"{page}/envoyer", SENT, page=page).status_code == 303
    with database.reader() as session:
        dispatch = session.scalars(select(Dispatch)).one()
        follow_up = session.scalars(select(Deadline).where(Deadline.kind == DeadlineKind.FOLLOW_UP)).one()
    assert follow_up.prudent_on == dispatch.follow_up_on > date(2026, 11, 23)
    assert letter_row(database).state is LetterState.SENT


def test_the_word_file_carries_the_same_words_and_says_that_it_is_a_draft(notice):
    browser, page = notice
    document = docx.Document(io.BytesIO(browser.get(f"{page}/docx").data))
    assert WORDS in [paragraph.text for paragraph in document.paragraphs]
    assert document.sections[0].header.paragraphs[0].text == "PROJET"


def test_a_formal_notice_goes_to_the_author_once_known(dossier, matter, database, people):
    page = begin(dossier, matter, "mise_en_demeure").removesuffix("/modifier")
    assert "Il manque le nom du destinataire" in dossier.get(page).text
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        facts = {"civility": "Monsieur", "first_names": "Julien", "name": "Berthier"}
        address = "12 rue des Acacias\n69003 Lyon"
        matters.add_party(session, lawyer, matter, PartyRole.AUTHOR, address=address, **facts)
    given = {
        "channel": "lrar",
        "lawyer_gender": "M",
        "client_gender": "M",
        "client_agrees": "yes",
        "represented": "no",
        "identity_proved": "yes",
        "answer_before": "27/11/2026",
        "requests": "supprimer l’avis\nne pas le republier",
        "version": "1",
        **explained(database),
    }
    saved = dossier.post(f"{page}/modifier", given)
    assert saved.status_code == 303
    html = dossier.get(page).text
    assert "La date de prescription" not in html
    text = " ".join(pdf_text(dossier.get(f"{page}/pdf").data).split())
    for words in (WORDS, "Monsieur Julien BERTHIER", "faculté de consulter un avocat", "27 novembre 2026"):
        assert words in text


def test_a_letter_without_its_facts_says_what_is_missing_and_where(as_person, matter, capture, database):
    browser = as_person("lawyer")
    page = begin(browser, matter).removesuffix("/modifier")
    html = browser.get(page).text
    assert "Il manque l’adresse du cabinet" in html
    assert "Aucun contenu n’est joint" in html
    assert 'href="/dossiers/' in html
    assert "Valider la lettre" not in html
    browser.post(f"{page}/valider", page=page)
    assert letter_row(database).state is LetterState.DRAFT
    assert browser.get(f"{page}/pdf").status_code == 303


def test_an_assistant_prepares_and_never_validates(notice, as_person, matter, database, people):
    _, page = notice
    with database.transaction() as session:
        lawyer, assistant = (session.get(Person, people[name].id) for name in ("lawyer", "assistant"))
        matters.join_team(session, lawyer, matter, assistant, TeamFunction.MEMBER)
    browser = as_person("assistant")
    assert "Valider la lettre" not in browser.get(page).text
    assert browser.post(f"{page}/valider", page=page).status_code == 404
    assert letter_row(database).state is LetterState.DRAFT


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_letters_do_not_exist_outside_the_team(notice, as_person, name):
    _, page = notice
    browser = as_person(name)
    for path in (page, f"{page}/pdf", f"{page}/modifier"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "dosages" not in answer.text


def test_a_reader_reads_and_does_not_write(notice, as_person):
    _, page = notice
    browser = as_person("reader")
    assert browser.get(page).status_code == 200
    assert browser.get(f"{page}/modifier").status_code == 404


def test_a_validated_letter_is_frozen_whatever_the_dossier_becomes(validated, database, capture):
    browser, page = validated
    before = browser.get(f"{page}/pdf").data
    with database.transaction() as session:
        session.get(Firm, 1).name = "Cabinet Autre"
    assert browser.get(f"{page}/pdf").data == before
    assert "le dossier a changé" in browser.get(page).text
    answer = browser.post(f"{page}/modifier", {**NOTICE, "version": str(letter_row(database).version)})
    assert answer.status_code == 400
    refused = browser.post(f"{page}/envoyer", SENT, page=page)
    assert refused.status_code == 400
    assert "l’en-tête du cabinet" in refused.text
    assert browser.post(f"{page}/envoyer", {**SENT, "knows_changes": "y"}, page=page).status_code == 303


WRONG = {
    "a day to come": ({"sent_on": "24/11/2026"}, "à venir"),
    "before it was written": ({"sent_on": "22/11/2026"}, "n’a pas pu partir avant"),
    "no proof": ({"proof_note": ""}, "Joignez la preuve"),
    "not acknowledged": ({"no_interruption": ""}, "n’interrompt pas la prescription"),
    "registered without a number": ({"channel": "lrar"}, "numéro du recommandé"),
    "an unknown channel": ({"channel": "pigeon"}, ""),
    "a reminder before the sending": ({"follow_up_on": "20/11/2026"}, "postérieur"),
    "a day that does not exist": ({"sent_on": "31/02/2026"}, "n’existe pas"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_sending_that_cannot_be_is_refused(validated, database, case):
    browser, page = validated
    changed, words = WRONG[case]
    answer = browser.post(f"{page}/envoyer", {**SENT, **changed}, page=page)
    assert answer.status_code == 400
    assert words in answer.text
    with database.reader() as session:
        assert session.scalars(select(Dispatch)).all() == []
        assert session.scalars(select(Letter.state)).one() is LetterState.VALIDATED


def test_an_unvalidated_letter_is_not_sent(notice, database):
    browser, page = notice
    browser.post(f"{page}/envoyer", SENT, page=page)
    assert letter_row(database).state is LetterState.DRAFT


def test_the_proof_is_sealed_as_a_capture_of_the_dossier(validated, database):
    browser, page = validated
    file = (io.BytesIO(b"Accuse de reception no 4-77"), "accuse.txt")
    data = {**SENT, "proof_note": "", "proof": file}
    assert browser.post(f"{page}/envoyer", data, page=page, content_type="multipart/form-data").status_code == 303
    with database.reader() as session:
        dispatch = session.scalars(select(Dispatch)).one()
        assert session.get(Capture, dispatch.proof_capture_id).file_name == "accuse.txt"
    assert "Preuve de l’envoi" in browser.get(page).text


def test_a_refusal_by_the_platform_opens_the_internal_complaint(validated, database):
    browser, page = validated
    browser.post(f"{page}/envoyer", SENT, page=page)
    with database.reader() as session:
        dispatch = session.scalars(select(Dispatch)).one()
    path = f"{page}/envois/{dispatch.id}/reponse"
    early = {"answered_on": "20/11/2026", "answer_kind": "refused", "answer_note": "refus"}
    assert "précède l’envoi" in browser.post(path, early, page=page).text
    given = {**early, "answered_on": "23/11/2026"}
    assert browser.post(path, given, page=page).status_code == 303
    with database.reader() as session:
        assert session.get(Dispatch, dispatch.id).answer_kind == "refused"
        days = session.scalars(select(Deadline.prudent_on).where(Deadline.rule_id.like("%reclamation_dsa%"))).all()
    assert days
    assert days[0] <= date(2027, 5, 23)


def test_two_editors_of_a_draft_lose_nothing(notice, database):
    browser, page = notice
    stale = {**NOTICE, "version": "1", "paragraphs": "Mon paragraphe."}
    answer = browser.post(f"{page}/modifier", stale)
    assert answer.status_code == 409
    assert "Mon paragraphe." in answer.text
    assert letter_row(database).inputs.get("paragraphs") is None


def test_hostile_words_come_out_as_they_went_in(notice, database):
    browser, page = notice
    version = str(letter_row(database).version)
    given = {**NOTICE, **explained(database), "paragraphs": "<img src=/etc/passwd> {{7*7}}", "version": version}
    assert browser.post(f"{page}/modifier", given).status_code == 303
    html = browser.get(page).text
    assert "<img src=/etc" not in html
    assert "{{7*7}}" in html
    text = pdf_text(browser.get(f"{page}/pdf").data)
    assert "{{7*7}}" in text
    assert "49" not in [word.strip() for word in text.split()]
    assert "root:" not in text


def test_a_letter_about_another_dossier_is_unknown_here(notice, as_person, database, people):
    browser, page = notice
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        other = matters.open_matter(session, lawyer, title="Autre", territory="metropole")
    identifier = page.rsplit("/", 1)[1]
    assert browser.get(f"/dossiers/{other.id}/documents/{identifier}").status_code == 404


def test_the_form_of_the_platform_is_given_field_by_field(notice):
    browser, page = notice
    html = browser.get(page).text
    assert "À coller dans le formulaire" in html
    assert "sur 1500 caractères" in html


def test_a_sent_letter_is_not_abandoned_and_an_abandoned_one_not_validated(validated, database):
    browser, page = validated
    browser.post(f"{page}/envoyer", SENT, page=page)
    browser.post(f"{page}/abandonner", page=page)
    assert letter_row(database).state is LetterState.SENT


def test_the_list_says_what_each_type_still_lacks(dossier, matter):
    html = dossier.get(f"/dossiers/{matter.id}/documents").text
    assert "Notification de contenu illicite" in html
    assert "points manquants" in html
