"""The bench draws the same firm from the same seed and tells ratios, never times."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bench import data, measure, recount, rendering, users
from bench.defences import DEFENCES
from bench.floors import dossier
from bench.ground import ground
from bench.growth import growing
from bench.pages import paging_by_hand
from bench.rows import ROWS
from casefile import audit, clock, desk
from casefile.backup import rows
from casefile.cli.bench import bench
from casefile.deadlines import alarm, rule_changes
from casefile.models.evidence import Publication
from casefile.models.matter import MatterState, WallEntry
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

ROOT = Path(__file__).resolve().parents[2]


def test_the_same_seed_gives_the_same_firm():
    def tallies():
        with ground(80, 100) as made, made.database.engine.connect() as connection:
            return rows.tallies_of(connection)

    first, second = tallies(), tallies()
    drawn = ("matter", "deadline", "exhibit", "team_member", "person")
    limitations = 2  # of the full dossier: the one that stands and the one that it replaced
    assert [first[name]["rows"] for name in drawn] == [80, 400 + limitations, 1600, 80, 40]
    for name in ("matter", "exhibit"):
        assert first[name] == second[name]


def test_the_probed_lawyer_fills_a_page_at_every_size():
    source = data.Firmament()
    people = source.people()
    for count in (1000, 3000):
        mine = [m for m in source.matters(people, count) if m["responsible_id"] == people[0]["id"]]
        assert sum(m["state"] is MatterState.OPEN for m in mine) >= data.LEAST_OPEN


def test_the_agenda_of_the_probed_lawyer_shows_as_many_rows_at_every_size():
    for count in (80, 1000, 3000):
        source = data.Firmament()
        people = source.people()
        mine = [m for m in source.matters(people, count) if m["responsible_id"] == people[0]["id"]]
        days = [row["prudent_on"] for m in mine if m["next_prudent_on"] for row in source.deadlines(m)]
        assert sum(day - data.NOW.date() <= data.AHEAD for day in days) == data.SHOWN


def test_the_full_dossier_is_one_that_the_product_itself_would_hold():
    held = {"publication": 1, "capture": 2, "passage": 3, "qualification": 2, "procedural_act": 1, "note": 1}
    with ground(80, 2) as made, made.database.reader() as session:
        found = rows.tallies_of(session.connection())
        assert {name: found[name]["rows"] for name in held} == held
        assert {*session.scalars(select(Publication.matter_id))} == {made.matters[0]}
        standing = session.scalars(select(Deadline).where(Deadline.kind == DeadlineKind.LIMITATION)).all()
        assert sorted(one.state for one in standing) == [DeadlineState.OPEN, DeadlineState.SUPERSEDED]
        assert rule_changes.changes(session) == []
        assert [*audit.verify(session)] == []
        assert desk.differences(session) == []
        assert alarm.trouble(session, clock.now()) == []


def test_the_page_of_the_dossier_written_by_hand_opens_to_no_one_behind_the_wall():
    with ground(80, 2) as made:
        pair = paging_by_hand(made, f"/dossiers/{made.matters[0]}", dossier.view)
        assert "Prescription" in str(pair.floor(0))
        with made.database.transaction() as session:
            place = {"matter_id": made.matters[0], "person_id": made.person.id, "raised_by_id": made.person.id}
            session.add(WallEntry(**place, reason="conflit"))
        for side in (pair.floor, pair.ours):
            with pytest.raises(AssertionError, match="404"):
                side(0)


def test_every_row_gives_the_same_answer_on_both_sides(monkeypatch):
    """At a tiny size and without a timing: what is compared must be the same thing."""
    monkeypatch.setattr(rendering, "EXHIBITS", 8)
    with ground(80, 400) as made:
        for name, _floor, _limit, prepare in ROWS:
            pair = prepare(made)
            left, right = pair.floor(0), pair.ours(0)
            assert pair.same is None or pair.same(left, right), name


def test_the_floor_of_the_recount_walks_no_table():
    with ground(80, 2) as made:
        recount.recounting(made)
        plan = [step[3] for step in made.raw.execute(f"EXPLAIN QUERY PLAN {recount.RAW}")]
    assert [step for step in plan if step.startswith("SCAN")] == []


def test_what_grows_is_compared_row_for_row():
    lines = list(growing([80, 120], 2, only="Dossiers"))
    assert [line.name for line in lines] == ["page « Dossiers », 120 dossiers"]
    assert lines[0].limit == 1.3


def test_fifty_browsers_turn_the_same_number_of_pages_and_a_broken_line_is_counted():
    with ground(80, 2, now=None) as made:
        server = users.Server(made)
        assert len(server.visitors) == users.USERS
        assert {len(one.paths) for one in server.visitors} == {len(users.PAGES) + 1}
        answers = server.together(server.turn)
    assert [status for _, status in answers] == [users.UNANSWERED] * users.USERS * (len(users.PAGES) + 1)


def test_the_words_of_the_vocabulary_are_all_different():
    assert len({data.word_at(rank) for rank in range(data.VOCABULARY)}) == data.VOCABULARY


def test_two_sides_that_disagree_are_not_compared():
    pair = measure.Pair(lambda _n: 1, lambda _n: 2, same=lambda left, right: left == right)
    with pytest.raises(AssertionError, match="do not give the same answer"):
        measure.compare("x", "y", 1, pair)


def test_the_slower_side_has_the_greater_ratio():
    pair = measure.Pair(lambda _n: sum(range(1000)), lambda _n: sum(range(20_000)), rounds=30)
    line = measure.compare("x", "y", 2, pair)
    assert line.ratio > 2
    assert line.verdict == "DÉPASSÉ"
    assert measure.Line("x", "y", 1.9, 1.9, 2).verdict == "tenu"


def test_the_command_prints_ratios_and_no_time():
    done = CliRunner().invoke(bench, ["--matters", "80", "--texts", "200", "--only", "rares"])
    assert done.exit_code == 0, done.output
    line = done.output.splitlines()[1]
    assert re.search(r"recherche, mots rares .* \d+\.\d\d +\d+\.\d\d +≤ 2 +(tenu|DÉPASSÉ)$", line)
    assert not re.search(r"\d ?(ms|s|µs)\b", line)


def test_each_defence_is_still_there_to_be_taken_out_and_its_test_to_see_it():
    """The proof itself is long (`python -m bench.defences`); this keeps it from rotting between two runs."""
    assert len({one.name for one in DEFENCES}) == len(DEFENCES) > 40
    for one in DEFENCES:
        assert (ROOT / one.file).read_text("utf-8").count(one.written) == 1, one.name
        file, _, name = one.test.partition("::")
        assert f"\ndef {name}(" in (ROOT / file).read_text("utf-8"), one.name
