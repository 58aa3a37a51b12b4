"""How many statements each page runs, to the one: it neither drifts nor grows with what the page shows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from casefile import clock, matters
from casefile.identification import outstanding
from casefile.models import Base
from casefile.models.ledger import Dispatch, Heartbeat, Letter, LetterState
from casefile.models.matter import Matter, PartyRole
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind
from casefile.web.paging import Pager

from .drawn_sendings import Draw

# Statements of a second visit: the first one also writes that a dossier was seen.
PINNED = {
    "/": 11,  # one counts the open deadlines, one reads fifty of them
    "/dossiers": 4,
    "/delais": 5,
    "/agenda?vue=liste": 9,
    "/notifications": 5,
    "/recherche?q=retrait": 6,
    "/dossiers/{}": 12,
}
LISTS = [path for path in PINNED if "{}" not in path]
SHOWN = 50


def add_work(session, lawyer, count, *, first=0):
    """Open dossiers with what each list shows: a client, a deadline, a sending that waits."""
    for number in range(first, first + count):
        matter = matters.open_matter(session, lawyer, title=f"Retrait {number}", territory="metropole")
        matters.add_party(session, lawyer, matter, PartyRole.CLIENT, name=f"Client {number}")
        day = clock.today() + timedelta(days=3 + number % 20)
        matter.next_prudent_on = day
        session.add(
            Deadline(
                matter_id=matter.id,
                kind=DeadlineKind.PROCEDURAL,
                label=f"Échéance {number}",
                prudent_on=day,
                responsible_id=lawyer.id,
            )
        )
        letter = Letter(
            matter_id=matter.id,
            letter_type="mise_en_demeure",
            title="Mise en demeure",
            state=LetterState.SENT,
            dated_on=date(2026, 11, 2),
            written_by_id=lawyer.id,
        )
        session.add(letter)
        session.flush()
        sending = {"channel": "lrar", "recipient": "Hébergeur", "sent_on": clock.today() - timedelta(days=2)}
        sending["sent_by_id"] = lawyer.id
        session.add(Dispatch(matter_id=matter.id, letter_id=letter.id, **sending))
    session.flush()


@pytest.fixture
def browser(database, people, as_person, frozen_clock):
    with database.transaction() as session:
        session.add(Heartbeat(name="worker", beat_at=clock.now()))
        session.add(Heartbeat(name="backup", beat_at=clock.now()))
        add_work(session, session.get(Person, people["lawyer"].id), 3)
    return as_person("lawyer")


def statements(database, browser, path):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    browser.get(path)
    event.listen(database.engine, "before_cursor_execute", note)
    answer = browser.get(path)
    event.remove(database.engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return seen


@pytest.mark.parametrize("path", PINNED)
def test_a_page_runs_exactly_so_many_statements(database, browser, path):
    with database.reader() as session:
        path_of = path.format(session.scalars(select(Matter.id).order_by(Matter.number)).first())
    seen = statements(database, browser, path_of)
    assert len(seen) == PINNED[path], "\n".join(" ".join(one.split())[:120] for one in seen)


def test_what_waits_is_listed_without_reading_the_words_of_letters(database, browser):
    read = " ".join(statements(database, browser, "/notifications"))
    assert "letter.title" in read
    assert not any(
        column in read for column in ("letter.inputs", "letter.facts", "letter.edits", "dispatch.answer_note")
    )


def test_the_dossier_page_reads_no_more_than_it_shows(database, browser):
    with database.reader() as session:
        first = session.scalars(select(Matter.id).order_by(Matter.number)).first()
    read = " ".join(statements(database, browser, f"/dossiers/{first}"))
    assert "capture.failure" in read
    heavy = (
        "capture.text",
        "capture.facts",
        "filed_mail.text",
        "letter.inputs",
        "letter.facts",
        "qualification.outcome",
    )
    assert [column for column in heavy if column in read] == []


def plans(database, browser, path):
    """Give how SQLite finds the rows of each question of a second visit."""
    asked = []

    def note(_connection, _cursor, statement, values, *_rest):
        if not statement.startswith("BEGIN"):
            asked.append((statement, values))

    browser.get(path)  # what a first visit writes is written
    event.listen(database.engine, "before_cursor_execute", note)
    assert browser.get(path).status_code == 200
    event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        return [row[3] for one in asked for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + one[0], one[1])]


def walked(found):
    """Give the tables of the firm that plans read from end to end."""
    tables = Base.metadata.tables.keys() - {"heartbeat"}
    return [plan for plan in found if plan.startswith("SCAN") and plan.split()[1] in tables]


def test_no_question_of_the_dossier_page_walks_a_table_of_the_firm(database, browser):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL walks small tables whatever their indexes")
    with database.reader() as session:
        first = session.scalars(select(Matter.id).order_by(Matter.number)).first()
    found = plans(database, browser, f"/dossiers/{first}")
    assert len(found) > 20
    assert walked(found) == []
    proofs = [plan for plan in found if plan.startswith("SEARCH capture")]
    assert all("publication_id=?" in plan or "matter_id=?" in plan for plan in proofs)


@pytest.mark.parametrize("counted", [False, True])
def test_a_search_passes_over_the_texts_of_others_without_reading_them(database, browser, counted):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL does not walk texts one by one")
    if counted:
        database.learn()
    found = [plan for plan in plans(database, browser, "/recherche?q=cabinet") if not plan.startswith("BLOOM")]
    first = next(number for number, plan in enumerate(found) if plan.startswith("SCAN search_text"))
    place, own, text = found[first + 1 : first + 4]
    assert place == "SEARCH text USING COVERING INDEX ix_search_entry_place (id=?)"
    assert own == "SEARCH copy USING INDEX sqlite_autoindex_desk_matter_1 (person_id=? AND matter_id=?)"
    assert text == "SEARCH search_entry USING INTEGER PRIMARY KEY (rowid=?)"
    assert {"team_member", "wall_entry"} <= {plan.split()[1] for plan in found[first + 4 :]}


@pytest.mark.parametrize("place", ["", "?etat=relance&nature=paf_6_3&plateforme=x", "/issues", "/{}"])
def test_no_question_about_sendings_walks_a_table_of_the_firm(database, browser, people, place):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL walks small tables whatever their indexes")
    draw_sendings(database, people, 3)
    with database.reader() as session:
        found = outstanding.read(session, people["lawyer"], outstanding.Asked(), pager_of_one)
    several = plans(database, browser, "/notifications" + place.format(found.rows[0].dispatch.id))
    assert len(several) > 10
    assert walked(several) == []


def draw_sendings(database, people, seed):
    with database.transaction() as session:
        lawyer, stranger = (session.get(Person, people[name].id) for name in ("lawyer", "stranger"))
        Draw(session, lawyer, stranger, seed).firm()


def pager_of_one(total):
    return Pager(1, total, size=1)


def test_what_must_be_judged_takes_as_many_statements_however_much_there_is(database, browser, people):
    counts = []
    for seed in (3, 4):
        draw_sendings(database, people, seed)
        counts.append(
            [len(statements(database, browser, path)) for path in ("/notifications", "/notifications/issues")]
        )
    assert counts == [[13, 8]] * 2


def test_no_list_runs_more_statements_when_it_is_longer(database, browser, people):
    before = {path: len(statements(database, browser, path)) for path in LISTS}
    with database.transaction() as session:
        add_work(session, session.get(Person, people["lawyer"].id), 12, first=3)
    assert {path: len(statements(database, browser, path)) for path in LISTS} == before


def test_a_long_list_is_cut_into_pages_of_fifty(database, browser, people):
    with database.transaction() as session:
        add_work(session, session.get(Person, people["lawyer"].id), SHOWN, first=3)
    for path, marker in (("/dossiers", 'href="/dossiers/'), ("/notifications", ">Réponse<")):
        first, second = browser.get(path).text, browser.get(f"{path}?page=2").text
        body = first[first.index("<tbody>") : first.index("</tbody>", first.index("<tbody>"))]
        assert body.count("<tr>") == SHOWN
        assert marker in body
        assert "Page 1 sur 2" in first
        assert "(53" in first
        assert second[second.index("<tbody>") :].count("<tr>") == 3


def test_dossiers_without_a_date_come_last(database, browser, people):
    with database.transaction() as session:
        rows = session.scalars(select(Matter).order_by(Matter.number)).all()
        rows[0].next_prudent_on, rows[1].next_prudent_on, rows[2].next_prudent_on = (
            None,
            date(2027, 2, 1),
            date(2027, 1, 1),
        )
    page = browser.get("/dossiers").text
    assert page.index("Retrait 2") < page.index("Retrait 1") < page.index("Retrait 0")


def test_the_home_page_shows_the_fifty_most_urgent_and_counts_them_all(database, browser, people):
    with database.transaction() as session:
        add_work(session, session.get(Person, people["lawyer"].id), SHOWN, first=3)
        last = session.scalars(select(Deadline).where(Deadline.label == "Échéance 40")).one()
        last.prudent_on, last.last_useful_day = clock.today() + timedelta(days=400), clock.today()
    first, second = browser.get("/").text, browser.get("/?page=2").text
    assert first.count('class="ref"') == SHOWN
    assert second.count('class="ref"') == 3
    assert first.index("Échéance 40") < first.index("Échéance 0")
    assert "dont 53 avec un délai qui court" in first
    assert "(53\u202f" in first or "(53\u00a0échéances)" in first
    assert len(statements(database, browser, "/?page=2")) == PINNED["/"]
    card = first[first.index('id="silencieux-titre"') :].partition("</section>")[0]
    total = int(card.partition('<span class="count">')[2].partition("<")[0])
    assert card.count("<a href=") == 12 + 2  # twelve dossiers, the rest of them, where to sign
    assert f"et {total - 12}\u00a0autres" in card
    assert total == SHOWN + 3
