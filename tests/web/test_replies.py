"""The public reply in the browser: live warnings, cooling-off, a second reader; the wall and hostile text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casefile import clock, matters
from casefile.models.directory import PublicReply, ReplyState
from casefile.models.evidence import Publication
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter, Party, TeamFunction
from casefile.models.people import Person

pytestmark = pytest.mark.usefixtures("frozen_clock")
REPLIES = Path(__file__).parents[2] / "fixtures" / "law" / "public-replies"
AGGRESSIVE = (REPLIES / "aggressive.txt").read_text("utf-8")
CONSTRUCTIVE = (REPLIES / "constructive.txt").read_text("utf-8")
NEXT_DAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(database, people, matter, capture):
    with database.transaction() as session:
        lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        matters.join_team(session, lawyer, session.get(Matter, matter.id), partner, TeamFunction.MEMBER)
        session.scalars(select(Party).where(Party.name == "Lemaire")).one().profession = "médecin"
    return f"/dossiers/{matter.id}/contenus/{capture.publication_id}/reponse"


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


def stored(database):
    with database.reader() as session:
        return session.scalars(select(PublicReply)).one_or_none()


def submitted(browser, path, text=CONSTRUCTIVE):
    return browser.post(path, {"text": text, "act": "submit", "version": "0"}, page=path)


@pytest.mark.parametrize(
    "words", ["relation de soins", "détail médical", "donne une date", "menace", "ironise", "trop longue"]
)
def test_the_aggressive_reply_is_told_each_count_and_not_stored(lawyer, path, database, words):
    page = lawyer.post(path, {"text": AGGRESSIVE, "version": "0"}, page=path)
    assert page.status_code == 200
    assert words in page.text
    assert stored(database) is None


def test_the_constructive_reply_passes(lawyer, path):
    page = lawyer.post(path, {"text": CONSTRUCTIVE, "version": "0"}, page=path).text
    assert "Rien d’interdit n’a été trouvé" in page


def test_what_is_forbidden_cannot_be_submitted(lawyer, path, database):
    answer = submitted(lawyer, path, AGGRESSIVE)
    assert answer.status_code == 400
    assert "ne peut pas être soumise" in answer.text
    assert AGGRESSIVE.splitlines()[0][:30] in answer.text
    assert stored(database) is None


def test_a_forbidden_draft_may_still_be_saved_to_be_mended(lawyer, path, database):
    assert lawyer.post(path, {"text": AGGRESSIVE, "act": "save", "version": "0"}, page=path).status_code == 303
    assert stored(database).state is ReplyState.DRAFT


def test_its_author_does_not_read_it_and_another_lawyer_does(lawyer, as_person, path, database, people):
    assert submitted(lawyer, path).status_code == 303
    alone = lawyer.post(f"{path}/relire", {"act": "approve"}, page=path)
    assert alone.status_code == 400
    assert "autre que l’auteur" in alone.text
    assert as_person("partner").post(f"{path}/relire", {"act": "approve"}, page=path).status_code == 303
    row = stored(database)
    assert (row.state, row.read_by_id) == (ReplyState.READ, people["partner"].id)


def test_it_cools_off_before_it_is_marked_published(lawyer, as_person, path, database, capture):
    submitted(lawyer, path)
    early = lawyer.post(f"{path}/publier", {"on": "23/11/2026"}, page=path)
    assert "relire" in early.text
    as_person("partner").post(f"{path}/relire", {"act": "approve"}, page=path)
    early = lawyer.post(f"{path}/publier", {"on": "23/11/2026"}, page=path)
    assert early.status_code == 400
    assert "délai de réflexion court encore" in early.text
    with clock.frozen(NEXT_DAY):
        assert as_person("lawyer").post(f"{path}/publier", {"on": "24/11/2026"}, page=path).status_code == 303
    assert (stored(database).state, stored(database).published_on) == (ReplyState.PUBLISHED, date(2026, 11, 24))
    with database.reader() as session:
        assert session.get(Publication, capture.publication_id).client_reply == stored(database).text
        assert "secret" not in str([entry.facts for entry in session.scalars(select(AuditEntry))])


def test_a_text_changed_after_its_reading_must_be_read_again(lawyer, as_person, path, database):
    submitted(lawyer, path)
    as_person("partner").post(f"{path}/relire", {"act": "approve"}, page=path)
    version = str(stored(database).version)
    lawyer.post(path, {"text": CONSTRUCTIVE + " Merci.", "act": "save", "version": version}, page=path)
    row = stored(database)
    assert (row.state, row.read_by_id, row.submitted_at) == (ReplyState.DRAFT, None, None)


def test_the_reader_may_send_it_back_with_a_reason(lawyer, as_person, path, database):
    submitted(lawyer, path)
    partner = as_person("partner")
    assert partner.post(f"{path}/relire", {"act": "back", "note": ""}, page=path).status_code == 400
    assert partner.post(f"{path}/relire", {"act": "back", "note": "Plus court"}, page=path).status_code == 303
    assert stored(database).state is ReplyState.DRAFT
    assert "Plus court" in lawyer.get(path).text


def test_the_second_of_two_editors_is_told(lawyer, as_person, path, database):
    lawyer.post(path, {"text": "un", "act": "save", "version": "0"}, page=path)
    told = as_person("partner").post(path, {"text": "deux", "act": "save", "version": "0"}, page=path)
    assert told.status_code == 409
    assert "Personne Lawyer a enregistré" in told.text
    assert 'name="act" value="save"' in told.text, "the choice must be saved, not only reviewed"
    for words in (">un<", ">deux<"):
        assert words in told.text
    assert stored(database).text == "un"


@pytest.mark.parametrize("text", ["a" * 5000, "x\x00y"])
def test_a_text_too_long_or_with_controls_is_refused(lawyer, path, database, text):
    assert lawyer.post(path, {"text": text, "act": "save", "version": "0"}, page=path).status_code == 400
    assert stored(database) is None


def test_typed_markup_stays_text(lawyer, path):
    page = lawyer.post(path, {"text": "<script>alert(1)</script>", "version": "0"}, page=path).text
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_the_reply_does_not_exist_outside_the_team(lawyer, as_person, path, name):
    lawyer.post(path, {"text": CONSTRUCTIVE, "act": "save", "version": "0"}, page=path)
    assert as_person(name).get(path).status_code == 404


def test_a_reader_of_the_dossier_cannot_write(lawyer, as_person, path, database):
    reader = as_person("reader")
    assert reader.get(path).status_code == 200
    assert reader.client.post(path, data={"text": "x", "act": "save"}).status_code in {400, 404}
    assert stored(database) is None
