"""The sheet of a rule: one page, in French words, true to the data; and the list of rules."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from casefile.documents.rule_sheet import rule_sheet
from casefile.documents.rule_words import values_in_words
from casefile.errors import InvalidInput
from casefile.law import catalogue, rules

if TYPE_CHECKING:
    from pathlib import Path

ON = date(2026, 11, 23)


def text_of(made: bytes) -> str:
    pages = PdfReader(BytesIO(made)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().replace("\u00a0", " ").replace("\u202f", " ").split())


def sheet(rule_id: str, on: date = ON) -> str:
    rule = catalogue.find(rule_id)
    return text_of(rule_sheet(rule, rules.rule_at(rule.id, on), on))


def test_the_sheet_says_the_rule_its_version_its_words_and_its_article() -> None:
    read = sheet("limitation.presse_3m")
    for words in (
        "limitation.presse_3m",
        "Version 2 sur 2, du 5 janvier 1993, en cours",
        "vérifiée le 23 novembre 2026",
        "trois (3)",
        "Article 65, Loi du 29 juillet 1881",
        "trois mois révolus",
        "Relu par",
        "Signature",
    ):
        assert words in read


def test_a_rule_is_found_by_its_key_alone() -> None:
    assert "procedure.pourvoi_presse" in sheet("pourvoi_presse")


def test_a_rule_nobody_verified_for_a_year_says_so_on_its_sheet() -> None:
    assert "à refaire" not in sheet("procedure.appel_civil", date(2027, 11, 23))
    assert "à refaire" in sheet("procedure.appel_civil", date(2027, 11, 24))


def test_the_longest_rule_of_each_kind_fits_on_one_page() -> None:
    longest: dict[str, tuple[int, str]] = {}
    for rule in rules.all_rules().values():
        size = len(str(rule.versions[-1].values)) + len(rule.versions[-1].note)
        longest[rule.kind] = max(longest.get(rule.kind, (0, "")), (size, rule.id))
    for _, rule_id in longest.values():
        rule = rules.rule(rule_id)
        assert text_of(rule_sheet(rule, rule.versions[-1], ON))


def test_markup_in_a_value_comes_out_as_text() -> None:
    rule = rules.rule("procedure.appel_civil")
    hostile = replace(
        rule.versions[-1],
        values=MappingProxyType({"why": '<img src="/etc/passwd"> <b>&amp; {{ 7*7 }}'}),
        note="<b>x</b>",
    )
    read = text_of(rule_sheet(rule, hostile, ON))
    assert '<img src="/etc/passwd">' in read
    assert "{{ 7*7 }}" in read


def test_every_value_has_a_french_label() -> None:
    for kind in ("limitation", "procedure", "interruption", "suspension", "republication", "start", "holiday"):
        for rule in rules.rules_of(kind):
            for label, words in values_in_words(rule.versions[-1]):
                assert words
                assert label[0].isupper()
                assert "_" not in label


def test_the_list_gives_status_and_staleness_of_every_rule() -> None:
    lines = catalogue.listing(ON)
    assert len(lines) == len(rules.all_rules())
    assert not any(line.stale for line in lines)
    assert all(line.stale for line in catalogue.listing(date(2027, 12, 31)) if line.version)
    procedure = {line.rule.id: line.as_json() for line in catalogue.listing(ON, "procedure")}
    assert procedure["procedure.appel_civil"]["articles"][0] == "cpc-538"
    assert procedure["procedure.opposition_penale"]["status"] == "unverified"


def test_a_rule_without_version_that_day_says_why() -> None:
    line = next(one for one in catalogue.listing(date(2020, 1, 1)) if one.rule.id == "procedure.reclamation_dsa")
    assert line.version is None
    assert "n’était pas applicable" in line.gap


def test_every_kind_has_its_french_name() -> None:
    assert {kind for kind in catalogue.known_kinds() if catalogue.kind_in_french(kind) == kind} == set()
    with pytest.raises(InvalidInput):
        catalogue.listing(ON, "licorne")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "casefile", "law", *words], capture_output=True, text=True, check=False
    )


def test_the_command_writes_the_sheet(tmp_path: Path) -> None:
    file = tmp_path / "fiche.pdf"
    ran = run("sheet", "procedure.appel_civil", "-o", str(file), "--on", "2026-11-23")
    assert ran.returncode == 0, ran.stderr
    assert "Appel du jugement civil" in text_of(file.read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        ("sheet", "procedure.licorne", "-o", "x.pdf"),
        ("sheet", "procedure.appel_civil", "-o", "/nulle/part/x.pdf"),
        ("sheet", "procedure.reclamation_dsa", "-o", "x.pdf", "--on", "2020-01-01"),
        ("sheet", "procedure.appel_civil", "-o", "x.pdf", "--on", "2026-W48-1"),
        ("rules", "--on", "2026-02-30"),
        ("rules", "--kind", "licorne"),
    ],
)
def test_a_wrong_request_is_refused_in_french(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = run(*words)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert json.loads(ran.stdout)["error"]["message"] == ran.stderr.strip()


def test_the_list_is_printed_as_json() -> None:
    printed = json.loads(run("rules", "--kind", "procedure", "--on", "2026-11-23").stdout)
    assert {line["kind"] for line in printed} == {"procedure"}
    assert all(line["verified_on"] == "2026-11-23" for line in printed)
