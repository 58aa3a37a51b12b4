"""The steps from an anonymous author to an answer: order, deadlines counted back, and what shuts a step."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from casefile.errors import InvalidInput
from casefile.law.connection import Connection, contradictions, read_connection
from casefile.law.identification_steps import StepFacts, StepState, steps_for
from casefile.law.limitation_result import Status
from casefile.law.thresholds import Access

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "law" / "identification-routes.json").read_text("utf-8")
)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FACTS = StepFacts(
    on=date(2026, 11, 6),
    instructed_on=date(2026, 11, 6),
    published_on=date(2026, 9, 3),
    prudent_on=date(2026, 12, 2),
    action=Status.RUNNING,
    is_penal=True,
    criminal=Access.CLOSED,
    civil=Access.CLOSED,
    is_health_professional=True,
)


def steps(**changes):
    return {step.id: step for step in steps_for(replace(FACTS, **changes))}


def test_the_steps_of_the_reference_come_in_order():
    assert [step.id for step in steps_for(FACTS)] == [step["id"] for step in REFERENCE["steps"]]
    assert all(step.rule.title and step.rule.role and step.rule.basis for step in steps_for(FACTS))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("S03", [date(2026, 11, 9)]),
        ("S06", [date(2026, 11, 11), date(2026, 9, 10)]),
        ("S08", [date(2026, 10, 18)]),
        ("S09", [date(2026, 11, 2), date(2026, 11, 20)]),
        ("S10", [date(2026, 10, 3)]),
        ("S15", [date(2026, 12, 2)]),
    ],
)
def test_deadlines_count_back_from_the_prudent_date(step, expected):
    found = [deadline.due_on for deadline in steps()[step].deadlines]
    assert found == expected


def test_evidence_is_due_the_next_working_day():
    assert steps()["S02"].due_on == date(2026, 11, 9)  # 7 November 2026 is a Saturday


def test_the_internal_wall_of_the_complaint_falls_on_a_working_day_before():
    wall = steps(prudent_on=date(2026, 12, 1))["S09"].deadlines[1].due_on
    assert wall == date(2026, 11, 20)  # 21 November 2026 is a Saturday


@pytest.mark.parametrize(
    ("event", "day", "step", "due"),
    [
        ("order_made", date(2026, 11, 2), "S11", date(2026, 11, 10)),
        ("data_received", date(2026, 11, 2), "S12", date(2026, 11, 5)),
        ("last_interrupting_act", date(2026, 11, 2), "S16", date(2027, 1, 21)),
        ("refusal", date(2026, 11, 2), "S17", date(2026, 11, 12)),
        ("rgpd_request", date(2026, 11, 2), "S20", date(2026, 12, 2)),
        ("connection", date(2026, 9, 3), "S13", date(2027, 7, 3)),
    ],
)
def test_an_event_starts_the_deadline_of_its_step(event, day, step, due):
    assert steps()[step].due_on is None
    assert steps(events={event: day})[step].due_on == due


def test_the_complaint_to_the_platform_stays_open_six_months():
    found = steps(events={"refusal": date(2026, 8, 31)})["S17"].deadlines
    assert (found[0].due_on, found[0].kind) == (date(2027, 2, 28), "law")


def test_without_a_prudent_date_the_choice_of_route_and_what_follows_are_blocked():
    found = steps(prudent_on=None, action=Status.UNDETERMINED)
    assert {found[f"S{number:02}"].state for number in range(8, 16)} == {StepState.BLOCKED}
    assert found["S02"].state is StepState.READY


def test_a_step_waits_for_what_it_needs():
    assert steps()["S07"].state is StepState.WAITING
    assert "preuve figée" in steps()["S07"].why
    assert steps(events={"evidence_sealed": date(2026, 11, 6)})["S07"].state is StepState.READY


def test_a_civil_fault_skips_identification():
    found = steps(is_penal=False)
    assert {found[step].state for step in ("S09", "S10", "S11", "S12", "S13")} == {StepState.SKIPPED}


def test_a_barred_action_leaves_removal_and_rgpd():
    found = steps(action=Status.EXPIRED)
    assert {found[step].state for step in ("S09", "S10", "S15")} == {StepState.SKIPPED}
    assert found["S19"].state is StepState.READY
    assert found["S20"].state is StepState.READY


def test_a_simple_press_offence_hides_the_ip_request_and_says_why():
    complaint = steps()["S09"]
    assert not complaint.asks_technical_data
    assert "14 mars 2023" in " ".join(complaint.alerts)


def test_the_two_tests_command_two_different_acts():
    found = steps(criminal=Access.OPEN, civil=Access.CLOSED)
    assert found["S09"].asks_technical_data
    assert not found["S10"].asks_technical_data


def test_a_removal_before_the_evidence_is_an_alert():
    assert steps(events={"content_removed": date(2026, 11, 5)})["S02"].alerts


def test_the_operator_is_out_of_reach_a_year_after_the_connection():
    found = steps(events={"connection": date(2025, 11, 5), "data_received": date(2026, 11, 5)})["S13"]
    assert found.state is StepState.SKIPPED


@pytest.mark.parametrize(
    ("events", "field"),
    [
        ({"miracle": date(2026, 11, 1)}, "miracle"),
        ({"data_received": date(2026, 11, 7)}, "data_received"),
        ({"order_made": date(2026, 11, 5), "data_received": date(2026, 11, 4)}, "data_received"),
    ],
)
def test_an_impossible_event_is_refused_with_its_name(events, field):
    with pytest.raises(InvalidInput) as refused:
        steps(events=events)
    assert refused.value.field == field


def test_a_connection_is_kept_in_utc_with_its_port():
    found = read_connection("203.0.113.7", 51000, "2026-09-03T10:00:00+02:00", now=NOW)
    assert found == Connection("203.0.113.7", 51000, datetime(2026, 9, 3, 8, 0, tzinfo=UTC))


def test_an_address_shared_between_subscribers_needs_its_port():
    assert read_connection("203.0.113.7", None, "2026-09-03T10:00:00+02:00", now=NOW).warning
    assert not read_connection("2001:db8::1", None, "2026-09-03T10:00:00+02:00", now=NOW).warning


@pytest.mark.parametrize(
    ("address", "port", "at", "field"),
    [
        ("203.0.113.7", 51000, "2026-09-03T10:00:00", "at"),
        ("203.0.113.7", 51000, "2027-09-03T10:00:00+02:00", "at"),
        ("203.0.113.7", 51000, "hier", "at"),
        ("203.0.113", 51000, "2026-09-03T10:00:00+02:00", "address"),
        ("203.0.113.7", 70000, "2026-09-03T10:00:00+02:00", "port"),
    ],
)
def test_an_unusable_connection_is_refused(address, port, at, field):
    with pytest.raises(InvalidInput) as refused:
        read_connection(address, port, at, now=NOW)
    assert refused.value.field == field


def test_two_answers_for_one_instant_that_differ_are_contradictory():
    at = datetime(2026, 9, 3, 8, 0, tzinfo=UTC)
    assert contradictions([Connection("203.0.113.7", 1, at), Connection("203.0.113.8", 1, at)])
    assert not contradictions([Connection("203.0.113.7", 1, at), Connection("203.0.113.7", 1, at)])


def test_the_steps_of_a_health_professional_and_of_a_person_are_for_them_only():
    assert steps()["S04"].state is StepState.READY
    shop = steps(is_health_professional=False)["S04"]
    assert (shop.state, "professionnel de santé" in shop.why) == (StepState.SKIPPED, True)
    unsaid = StepFacts(FACTS.on, FACTS.on, None, FACTS.prudent_on, Status.RUNNING, True, Access.CLOSED, Access.CLOSED)
    assert {step.id: step for step in steps_for(unsaid)}["S04"].state is StepState.SKIPPED
    company = steps(is_natural_person=False)
    assert {key for key, step in company.items() if "personne morale" in step.why} == {"S20"}
    assert company["S20"].state is StepState.SKIPPED


def test_the_operator_still_answers_on_the_anniversary_of_the_connection():
    asked = {"connection": date(2025, 11, 6), "data_received": date(2026, 11, 5)}
    assert steps(events=asked)["S13"].state is StepState.READY
    assert steps(events=asked)["S13"].why == ""
    assert steps(events={**asked, "connection": date(2025, 11, 5)})["S13"].state is StepState.SKIPPED


def test_the_operator_needs_the_address_that_the_host_gave():
    received = {"data_received": date(2026, 11, 5)}
    warned = {key: step.alerts for key, step in steps(events=received).items() if "l’opérateur" in str(step.alerts)}
    assert set(warned) == {"S13"}
    assert steps(events={**received, "ip_received": date(2026, 11, 5)})["S13"].alerts == ()
    assert steps()["S13"].alerts == ()


def test_only_the_acts_before_a_judge_are_told_not_to_ask_for_the_address():
    told = [key for key, step in steps().items() if "Ne demandez pas l’adresse IP" in str(step.alerts)]
    assert told == ["S09", "S10"]
    opened = steps(criminal=Access.OPEN, civil=Access.OPEN)
    assert not any("adresse IP dans cet acte" in str(step.alerts) for step in opened.values())


def test_a_removal_after_the_evidence_is_no_alert_and_never_elsewhere():
    removed = {"content_removed": date(2026, 11, 5)}
    assert [key for key, step in steps(events=removed).items() if "retiré avant" in str(step.alerts)] == ["S02"]
    assert steps(events={**removed, "evidence_sealed": date(2026, 11, 4)})["S02"].alerts == ()
    assert steps()["S02"].alerts == ()


def test_an_order_may_be_obeyed_the_day_it_is_made():
    same = {"order_made": date(2026, 11, 5), "data_received": date(2026, 11, 5)}
    assert steps(events=same)["S12"].state is StepState.READY


@pytest.mark.parametrize(("port", "kept"), [(0, False), (1, True), (65535, True), (65536, False)])
def test_a_port_is_one_of_the_internet_s(port, kept):
    if kept:
        assert read_connection("203.0.113.7", port, "2026-09-03T10:00:00+02:00", now=NOW).port == port
        return
    with pytest.raises(InvalidInput) as refused:
        read_connection("203.0.113.7", port, "2026-09-03T10:00:00+02:00", now=NOW)
    assert refused.value.field == "port"


def test_a_connection_of_this_very_second_is_not_in_the_future():
    assert read_connection("203.0.113.7", 51000, NOW.isoformat(), now=NOW).at == NOW
