"""`casefile law procedure`: the contract's shape, the list of events, malformed input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from casefile.cli.law_procedure import answer
from casefile.errors import InvalidInput
from tests.law import command

if TYPE_CHECKING:
    from subprocess import CompletedProcess


def ask(facts: object, *options: str) -> CompletedProcess[str]:
    return command.ask("procedure", facts, *options)


def test_the_answer_is_the_contract_s_list() -> None:
    printed = json.loads(ask({"event": "arret_presse", "date": "1991-11-07", "territory": "metropole"}).stdout)
    assert [(one["rule"], one["due_on"], one["kind"]) for one in printed] == [
        ("procedure.pourvoi_presse", "1991-11-12", "deadline")
    ]
    assert [step["on"] for step in printed[0]["trace"]] == ["1991-11-07", "1991-11-10", "1991-11-12"]
    assert all(step["text"] and step["source"] for step in printed[0]["trace"])
    assert "91-86.458" in printed[0]["source"]


def test_the_events_are_listed_in_french() -> None:
    printed = json.loads(ask("", "--events").stdout)
    assert {"event": "citation_directe", "title": "Citation directe signifiée au prévenu"} in printed
    assert len(printed) >= 48


def test_a_limit_set_by_a_judge_is_counted_too() -> None:
    facts = {"event": "delai_fixe", "date": "1991-11-07", "count": 3, "unit": "jours", "extend": True}
    assert answer(facts)[0]["due_on"] == "1991-11-12"
    assert answer({**facts, "extend": False})[0]["due_on"] == "1991-11-10"
    assert answer({**facts, "unit": "jours_francs", "extend": False})[0]["due_on"] == "1991-11-11"
    assert answer({**facts, "extend": "801 CPP"})[0]["due_on"] == "1991-11-12"
    assert answer({**facts, "extend": None})[0]["due_on"] == "1991-11-10"
    assert answer({**facts, "unit": "ans"})[0]["due_on"] == "1994-11-07"
    assert answer({**facts, "unit": "mois", "date": "2026-11-30"})[0]["due_on"] == "2027-03-01"


GOOD = {"event": "arret_presse", "date": "2026-11-05"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event": None}, "event"),
        ({"event": "licorne"}, "event"),
        ({"event": ["x"]}, "event"),
        ({"event": "\ud800"}, "event"),
        ({"date": None}, "date"),
        ({"date": 20261105}, "date"),
        ({"date": "2026-11-31"}, "date"),
        ({"date": "20261105"}, "date"),
        ({"date": "2026-W48-1"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"territory": "lune"}, "territory"),
        ({"territory": 5}, "territory"),
        ({"party_location": "lune"}, "party_location"),
        ({"proved": "oui"}, "proved"),
        ({"evenement": "x"}, "evenement"),
        ({"event": "delai_fixe", "count": True, "unit": "jours"}, "count"),
        ({"event": "delai_fixe", "count": -1, "unit": "jours"}, "count"),
        ({"event": "delai_fixe", "count": 1201, "unit": "jours"}, "count"),
        ({"event": "delai_fixe", "count": 1, "unit": "lunes"}, "unit"),
        ({"event": "delai_fixe", "count": 1, "unit": "jours", "extend": 1}, "extend"),
        ({"event": "delai_fixe", "count": 1, "unit": "jours", "territory": "lune"}, "territory"),
        ({"event": "delai_fixe", "count": 1200, "unit": "ans", "date": "9000-01-01"}, "date"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer({**GOOD, **change})
    assert refused.value.field == field
    assert f"«\u00a0{field}\u00a0»" in refused.value.message


@pytest.mark.parametrize("text", ["", "[]", "null", '{"event": "arret_presse"}', '{"event": "reclamation_dsa"}'])
def test_malformed_input_ends_with_code_2_and_one_sentence(text: str) -> None:
    ran = ask(text)
    assert ran.returncode == 2
    assert len(ran.stderr.strip().splitlines()) == 1
    assert json.loads(ran.stdout)["error"]["message"] == ran.stderr.strip()
