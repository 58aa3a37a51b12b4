"""SECURITY.md and docs/asvs.md promise nothing that the code or a test does not hold, and leave no requirement out."""

from __future__ import annotations

import ast
import importlib
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bench.defences import DEFENCES
from casefile import logs, pace
from casefile.config import Settings
from casefile.evidence import sniff
from casefile.web.guards import Door

ROOT = Path(__file__).resolve().parents[2]
TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
NUMBER = r"\d+\.\d+\.\d+"
# ASVS 5.0.0: how many requirements each section has, then those of level 3; checked against the published list.
SECTIONS = (
    "1.1:2 1.2:10 1.3:12 1.4:3 1.5:3 2.1:3 2.2:3 2.3:5 2.4:2 3.1:1 3.2:3 3.3:5 3.4:8 3.5:8 3.6:1 3.7:5 4.1:5 4.2:5 "
    "4.3:2 4.4:4 5.1:1 5.2:6 5.3:3 5.4:3 6.1:3 6.2:12 6.3:8 6.4:6 6.5:8 6.6:4 6.7:2 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 "
    "7.5:3 7.6:2 8.1:4 8.2:4 8.3:3 8.4:2 9.1:3 9.2:4 10.1:2 10.2:3 10.3:5 10.4:16 10.5:5 10.6:2 10.7:3 11.1:4 11.2:5 "
    "11.3:5 11.4:4 11.5:2 11.6:2 11.7:2 12.1:5 12.2:2 12.3:5 13.1:4 13.2:6 13.3:4 13.4:7 14.1:2 14.2:8 14.3:3 15.1:5 "
    "15.2:5 15.3:7 15.4:4 16.1:1 16.2:5 16.3:4 16.4:3 16.5:4 17.1:2 17.2:8 17.3:2"
)
LEVEL_3 = (
    "1.2.10 1.3.12 1.5.3 2.3.5 2.4.2 3.1.1 3.2.3 3.3.5 3.4.7 3.4.8 3.5.6 3.5.7 3.5.8 3.6.1 3.7.3 3.7.4 3.7.5 4.1.4 "
    "4.1.5 4.2.2 4.2.3 4.2.4 4.2.5 5.2.4 5.2.5 5.2.6 5.3.3 6.3.5 6.3.6 6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8 "
    "6.6.4 6.7.1 6.7.2 7.5.3 8.1.3 8.1.4 8.2.4 8.3.2 8.3.3 8.4.2 10.2.3 10.3.5 10.4.12 10.4.13 10.4.14 10.4.15 "
    "10.4.16 11.1.3 11.1.4 11.2.4 11.2.5 11.3.4 11.3.5 11.5.2 11.6.2 11.7.1 11.7.2 12.1.4 12.1.5 12.3.5 13.1.2 "
    "13.1.3 13.1.4 13.2.6 13.3.3 13.3.4 13.4.6 13.4.7 14.2.5 14.2.6 14.2.7 14.2.8 15.1.4 15.1.5 15.2.4 15.2.5 15.4.1 "
    "15.4.2 15.4.3 15.4.4 16.5.4 17.1.2 17.2.5 17.2.6 17.2.7 17.2.8"
)
WORDS = {"min": "minutes", "h": "hours", "days": "days"}
CRYPTOGRAPHY = {
    *("cryptography", "argon2", "pyotp", "webauthn", "itsdangerous", "hmac", "ssl"),
    *("rfc3161_client", "asn1crypto", "pyhanko", "dkim", "authlib", "joserfc"),
}


@cache
def text(name):
    return (ROOT / name).read_text("utf-8")


def table(name, heading):
    """Give the rows of the first table under a heading, without its head, as tuples of cells."""
    after = text(name).partition(f"{heading}\n")[2]
    lines = re.search(r"(?:^\|.*\n?)+", after, re.MULTILINE)[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]


def numbers(cell):
    """Read the requirements that begin a cell: « 1.2.3, 1.2.4 » or « 10.4.1 to 10.4.11 »."""
    if run := re.match(rf"({NUMBER}) to ({NUMBER})", cell):
        section, _, first = run[1].rpartition(".")
        return [f"{section}.{number}" for number in range(int(first), int(run[2].rpartition(".")[2]) + 1)]
    return re.findall(NUMBER, re.match(rf"(?:{NUMBER}(?:, )?)*", cell)[0])


def codes(cell):
    return re.findall(r"`([^`]+)`", cell)


MET, ASIDE, UNMET = (("docs/asvs.md", f"## {name}") for name in ("Met", "Not applicable", "Not met"))


def test_every_test_named_exists():
    missing = []
    for name in ("SECURITY.md", "docs/asvs.md"):
        for file, function in TEST.findall(text(name)):
            found = re.search(rf"^def {function}\(", text(file), re.MULTILINE) if (ROOT / file).is_file() else None
            if found is None:
                missing.append(f"{name}: {file}::{function}")
    assert missing == []


