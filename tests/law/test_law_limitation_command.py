"""`casefile law limitation`: the contract's fields, and a French sentence that names the field when it is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from copy import deepcopy
from datetime import date

import pytest

from casefile.errors import InvalidInput
from casefile.law.limitation import compute
from casefile.law.limitation_facts import LimitationFacts, Publication
from casefile.law.limitation_input import facts_from_json, ignored_fields
from casefile.law.limitation_options import renewal, what_if
from tests.law.command import ask

GOOD = {
    "qualification": "diffamation_publique_particulier",
    "publication": {"kind": "exact", "date": "2026-08-23"},
    "republications": [{"type": "maintien_en_ligne", "date": "2026-09-01"}],
    "acts": [{"type": "constat", "date": "2026-09-15", "regularity": "regular", "proved": True}],
    "suspensions": [{"type": "delibere", "from": "2026-09-20", "to": "2026-09-25"}],
    "territory": "metropole",
    "on": "2026-11-23",
}
FIELDS = {
    *("duration", "start", "prudent_on", "admitted_on", "last_useful_day", "status"),
    *("acts", "trace", "warnings", "evidence_needed", "fallbacks", "rules"),
}


def run(facts, *options):
    return ask("limitation", facts, *options)


def test_a_process_of_its_own_answers_as_this_one():
    words = [sys.executable, "-m", "casefile", "law", "limitation"]
    done = subprocess.run(words, input=json.dumps(GOOD), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, run(GOOD).stdout, "")


def test_the_answer_has_the_fields_of_the_contract():
    done = run(GOOD)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert set(answer) == FIELDS
    assert answer["start"] == {"earliest": "2026-08-23", "latest": "2026-08-23"}
    assert answer["duration"] == {"rule": "limitation.presse_3m", "months": 3, "text": "3 mois"}
    assert (answer["prudent_on"], answer["admitted_on"]) == ("2026-11-22", "2026-11-28")
    assert answer["last_useful_day"] == "2026-11-13"
    assert answer["status"] == "possibly_expired"
    assert answer["acts"][0]["type"] == "constat"
    assert answer["acts"][0]["interrupts"] is False
    assert all(set(line) == {"text", "source"} and line["source"] for line in answer["trace"])
    assert all(set(rule) == {"id", "version", "status"} for rule in answer["rules"])
    named = {rule["id"] for rule in answer["rules"]}
    assert {"interruption.constat", "suspension.delibere", "republication.maintien_en_ligne"} <= named


def test_a_refusal_speaks_french_on_stderr_and_json_on_stdout():
    done = run({**GOOD, "on": "hier"})
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "invalid_input"
    assert "« on »" in error["message"].replace("\u00a0", " ")
    assert done.stderr.strip() == error["message"]


def test_text_that_is_no_json_is_refused():
    assert run("{").returncode == 2
    assert run("[]").returncode == 2


def test_a_day_without_rule_is_refused_in_french():
    done = run({**GOOD, "qualification": "denigrement", "publication": {"kind": "exact", "date": "2001-01-01"}})
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "no_rule_in_force"


def test_the_options_are_compared():
    options = json.loads(run(GOOD, "--et-si").stdout)
    assert [option["id"] for option in options][:3] == ["attendre", "plainte_simple", "pcpc"]
    assert all(option["label"] and option["why"] for option in options)


def altered(path, value):
    facts = deepcopy(GOOD)
    target = facts
    *parents, last = path
    for key in parents:
        target = target[key]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return facts


REFUSED = [
    (("qualification",), "vol", "qualification"),
    (("qualification",), 3, "qualification"),
    (("qualification",), ..., "qualification"),
    (("qualification",), "aucune", "qualification"),
    (("publication",), None, "publication"),
    (("publication",), ..., "publication"),
    (("publication",), "2026-08-23", "publication"),
    (("publication",), [], "publication"),
    (("publication", "kind"), "vague", "publication.kind"),
    (("publication", "kind"), ..., "publication.kind"),
    (("publication", "date"), ..., "publication.date"),
    (("publication", "date"), "23/08/2026", "publication.date"),
    (("publication", "date"), "2026-02-30", "publication.date"),
    (("publication", "date"), "2026-08-23T10:00:00", "publication.date"),
    (("publication", "date"), 20260823, "publication.date"),
    (("publication", "date"), "1880-12-31", "publication.date"),
    (("publication", "date"), "2101-01-01", "publication.date"),
    (("publication", "discovered_on"), 4, "publication.discovered_on"),
    (("publication",), {"kind": "interval", "from": "2026-08-23", "to": "2026-08-22"}, "publication.to"),
    (("publication",), {"kind": "interval", "from": "2026-08-23"}, "publication.to"),
    (("publication",), {"kind": "interval", "to": "2026-08-23"}, "publication.from"),
    (("publication",), {"kind": "relative", "seen_on": "2026-11-23"}, "publication.text"),
    (("publication",), {"kind": "relative", "text": "il y a 3 mois"}, "publication.seen_on"),
    (
        ("publication",),
        {"kind": "relative", "text": "un jour", "seen_on": "2026-11-23", "platform": 3},
        "publication.platform",
    ),
    (("publication",), {"kind": "relative", "sightings": []}, "publication.sightings"),
    (("publication",), {"kind": "relative", "sightings": {}}, "publication.sightings"),
    (("publication",), {"kind": "relative", "sightings": [{"text": "hier"}]}, "publication.sightings[0].seen_on"),
    (("publication",), {"kind": "relative", "sightings": ["hier"]}, "publication.sightings[0]"),
    (("publication",), {"kind": "unknown", "discovered_on": "demain"}, "publication.discovered_on"),
    (("start_after_act",), "2026", "start_after_act"),
    (("acts",), {}, "acts"),
    (("acts",), "constat", "acts"),
    (("acts",), ["constat"], "acts[0]"),
    (("acts", 0, "type"), "danse", "acts[0].type"),
    (("acts", 0, "type"), ..., "acts[0].type"),
    (("acts", 0, "date"), "2026-13-01", "acts[0].date"),
    (("acts", 0, "date"), None, "acts[0].date"),
    (("acts", 0, "regularity"), "peut-être", "acts[0].regularity"),
    (("acts", 0, "regularity"), ..., "acts[0].regularity"),
    (("acts", 0, "proved"), "oui", "acts[0].proved"),
    (("acts", 0, "proved"), 1, "acts[0].proved"),
    (("suspensions",), 3, "suspensions"),
    (("suspensions", 0, "type"), "sieste", "suspensions[0].type"),
    (("suspensions", 0, "from"), ..., "suspensions[0].from"),
    (("suspensions", 0, "to"), "2026-09-19", "suspensions[0].to"),
    (("suspensions", 0, "to"), 7, "suspensions[0].to"),
    (("republications",), {"a": 1}, "republications"),
    (("republications", 0, "type"), "écho", "republications[0].type"),
    (("republications", 0, "date"), ..., "republications[0].date"),
    (("territory",), "atlantide", "territory"),
    (("territory",), 4, "territory"),
    (("territory",), [], "territory"),
    (("territory",), ["metropole", 3], "territory"),
    (("on",), ..., "on"),
    (("on",), None, "on"),
    (("on",), "3026-01-01", "on"),
    (("lead_days",), "5", "lead_days"),
    (("lead_days",), -1, "lead_days"),
    (("lead_days",), 61, "lead_days"),
    (("lead_days",), True, "lead_days"),
    (("alternatives",), "denigrement", "alternatives"),
    (("alternatives",), [1], "alternatives"),
    (("alternatives",), ["vol"], "alternatives"),
]


@pytest.mark.parametrize(("path", "value", "field"), REFUSED, ids=lambda part: str(part)[:40])
def test_malformed_input_is_refused_naming_its_field(path, value, field):
    with pytest.raises(InvalidInput) as refusal:
        facts_from_json(altered(path, value))
    assert refusal.value.field == field
    assert f"«\u00a0{field}\u00a0»" in refusal.value.message


def test_a_misspelt_field_does_not_pass_unnoticed():
    asked = {**GOOD, "act": [], "held": "prescrit", "court": "TJ Paris"}
    assert [line for line in ignored_fields(asked) if "« act »" in line.replace("\u00a0", " ")]
    assert len(ignored_fields(asked)) == 1
    assert any("« act »" in line.replace("\u00a0", " ") for line in json.loads(run(asked).stdout)["warnings"])
    assert ignored_fields(GOOD) == []


@pytest.mark.parametrize("field", ["republications", "acts", "suspensions", "territory", "alternatives"])
def test_an_optional_field_left_null_is_absent(field):
    facts, _ = facts_from_json({**GOOD, field: None})
    assert facts.territories == ("metropole",)


def test_a_sighting_beside_a_list_of_sightings_is_one_more():
    seen = {"text": "il y a 4 semaines", "seen_on": "2026-11-01"}
    both = {"kind": "relative", "text": "il y a un mois", "seen_on": "2026-11-23", "sightings": [seen]}
    facts, _ = facts_from_json({**GOOD, "publication": both})
    assert [sighting.text for sighting in facts.publication.sightings] == ["il y a un mois", "il y a 4 semaines"]


def test_an_unreadable_relative_date_is_refused_naming_its_field():
    several = {
        "kind": "relative",
        "sightings": [{"text": "hier", "seen_on": "2026-11-01"}, {"text": "?", "seen_on": "2026-11-02"}],
    }
    with pytest.raises(InvalidInput) as refusal:
        compute(*facts_from_json({**GOOD, "publication": several}))
    assert refusal.value.field == "publication.sightings[1].text"


@pytest.mark.parametrize("edge", ["1881-07-29", "1881-12-31", "2100-12-31"])
def test_the_first_and_last_years_are_accepted(edge):
    facts, _ = facts_from_json(altered(("publication", "date"), edge))
    assert facts.publication.earliest.isoformat() == edge


def test_everything_written_is_read():
    facts, on = facts_from_json(
        {
            **GOOD,
            "acts": [{"type": "pcpc", "date": "2026-10-01", "regularity": "disputed", "proved": False}],
            "territory": ["metropole", "alsace_moselle"],
            "alternatives": ["denigrement"],
            "lead_days": 0,
        }
    )
    assert on == date(2026, 11, 23)
    assert facts.acts[0].type == "pcpc"
    assert (facts.acts[0].regularity, facts.acts[0].proved) == ("disputed", False)
    assert facts.suspensions[0].ends == date(2026, 9, 25)
    assert facts.republications[0].date == date(2026, 9, 1)
    assert facts.territories == ("metropole", "alsace_moselle")
    assert facts.alternatives == ("denigrement",)
    assert facts.lead_days == 0


def test_what_may_be_left_out_has_its_default():
    facts, _ = facts_from_json({name: GOOD[name] for name in ("qualification", "publication", "on")})
    assert (facts.acts, facts.suspensions, facts.republications) == ((), (), ())
    assert (facts.territories, facts.lead_days) == (("metropole",), 5)
    act = {"type": "constat", "date": "2026-09-15", "regularity": "regular"}
    assert facts_from_json({**GOOD, "acts": [act]})[0].acts[0].proved is True
    opened = {"type": "delibere", "from": "2026-09-20"}
    assert facts_from_json({**GOOD, "suspensions": [opened]})[0].suspensions[0].ends is None


def test_each_kind_of_publication_is_read():
    def read(**publication):
        return facts_from_json({**GOOD, "publication": publication})[0].publication

    assert read(kind="interval", **{"from": "2026-08-01", "to": "2026-08-01"}) == Publication(
        "interval", date(2026, 8, 1), date(2026, 8, 1)
    )
    relative = read(kind="relative", text="hier", seen_on="2026-11-01", platform="google_maps")
    assert (relative.sightings[0].text, relative.platform) == ("hier", "google_maps")
    assert read(kind="unknown", discovered_on="2026-11-01") == Publication.unknown(date(2026, 11, 1))
    assert read(kind="unknown") == Publication.unknown()
    found = read(kind="exact", date="2026-08-01", discovered_on="2026-09-01")
    assert (found.earliest, found.discovered_on) == (date(2026, 8, 1), date(2026, 9, 1))


def test_a_last_known_act_replaces_the_publication():
    facts, on = facts_from_json({**GOOD, "publication": None, "start_after_act": "2026-10-01"})
    assert compute(facts, on).admitted_on == date(2027, 1, 1)


def test_acting_today_is_compared_with_waiting():
    facts = LimitationFacts("diffamation_publique_particulier", Publication.exact(date(2026, 8, 23)))
    options = {option.id: option for option in what_if(facts, date(2026, 11, 23))}
    assert options["attendre"].result.admitted_on == date(2026, 11, 23)
    for useless in ("plainte_simple", "requete_145", "paf_6_3"):
        assert options[useless].result.admitted_on == date(2026, 11, 23)
        assert not options[useless].interrupts
    for useful in ("pcpc", "citation_directe", "assignation", "assignation_refere"):
        assert options[useful].result.admitted_on == date(2027, 2, 23)
        assert options[useful].interrupts
    shown = options["pcpc"].to_json()
    assert set(shown) == {
        "id",
        "label",
        "interrupts",
        "why",
        "prudent_on",
        "admitted_on",
        "last_useful_day",
        "status",
    }


def test_a_renewal_aims_at_two_months_and_stops_on_the_eve_of_the_term():
    plan = renewal(date(2026, 8, 31), 3)
    assert (plan.target_on, plan.alert_on, plan.wall_on) == (date(2026, 10, 31), date(2026, 11, 14), date(2026, 11, 29))
    short = renewal(date(2026, 8, 31), 1)
    assert short.target_on == short.alert_on == short.wall_on == date(2026, 9, 29)
