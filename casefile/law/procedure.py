"""Every procedural time limit: an event of the dossier starts the rules of `data/procedure.toml` that name it.

Computes and never records. Limits of the press law are never extended to the next working day; others only by
their own article. `last_useful_day` never relies on an extension.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.law import calendar, distance, rules
from casefile.law.counting import ART_641, Count, Step, last_service_day
from casefile.law.french import typeset, weekday_in_words
from casefile.law.rule_model import NoRuleInForce

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casefile.law.rule_model import RuleVersion

ONE_DAY = timedelta(days=1)
INTERRUPTING_ACT, SUGGESTED = "acte_interruptif", 6
WITHOUT_COURT = {
    "jugement": ("jugement_correctionnel", "arret_presse", "jugement_repute_contradictoire"),
    "signification_decision": (
        "signification_jugement_civil",
        "signification_ordonnance_refere",
        "signification_jugement_paf",
        "signification_jugement_correctionnel",
        "signification_arret_civil",
    ),
}
BACKWARDS = {"back_days", "back_clear_days"}
STATUS_WARNINGS = {
    "unverified": "Règle citée de mémoire : à relire sur le texte avant de s’y fier.",
    "disputed": "Règle discutée : la lecture la plus prudente est retenue.",
}


@dataclass(frozen=True)
class Event:
    """What happened, when, before which court, and where the party lives (unknown: no distance is added)."""

    id: str
    on: date
    territory: str = "metropole"
    party_location: str | None = None
    proved: bool = True


@dataclass(frozen=True)
class ProceduralDeadline:
    """One consequence of an event. `due_on` is None when the law sets no date; `provisional` until the proof."""

    rule: RuleVersion
    event: Event
    due_on: date | None
    counted_on: date | None
    last_useful_day: date | None
    trace: tuple[Step, ...]
    warnings: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Say what the date is: deadline, earliest, latest_before, retention, internal or none."""
        return self.rule.text("effect")

    @property
    def provisional(self) -> bool:
        """Tell whether the event that starts the limit still waits for its proof."""
        return not self.event.proved

    @property
    def then(self) -> str:
        """Name the event that doing this act will be, or nothing."""
        return self.rule.text("then")

    def as_json(self) -> dict[str, Any]:
        """Give the contract's keys first, then what the interface shows beside them."""
        return {
            "rule": self.rule.rule_id,
            "due_on": _iso(self.due_on),
            "kind": self.kind,
            "trace": [step.as_json() for step in self.trace],
            "source": typeset(self.rule.citation),
            "title": typeset(self.rule.title),
            "by": self.rule.text("by"),
            "counted_on": _iso(self.counted_on),
            "last_useful_day": _iso(self.last_useful_day),
            "provisional": self.provisional,
            "then": self.then or None,
            "note": typeset(self.rule.note),
            "version": self.rule.version,
            "status": self.rule.status,
            "warnings": list(self.warnings),
        }


@cache
def events() -> Mapping[str, str]:
    """Give every event that starts a limit, with its French name, in the order of the file."""
    named: dict[str, str] = {}
    for rule in rules.rules_of("procedure"):
        for version in rule.versions:
            named.setdefault(version.text("event"), typeset(version.text("event_title")))
    return MappingProxyType(named)


def deadlines_after(event: Event) -> list[ProceduralDeadline]:
    """Give every time limit that an event starts, in the order of the file.

    Raises InvalidInput for an unknown event, place or a date beyond the calendar, NoRuleInForce when no rule of
    that event stood on that day.
    """
    party = _check(event)
    started = [version for named in starting_events(event.id) for version in _versions_started_by(named)]
    standing = [version for version in started if version.stands_on(event.on)]
    if not standing:
        reason = next((version.gap_reason for version in started if version.gap_reason), "")
        raise NoRuleInForce(
            typeset(f"Aucun délai n’est connu pour cet événement le {event.on:%d/%m/%Y} : {reason}."), field="date"
        )
    try:
        return [_deadline(version, event, party) for version in standing]
    except OverflowError as error:
        raise _wrong("date", "cette date sort du calendrier") from error


def chained(deadline: ProceduralDeadline) -> list[ProceduralDeadline]:
    """Give the limits that would follow if the act were done on its last day: all provisional."""
    if not deadline.then or deadline.due_on is None or deadline.then not in events():
        return []
    event = deadline.event
    return deadlines_after(Event(deadline.then, deadline.due_on, event.territory, event.party_location, proved=False))


@cache
def _versions_started_by(event_id: str) -> tuple[RuleVersion, ...]:
    return tuple(
        version
        for rule in rules.rules_of("procedure")
        for version in rule.versions
        if version.text("event") == event_id
    )


