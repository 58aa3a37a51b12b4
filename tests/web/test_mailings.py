"""Several contents written about at once: what each draft lacks, what is refused, what is made, and only once."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from casefile import matters
from casefile.documents import letters
from casefile.errors import Refused
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter, LetterState
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person
from casefile.web import mailings

from .test_campaign import wave

__all__ = ["wave"]
pytestmark = pytest.mark.usefixtures("frozen_clock")
NOTICE, FORMAL = "notification_dsa", "mise_en_demeure"
NAMES = ("Durand", "Petit")


@pytest.fixture
def contents(database, matter, people, wave):
    """Give the wave's contents: four by two identified authors, one by an author not identified, one without words."""
    with database.transaction() as session:
        lawyer, held = session.get_one(Person, people["lawyer"].id), session.get_one(Matter, matter.id)
        authors = [matters.add_party(session, lawyer, held, PartyRole.AUTHOR, name=name) for name in NAMES]
        for author in authors:
            author.is_identified = True
        unknown = matters.add_party(session, lawyer, held, PartyRole.AUTHOR, name="")
        unknown.is_identified = False
        session.flush()
        rows = session.scalars(select(Publication).order_by(Publication.created_at)).all()
        for row, author in zip(rows, [authors[0], authors[0], authors[1], authors[1], unknown], strict=False):
            row.author_party_id = author.id
        silent = Publication(matter_id=held.id, title="Avis muet", platform="google_maps", url="https://x.example/1")
        elsewhere = Publication(matter_id=held.id, title="Post ailleurs", platform="x", url="https://x.example/2")
        session.add_all([silent, elsewhere])
        session.flush()
        return [str(row.id) for row in rows[:5]] + [str(silent.id), str(elsewhere.id)]


def page_of(matter):
    return f"/dossiers/{matter.id}/documents/plusieurs"


def send(browser, matter, contents, *, kinds=(NOTICE, FORMAL), then=""):
    data = {"contents": contents, "kinds": list(kinds)}
    return browser.post(f"{page_of(matter)}{then}", data, page=page_of(matter))


def drafts(database):
    """Give the letters, the notice first, then by the author's name: the frozen clock gives them one instant."""
    with database.reader() as session:
        names = {str(row.id): row.name for row in session.scalars(select(Party))}
        rows = session.scalars(select(Letter)).all()
        return sorted(rows, key=lambda row: (row.letter_type != NOTICE, names.get(row.inputs.get("author", ""), "")))


def test_the_plan_shows_what_is_missing_and_writes_nothing(as_person, matter, contents, database):
    browser = as_person("lawyer")
    assert "Avis muet" in browser.get(page_of(matter)).text
    plan = send(browser, matter, contents[:6])
    assert plan.status_code == 200
    assert "Google Ireland Limited" in plan.text
    assert all(name in plan.text for name in NAMES)
    assert "L’auteur n’est pas identifié" in plan.text
    assert "il n’entre dans aucune lettre" in plan.text
    assert "À répondre dans le projet" in plan.text
    assert "Commencer 3" in plan.text
    assert drafts(database) == []


def test_one_notice_and_one_formal_notice_for_each_author(as_person, matter, contents, database):
    browser = as_person("lawyer")
    report = send(browser, matter, contents[:6], then="/rediger")
    assert report.status_code == 200
    assert "3\u00a0projets commencés" in report.text
    notice, *formal = drafts(database)
    assert all(row.state is LetterState.DRAFT and row.validated_by_id is None for row in (notice, *formal))
    assert (notice.letter_type, set(notice.inputs["contents"])) == (NOTICE, set(contents[:5]))
    assert [row.letter_type for row in formal] == [FORMAL, FORMAL]
    assert [set(row.inputs["contents"]) for row in formal] == [set(contents[:2]), set(contents[2:4])]
    with database.reader() as session:
        held = session.get_one(Matter, matter.id)
        facts = [letters.current_facts(session, held, row) for row in formal]
    assert [one["recipient"]["last_name"] for one in facts] == list(NAMES)
    assert [{row["id"] for row in one["contents"]} for one in facts] == [set(contents[:2]), set(contents[2:4])]
    listed = browser.get(f"/dossiers/{matter.id}/documents").text
    assert all(f"à {name}" in listed for name in NAMES)


