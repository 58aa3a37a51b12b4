"""A rule that changes: the dossiers whose dates would move are listed and reviewed; nothing moves by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest
from sqlalchemy import select

from casefile import clock
from casefile.deadlines import rule_changes
from casefile.law import procedure, rules
from casefile.models.ledger import AuditEntry
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

from .test_happenings import PLEA
from .test_what_if import limited  # noqa: F401 - the fixture opens the limitation of the review

NIGHT = datetime(2026, 11, 24, 1, tzinfo=UTC)


def amend(monkeypatch, rule_id, **values):
    """Publish a rule with other values, as a new release of the rules would."""
    held = dict(rules.all_rules())
    rule = held[rule_id]
    versions = tuple(replace(one, values=MappingProxyType({**one.values, **values})) for one in rule.versions)
    held[rule_id] = replace(rule, versions=versions)
    monkeypatch.setattr(rules, "all_rules", lambda: MappingProxyType(held))
    monkeypatch.setattr(rules, "fingerprint", lambda: "another")
    monkeypatch.setattr(procedure, "_versions_started_by", procedure._versions_started_by.__wrapped__)


@pytest.fixture
def duration(limited, database):  # noqa: F811 - the fixture imported above
    with database.reader() as session:
        return session.scalars(select(Deadline)).one().rule_id


def standing(database, kind=DeadlineKind.LIMITATION):
    with database.reader() as session:
        query = select(Deadline).where(Deadline.state == DeadlineState.OPEN, Deadline.kind == kind)
        return session.scalars(query).all()


def test_while_no_rule_changes_nothing_is_listed(as_person, duration):
    assert "Aucune date ne bouge" in as_person("lawyer").get("/droit/revisions").text


def test_a_changed_rule_lists_the_dossier_and_moves_nothing(as_person, matter, duration, database, monkeypatch):
    amend(monkeypatch, duration, months=4)
    page = as_person("lawyer").get("/droit/revisions").text
    assert matter.reference in page
    assert 'datetime="2026-12-02"' in page
    assert 'datetime="2027-01-02"' in page
    assert standing(database)[0].prudent_on == date(2026, 12, 2)


def test_the_night_opens_one_review_a_dossier_and_writes_the_list(matter, duration, database, monkeypatch):
    amend(monkeypatch, duration, months=4)
    with clock.frozen(NIGHT), database.transaction() as session:
        assert rule_changes.open_reviews(session, NIGHT) == 1
        assert rule_changes.open_reviews(session, NIGHT) == 0
    tasks = standing(database, DeadlineKind.TASK)
    assert [task.label for task in tasks] == [rule_changes.LABEL]
    with database.reader() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "rules.changed")).one()
    assert entry.facts["dossiers"] == [matter.reference]
    assert standing(database)[0].prudent_on == date(2026, 12, 2)


def test_a_lawyer_counts_the_dossier_again_and_the_review_is_done(as_person, matter, duration, database, monkeypatch):
    amend(monkeypatch, duration, months=4)
    with database.transaction() as session:
        rule_changes.open_reviews(session, clock.now())
    browser = as_person("lawyer")
    page = f"/dossiers/{matter.id}/delais/revision"
    assert browser.post(page, {"reason": "Loi nouvelle"}).status_code == 303
    assert standing(database)[0].prudent_on == date(2027, 1, 2)
    assert standing(database, DeadlineKind.TASK) == []
    with database.reader() as session:
        old = session.scalars(
            select(Deadline).where(Deadline.state == DeadlineState.SUPERSEDED, Deadline.kind == DeadlineKind.LIMITATION)
        ).one()
    assert old.superseded_reason == "Loi nouvelle"
    assert "Aucune date ne bouge" in browser.get(page).text


def test_procedural_time_limits_follow_their_own_rules(as_person, matter, database, monkeypatch, frozen_clock):
    browser = as_person("lawyer")
    browser.post(f"/dossiers/{matter.id}/evenements/nouveau", {**PLEA, "act": "save"})
    limit = next(row for row in standing(database, DeadlineKind.PROCEDURAL) if row.prudent_on == date(2026, 11, 30))
    amend(monkeypatch, limit.rule_id, days=12)
    page = f"/dossiers/{matter.id}/delais/revision"
    assert 'datetime="2026-12-02"' in browser.get(page).text
    assert browser.post(page, {"reason": "Loi nouvelle"}).status_code == 303
    days = {row.rule_id: row.prudent_on for row in standing(database, DeadlineKind.PROCEDURAL)}
    assert days[limit.rule_id] == date(2026, 12, 2)


def test_without_a_reason_nothing_moves(as_person, matter, duration, database, monkeypatch):
    amend(monkeypatch, duration, months=4)
    answer = as_person("lawyer").post(f"/dossiers/{matter.id}/delais/revision", {"reason": "\u202e"})
    assert answer.status_code == 400
    assert standing(database)[0].prudent_on == date(2026, 12, 2)


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_no_dossier_is_named_outside_its_team(as_person, matter, duration, monkeypatch, name):
    amend(monkeypatch, duration, months=4)
    browser = as_person(name)
    assert matter.reference not in browser.get("/droit/revisions").text
    assert browser.get(f"/dossiers/{matter.id}/delais/revision").status_code == 404
    assert browser.post(f"/dossiers/{matter.id}/delais/revision", {"reason": "x"}, page="/compte").status_code == 404