def starting_events(named: str) -> tuple[str, ...]:
    """Give the events that a name may stand for: an act named without its court starts all that it may start.

    Raises InvalidInput, with the nearest names, for what starts nothing.
    """
    if named in events():
        return (named,)
    act = rules.all_rules().get(f"interruption.{named}")
    if act is not None and act.versions[-1].flag("admitted"):
        return (*WITHOUT_COURT.get(named, ()), INTERRUPTING_ACT)
    near = [known for known in events() if set(known.split("_")) & set(named.split("_"))]
    nearest = list(dict.fromkeys([*get_close_matches(named, events(), 3), *near]))[:SUGGESTED]
    if act is not None and not nearest:
        raise _wrong("event", f"« {named} » ne fait courir aucun délai de procédure connu")
    advice = "par exemple " + ", ".join(nearest) if nearest else "voyez casefile law procedure --events"
    raise _wrong("event", f"« {named[:60]} » n’est pas un événement connu, {advice}")


def _check(event: Event) -> str | None:
    starting_events(event.id)
    if event.territory not in calendar.TERRITORIES:
        raise _wrong("territory", "choisissez parmi " + ", ".join(calendar.TERRITORIES))
    return distance.location(event.party_location) if event.party_location else None


def _deadline(rule: RuleVersion, event: Event, party: str | None) -> ProceduralDeadline:
    backwards = rule.text("computation") in BACKWARDS
    added = distance.added(rule.text("distance"), event.territory, party)
    warnings = [text for text in (STATUS_WARNINGS.get(rule.status, ""), added.doubt) if text]
    if rule.text("computation") == "none":
        step = Step(typeset(rule.note), typeset(rule.citation), event.on)
        return ProceduralDeadline(rule, event, None, None, None, (step,), tuple(map(typeset, warnings)))
    count = Count(event.on)
    count.say(f"{rule.text('event_title')} : {weekday_in_words(event.on)}.", "dossier")
    if backwards:
        _count_back(rule, count, added, event.on)
    else:
        _count_forward(rule, count, added, party)
    counted_on = count.day
    if rule.flag("roll_forward"):
        count.roll_forward(event.territory)
    if rule.text("effect") == "earliest":
        count.add_days(rule.number("margin_days"), "Au plus tôt le lendemain", rule.citation)
    useful = _last_useful_day(rule, counted_on, {event.territory, party or event.territory})
    return ProceduralDeadline(
        rule, event, count.day, counted_on, useful, tuple(count.steps), tuple(map(typeset, warnings))
    )


def _count_forward(rule: RuleVersion, count: Count, added: distance.Distance, party: str | None) -> None:
    source, start = rule.citation, count.day
    count.add_months(rule.number("delay_months"), f"Après {rule.number('delay_months')} mois", source)
    count.add_days(rule.number("delay_days"), f"Après {rule.number('delay_days')} jours", source)
    own, days = rule.number("months") + 12 * rule.number("years"), rule.number("days")
    if rule.text("distance") == "cpp_492" and party and party not in distance.MAINLAND:
        count.add_months(1, "Un mois, la partie résidant hors de la métropole", source)
        return
    if added.months:
        cited = f"{source} ; {added.source} ; {ART_641}"
        whole = f"{own} + {added.months} mois" if own else f"{added.months} mois de distance"
        count.add_months(own + added.months, f"{whole} ({added.text}), les mois d’abord", cited)
    else:
        count.add_months(own, _months_in_words(rule), f"{source} ; {ART_641}")
    count.add_days(days, _days_in_words(days, start), source)
    if rule.text("computation") == "clear_days":
        count.add_days(1, "Délai franc : le lendemain du dernier jour", source)


def _count_back(rule: RuleVersion, count: Count, added: distance.Distance, hearing: date) -> None:
    clear = 1 if rule.text("computation") == "back_clear_days" else 0
    days = rule.number("days") + rule.number("margin_days") + clear
    count.day = last_service_day(hearing, added.months, days)
    parts = [f"{rule.number('days')} jour{'s' if rule.number('days') > 1 else ''}{' francs' if clear else ''}"]
    if rule.number("margin_days"):
        parts.append("un jour de prudence (délai entier avant l’audience)")
    if added.months:
        parts.append(f"{added.months} mois de distance ({added.text}, {added.source})")
    count.say(f"Au plus tard, à rebours de {' et '.join(parts)} : {weekday_in_words(count.day)}.", rule.citation)


def _last_useful_day(rule: RuleVersion, counted_on: date, places: set[str]) -> date | None:
    if rule.text("effect") not in {"deadline", "latest_before", "retention"}:
        return None
    known = {place for place in places if place in calendar.TERRITORIES}
    eve = rule.flag("eve") or rule.text("effect") == "retention"
    return calendar.working_day_at_or_before(counted_on - ONE_DAY if eve else counted_on, known)


def _months_in_words(rule: RuleVersion) -> str:
    years, months = rule.number("years"), rule.number("months")
    if years:
        return f"{years} an{'s' if years > 1 else ''} de quantième à quantième"
    return f"{months} mois de quantième à quantième"


def _days_in_words(days: int, start: date) -> str:
    return f"{days} jour{'s' if days > 1 else ''}, le {start:%d/%m/%Y} ne comptant pas"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _wrong(field: str, repair: str) -> InvalidInput:
    return InvalidInput(typeset(f"Champ « {field} » : {repair}."), field=field)
