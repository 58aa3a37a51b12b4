"""The tables beside the rules: whole, coherent with one another, and refused when broken."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from casefile.law import offences, reference, rules
from casefile.law.competition import Conflict
from casefile.law.defences import DefenceRule
from casefile.law.guards import Guard
from casefile.law.identification_steps import EVENTS, StepRule
from casefile.law.offences import known_offences, offence_at
from casefile.law.questionnaire import GROUP_TITLES, questions
from casefile.law.rule_model import BrokenRule, RuleVersion

DAY = date(2026, 9, 3)
ANCHORS = {"instructed_on", "published_on", "prudent_on", *EVENTS}


def condition_sets():
    for conflict in reference.rows("conflicts", Conflict):
        yield from ((f"conflict {conflict.id}", conditions) for conditions in conflict.when)
    for guard in reference.rows("guards", Guard):
        yield from ((f"guard {guard.id}", conditions) for conditions in guard.when)
    for defence in reference.rows("defences", DefenceRule):
        for conditions in (*defence.shut_when, *defence.likely_when, *defence.unlikely_when):
            yield f"defence {defence.id}", conditions
    for question in questions().values():
        yield f"question {question.id}", question.ask_when
    for rule in rules.rules_of("penalty"):
        for version in rule.versions:
            for variant in version.values.get("variants", ()):
                yield f"variant {rule.id}.{variant['id']}", variant["when"]


@pytest.mark.parametrize(("where", "conditions"), list(condition_sets()), ids=lambda value: str(value)[:60])
def test_each_condition_names_a_question_and_its_options(where, conditions):
    for question, accepted in conditions.items():
        assert question in questions(), where
        assert set(accepted) <= set(questions()[question].options), where


def test_each_question_has_a_label_for_each_option_and_a_known_group():
    for question in questions().values():
        assert len(question.labels) == len(question.options)
        assert question.group in GROUP_TITLES
        assert question.help
        assert question.source


def test_each_guard_names_known_qualifications_domains_and_questions():
    domains = {offence_at(offence, DAY).domain for offence in known_offences()}
    for guard in reference.rows("guards", Guard):
        assert set(guard.qualifications) <= set(known_offences())
        assert set(guard.domains) <= domains
        assert set(guard.unanswered) <= set(questions())
        assert guard.level in {"block", "warn"}
        assert guard.source


def test_each_defence_of_an_offence_is_described():
    described = {defence.id for defence in reference.rows("defences", DefenceRule)}
    assert {defence for offence in known_offences() for defence in offence_at(offence, DAY).defences} <= described


def test_each_step_counts_from_a_known_event():
    for step in reference.rows("steps", StepRule):
        assert set(step.needs) <= set(EVENTS)
        assert {deadline["anchor"] for deadline in step.deadlines} <= ANCHORS
        assert {deadline["kind"] for deadline in step.deadlines} <= {"law", "house"}


@dataclasses.dataclass(frozen=True)
class Wide:
    """A row that the guards' table cannot fill."""

    id: str
    colour: str


def test_a_table_with_a_missing_or_unknown_key_is_refused_with_its_name():
    with pytest.raises(BrokenRule) as refused:
        reference.rows("guards", Wide)
    assert "guards.toml" in refused.value.message


def test_a_missing_table_is_refused():
    with pytest.raises(BrokenRule):
        reference.table("nulle_part")


@pytest.mark.parametrize("conditions", [{"inconnue": ["oui"]}, {"est_public": ["peut-être"]}])
def test_an_offence_with_a_condition_outside_the_questionnaire_is_refused(conditions):
    sound = rules.rule_at("qualification.denigrement", DAY)
    broken: RuleVersion = dataclasses.replace(sound, values={**sound.values, "requires": conditions})
    with pytest.raises(BrokenRule) as refused:
        offences._offence(broken, None)
    assert next(iter(conditions)) in refused.value.message
