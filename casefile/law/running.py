"""Run one reading of a limitation period through its events, step by step, from one starting day.

It never extends a term to a working day and never counts in days: months by quantième only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Self

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


class Step(NamedTuple):
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


class Note(NamedTuple):
    """What happened to the period on a day; `words` say it once title, day, term, length and days are put in them."""

    day: date
    effect: Effect
    term: date
    rule: RuleVersion
    words: str
    days: int


@dataclass
class Course:
    """A period that runs: where it started, when it ends, and what happened to it."""

    reading: Reading
    start: date
    months: int
    floor: date | None
    term: date = field(init=False)
    stopped_until: date | None = None
    notes: list[Note] = field(default_factory=list)
    fate: dict[Event, Effect] = field(default_factory=dict)

    @property
    def steps(self) -> list[Step]:
        """Put what happened in words: only who shows them pays for them."""
        return [self._step(note) for note in self.notes]

    def follow(self, rule: RuleVersion, events: Sequence[Event]) -> Self:
        """Open the period at its start under this rule, then apply every event in the order of its day."""
        self.term = add_months(self.start, self.months)
        self._note(self.start, Effect.START, rule, "{title}, délai de {length}, terme le {term}")
        for event in sorted(events, key=lambda event: (event.day, event.rank)):
            if event.judged:
                self._act(event, event.judged)
            elif event.suspension:
                self._suspension(event, event.suspension)
            elif event.republication:
                self._republication(event, event.republication)
        return self

    def _act(self, event: Event, judged: Judged) -> None:
        act = judged.act
        may_renew = judged.prudent if self.reading is Reading.PRUDENT else judged.admitted
        if not may_renew:
            self._ignore(event, "ne renouvelle pas le délai dans cette lecture")
        elif self.floor is not None and act.date < self.floor:
            self._ignore(event, "est antérieur au point de départ et ne compte pas")
        elif act.date > self.term:
            self.fate[event] = Effect.LATE
            self._note(act.date, Effect.LATE, event.rule, "{title} : postérieur au terme du {term}, sans effet")
        else:
            self._renew(event, act.date)

    def _renew(self, event: Event, day: date) -> None:
        renewed = add_months(day, self.months)
        self.term = renewed if day < self.start else max(self.term, renewed)
        self.start = day
        self.fate[event] = Effect.RENEWS
        self._note(day, Effect.RENEWS, event.rule, "{title} : nouveau délai, terme le {term}")
        self._wait_for_the_end_of_suspension(event.rule)

    def _wait_for_the_end_of_suspension(self, rule: RuleVersion) -> None:
        """A period that opens while the clock is stopped starts when it goes again."""
        if self.stopped_until and self.stopped_until > self.start:
            self._restart(self.stopped_until, "Fin de la suspension en cours", rule)

    def _restart(self, day: date, title: str, rule: RuleVersion) -> None:
        self.start = day
        self.term = max(self.term, add_months(day, self.months))
        words = f"{title} : le délai part du {{day}}, terme le {{term}}"
        self._note(day, Effect.RESTARTS_AFTER_SUSPENSION, rule, words)

    def _suspension(self, event: Event, suspension: Suspension) -> None:
        rule, ends = event.rule, suspension.ends
        assert ends is not None, "the timeline closes an open suspension"
        begins = max(suspension.begins, self.start, self.stopped_until or self.start)
        if self.reading is Reading.PRUDENT or not event.counts:
            self._ignore(event, "la suspension n'est pas comptée dans cette lecture")
        elif begins > self.term or begins >= ends:
            self._ignore(event, "la suspension ne touche pas le délai en cours")
        elif begins == self.start:
            self.stopped_until = ends
            self.fate[event] = Effect.SUSPENDS
            self._restart(ends, "{title}", rule)
        else:
            self._lengthen(event, begins, ends)

    def _lengthen(self, event: Event, begins: date, ends: date) -> None:
        # What is left after a suspension can never exceed a whole new period.
        lengthened = min(self.term + (ends - begins), add_months(ends, self.months))
        days = (lengthened - self.term).days
        self.term = lengthened
        self.stopped_until = ends
        self.fate[event] = Effect.SUSPENDS
        words = f"{{title}} : {{days}} jours de suspension jusqu'au {day_in_words(ends)}, terme le {{term}}"
        self._note(begins, Effect.SUSPENDS, event.rule, words, days)

    def _republication(self, event: Event, republication: Republication) -> None:
        if self.reading is Reading.PRUDENT or not event.counts or republication.date < self.start:
            self._ignore(event, "n'ouvre pas de nouveau délai dans cette lecture")
            return
        self.start = republication.date
        self.term = max(self.term, add_months(self.start, self.months))
        self.fate[event] = Effect.REOPENS
        self._note(self.start, Effect.REOPENS, event.rule, "{title} : nouvelle publication, terme le {term}")
        self._wait_for_the_end_of_suspension(event.rule)

    def _ignore(self, event: Event, why: str) -> None:
        self.fate[event] = Effect.NOTHING
        self._note(event.day, Effect.NOTHING, event.rule, f"{{title}} : {why}, terme inchangé au {{term}}")

    def _note(self, day: date, effect: Effect, rule: RuleVersion, words: str, days: int = 0) -> None:
        self.notes.append(Note(day, effect, self.term, rule, words, days))

    def _step(self, note: Note) -> Step:
        label = "Lecture prudente" if self.reading is Reading.PRUDENT else "Lecture admise"
        said = note.words.format(
            title=note.rule.title,
            day=day_in_words(note.day),
            term=day_in_words(note.term),
            length=duration_in_words(self.months),
            days=note.days,
        )
        sentence = typeset(f"{label} · {day_in_words(note.day)} · {said}.")
        return Step(self.reading, note.day, note.effect, note.term, sentence, typeset(note.rule.citation), note.days)
