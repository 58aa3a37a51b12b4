"""What must hold for any facts: the order of the three dates, monotony, and a trace that adds up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import CasefileError
from casefile.law import rules
from casefile.law.calendar import TERRITORIES, add_months
from casefile.law.durations import duration_of, duration_rules, in_months
from casefile.law.french import day_in_words
from casefile.law.limitation import compute, dates
from casefile.law.limitation_facts import (
    Act,
    LimitationFacts,
    Publication,
    Regularity,
    Republication,
    Sighting,
    Suspension,
)
from casefile.law.limitation_options import what_if
from casefile.law.running import Effect, Reading

ON = date(2029, 1, 1)
DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
PRESS = ("diffamation_publique_particulier", "injure_publique_raciale", "injure_non_publique")
QUALIFICATIONS = st.sampled_from((*PRESS, "cyberharcelement", "denigrement"))


def keys(kind):
    return st.sampled_from([rule.id.split(".")[1] for rule in rules.rules_of(kind)])


ACTS = st.builds(Act, keys("interruption"), DAYS, st.sampled_from(Regularity), st.booleans())
STOPS = st.builds(
    lambda kind, begins, length: Suspension(kind, begins, begins + timedelta(days=length)),
    keys("suspension"),
    DAYS,
    st.integers(0, 200),
)
REPUBLICATIONS = st.builds(Republication, keys("republication"), DAYS)
FACTS = st.builds(
    lambda qualification, first, length, acts, stops, again: LimitationFacts(
        qualification,
        Publication.between(first, first + timedelta(days=length)),
        acts=tuple(acts),
        suspensions=tuple(stops),
        republications=tuple(again),
    ),
    QUALIFICATIONS,
    DAYS,
    st.sampled_from([0, 0, 0, 1, 30, 200]),
    st.lists(ACTS, max_size=6),
    st.lists(STOPS, max_size=3),
    st.lists(REPUBLICATIONS, max_size=2),
)
MANY = settings(max_examples=120, deadline=None)


# Every shape that a question may take, contradictory ones too, over a century and a half of law.
ANY_DAY = DAYS | st.dates(date(1882, 1, 1), date(2035, 1, 1))
TEXTS = st.sampled_from(("hier", "il y a 3 mois", "il y a un an", "modifié il y a 2 ans", "il y a quelques mois", "??"))
PUBLICATIONS = st.one_of(
    st.builds(Publication.exact, ANY_DAY),
    st.builds(
        lambda first, length: Publication.between(first, first + timedelta(length)), ANY_DAY, st.integers(0, 900)
    ),
    st.lists(st.builds(Sighting, TEXTS, ANY_DAY), min_size=1, max_size=2).map(lambda seen: Publication.relative(*seen)),
    st.builds(Publication.unknown, st.none() | ANY_DAY),
)
ANY_FACTS = st.builds(
    lambda publication, discovered, after, **others: LimitationFacts(
        publication=replace(publication, discovered_on=discovered),
        start_after_act=after,
        **{name: tuple(value) if isinstance(value, list) else value for name, value in others.items()},
    ),
    PUBLICATIONS,
    st.none() | ANY_DAY,
    st.none() | st.none() | ANY_DAY,
    qualification=st.sampled_from(sorted(duration_rules())),
    acts=st.lists(
        st.builds(Act, keys("interruption"), ANY_DAY, st.sampled_from(Regularity), st.booleans()), max_size=4
    ),
    suspensions=st.lists(st.builds(Suspension, keys("suspension"), ANY_DAY, st.none()) | STOPS, max_size=2),
    republications=st.lists(st.builds(Republication, keys("republication"), ANY_DAY), max_size=2),
    territories=st.lists(st.sampled_from(TERRITORIES), min_size=1, max_size=2),
    alternatives=st.lists(st.sampled_from(sorted(duration_rules())), max_size=2),
    lead_days=st.sampled_from([0, 1, 5, 60]),
)


@settings(max_examples=600, deadline=None)
@given(ANY_FACTS, ANY_DAY)
def test_the_dates_alone_are_those_of_the_whole_answer_or_its_refusal(facts, on):
    assert answer_of(dates, facts, on) == answer_of(dates_of_the_whole, facts, on)


def dates_of_the_whole(facts, on):
    whole = compute(facts, on)
    assert whole.to_json()["trace"]
    return whole.last_useful_day, whole.prudent_on, whole.admitted_on


def answer_of(ask, facts, on):
    try:
        return ask(facts, on)
    except CasefileError as refusal:
        return type(refusal), refusal.message


def test_a_reading_that_no_text_supports_takes_nothing_from_the_dates():
    """Found by the property above: the dates alone were given, and the whole answer refused."""
    facts = LimitationFacts(
        "outrage_professionnel_sante", Publication.exact(date(2026, 1, 17)), start_after_act=date(2024, 11, 11)
    )
    whole = compute(facts, date(2026, 4, 5))
    assert dates(facts, date(2026, 4, 5)) == (whole.last_useful_day, whole.prudent_on, whole.admitted_on)
    assert whole.prudent_on is not None


@MANY
@given(FACTS)
def test_the_three_dates_keep_their_order(facts):
    result = compute(facts, ON)
    assert result.last_useful_day <= result.prudent_on < result.admitted_on


@MANY
@given(FACTS)
def test_asking_twice_gives_the_same_answer(facts):
    assert compute(facts, ON).to_json() == compute(facts, ON).to_json()


@MANY
@given(FACTS, st.integers(1, 120))
def test_a_later_trigger_never_gives_an_earlier_date(facts, days):
    exact = replace(facts, publication=Publication.exact(facts.publication.earliest))
    later = replace(facts, publication=Publication.exact(facts.publication.earliest + timedelta(days=days)))
    before, after = compute(exact, ON), compute(later, ON)
    assert before.prudent_on <= after.prudent_on
    assert before.admitted_on <= after.admitted_on


def test_a_republication_while_the_clock_is_stopped_starts_when_it_goes_again():
    """Found by the property above: the day left of the suspension was lost to a first publication sixty days later."""
    stopped = Suspension("consignation", date(2027, 8, 1), date(2028, 1, 2))
    again = Republication("reedition", date(2028, 1, 1))
    result = compute(
        LimitationFacts(PRESS[0], Publication.exact(date(2027, 5, 1)), suspensions=(stopped,), republications=(again,)),
        ON,
    )
    assert result.admitted_on == date(2028, 4, 2)
    assert add_up(result, Reading.ADMITTED, 3) == result.admitted_on
    assert result.prudent_on == date(2027, 7, 31)


@MANY
@given(FACTS)
def test_the_trace_adds_up_to_the_dates(facts):
    result = compute(facts, ON)
    months = in_months(duration_of(facts.qualification, facts.publication.earliest))
    assert add_up(result, Reading.PRUDENT, months) == result.prudent_on
    assert add_up(result, Reading.ADMITTED, months) == result.admitted_on
    for step in result.steps:
        assert day_in_words(step.term) in step.text
        assert (step.text, step.source) in result.trace


def add_up(result, reading, months):
    """Recompute the last day from the days and effects of the trace alone."""
    start, term = None, None
    for step in result.steps:
        if step.reading is not reading:
            continue
        whole = add_months(step.day, months)
        if step.effect is Effect.START or start is None:
            start, term = step.day, whole
        elif step.effect is Effect.RENEWS:
            term = whole if step.day < start else max(term, whole)
            start = step.day
        elif step.effect in {Effect.REOPENS, Effect.RESTARTS_AFTER_SUSPENSION}:
            start, term = step.day, max(term, whole)
        elif step.effect is Effect.SUSPENDS:
            term += timedelta(days=step.days)
        elif step.effect is Effect.EVE:
            term -= timedelta(days=1)
        assert term == step.term
    return term


@MANY
@given(FACTS, ACTS)
def test_a_doubtful_act_never_moves_the_prudent_date(facts, act):
    if act.regularity is Regularity.REGULAR and act.proved:
        act = replace(act, proved=False)
    if rules.rule_at(f"interruption.{act.type}", act.date).text("role") == "withdrawal":
        return
    with_it = replace(facts, acts=(*facts.acts, act))
    assert compute(with_it, ON).prudent_on <= compute(facts, ON).prudent_on


@MANY
@given(FACTS)
def test_suspensions_and_republications_never_move_the_prudent_date(facts):
    bare = replace(facts, suspensions=(), republications=())
    assert compute(bare, ON).prudent_on == compute(facts, ON).prudent_on


@settings(max_examples=60, deadline=None)
@given(FACTS)
def test_every_sentence_is_typeset_in_french(facts):
    answer = compute(facts, ON).to_json()
    sentences = [line["text"] for line in answer["trace"]] + answer["warnings"] + [act["why"] for act in answer["acts"]]
    for sentence in sentences:
        assert sentence[-1] in ".»!?"
        assert not {" ;", " :", "« ", " »"} & {sentence[i : i + 2] for i in range(len(sentence))}


@settings(max_examples=60, deadline=None)
@given(FACTS)
def test_waiting_never_beats_acting(facts):
    waiting, *routes = what_if(facts, ON)
    assert waiting.id == "attendre"
    for option in routes:
        assert option.result.admitted_on >= waiting.result.admitted_on
        assert option.result.prudent_on >= waiting.result.prudent_on
