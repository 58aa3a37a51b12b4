"""How a deadline is named outside the dossier: kinds, days and delays in French, never a client's name.

Only labels that the rules give leave the application; what a person typed as a title stays inside.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from casefile.models.procedure import Deadline, DeadlineKind

NARROW = "\u202f"
KIND_NAMES = {
    DeadlineKind.LIMITATION: "prescription",
    DeadlineKind.PROCEDURAL: "délai de procédure",
    DeadlineKind.RETENTION: "conservation des données",
    DeadlineKind.FOLLOW_UP: "relance",
    DeadlineKind.HEARING: "audience",
    DeadlineKind.APPOINTMENT: "rendez-vous",
    DeadlineKind.TASK: "tâche",
}
# Their labels come from the rules; the others' are typed by people and may name somebody.
FROM_RULES = frozenset({DeadlineKind.LIMITATION, DeadlineKind.PROCEDURAL, DeadlineKind.RETENTION})


def french_day(day: date) -> str:
    """Write a day in full: « jeudi 1er octobre 2026 »."""
    text = format_date(day, "EEEE d MMMM y", locale="fr")
    return text.replace(" 1 ", " 1er ", 1) if day.day == 1 else text


def public_label(deadline: Deadline) -> str:
    """Name a deadline without anything that a person typed."""
    if deadline.kind in FROM_RULES and deadline.rule_id:
        return deadline.label
    return KIND_NAMES[deadline.kind].capitalize()


def distance(day: date, today: date) -> str:
    """Say how far a day is: « aujourd’hui », « dans 3 jours », « dépassée depuis 2 jours »."""
    days = (day - today).days
    if days == 0:
        return "aujourd’hui"
    if days == 1:
        return "demain"
    if days > 1:
        return f"dans {days} jours"
    return "dépassée depuis hier" if days == -1 else f"dépassée depuis {-days} jours"
