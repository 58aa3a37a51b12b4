"""`casefile law routes` as the contract writes it."""

from __future__ import annotations

import json

import pytest

from tests.law.command import ask

FACTS = {
    "qualification": "diffamation_publique_particulier",
    "publication": {"kind": "relative", "text": "il y a 2 mois", "seen_on": "2026-11-06", "platform": "google_maps"},
    "on": "2026-11-23",
}


def run(facts: object) -> tuple[int, dict, str]:
    done = ask("routes", facts)
    return done.returncode, json.loads(done.stdout), done.stderr.strip()


def test_the_command_answers_in_the_shape_of_the_contract():
    code, answer, _ = run({**FACTS, "account_closed_on": "2026-11-01", "role": "hebergeur"})
    assert code == 0
    for route in answer["routes"]:
        assert {"id", "open", "data", "why", "source", "status"} <= set(route)
        assert isinstance(route["open"], bool)
        assert {"criminal_threshold", "civil_threshold", "state"} <= set(route)
    for clock in answer["clocks"]:
        assert {"data", "held_until_earliest", "held_until_latest", "source"} <= set(clock)
    account = next(clock for clock in answer["clocks"] if clock["data"] == "account")
    assert account["held_until_latest"] == "2027-11-01"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"qualification": "inconnue"}, "qualification"),
        ({"publication": {"kind": "exact", "date": "hier"}}, "publication.date"),
        ({"on": "2026-02-30"}, "on"),
        ({"account_closed_on": "2026-12-24"}, "account_closed_on"),
        ({"account_closed_on": 12}, "account_closed_on"),
        ({"role": "pigeon"}, "role"),
        ({"platforme": "google"}, "platforme"),
    ],
)
def test_malformed_input_ends_with_code_2_and_a_french_sentence_naming_the_field(change, named):
    code, answer, sentence = run({**FACTS, **change})
    assert code == 2
    assert named in sentence
    assert answer["error"]["message"] == sentence
