"""The rule files: sound as shipped, refused with the file and the key named when broken."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from casefile.law import rules

if TYPE_CHECKING:
    from pathlib import Path

LAST_DAY_SCANNED = date(2035, 12, 31)

SOUND = """
kind = "limitation"

[essai]
title = "Règle d'essai"

[[essai.versions]]
in_force_from = 1881-07-29
in_force_until = 1999-12-31
status = "verified"
verified_on = 2026-01-01
sources = [{ article = "art. 65", version = "1993" }]
months = 3
starts_from = "publication"
regime = "press"
applies_to = []

[[essai.versions]]
in_force_from = 2000-01-01
status = "verified"
verified_on = 2026-01-01
sources = [{ article = "art. 65", version = "2000" }]
months = 6
starts_from = "publication"
regime = "press"
applies_to = []
"""

BROKEN = {
    "an unknown key": ("months = 6", "months = 6\nmonhts = 6", "monhts"),
    "a roll-forward in a limitation": ("months = 6", "months = 6\nroll_forward = true", "roll_forward"),
    "a value of the wrong type": ("months = 6", 'months = "six"', "months"),
    "a value outside its closed set": ('regime = "press"', 'regime = "naval"', "regime"),
    "a list of something else than texts": ("applies_to = []", "applies_to = [1]", "applies_to"),
    "a required value left out": ('starts_from = "publication"\n', "", "starts_from"),
    "an overlap": ("in_force_from = 2000-01-01", "in_force_from = 1999-12-31", "in_force_from"),
    "an undeclared gap": ("in_force_from = 2000-01-01", "in_force_from = 2000-01-02", "gap_reason"),
    "an undeclared end": (
        "in_force_from = 2000-01-01",
        "in_force_from = 2000-01-01\nin_force_until = 2010-01-01",
        "end_",
    ),
    "a first version after a hole": ("in_force_from = 1881-07-29", "in_force_from = 1990-01-01", "gap_reason"),
    "an open version before another": ("in_force_until = 1999-12-31\n", "", "in_force_until"),
    "a version that ends before it begins": (
        "in_force_until = 1999-12-31",
        "in_force_until = 1880-01-01",
        "in_force_until",
    ),
    "no source": ('sources = [{ article = "art. 65", version = "2000" }]', "sources = []", "sources"),
    "sources left out": ('sources = [{ article = "art. 65", version = "2000" }]\n', "", "sources"),
    "a source that nobody can find": ('version = "2000" }', 'article2 = "x" }', "sources"),
    "a source without locator": (', version = "2000" }', " }", "sources"),
    "a source with two unknown keys": (
        'version = "2000" }',
        'version = "2000", zone = "x", aire = "x" }',
        "sources.aire",
    ),
    "a source with two names": ('version = "2000" }', 'version = "2000", decision = "x" }', "sources"),
    "a source that is no table": ('[{ article = "art. 65", version = "2000" }]', '["art. 65"]', "sources"),
    "a reading day that is no day": ("months = 6", 'months = 6\nread_from = "2010"', "read_from"),
    "a reading day before the version": ("months = 6", "months = 6\nread_from = 1999-01-01", "read_from"),
    "a reading day after the version": ("months = 3", "months = 3\nread_from = 2000-01-01", "read_from"),
    "a reading day of what nobody read": (
        'status = "verified"',
        'status = "unverified"\nread_from = 1950-01-01',
        "read_from",
    ),
    "no status": ('status = "verified"\n', "", "status"),
    "an invented status": ('status = "verified"', 'status = "certain"', "status"),
    "no verification day": ("verified_on = 2026-01-01\n", "", "verified_on"),
    "a verification day that is no day": ("verified_on = 2026-01-01", 'verified_on = "hier"', "verified_on"),
    "a note that is no text": ("months = 6", "months = 6\nnote = 4", "note"),
    "no title": ('title = "Règle d\'essai"\n', "", "title"),
    "an empty title": ('title = "Règle d\'essai"', 'title = ""', "title"),
    "a title that is no text": ('title = "Règle d\'essai"', "title = 4", "title"),
    "an unknown key beside the title": ("title =", 'tittle = "x"\ntitle =', "tittle"),
    "an unknown kind": ('kind = "limitation"', 'kind = "guess"', "kind"),
    "no kind": ('kind = "limitation"\n', "", "kind"),
    "a rule that is no table": ('kind = "limitation"', 'kind = "limitation"\nautre = 3', "autre"),
    "unreadable TOML": ("[essai]", "[essai", "(fichier)"),
}


def write(directory: Path, content: str, name: str = "essai.toml") -> Path:
    (directory / name).write_text(content, "utf-8")
    return directory


def test_a_sound_file_is_read(tmp_path):
    loaded = rules.load_rules(write(tmp_path, SOUND))
    assert list(loaded) == ["limitation.essai"]
    assert [version.number("months") for version in loaded["limitation.essai"].versions] == [3, 6]


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "LISEZMOI.txt").write_text("rien", "utf-8")
    assert rules.load_rules(tmp_path) == {}


def test_a_text_known_from_a_later_day_is_not_verified_before_it(tmp_path):
    (tmp_path / "essai.toml").write_text(SOUND.replace("months = 6", "months = 6\nread_from = 2010-05-01"), "utf-8")
    _, unread, read = rules.load_rules(tmp_path)["limitation.essai"].versions
    assert (unread.in_force_from, unread.in_force_until) == (date(2000, 1, 1), date(2010, 4, 30))
    assert (read.in_force_from, read.in_force_until) == (date(2010, 5, 1), None)
    assert (unread.status, read.status) == ("unverified", "verified")
    assert "01/05/2010" in unread.note
    assert unread.number("months") == read.number("months") == 6


@pytest.mark.parametrize(("before", "after", "key"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_naming_file_and_key(tmp_path, before, after, key):
    assert before in SOUND
    with pytest.raises(rules.BrokenRule) as refusal:
        rules.load_rules(write(tmp_path, _replace_last(SOUND, before, after)))
    assert "essai.toml" in refusal.value.message
    assert key in str(refusal.value.field)


def _replace_last(content: str, before: str, after: str) -> str:
    head, _, tail = content.rpartition(before)
    return head + after + tail


def test_a_rule_without_versions_is_refused(tmp_path):
    with pytest.raises(rules.BrokenRule, match="aucune version"):
        rules.load_rules(write(tmp_path, 'kind = "limitation"\n[essai]\ntitle = "x"\nversions = []\n'))


def test_the_same_rule_twice_is_refused(tmp_path):
    write(tmp_path, SOUND)
    with pytest.raises(rules.BrokenRule, match=r"déjà définie dans autre\.toml"):
        rules.load_rules(write(tmp_path, SOUND, "autre.toml"))


def test_every_day_from_1881_to_2035_has_one_version_or_a_stated_reason():
    for found in rules.all_rules().values():
        for day in _days_that_matter(found):
            standing = [version for version in found.versions if version.stands_on(day)]
            assert len(standing) <= 1, (found.id, day)
            if not standing:
                with pytest.raises(rules.NoRuleInForce) as refusal:
                    rules.rule_at(found.id, day)
                assert "1881 n'existait pas" not in refusal.value.message


def _days_that_matter(found: rules.Rule) -> set[date]:
    """Between two edges nothing changes: the edges and their neighbours stand for every day."""
    edges = {rules.FIRST_DAY, LAST_DAY_SCANNED}
    for version in found.versions:
        edges |= {version.in_force_from, version.in_force_until or LAST_DAY_SCANNED}
    near = {edge + timedelta(days=step) for edge in edges for step in (-1, 0, 1)}
    return {day for day in near if rules.FIRST_DAY <= day <= LAST_DAY_SCANNED}


def test_the_version_of_the_day_is_served(tmp_path, monkeypatch):
    loaded = rules.load_rules(write(tmp_path, SOUND))
    monkeypatch.setattr(rules, "all_rules", lambda: loaded)
    assert rules.rule_at("limitation.essai", date(1999, 12, 31)).version == "1881-07-29"
    assert rules.rule_at("limitation.essai", date(2000, 1, 1)).version == "2000-01-01"
    with pytest.raises(rules.NoRuleInForce, match="28/07/1881"):
        rules.rule_at("limitation.essai", date(1881, 7, 28))


def test_a_hole_raises_with_its_reason(tmp_path, monkeypatch):
    holed = SOUND.replace("in_force_from = 2000-01-01", 'in_force_from = 2001-01-01\ngap_reason = "texte non lu"')
    loaded = rules.load_rules(write(tmp_path, holed))
    monkeypatch.setattr(rules, "all_rules", lambda: loaded)
    with pytest.raises(rules.NoRuleInForce, match="texte non lu"):
        rules.rule_at("limitation.essai", date(2000, 6, 1))


def test_an_unknown_rule_is_said_so():
    with pytest.raises(rules.UnknownRule, match="n'existe pas"):
        rules.rule_at("limitation.inventee", date(2026, 1, 1))


def test_a_rule_unverified_for_a_year_is_stale(tmp_path, monkeypatch):
    loaded = rules.load_rules(write(tmp_path, SOUND))
    monkeypatch.setattr(rules, "all_rules", lambda: loaded)
    assert rules.stale_rules(date(2027, 1, 1)) == ()
    assert [stale.version for stale in rules.stale_rules(date(2027, 1, 2))] == ["2000-01-01"]


def test_a_source_reads_as_a_lawyer_writes_it():
    source = rules.Source("decision", "Cass. crim., 12 novembre 2014", number="13-84.444")
    assert str(source) == "Cass. crim., 12 novembre 2014, n° 13-84.444"
    assert str(rules.Source("article", "art. 65", version="1993")) == "art. 65 (1993)"


@pytest.mark.parametrize("kind", ["interruption", "start", "suspension", "republication", "holiday"])
def test_nothing_is_shown_as_read_before_the_oldest_source_that_was(kind):
    """Article 65 was read as in force since 1993, and the decisions on it; nothing of an older state was."""
    for rule in rules.rules_of(kind):
        for version in rule.versions:
            if version.in_force_from < date(1993, 1, 5):
                assert version.status != "verified", rule.id


def test_a_version_may_last_one_day(tmp_path):
    one_day = SOUND.replace("in_force_until = 1999-12-31", "in_force_until = 1881-07-29").replace(
        "in_force_from = 2000-01-01", "in_force_from = 1881-07-30"
    )
    first, _ = rules.load_rules(write(tmp_path, one_day))["limitation.essai"].versions
    assert first.stands_on(date(1881, 7, 29))
    assert not first.stands_on(date(1881, 7, 30))


def test_only_what_stands_and_was_not_read_is_counted_as_unread(tmp_path, monkeypatch):
    half = SOUND.replace('status = "verified"', 'status = "unverified"', 1).replace(
        "verified_on = 2026-01-01", "verified_on = 2025-01-01", 1
    )
    loaded = rules.load_rules(write(tmp_path, half))
    monkeypatch.setattr(rules, "all_rules", lambda: loaded)
    for since, count in ((rules.verified_since, date), (rules.unverified_count, int)):
        since.cache_clear()
        assert isinstance(since(date(1990, 1, 1)), count)
    try:
        assert (rules.unverified_count(date(1990, 1, 1)), rules.unverified_count(date(2010, 1, 1))) == (1, 0)
        assert rules.verified_since(date(1990, 1, 1)) == date(2025, 1, 1)
        assert rules.verified_since(date(2010, 1, 1)) == date(2026, 1, 1)
    finally:
        rules.verified_since.cache_clear()
        rules.unverified_count.cache_clear()


def test_the_dates_of_the_package_rest_on_the_oldest_reading():
    rules.verified_since.cache_clear()
    on = date(2026, 11, 23)
    read = [one.verified_on for found in rules.all_rules().values() for one in found.versions if one.stands_on(on)]
    assert rules.verified_since(on) == min(read)


def test_the_fingerprint_changes_with_a_word_of_a_rule(tmp_path, monkeypatch):
    package = tmp_path / "data"
    package.mkdir()
    write(package, SOUND)
    monkeypatch.setattr(rules.resources, "files", lambda _: tmp_path)
    rules.fingerprint.cache_clear()
    try:
        before = rules.fingerprint()
        write(package, SOUND.replace("months = 6", "months = 7"))
        rules.fingerprint.cache_clear()
        after = rules.fingerprint()
    finally:
        rules.fingerprint.cache_clear()
    assert len(before) == len(after) == 64
    assert before != after


def test_a_source_is_read_with_its_name_and_its_place(tmp_path):
    (first, second) = rules.load_rules(write(tmp_path, SOUND))["limitation.essai"].versions
    assert [(one.kind, one.name, one.version) for one in (*first.sources, *second.sources)] == [
        ("article", "art. 65", "1993"),
        ("article", "art. 65", "2000"),
    ]


@pytest.mark.parametrize("source", ['{ article = "", version = "2000" }', '{ article = "art. 65", version = 2000 }'])
def test_a_source_of_empty_or_other_than_words_is_refused(tmp_path, source):
    broken = SOUND.replace('{ article = "art. 65", version = "2000" }', source)
    with pytest.raises(rules.BrokenRule, match="une source est une table de textes non vides"):
        rules.load_rules(write(tmp_path, broken))


def test_the_reason_of_a_hole_is_that_of_the_next_version_only(tmp_path, monkeypatch):
    holed = SOUND.replace("in_force_from = 1881-07-29", 'in_force_from = 1900-01-01\ngap_reason = "avant le texte"')
    holed = holed.replace("in_force_from = 2000-01-01", 'in_force_from = 2001-01-01\ngap_reason = "texte non lu"')
    holed = holed.rstrip() + '\nin_force_until = 2010-12-31\nend_reason = "texte abrogé"\n'
    loaded = rules.load_rules(write(tmp_path, holed))
    monkeypatch.setattr(rules, "all_rules", lambda: loaded)
    for day, reason in ((date(1899, 1, 1), "avant le texte"), (date(2000, 6, 1), "texte non lu")):
        with pytest.raises(rules.NoRuleInForce, match=reason):
            rules.rule_at("limitation.essai", day)
    with pytest.raises(rules.NoRuleInForce, match="texte abrogé"):
        rules.rule_at("limitation.essai", date(2011, 1, 1))
