"""A content over time: what captures establish, faults told from removals, two captures compared, the schedule."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from casefile import clock, passages
from casefile.evidence import followup, online
from casefile.evidence.provenance import Outcome
from casefile.models.evidence import Capture, CaptureState, OnlineState, Publication, Watch
from casefile.models.people import Person

pytestmark = pytest.mark.browser
WORDS = "il a confondu une phlébite avec une simple courbature"
DAY = timedelta(days=1)


@pytest.fixture
def taken(take_again, page_taken, database, people):
    """Give the first capture, its passage marked."""
    row = take_again()
    with database.transaction() as session:
        capture = session.get_one(Capture, row.id)
        start = capture.text.index(WORDS)
        passages.mark(session, session.get_one(Person, people["lawyer"].id), capture, start, start + len(WORDS))
    return row


@pytest.fixture
def later(take_again, page_taken, taken):
    """Give a function that files what was seen so many days later."""

    def file(days, text=None, outcome=Outcome.PRESENT):
        at = page_taken.ended + days * DAY
        return take_again(ended=at, text=page_taken.text if text is None else text, outcome=outcome)

    return file


@pytest.fixture
def state(database, publication):
    def read():
        with database.reader() as session:
            row = session.get_one(Publication, publication.id)
            return row.online_state, row.removed_on

    return read


def page_of(publication, word="suivi"):
    return f"/dossiers/{publication.matter_id}/contenus/{publication.id}/{word}"


def test_the_same_words_later_are_still_online(later, state, as_person, publication):
    later(3)
    assert state() == (OnlineState.ONLINE, None)
    html = as_person("lawyer").get(page_of(publication)).text
    assert "2 constatations, 0 absence" in html
    assert html.count("présent mot pour mot") == 2


def test_altered_words_are_shown_with_their_difference_and_ask_the_limitation_question(
    later, page_taken, state, as_person, publication
):
    later(3, page_taken.text.replace("une simple courbature", "une vraie courbature"))
    assert state()[0] is OnlineState.CHANGED
    html = as_person("lawyer").get(page_of(publication)).text
    assert re.search(r"<del[^>]*>[^<]*simple", html)
    assert re.search(r"<ins[^>]*>[^<]*vraie", html)
    assert "délai de prescription est à revoir" in html


def test_one_absence_is_not_a_removal_and_asks_for_a_second_look(later, state, database, publication, page_taken):
    later(3, "", Outcome.ABSENT)
    assert state() == (OnlineState.UNKNOWN, None)
    with database.reader() as session:
        assert session.get_one(Watch, publication.id).next_at == page_taken.ended + 4 * DAY


def test_two_absences_a_day_apart_are_a_removal_dated_by_the_first(later, state, page_taken):
    later(3, "", Outcome.ABSENT)
    later(4, "", Outcome.ABSENT)
    assert state() == (OnlineState.REMOVED, clock.day_of(page_taken.ended + 3 * DAY))


def test_a_passing_fault_ends_with_the_content_online(later, state):
    later(3, "", Outcome.ABSENT)
    later(4)
    assert state() == (OnlineState.ONLINE, None)


def test_the_words_gone_from_a_page_that_stays_are_a_removal(later, state, page_taken):
    text = page_taken.text[: page_taken.text.index("À fuir")]
    later(3, text)
    later(5, text)
    assert state()[0] is OnlineState.REMOVED


def test_a_blocked_page_changes_nothing(later, state):
    later(3, "", Outcome.BLOCKED)
    assert state() == (OnlineState.ONLINE, None)


def test_what_comes_back_after_a_removal_asks_the_limitation_question(later, state, as_person, publication):
    for days in (3, 5):
        later(days, "", Outcome.ABSENT)
    later(9)
    assert state()[0] is OnlineState.ONLINE
    assert "Remis en ligne après un retrait" in as_person("lawyer").get(page_of(publication)).text


def test_two_captures_are_compared_word_by_word_and_pixel_by_pixel(later, page_taken, taken, as_person, publication):
    second = later(3, page_taken.text.replace("Kévin E.", "Kévin Z."))
    browser = as_person("lawyer")
    pair = f"?avant={taken.id}&apres={second.id}"
    html = browser.get(page_of(publication, "comparer") + pair).text
    assert "<del" in html
    assert re.search(r"<ins[^>]*>Z\.</ins>", html)
    assert "octet pour octet" in html
    drawn = browser.get(page_of(publication, "comparer/0.png") + pair)
    assert Image.open(io.BytesIO(drawn.data)).size[0] == 1280
    assert browser.get(page_of(publication, "comparer/99.png") + pair).status_code == 404


@pytest.mark.parametrize("query", ["", "?avant=x&apres=y", "?avant={one}", "?avant={one}&apres={one}"])
def test_a_comparison_of_nothing_is_refused(taken, as_person, publication, query):
    answer = as_person("lawyer").get(page_of(publication, "comparer") + query.format(one=taken.id))
    assert answer.status_code in {400, 404}


def test_the_schedule_queues_a_capture_on_its_day_and_only_then(taken, as_person, publication, database, settings):
    browser = as_person("lawyer")
    browser.post(page_of(publication), {"every_days": "1"})
    assert "chaque jour" in browser.get(page_of(publication)).text
    with database.reader() as session:
        due = session.get_one(Watch, publication.id).next_at
    assert not followup.work(database, settings, due - timedelta(minutes=1))
    assert followup.work(database, settings, due)
    assert not followup.work(database, settings, due)
    with database.reader() as session:
        queued = session.scalars(select(Capture).where(Capture.state == CaptureState.QUEUED)).all()
        assert [row.requested_url for row in queued] == ["https://maps.google.com/?cid=1"]
    browser.post(page_of(publication), {"every_days": ""})
    with database.reader() as session:
        assert session.get(Watch, publication.id) is None


def test_an_impossible_schedule_is_refused(taken, as_person, publication, database):
    browser = as_person("lawyer")
    browser.post(page_of(publication), {"every_days": "2"})
    assert "chaque jour ou chaque semaine" in browser.get(page_of(publication)).text
    with database.reader() as session:
        assert session.get(Watch, publication.id) is None


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_the_follow_up_does_not_exist_outside_the_team(taken, as_person, publication, name):
    assert as_person(name).get(page_of(publication)).status_code == 404


def test_marks_never_lie_one_upon_another(later, database, publication):
    from casefile.web.followup import LEFT, RIGHT, _marks

    for minutes in range(5):
        later(minutes / 1440)
    with database.reader() as session:
        places = [mark.x for mark in _marks(online.looks(session, publication.id))]
    assert places == sorted(set(places))
    assert min(places) >= LEFT
    assert max(places) <= RIGHT
