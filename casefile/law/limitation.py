"""Compute when an action is barred: two readings, three dates, and the reason of each.

A limitation period is never extended to a working day and never starts from the discovery.
`compute` answers for a day; `what_if` (in limitation_options) compares what acting that day would give.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from casefile.law import calendar
from casefile.law.durations import durations_on
from casefile.law.french import day_in_words, duration_in_words, typeset, weekday_in_words
from casefile.law.limitation_inquiry import Inquiry, inquire
from casefile.law.limitation_result import ActEffect, Fallback, LimitationResult, Status
from casefile.law.limitation_warnings import warnings_of
from casefile.law.rules import rule_at
from casefile.law.running import Effect, Reading, Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casefile.law.acts import Judged
    from casefile.law.limitation_facts import LimitationFacts
    from casefile.law.rules import RuleVersion
    from casefile.law.running import Course

__all__ = ["LimitationResult", "Status", "compute", "dates"]

# The last useful day, the prudent date, the admitted date; None while no publication date is known.
Dates = tuple["date | None", "date | None", "date | None"]
ONE_DAY = timedelta(days=1)


def compute(facts: LimitationFacts, on: date) -> LimitationResult:
    """Give the three dates of an action as known on a day, with their trace.

    Raises NoRuleInForce when no version of the duration stands on the day of the facts, and InvalidInput
    when a relative date cannot be read.
    """
    inquiry = inquire(facts, on)
    useful, prudent_on, admitted_on = _dates(inquiry)
    eve = _eve(inquiry.prudent) if inquiry.prudent else None
    steps = _steps(inquiry, eve)
    effects = tuple(_effect(one, inquiry) for one in inquiry.judged)
    return LimitationResult(
        on=on,
        duration=inquiry.duration,
        months=inquiry.duration.months,
        earliest=inquiry.found.earliest,
        latest=inquiry.found.latest,
        prudent_on=prudent_on,
        admitted_on=admitted_on,
        last_useful_day=useful,
        acts=effects,
        trace=_trace(inquiry, steps, useful),
        steps=steps,
        warnings=warnings_of(inquiry, prudent_on, effects),
        evidence_needed=inquiry.found.evidence_needed,
        fallbacks=tuple(_fallbacks(inquiry)),
        rules=_rules(inquiry),
    )


def dates(facts: LimitationFacts, on: date) -> Dates:
    """Give only (last useful day, prudent date, admitted date), as `compute` would, without a word of their reasons."""
    return _dates(inquire(facts, on))


def _dates(inquiry: Inquiry) -> Dates:
    prudent_on = inquiry.prudent.term - ONE_DAY if inquiry.prudent else None
    admitted_on = inquiry.admitted.term if inquiry.admitted else None
    return _last_useful_day(prudent_on, inquiry.facts) if prudent_on else None, prudent_on, admitted_on


def _steps(inquiry: Inquiry, eve: Step | None) -> tuple[Step, ...]:
    steps = list(inquiry.prudent.steps) if inquiry.prudent else []
    steps += [eve] if eve else []
    steps += inquiry.admitted.steps if inquiry.admitted else []
    return tuple(steps)


def _eve(prudent: Course) -> Step:
    rule = rule_at("start.veille", prudent.start)
    day = prudent.term - ONE_DAY
    text = f"Lecture prudente · {rule.text('text')[:-1]} : {day_in_words(day)}."
    return Step(Reading.PRUDENT, prudent.term, Effect.EVE, day, typeset(text), typeset(rule.citation))


def _last_useful_day(prudent_on: date, facts: LimitationFacts) -> date:
    # The last working day, the prudent date itself included, then as many before it as the bailiff needs.
    return calendar.minus_working_days(prudent_on + ONE_DAY, 1 + facts.lead_days, facts.territories)


def _effect(one: Judged, inquiry: Inquiry) -> ActEffect:
    event = next(event for event in inquiry.events if event.judged is one)
    fates = [course.fate[event] if course else None for course in (inquiry.prudent, inquiry.admitted)]
    moves_prudent = one.prudent if fates[0] is None else fates[0] is Effect.RENEWS
    moves_admitted = one.admitted if fates[1] is None else fates[1] is Effect.RENEWS
    why = one.why
    if Effect.LATE in fates:
        readings = "les deux lectures" if fates == [Effect.LATE, Effect.LATE] else "une des deux lectures"
        why = f"{why} Acte postérieur au terme dans {readings} : il n'y fait pas revivre le délai."
    return ActEffect(one, moves_prudent, moves_admitted, typeset(why))


def _trace(inquiry: Inquiry, steps: Sequence[Step], useful: date | None) -> tuple[tuple[str, str], ...]:
    duration = inquiry.duration
    lasts = f"{duration.title} : {duration_in_words(duration.months)}."
    lines = [*inquiry.found.lines(), (lasts, duration.citation)]
    lines += [(step.text, step.source) for step in steps]
    if inquiry.admitted:
        lines += _how_the_term_is_counted(inquiry.admitted, inquiry.facts)
    if useful:
        lead = f"{inquiry.facts.lead_days} jours ouvrés" if inquiry.facts.lead_days > 1 else "1 jour ouvré"
        before = f", moins {lead} pour le commissaire de justice" if inquiry.facts.lead_days else ""
        text = f"Dernier jour utile : {weekday_in_words(useful)}, dernier jour ouvré avant la date prudente{before}."
        lines.append((text, "art. L. 3133-1 C. trav. ; réglage du cabinet"))
    return tuple((typeset(text), typeset(source)) for text, source in lines)


def _how_the_term_is_counted(admitted: Course, facts: LimitationFacts) -> list[tuple[str, str]]:
    quantieme = rule_at("start.quantieme", admitted.start)
    lines = [(quantieme.text("text"), quantieme.citation)]
    if _lacks_its_quantieme(admitted):
        missing = rule_at("start.dernier_jour_du_mois", admitted.start)
        lines.append((missing.text("text"), missing.citation))
    if not calendar.is_working_day(admitted.term, facts.territories):
        rule = rule_at("start.sans_report", admitted.start)
        lines.append((f"Le terme tombe le {weekday_in_words(admitted.term)}. {rule.text('text')}", rule.citation))
    return lines


def _fallbacks(inquiry: Inquiry) -> list[Fallback]:
    """Give the dates of the favourable readings: shown to be pleaded, never to be aimed at."""
    admitted = inquiry.admitted
    if admitted is None:
        return []
    found = [*_favourable_countings(admitted, inquiry.facts), *_legal_aid(admitted, inquiry.facts)]
    for qualification in (inquiry.facts.qualification, *inquiry.facts.alternatives):
        # What no text supported that day is no reading to plead, and takes nothing from the dates.
        for version in durations_on(qualification, admitted.start):
            if version.months > admitted.months:
                why = f"{version.title} ({duration_in_words(version.months)}) : hypothèse d'une autre qualification"
                found.append((calendar.add_months(admitted.start, version.months), why))
    return [Fallback(day, typeset(f"{why}, jamais à viser.")) for day, why in found]


def _favourable_countings(admitted: Course, facts: LimitationFacts) -> list[tuple[date, str]]:
    found = []
    after = calendar.working_day_at_or_after(admitted.term, facts.territories)
    if after != admitted.term:
        found.append((after, "Report au premier jour ouvrable : écarté par la jurisprudence, à plaider"))
    if _lacks_its_quantieme(admitted):
        found.append((admitted.term + ONE_DAY, "Lendemain du dernier jour du mois, faute de quantième : à plaider"))
    return found


def _legal_aid(admitted: Course, facts: LimitationFacts) -> list[tuple[date, str]]:
    why = "Aide juridictionnelle demandée dans le délai (décret n° 2020-1717, art. 43), au civil seulement : à plaider"
    return [
        (calendar.add_months(act.date, admitted.months), why)
        for act in facts.acts
        if act.type == "aide_juridictionnelle" and admitted.start <= act.date <= admitted.term
    ]


def _lacks_its_quantieme(admitted: Course) -> bool:
    return admitted.term.day < admitted.start.day and admitted.notes[-1].effect is not Effect.SUSPENDS


def _rules(inquiry: Inquiry) -> tuple[RuleVersion, ...]:
    used = [*inquiry.durations.values(), inquiry.start_rule, *inquiry.found.rules]
    for course in filter(None, (inquiry.prudent, inquiry.admitted)):
        used += [rule_at(f"start.{name}", course.start) for name in ("quantieme", "veille", "sans_report")]
    used += [event.rule for event in inquiry.events]
    return tuple({(rule.rule_id, rule.version): rule for rule in used}.values())
