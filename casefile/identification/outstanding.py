"""What was sent and is not settled, across the dossiers of a person: one page of it, the most urgent first.

Most sendings only wait for an answer, until a day that is a column: the database counts them, sorts them and gives
those of the page. The day of the others comes from the law, from captures or from recourses. They are those that
somebody must act on, so they are few: they are read, judged one by one as `notices` does, and put among the first.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from casefile import clock
from casefile.identification import judged, waiting
from casefile.identification.notices import REFUSALS, Notice
from casefile.identification.repeats import told_again
from casefile.identification.waiting import Group, Part, urgency
from casefile.models.people import Person


class State(StrEnum):
    """What a sending may be asked for by, as the address says it."""

    WAITS = "attente"
    LATE = "relance"
    REFUSED = "refus"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sendings are asked for; what is left out does not filter, nor does a state that is not understood."""

    state: str = ""
    platform: str = ""
    letter_type: str = ""

    def admits(self, letter_type: str, platform: str, states: Container[str]) -> bool:
        """Tell whether a sending, or a group of them, is among what is asked for."""
        return (
            (self.state not in set(State) or self.state in states)
            and self.platform in {"", platform}
            and self.letter_type in {"", letter_type}
        )


class Cut(Protocol):
    """The part of a list to show."""

    @property
    def offset(self) -> int:
        """Gives the rows to pass over."""

    @property
    def size(self) -> int:
        """Gives the rows to show at most."""


C = TypeVar("C", bound=Cut)


@dataclass(frozen=True, slots=True)
class Found(Generic[C]):
    """One page of rows; what the whole list holds, whatever was asked for."""

    rows: list[Notice]
    cut: C
    total: int
    platforms: frozenset[str]
    letter_types: frozenset[str]


def read(session: Session, person: Person, asked: Asked, cut_of: Callable[[int], C]) -> Found[C]:
    """Count what this person's dossiers wait for, or must answer to, and read the page that `cut_of` makes of it."""
    values: dict[str, Any] = {"reader": person.id, "instant": clock.now(), "today": clock.today()}
    groups, others = waiting.counted(session, values), judged.read(session, values)
    chosen = [row for row in others.rows if asked.admits(row.letter.letter_type, _platform(row), _states(row))]
    number = sum(one.number for one in groups if asked.admits(one.letter_type, one.platform, _states_of(one)))
    cut = cut_of(number + len(chosen))
    # Before the page stand `offset` rows, of which the judged ones may be any number.
    passed = min(cut.offset, len(chosen))
    values |= {"offset": cut.offset - passed, "limit": passed + cut.size}
    found = _waiting(session, values, asked) if number else Part([])
    rows = list(heapq.merge(chosen, found.rows, key=urgency))[passed : passed + cut.size]
    return Found(
        told_again(session, rows, others.again | found.again),
        cut,
        sum(one.number for one in groups) + len(others.rows),
        frozenset([one.platform for one in groups] + [_platform(row) for row in others.rows]) - {""},
        frozenset([one.letter_type for one in groups] + [row.letter.letter_type for row in others.rows]),
    )


def _waiting(session: Session, values: dict[str, Any], asked: Asked) -> Part:
    late = asked.state == State.LATE
    return waiting.read(session, values, late=late, platform=asked.platform, letter_type=asked.letter_type)


def _states_of(group: Group) -> set[State]:
    return {State.WAITS, State.LATE} if group.late else {State.WAITS}


def _platform(row: Notice) -> str:
    return row.publication.platform if row.publication else ""


def _states(row: Notice) -> set[State]:
    refused = {State.REFUSED} if row.dispatch.answer_kind in REFUSALS else set()
    late = {State.LATE} if row.waits and row.is_late else set()
    return refused | late | ({State.WAITS} if row.waits else set())