def test_each_requirement_of_levels_1_and_2_stands_in_exactly_one_table():
    every = {
        f"{section}.{number}"
        for section, _, last in (one.partition(":") for one in SECTIONS.split())
        for number in range(1, int(last) + 1)
    }
    wanted = every - set(LEVEL_3.split())
    assert (len(every), len(wanted)) == (345, 253)
    placed = [{number for row in table(*one) for number in numbers(row[0])} for one in (MET, ASIDE, UNMET)]
    assert not set.union(*placed) - every, "a number that the standard does not have"
    assert not wanted - set.union(*placed), "a requirement is left out"
    for left, right in ((0, 1), (0, 2), (1, 2)):
        assert not placed[left] & placed[right], "in two tables"


def test_each_row_says_what_it_must():
    for row in table(*MET):
        assert numbers(row[0]), row
        assert TEST.fullmatch(row[1]), row
        assert re.sub(rf"(?:{NUMBER}(?:, )?)+", "", row[0]).strip(), row
    for row in (*table(*ASIDE), *table(*UNMET)):
        assert numbers(row[0]), row
        assert len(row[1]) > 6, row


def value_of(name):
    module, _, attribute = name.rpartition(".")
    if module == "pace":
        return pace.LIMITS[pace.Pace[attribute]].most
    return getattr(importlib.import_module(f"casefile.{module}"), attribute)


def as_written(figure, unit):
    """Give what a figure of a table may be in the code: a number, or a length of time."""
    plain = int(figure.replace(" ", ""))
    known = {"GB": 10**9, "MB": 10**6, "MiB": 2**20, "million": 10**6}
    return {plain * known.get(unit, 1), timedelta(**{WORDS[unit]: plain}) if unit in WORDS else plain}


@pytest.mark.parametrize("heading", ["### Limits (ASVS 2.1.3, 6.1.1, 7.1.1, 15.1.3)", "### Files (ASVS 5.1.1)"])
def test_the_limits_written_are_those_of_the_code(heading):
    for what, values, where in table("SECURITY.md", heading):
        figures = re.findall(r"(\d+(?: \d{3})*)(?: ([A-Za-z]+))?", values)
        last = figures[-1][1]
        assert len(figures) == len(codes(where)), what
        for (figure, unit), name in zip(figures, codes(where), strict=True):
            assert value_of(name) in as_written(figure, unit) | as_written(figure, last), (what, name)


def test_the_files_accepted_are_those_of_the_code():
    said = re.search(r"^Kinds kept, known by their bytes: (.*?)\. ", text("SECURITY.md"), re.MULTILINE)[1]
    assert set(said.split(", ")) == set(sniff.KNOWN)


def test_every_way_in_is_written_with_what_it_asks(app):
    open_to_strangers = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "access_policy", None) in set(Door)
    }
    rows = table("SECURITY.md", "### Ways in (ASVS 6.1.3, 6.3.4)")
    assert {name for row in rows for name in codes(row[0])} == open_to_strangers
    assert all(len(row[1]) > 10 for row in rows)


def test_every_outside_connection_is_written():
    """Each setting that names somebody else stands in the table, and each of the table is a setting."""
    rows = table("SECURITY.md", "### Who is spoken to (ASVS 13.1.1)")
    said = {name for row in rows for name in codes(row[1])}
    ours = {"data_dir", "secret_key", "former_keys", "key_file", "bind", "mail_from", "signature_file", "debug"}
    ours |= {"signature_password", "oidc_client_id", "oidc_client_secret", "maximum_upload_bytes", "trusted_proxies"}
    ours |= {"backup_dir", "backup_keep_days", "metrics_token"}
    assert said == {f"CASEFILE_{name.upper()}" for name in set(Settings.__dataclass_fields__) - ours}


def test_every_place_of_cryptography_is_in_the_inventory():
    found = set()
    for path in (ROOT / "casefile").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            if {name.partition(".")[0] for name in named} & CRYPTOGRAPHY:
                found.add(path.relative_to(ROOT / "casefile").as_posix())
    rows = table("SECURITY.md", "### Keys and algorithms (ASVS 11.1.1, 11.1.2)")
    assert {name for row in rows for name in codes(row[2])} == found


def test_what_a_line_of_the_log_may_hold_is_written():
    (row,) = [row for row in table("SECURITY.md", "### Logs (ASVS 16.1.1)") if row[0] == "the technical log"]
    assert tuple(codes(row[1])) == logs.FACTS


def test_each_level_of_data_names_a_test_that_holds_it():
    rows = table("SECURITY.md", "### Data by level (ASVS 14.1.1, 14.1.2)")
    assert len(rows) >= 5
    assert all(TEST.fullmatch(row[3]) and row[1] and row[2] for row in rows)


def test_times_to_mend_are_written_the_gravest_first():
    days = [int(row[1].split()[0]) for row in table("SECURITY.md", "### Flaws of others (ASVS 15.1.1)")]
    assert days == sorted(days)
    assert days[0] <= 7
    assert days[-1] <= 90


def test_the_defences_seen_to_go_are_those_that_the_bench_takes_out():
    seen = {(row[0], row[1]) for row in table("SECURITY.md", "## Proof that the tests bite")}
    assert seen == {(one.name, one.test.rpartition("::")[2]) for one in DEFENCES}
