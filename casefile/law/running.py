"""Run one reading of a limitation period through its events, step by step, from one starting day.

It never extends a term to a working day and never counts in days: months by quantième only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.law.calendar import add_months
from casefile.law.french import day_in_words, duration_in_words, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casefile.law.acts import Judged
    from casefile.law.limitation_facts import Republication, Suspension
    from casefile.law.rules import RuleVersion


class Reading(StrEnum):
    """The strictest reading that a court has followed, or the best authority."""

    PRUDENT = "prudent"
    ADMITTED = "admitted"


class Effect(StrEnum):
    """What a step does to the term: the trace can be added up again from these."""

    START = "start"
    RENEWS = "renews"
    NOTHING = "nothing"
    LATE = "late"
    SUSPENDS = "suspends"
    RESTARTS_AFTER_SUSPENSION = "restarts_after_suspension"
    REOPENS = "reopens"
    EVE = "eve"


@dataclass(frozen=True)
class Step:
    """One line of the trace: the day, the effect, the term after it, in words and with its source."""

    reading: Reading
    day: date
    effect: Effect
    term: date
    text: str
    source: str
    days: int = 0


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happens to the period on a day; the rank orders events of the same day."""

    day: date
    rank: int
    rule: RuleVersion
    counts: bool
    judged: Judged | None = None
    suspension: Suspension | None = None
    republication: Republication | None = None


@dataclass
class Course:
    """A period that runs: where it started, when it ends, and what happened to it."""

    reading: Reading
    start: date
    months: int
    floor: date | None
    term: date = field(init=False)
    stopped_until: date | None = None
    steps: list[Step] = field(default_factory=list)
    fate: dict[Event, Effect] = field(default_factory=dict)

    def begin(self, words: str, source: str) -> None:
        """Open the period at its start."""
        self.term = add_months(self.start, self.months)
        length = duration_in_words(self.months)
        self._note(self.start, Effect.START, f"{words}, délai de {length}, terme le {day_in_words(self.term)}", source)

    def run(self, events: Sequence[Event]) -> None:
        """Apply every event in the order of its day."""
        for event in sorted(events, key=lambda event: (event.day, event.rank)):
            if event.judged:
                self._act(event, event.judged)
            elif event.suspension:
                self._suspension(event, event.suspension)
            elif event.republication:
                self._republication(event, event.republication)

    def _act(self, event: Event, judged: Judged) -> None:
        act = judged.act
        title, source = judged.rule.title, judged.rule.citation
        may_renew = judged.prudent if self.reading is Reading.PRUDENT else judged.admitted
        if not may_renew:
            self._ignore(event, title, source, "ne renouvelle pas le délai dans cette lecture")
        elif self.floor is not None and act.date < self.floor:
            self._ignore(event, title, source, "est antérieur au point de départ et ne compte pas")
        elif act.date > self.term:
            self.fate[event] = Effect.LATE
            text = f"{title} : postérieur au terme du {day_in_words(self.term)}, sans effet"
            self._note(act.date, Effect.LATE, text, source)
        else:
            self._renew(event, act.date, title, source)

    def _renew(self, event: Event, day: date, title: str, source: str) -> None:
        renewed = add_months(day, self.months)
        self.term = renewed if day < self.start else max(self.term, renewed)
        self.start = day
        self.fate[event] = Effect.RENEWS
        self._note(day, Effect.RENEWS, f"{title} : nouveau délai, terme le {day_in_words(self.term)}", source)
        self._wait_for_the_end_of_suspension(source)

    def _wait_for_the_end_of_suspension(self, source: str) -> None:
        """A period that opens while the clock is stopped starts when it goes again."""
        if self.stopped_until and self.stopped_until > self.start:
            self._restart(self.stopped_until, "Fin de la suspension en cours", source)

    def _restart(self, day: date, title: str, source: str) -> None:
        self.start = day
        self.term = max(self.term, add_months(day, self.months))
        text = f"{title} : le délai part du {day_in_words(day)}, terme le {day_in_words(self.term)}"
        self._note(day, Effect.RESTARTS_AFTER_SUSPENSION, text, source)

    def _suspension(self, event: Event, suspension: Suspension) -> None:
        rule, ends = event.rule, suspension.ends
        assert ends is not None, "the timeline closes an open suspension"
        begins = max(suspension.begins, self.start, self.stopped_until or self.start)
        if self.reading is Reading.PRUDENT or not event.counts:
            self._ignore(event, rule.title, rule.citation, "la suspension n'est pas comptée dans cette lecture")
        elif begins > self.term or begins >= ends:
            self._ignore(event, rule.title, rule.citation, "la suspension ne touche pas le délai en cours")
        elif begins == self.start:
            self.stopped_until = ends
            self.fate[event] = Effect.SUSPENDS
            self._restart(ends, rule.title, rule.citation)
        else:
            self._lengthen(event, rule, begins, ends)

    def _lengthen(self, event: Event, rule: RuleVersion, begins: date, ends: date) -> None:
        # What is left after a suspension can never exceed a whole new period.
        lengthened = min(self.term + (ends - begins), add_months(ends, self.months))
        days = (lengthened - self.term).days
        self.term = lengthened
        self.stopped_until = ends
        self.fate[event] = Effect.SUSPENDS
        length = f"{days} jours de suspension jusqu'au {day_in_words(ends)}"
        text = f"{rule.title} : {length}, terme le {day_in_words(self.term)}"
        self._note(begins, Effect.SUSPENDS, text, rule.citation, days)

    def _republication(self, event: Event, republication: Republication) -> None:
        rule = event.rule
        if self.reading is Reading.PRUDENT or not event.counts or republication.date < self.start:
            self._ignore(event, rule.title, rule.citation, "n'ouvre pas de nouveau délai dans cette lecture")
            return
        self.start = republication.date
        self.term = max(self.term, add_months(self.start, self.months))
        self.fate[event] = Effect.REOPENS
        text = f"{rule.title} : nouvelle publication, terme le {day_in_words(self.term)}"
        self._note(self.start, Effect.REOPENS, text, rule.citation)
        self._wait_for_the_end_of_suspension(rule.citation)

    def _ignore(self, event: Event, title: str, source: str, why: str) -> None:
        self.fate[event] = Effect.NOTHING
        text = f"{title} : {why}, terme inchangé au {day_in_words(self.term)}"
        self._note(event.day, Effect.NOTHING, text, source)

    def _note(self, day: date, effect: Effect, text: str, source: str, days: int = 0) -> None:
        label = "Lecture prudente" if self.reading is Reading.PRUDENT else "Lecture admise"
        sentence = typeset(f"{label} · {day_in_words(day)} · {text}.")
        self.steps.append(Step(self.reading, day, effect, self.term, sentence, typeset(source), days))
