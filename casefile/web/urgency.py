"""How pressing a deadline is, in one word, one sign and one colour; always measured on the prudent side.

The last useful day decides: a limitation is « critique » when the bailiff must have the act within a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.web.filters import counted

if TYPE_CHECKING:
    from datetime import date

CRITICAL_DAYS = 7
SOON_DAYS = 30
YEAR = 365


class Group(StrEnum):
    """The groups of the table of deadlines, in their order; values are what `?etat=` carries."""

    PAST = "depasse"
    CRITICAL = "critique"
    SOON = "proche"
    LATER = "ensuite"


TONES = {Group.PAST: "late", Group.CRITICAL: "crit", Group.SOON: "soon", Group.LATER: "ok"}
TITLES = {
    Group.PAST: (
        "Dépassé ou incertain",
        "une prescription peut être acquise\u00a0: établir les dates avant tout autre acte",
    ),
    Group.CRITICAL: ("Cette semaine", "dernier jour utile sous 7 jours"),
    Group.SOON: ("Sous 30 jours", None),
    Group.LATER: ("Ensuite", None),
}


@dataclass(frozen=True)
class Urgency:
    """What a badge shows: its state (for `ui.state`), its tone, its words, the group of its row."""

    state: str
    tone: str
    words: str
    group: Group


def urgency_of(
    prudent_on: date | None,
    last_useful_day: date | None,
    admitted_on: date | None,
    today: date,
    *,
    working_days: int | None = None,
) -> Urgency:
    """Judges one deadline; `working_days`, when the caller counted them, are shown in the critical week."""
    if prudent_on is None:
        return Urgency("uncertain", "late", "Incertain", Group.PAST)
    if today > prudent_on:
        surely = admitted_on is None or today > admitted_on
        return Urgency("expired" if surely else "uncertain", "late", "Dépassé" if surely else "Incertain", Group.PAST)
    limit = last_useful_day or prudent_on
    left = (limit - today).days
    if left <= CRITICAL_DAYS:
        return Urgency("critical", "crit", _in_the_week(left, working_days), Group.CRITICAL)
    group = Group.SOON if left <= SOON_DAYS else Group.LATER
    state = "soon" if group is Group.SOON else "on_time"
    return Urgency(state, TONES[group], _far(left), group)


def _in_the_week(left: int, working_days: int | None) -> str:
    if left < 0:
        return "Dernier jour utile passé"
    if left == 0:
        return "Aujourd’hui"
    return counted(left, "jour") if working_days is None else counted(working_days, "jour utile", "jours utiles")


def _far(left: int) -> str:
    return counted(left, "jour") if left < 2 * YEAR else counted(left // YEAR, "an")
