"""Deadlines as their pages show them: one line of a table, one drawn limitation."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from casefile.deadlines.wording import KIND_NAMES
from casefile.law.rules import all_rules
from casefile.models.procedure import ControlState, DeadlineState
from casefile.web.filters import typography
from casefile.web.ruler import Mark, Ruler, mini, ruler
from casefile.web.urgency import TITLES, TONES, Group, Urgency, urgency_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from casefile.models.procedure import Deadline, ProceduralAct

MANY_CLOCKS = 3  # rows of one dossier
CONTROLS = {
    ControlState.NOT_NEEDED: ("none", "simple", "check"),
    ControlState.AWAITED: ("crit", "attendu", "eye"),
    ControlState.CONFIRMED: ("ok", "double", "circle-check"),
    ControlState.MISMATCH: ("late", "discordant", "circle-x"),
}


@dataclass(frozen=True)
class DeadlineLine:
    """One row of a table of deadlines. `deadline.matter` and `deadline.responsible` must be loaded."""

    deadline: Any  # a `Deadline`, or its columns that a row shows
    urgency: Urgency
    share: float | None  # of the period already run, for the bar under the badge
    control: tuple[str, str, str]  # tone, word, sign
    act: str  # the next act, as the last column says it
    kind: str  # what sort of date it is, in a word
    others: int = 0  # clocks of the same dossier that this row stands for besides


@dataclass(frozen=True)
class DeadlineGroup:
    """The rows of one degree of urgency."""

    group: Group
    title: str
    hint: str | None
    lines: tuple[DeadlineLine, ...]


@dataclass(frozen=True)
class Counter:
    """One counter that filters (`ui.tally`)."""

    tone: str
    count: int
    label: str
    hint: str
    url: str
    current: bool


@dataclass(frozen=True)
class LimitationCard:
    """A limitation drawn and explained."""

    deadline: Deadline
    urgency: Urgency
    drawing: Ruler | None  # None: the publication has no date yet
    control: tuple[str, str, str]
    steps: tuple[dict[str, str], ...]
    warnings: tuple[str, ...]


def line_of(deadline: Any, today: date, *, working_days: int | None = None) -> DeadlineLine:
    """Prepares one row."""
    urgency = _urgency(deadline, today, working_days)
    share = mini(deadline.starts_on, deadline.prudent_on, today) if deadline.starts_on and deadline.prudent_on else None
    control, kind = CONTROLS[deadline.control_state], KIND_NAMES[deadline.kind]
    return DeadlineLine(deadline, urgency, share, control, _act(deadline, urgency), kind)


def grouped(lines: Iterable[DeadlineLine]) -> tuple[DeadlineGroup, ...]:
    """Puts rows under their titles, the most pressing first."""
    order = list(Group)
    rows = sorted(lines, key=lambda line: (order.index(line.urgency.group), *_rank(line.deadline)))
    return tuple(
        DeadlineGroup(group, *TITLES[group], tuple(members))
        for group, members in groupby(rows, key=lambda line: line.urgency.group)
    )


def counters(lines: Iterable[DeadlineLine], urls: Mapping[Group, str], chosen: Group | None) -> list[Counter]:
    """Counts each group of some lines; the address of each counter is the filter itself."""
    return tally_of(Tally(line.urgency.group for line in lines), urls, chosen)


def tally_of(counts: Mapping[Group, int], urls: Mapping[Group, str], chosen: Group | None) -> list[Counter]:
    """Shows the count of each group; the address of each counter is the filter itself."""
    hints = {
        Group.PAST: ("Dépassé ou incertain", "la date est à établir"),
        Group.CRITICAL: ("Critique", "dernier jour utile sous 7 jours"),
        Group.SOON: ("Proche", "sous 30 jours"),
        Group.LATER: ("À jour", "au-delà de 30 jours"),
    }
    return [
        Counter(
            TONES[group],
            counts.get(group, 0),
            *hints[group],
            url=urls[group],
            current=chosen is group,
        )
        for group in Group
    ]


def limitation_card(
    deadline: Deadline, acts: Iterable[ProceduralAct], today: date, labels: Mapping[str, str] | None = None
) -> LimitationCard:
    """Prepares the drawing and the explanation; `labels` names the types of acts (the law's titles by default)."""
    labels = act_titles() if labels is None else labels
    facts: dict[str, Any] = deadline.facts or {}
    effects = {(act.get("type"), act.get("date")): act for act in facts.get("acts", ())}
    marks = [
        Mark(
            act.done_on,
            _act_label(labels.get(act.act_type, act.act_type), interrupts=_interrupts(effects, act)),
            counts=_interrupts(effects, act),
        )
        for act in acts
    ]
    return LimitationCard(
        deadline=deadline,
        urgency=_urgency(deadline, today, None),
        drawing=_drawing(deadline, facts, marks, today),
        control=CONTROLS[deadline.control_state],
        steps=tuple(
            {key: typography(str(step.get(key) or "")) for key in ("text", "source")} for step in deadline.trace
        ),
        warnings=tuple(typography(str(warning)) for warning in facts.get("warnings", ())),
    )


@cache
def act_titles() -> dict[str, str]:
    """Gives the short title of each type of act: what stands before the first comma."""
    prefix = "interruption."
    return {
        rule_id.removeprefix(prefix): rule.title.partition(",")[0]
        for rule_id, rule in all_rules().items()
        if rule_id.startswith(prefix)
    }


def _drawing(deadline: Deadline, facts: Mapping[str, Any], marks: Sequence[Mark], today: date) -> Ruler | None:
    if deadline.starts_on is None or deadline.prudent_on is None:
        return None
    latest = (facts.get("start") or {}).get("latest")
    return ruler(
        deadline.starts_on,
        deadline.prudent_on,
        deadline.admitted_on or deadline.prudent_on,
        today,
        last_useful_day=deadline.last_useful_day,
        start_latest=type(today).fromisoformat(latest) if latest else None,
        marks=[mark for mark in marks if mark.on >= deadline.starts_on],
    )


def _urgency(deadline: Any, today: date, working_days: int | None) -> Urgency:
    dates = deadline.prudent_on, deadline.last_useful_day, deadline.admitted_on
    return urgency_of(*dates, today, working_days=working_days)


def _interrupts(effects: Mapping[tuple[Any, Any], Any], act: ProceduralAct) -> bool:
    return bool(effects.get((act.act_type, act.done_on.isoformat()), {}).get("interrupts", False))


def _act_label(label: str, *, interrupts: bool) -> str:
    return label if interrupts else f"{label}\u00a0: sans effet"


def _act(deadline: Any, urgency: Urgency) -> str:
    if deadline.state is not DeadlineState.OPEN:
        return "Voir"
    if deadline.prudent_on is None:
        return "Établir la date"
    if deadline.control_state in {ControlState.AWAITED, ControlState.MISMATCH}:
        return "Contrôler"
    return "Préparer l’acte" if urgency.group in {Group.PAST, Group.CRITICAL} else "Voir"


def _rank(deadline: Any) -> tuple[int, int, int]:
    day = deadline.last_useful_day or deadline.prudent_on
    prudent = deadline.prudent_on.toordinal() if deadline.prudent_on else 0
    return (0 if day is None else 1, day.toordinal() if day else 0, prudent)
