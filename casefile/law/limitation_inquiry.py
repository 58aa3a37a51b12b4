"""Gather all that one limitation question needs: window, durations, events, and the two readings run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casefile.law.acts import Judged, judge
from casefile.law.calendar import add_months
from casefile.law.durations import admitted_months, in_months, shortest_between
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


@dataclass(frozen=True)
class Inquiry:
    """A question with everything worked out: the answer only has to be put in words."""

    facts: LimitationFacts
    on: date
    found: Window
    durations: Mapping[Reading, RuleVersion]
    start_rule: RuleVersion
    judged: Sequence[Judged]
    events: Sequence[Event]
    courses: Mapping[Reading, Course]

    @property
    def duration(self) -> RuleVersion:
        """Give the duration of the strictest reading."""
        return self.durations[Reading.PRUDENT]

    @property
    def prudent(self) -> Course | None:
        """Give the strictest reading, when the publication has an earliest day."""
        return self.courses.get(Reading.PRUDENT)

    @property
    def admitted(self) -> Course | None:
        """Give the best-authority reading, when the publication has a latest day."""
        return self.courses.get(Reading.ADMITTED)


def inquire(facts: LimitationFacts, on: date) -> Inquiry:
    """Work out one question; raises NoRuleInForce or InvalidInput."""
    found = _window(facts)
    durations = _durations(facts, found, on)
    start_rule = _start_rule(facts, durations[Reading.PRUDENT], found, on)
    judged = judge(facts.acts, on)
    events = events_of(facts, judged, on)
    courses = _courses(facts, found, durations, events, start_rule)
    return Inquiry(facts, on, found, durations, start_rule, judged, events, courses)


def _window(facts: LimitationFacts) -> Window:
    if facts.start_after_act:
        day = facts.start_after_act
        line = (f"Dernier acte interruptif connu : {day_in_words(day)}.", rule_at("start.dernier_acte", day).citation)
        return Window(day, day, (line,))
    if facts.publication is None:
        raise ValueError("the facts carry a publication or the last interrupting act")
    return window(facts.publication)


def _durations(facts: LimitationFacts, found: Window, on: date) -> dict[Reading, RuleVersion]:
    """The law is that of the day of the facts: when it is uncertain, the strictest law that may have governed."""
    candidates = (facts.qualification, *facts.alternatives)
    earliest, latest = _days_of_the_facts(facts, found, on)
    return {
        Reading.PRUDENT: shortest_between(candidates, earliest, latest),
        Reading.ADMITTED: shortest_between(candidates, latest, latest, admitted_months),
    }


def _days_of_the_facts(facts: LimitationFacts, found: Window, on: date) -> tuple[date, date]:
    if facts.publication is None:
        # Only the last act is known: the facts came before it, by as much as a whole period.
        act = facts.start_after_act or on
        longest = shortest_between((facts.qualification,), act, act)
        return max(add_months(act, -in_months(longest)), FIRST_DAY), act
    published = window(facts.publication) if facts.start_after_act else found
    known = published.earliest or published.latest or facts.publication.discovered_on or on
    return known, published.latest or known


def _start_rule(facts: LimitationFacts, duration: RuleVersion, found: Window, on: date) -> RuleVersion:
    rule_id = "start.dernier_acte" if facts.start_after_act else START_RULES[duration.text("starts_from")]
    return rule_at(rule_id, found.earliest or found.latest or on)


def _courses(
    facts: LimitationFacts,
    found: Window,
    durations: dict[Reading, RuleVersion],
    events: Sequence[Event],
    start_rule: RuleVersion,
) -> dict[Reading, Course]:
    starts = {Reading.PRUDENT: found.earliest, Reading.ADMITTED: _latest_start(facts, found, durations)}
    courses = {}
    for reading, start in starts.items():
        if start is None:
            continue
        length = admitted_months if reading is Reading.ADMITTED else in_months
        course = Course(reading, start, length(durations[reading]), found.earliest)
        course.begin(start_rule.title, start_rule.citation)
        course.run(events)
        courses[reading] = course
    return courses


def _latest_start(facts: LimitationFacts, found: Window, durations: dict[Reading, RuleVersion]) -> date | None:
    """A civil action of ordinary law runs from knowledge: the discovery counts, in the admitted reading alone."""
    discovered = facts.publication.discovered_on if facts.publication else None
    by_knowledge = durations[Reading.ADMITTED].text("starts_from") == "knowledge"
    if found.latest and discovered and by_knowledge:
        return max(found.latest, discovered)
    return found.latest
