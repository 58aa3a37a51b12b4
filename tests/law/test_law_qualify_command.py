"""`casefile law qualify` as the contract writes it."""

from __future__ import annotations

import json

import pytest

from tests.law.command import ask

ANSWERS = {
    "est_public": "oui",
    "personne_visee": "personne_physique",
    "identifiable": "oui",
    "fait_precis": "oui",
    "atteinte_honneur": "oui",
    "qualite_victime": "particulier",
    "lie_aux_fonctions": "non",
    "motif_discriminatoire": "aucun",
}


def run(facts: object) -> tuple[int, dict, str]:
    done = ask("qualify", facts)
    return done.returncode, json.loads(done.stdout), done.stderr.strip()


def test_the_command_answers_in_the_shape_of_the_contract():
    code, answer, _ = run({"answers": ANSWERS, "on": "2026-09-03"})
    assert code == 0
    assert {"candidates", "proposed", "defences", "next_question", "conflicts"} <= set(answer)
    assert answer["proposed"] == "diffamation_publique_particulier"
    best = answer["candidates"][0]
    assert best["fits"] == "yes"
    assert "fait_precis" in best["met"]
    assert best["missing"] == []
    assert any("art. 29" in source for source in best["sources"])


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"answers": {"nulle_part": "oui"}, "on": "2026-09-03"}, "nulle_part"),
        ({"answers": {"est_public": 3}, "on": "2026-09-03"}, "est_public"),
        ({"answers": "oui", "on": "2026-09-03"}, "answers"),
        ({"on": "2026-09-03"}, "answers"),
        ({"answers": {}}, "on"),
        ({"answers": {}, "on": "3 septembre"}, "on"),
        ({"answers": {}, "on": 20260903}, "on"),
        ({"answers": {}, "on": "20260903"}, "on"),
        ({"answers": {}, "on": "2026-W36-4"}, "on"),
        ({"answers": {}, "on": "2026-13"}, "on"),
        ({"answers": {}, "on": "1850-01-01"}, "on"),
        ({"answers": {}, "on": "2026-09-03", "extra": 1}, "extra"),
    ],
)
def test_malformed_input_ends_with_code_2_and_a_french_sentence_naming_the_field(facts, named):
    code, answer, sentence = run(facts)
    assert code == 2
    assert named in sentence
    assert answer["error"]["message"] == sentence
    assert answer["error"]["code"]


def test_a_decided_case_may_be_asked_as_it_is_filed():
    case = {"id": "x", "words": "«\u00a0voleur\u00a0»", "court": "TJ Paris", "date": "2026-09-03", "number": None}
    code, answer, _ = run({**case, "answers": ANSWERS, "on": "2026-09-03", "qualification": "aucune", "outcome": "?"})
    assert code == 0
    assert answer["proposed"] == "diffamation_publique_particulier"


@pytest.mark.parametrize("on", ["2014-06", "2014"])
def test_facts_known_only_by_their_month_or_year_are_placed_on_its_first_day(on):
    code, answer, _ = run({"answers": ANSWERS, "on": on})
    assert code == 0
    assert answer["proposed"] == "diffamation_publique_particulier"
