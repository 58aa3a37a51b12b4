"""Harassment by many: lines pasted, one table, one choice for several passages, the pattern drawn."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select

from casefile import passages, qualification
from casefile.models.evidence import Capture, CaptureState, DateKind, Passage, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Answer, Deadline, Qualification

from .test_qualification import answers

pytestmark = pytest.mark.usefixtures("frozen_clock")
DEFAMATION = "diffamation_publique_particulier"
WORDS = "Ce médecin s'est trompé dans le diagnostic et il ment"


@pytest.fixture
def wave(database, matter, people):
    """Make a wave of twelve contents by five accounts, each with a retained passage; the first one is qualified."""
    with database.transaction() as session:
        lawyer, held = session.get_one(Person, people["lawyer"].id), session.get_one(Matter, matter.id)
        made = []
        for number in range(12):
            publication = Publication(
                matter_id=held.id,
                title=f"Avis {number}",
                platform="google_maps",
                url=f"https://maps.google.com/?cid={number}",
                shown_author=f"Compte {number % 5} <i>",
                date_kind=DateKind.EXACT,
                published_on=date(2026, 11, 1 + number // 3),
            )
            session.add(publication)
            session.flush()
            capture = Capture(
                matter_id=held.id,
                publication_id=publication.id,
                requested_by_id=lawyer.id,
                state=CaptureState.SEALED,
                origin="upload",
                provenance="C",
                text=WORDS if number < 6 else f"{WORDS} {number} fois de suite selon moi, à fuir absolument",
                text_sha256="1" * 64,
            )
            session.add(capture)
            session.flush()
            made.append(passages.mark(session, lawyer, capture, 0, len(capture.text)))
        first = session.get_one(Publication, made[0].publication_id)
        qualification.answer(session, lawyer, made[0], first, answers())
        draft = qualification.current(session, made[0])
        qualification.choose(session, lawyer, held, draft, chosen=DEFAMATION, reasons="")
        return [str(passage.id) for passage in made]


def page_of(matter):
    return f"/dossiers/{matter.id}/ensemble"


def prepare(browser, matter, ticked, **fields):
    data = {"act": "prepare", "passages": ticked, **fields}
    return browser.post(f"{page_of(matter)}/qualifier", data, page=page_of(matter))


def keep(browser, matter, ticked, **fields):
    data = {"act": "keep", "passages": ticked, "confirmed": ticked, **answers(), "reason": "même texte", **fields}
    return browser.post(f"{page_of(matter)}/qualifier", data, page=page_of(matter))


def count(database, model, *conditions):
    with database.reader() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_one_table_shows_author_date_passage_qualification_and_limitation(as_person, matter, wave):
    text = as_person("lawyer").get(page_of(matter)).text
    assert "Compte 4 &lt;i&gt;" in text
    assert "4 novembre 2026" in text
    assert "Diffamation publique" in text
    assert "30 janvier 2027" in text or "31 janvier 2027" in text


def test_the_pattern_shows_accounts_days_and_words_alike(as_person, matter, wave):
    text = as_person("lawyer").get(page_of(matter)).text
    assert "12\u00a0contenus, 5\u00a0comptes, dont 5 à plusieurs contenus" in text
    assert "Du 1er novembre 2026 au 4 novembre 2026" in text
    assert "Mêmes mots" in text
    assert WORDS.replace("'", "&#39;") in text


def test_answers_begin_empty_or_from_a_passage_and_nothing_is_stored(as_person, matter, wave, database):
    browser = as_person("lawyer")
    empty, copied = prepare(browser, matter, wave[1:4]), prepare(browser, matter, wave[1:4], model=wave[0])
    assert empty.status_code == copied.status_code == 200
    checked = 'name="est_public" value="oui" checked'
    assert checked not in empty.text.replace('id="est_public-0" ', "")
    assert checked in copied.text.replace('id="est_public-0" ', "")
    assert empty.text.count("Indécis") == 3
    assert copied.text.count("Possible") == 3
    assert count(database, Qualification) == 1


def test_every_passage_without_a_choice_is_taken_at_once(as_person, matter, wave):
    page = prepare(as_person("lawyer"), matter, [], everything="y").text
    assert page.count('name="passages"') == len(wave) - 1


def test_each_confirmed_passage_gets_answers_reason_and_choice_in_one_name(as_person, matter, wave, people, database):
    ticked = wave[1:5]
    answer = keep(as_person("lawyer"), matter, ticked, confirmed=ticked[:3], reason="même texte, même fait")
    assert answer.status_code == 303
    with database.reader() as session:
        rows = session.scalars(select(Qualification).where(Qualification.chosen == DEFAMATION)).all()
        given = session.scalars(select(Answer).where(Answer.qualification_id.in_([row.id for row in rows]))).all()
    assert {str(row.passage_id) for row in rows} == set(wave[:4])
    assert {row.chosen_by_id for row in rows} == {row.answered_by_id for row in given} == {people["lawyer"].id}
    assert sorted(row.reasons for row in rows) == ["", *["même texte, même fait"] * 3]
    assert len(given) == 4 * len(answers())
    assert count(database, Deadline) == 4


def test_a_refused_passage_is_named_with_its_reason_and_the_others_are_kept(as_person, matter, wave, database):
    with database.transaction() as session:
        passage = session.get_one(Passage, uuid.UUID(wave[3]))
        session.get_one(Publication, passage.publication_id).is_public = False
    browser = as_person("lawyer")
    assert "Bloqué" in keep(browser, matter, wave[1:6], act="weigh").text
    answer = keep(browser, matter, wave[1:6])
    assert answer.status_code == 200
    assert "Passages refusés" in answer.text
    assert answer.text.count('name="passages"') == 1
    assert "Le message n’était pas public" in answer.text
    assert "4\u00a0passages qualifiés" in answer.text
    assert count(database, Qualification) == 5
    assert count(database, Deadline) == 5


@pytest.mark.parametrize("fields", [{"confirmed": []}, {"reason": ""}, {"reason": " "}, {"fait_precis": "jamais"}])
def test_without_confirmation_reason_or_sound_answers_nothing_is_kept(as_person, matter, wave, fields, database):
    answer = keep(as_person("lawyer"), matter, wave[1:3], **fields)
    assert answer.status_code == 400
    assert 'name="passages"' in answer.text
    assert count(database, Qualification) == 1


def test_answers_that_name_nothing_keep_nothing(as_person, matter, wave, database):
    answer = keep(as_person("lawyer"), matter, wave[1:3], **dict.fromkeys(answers(), ""))
    assert answer.status_code == 400
    assert answer.text.count("ne désignent aucune qualification") == 2
    assert count(database, Qualification) == 1


def test_the_lawyer_may_depart_for_all_at_once(as_person, matter, wave, database):
    assert keep(as_person("lawyer"), matter, wave[1:3], chosen="aucune").status_code == 303
    assert count(database, Qualification, Qualification.chosen == "aucune") == 2


def test_nothing_ticked_is_refused(as_person, matter, wave):
    assert prepare(as_person("lawyer"), matter, []).status_code == 400
    assert prepare(as_person("lawyer"), matter, wave[1:2], model="x").status_code == 400


def test_a_passage_of_nowhere_does_not_exist(as_person, matter, wave, database):
    for text in ("00000000-0000-4000-8000-000000000001", "' OR 1=1"):
        assert prepare(as_person("lawyer"), matter, [text]).status_code == 404
        assert keep(as_person("lawyer"), matter, [text]).status_code == 404
    assert count(database, Qualification) == 1


@pytest.mark.parametrize("name", ["stranger", "walled", "reader"])
def test_others_do_not_qualify_the_wave(as_person, matter, wave, name, database):
    browser = as_person(name)
    assert browser.get(page_of(matter)).status_code == (200 if name == "reader" else 404)
    data = {"act": "keep", "passages": wave[1:3], "confirmed": wave[1:3], **answers(), "reason": "x"}
    assert browser.post(f"{page_of(matter)}/qualifier", data, page="/").status_code == 404
    assert count(database, Qualification) == 1


def test_pasted_lines_become_contents_word_for_word(as_person, matter, database):
    lines = "https://x.com/a/1\tRaoul  😡\tVoleur !!\n\nhttps://x.com/b/2 | Zoé | nul, à fuir\n"
    page = f"/dossiers/{matter.id}/contenus/plusieurs"
    assert as_person("lawyer").post(page, {"platform": "x", "lines": lines}).status_code == 303
    with database.reader() as session:
        rows = session.scalars(select(Publication).order_by(Publication.url)).all()
    assert [(row.url, row.shown_author) for row in rows] == [
        ("https://x.com/a/1", "Raoul  😡"),
        ("https://x.com/b/2", "Zoé"),
    ]
    assert rows[0].notes.endswith("Voleur !!")


@pytest.mark.parametrize(
    "lines", ["", "javascript:alert(1)\tx\ty", "https://a.example/\tx\ty\nsans adresse", "https://a\n" * 201]
)
def test_one_bad_line_and_nothing_is_added(as_person, matter, lines, database):
    page = f"/dossiers/{matter.id}/contenus/plusieurs"
    assert as_person("lawyer").post(page, {"platform": "x", "lines": lines}).status_code == 400
    assert count(database, Publication) == 0


@pytest.mark.parametrize("name", ["stranger", "walled", "reader"])
def test_others_add_nothing(as_person, matter, name, database):
    page = f"/dossiers/{matter.id}/contenus/plusieurs"
    browser = as_person(name)
    assert browser.post(page, {"platform": "x", "lines": "https://a.example/"}, page="/").status_code == 404
    assert count(database, Publication) == 0
