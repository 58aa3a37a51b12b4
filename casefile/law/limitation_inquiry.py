"""Gather all that one limitation question needs: window, durations, events, and the two readings run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from casefile.law.acts import Judged, judge
from casefile.law.calendar import add_months
from casefile.law.durations import admitted_months, shortest, shortest_of, standing_between
from casefile.law.french import day_in_words
from casefile.law.publication_dates import Window, window
from casefile.law.rules import FIRST_DAY, rule_at
from casefile.law.running import Course, Event, Reading
from casefile.law.timeline import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from casefile.law.limitation_facts import LimitationFacts
    from casefile.law.rules import RuleVersion

START_RULES = {
    "publication": "start.premiere_mise_a_disposition",
    "reception": "start.reception",
    "last_act": "start.dernier_fait",
    "knowledge": "start.connaissance",
    "finality": "start.caractere_definitif",
}


class Inquiry(NamedTuple):
    """A question with everything worked out: the answer only has to be put in words."""

    facts: LimitationFacts
    on: date
    found: Window
    durations: Mapping[Reading, RuleVersion]
    start_rule: RuleVersion
    judged: Sequence[Judged]
    events: Sequence[Event]
    # The strictest reading, when the publication has an earliest day; the best authority's, when it has a latest.
    prudent: Course | None
    admitted: Course | None

    @property
    def duration(self) -> RuleVersion:
        """Give the duration of the strictest reading."""
        return self.durations[Reading.PRUDENT]


def inquire(facts: LimitationFacts, on: date) -> Inquiry:
    """Work out one question; raises NoRuleInForce or InvalidInput."""
    found = _window(facts)
    durations = _durations(facts, found, on)
    start_rule = _start_rule(facts, durations[Reading.PRUDENT], found, on)
    judged = judge(facts.acts, on)
    events = events_of(facts, judged, on)
    prudent = admitted = None
    if found.earliest:
        months = durations[Reading.PRUDENT].months
        prudent = Course(Reading.PRUDENT, found.earliest, months, found.earliest).follow(start_rule, events)
    if latest := _latest_start(facts, found, durations):
        months = admitted_months(durations[Reading.ADMITTED])
        admitted = Course(Reading.ADMITTED, latest, months, found.earliest).follow(start_rule, events)
    return Inquiry(facts, on, found, durations, start_rule, judged, events, prudent, admitted)


def _window(facts: LimitationFacts) -> Window:
    if facts.start_after_act:
        day, rule = facts.start_after_act, rule_at("start.dernier_acte", facts.start_after_act)
        return Window(day, day, lambda: ((f"Dernier acte interruptif connu : {day_in_words(day)}.", rule.citation),))
    if facts.publication is None:
        raise ValueError("the facts carry a publication or the last interrupting act")
    return window(facts.publication)


def _durations(facts: LimitationFacts, found: Window, on: date) -> dict[Reading, RuleVersion]:
    """The law is that of the day of the facts: when it is uncertain, the strictest law that may have governed."""
    candidates = (facts.qualification, *facts.alternatives)
    earliest, latest = _days_of_the_facts(facts, found, on)
    standing = standing_between(candidates, earliest, latest)
    on_the_last_day = standing if earliest == latest else standing_between(candidates, latest, latest)
    return {Reading.PRUDENT: shortest_of(standing), Reading.ADMITTED: shortest_of(on_the_last_day, admitted_months)}


def _days_of_the_facts(facts: LimitationFacts, found: Window, on: date) -> tuple[date, date]:
    if facts.publication is None:
        # Only the last act is known: the facts came before it, by as much as a whole period.
        act = facts.start_after_act or on
        longest = shortest((facts.qualification,), act)
        return max(add_months(act, -longest.months), FIRST_DAY), act
    published = window(facts.publication) if facts.start_after_act else found
    known = published.earliest or published.latest or facts.publication.discovered_on or on
    return known, published.latest or known


def _start_rule(facts: LimitationFacts, duration: RuleVersion, found: Window, on: date) -> RuleVersion:
    rule_id = "start.dernier_acte" if facts.start_after_act else START_RULES[duration.text("starts_from")]
    return rule_at(rule_id, found.earliest or found.latest or on)


def _latest_start(facts: LimitationFacts, found: Window, durations: dict[Reading, RuleVersion]) -> date | None:
    """A civil action of ordinary law runs from knowledge: the discovery counts, in the admitted reading alone."""
    discovered = facts.publication.discovered_on if facts.publication else None
    by_knowledge = durations[Reading.ADMITTED].text("starts_from") == "knowledge"
    if found.latest and discovered and by_knowledge:
        return max(found.latest, discovered)
    return found.latest