def test_asked_again_no_draft_is_made_twice(as_person, matter, contents, database):
    browser = as_person("lawyer")
    send(browser, matter, contents[:6], then="/rediger")
    again = send(browser, matter, contents[:6], then="/rediger")
    assert "existe déjà" in again.text
    assert "0\u00a0projet commencé" in again.text
    assert len(drafts(database)) == 3


def test_many_drafts_are_begun_a_few_at_a_time_and_told_together(as_person, matter, contents, database, monkeypatch):
    monkeypatch.setattr(mailings, "AT_ONCE", 2)
    browser = as_person("lawyer")
    first = send(browser, matter, contents[:6], then="/rediger")
    assert "2\u00a0projets commencés sur 3" in first.text
    assert len(drafts(database)) == 2
    chosen = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', first.text) for name in ("contents", "kinds", "begun")
    }
    assert set(chosen["begun"]) == {str(row.id) for row in drafts(database)}
    report = browser.post(f"{page_of(matter)}/rediger", chosen, page=page_of(matter))
    assert "3\u00a0projets commencés" in report.text
    assert "existe déjà" not in report.text
    assert len(drafts(database)) == 3


def test_a_draft_that_always_fails_keeps_no_other_waiting(as_person, matter, contents, database, monkeypatch):
    """Found on rereading: failures took the places of a turn, and the page sent itself on for ever."""
    made = letters.draft

    def failing(session, actor, held, kind, **options):
        if kind == NOTICE:
            raise Refused("Cette lettre ne se commence pas.")
        return made(session, actor, held, kind, **options)

    monkeypatch.setattr(letters, "draft", failing)
    monkeypatch.setattr(mailings, "AT_ONCE", 1)
    browser = as_person("lawyer")
    first = send(browser, matter, contents[:6], then="/rediger")
    assert "1\u00a0projet commencé sur 2" in first.text
    chosen = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', first.text) for name in ("contents", "kinds", "begun")
    }
    report = browser.post(f"{page_of(matter)}/rediger", chosen, page=page_of(matter)).text
    assert "2\u00a0projets commencés" in report
    assert "Cette lettre ne se commence pas" in report


def test_left_in_the_middle_a_mailing_is_taken_up_again(as_person, matter, contents, database, monkeypatch):
    monkeypatch.setattr(mailings, "AT_ONCE", 2)
    browser = as_person("lawyer")
    send(browser, matter, contents[:6], then="/rediger")
    again = send(browser, matter, contents[:6], then="/rediger")
    assert "1\u00a0projet commencé" in again.text
    assert len(drafts(database)) == 3


def test_a_draft_keeps_its_contents_and_its_author_when_its_form_is_saved(as_person, matter, contents, database):
    browser = as_person("lawyer")
    send(browser, matter, contents[:4], kinds=[FORMAL], then="/rediger")
    second = drafts(database)[1]
    form = f"/dossiers/{matter.id}/documents/{second.id}/modifier"
    assert browser.post(form, {"version": str(second.version), "lawyer_gender": "F"}, page=form).status_code == 303
    saved = drafts(database)[1]
    assert saved.inputs["lawyer_gender"] == "F"
    assert {name: saved.inputs[name] for name in letters.SCOPE} == {name: second.inputs[name] for name in letters.SCOPE}


def test_an_author_taken_away_is_never_replaced_by_another(as_person, matter, contents, database):
    browser = as_person("lawyer")
    send(browser, matter, contents[:4], kinds=[FORMAL], then="/rediger")
    first = drafts(database)[0]
    with database.transaction() as session:
        session.get_one(Party, uuid.UUID(first.inputs["author"])).is_identified = False
    with database.reader() as session:
        facts = letters.current_facts(session, session.get_one(Matter, matter.id), first)
    assert facts["recipient"] == {}
    browser.get(f"/dossiers/{matter.id}/documents/{first.id}")


def test_nothing_ticked_or_another_platform_is_refused_with_what_was_typed(as_person, matter, contents, database):
    browser = as_person("lawyer")
    assert "Cochez au moins un contenu" in send(browser, matter, []).text
    mixed = send(browser, matter, [contents[0], contents[6]], then="/rediger")
    assert mixed.status_code == 400
    assert drafts(database) == []


@pytest.mark.parametrize("name", ["reader", "stranger", "walled"])
def test_others_begin_no_draft(as_person, matter, contents, database, name):
    browser = as_person(name)
    assert browser.get(page_of(matter)).status_code in {403, 404}
    assert browser.client.post(f"{page_of(matter)}/rediger").status_code in {400, 403, 404}
    assert drafts(database) == []
