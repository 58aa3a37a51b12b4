"""Dates that people set: tasks, follow-ups, appointments, hearings. Only these may be moved by hand."""

from __future__ import annotations

import copy
import re
import uuid
from datetime import date

from sqlalchemy.orm import Session

from casefile import access
from casefile.deadlines import schedule
from casefile.errors import InvalidInput, Refused
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

MOVABLE = frozenset({DeadlineKind.TASK, DeadlineKind.APPOINTMENT, DeadlineKind.FOLLOW_UP, DeadlineKind.HEARING})
LONGEST_LABEL = 300
HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)


def open_work(
    session: Session,
    actor: Person,
    matter: Matter,
    kind: DeadlineKind,
    label: str,
    *,
    on: date,
    at: str = "",
    responsible: Person | None = None,
    publication: Publication | None = None,
    facts: dict[str, object] | None = None,
) -> Deadline:
    """Put a task, follow-up, appointment or hearing on the calendar; `at` is « HH:MM » on the court's clock."""
    if kind not in MOVABLE:
        raise Refused("Un délai légal se calcule : enregistrez l'événement qui le fait courir.")
    label = label.strip()
    if not label or len(label) > LONGEST_LABEL:
        raise InvalidInput(f"Donnez un intitulé de 1 à {LONGEST_LABEL} caractères.", field="label")
    if not FIRST <= on <= LAST:
        raise InvalidInput("Donnez une date entre 1990 et 2100.", field="on")
    if at and not HOUR.fullmatch(at):
        raise InvalidInput("Donnez l'heure sous la forme 14:30.", field="at")
    responsible = responsible or actor
    _must_see(session, matter, responsible)
    deadline = Deadline(
        matter_id=matter.id,
        publication_id=publication.id if publication else None,
        kind=kind,
        label=label,
        prudent_on=on,
        admitted_on=on,
        last_useful_day=on,
        facts={**(facts or {}), **({"at": at} if at else {})},
        responsible_id=responsible.id,
        is_critical=kind is DeadlineKind.HEARING,
    )
    return schedule.put_on(session, actor, deadline)


def open_task(session: Session, actor: Person, matter: Matter, label: str, on: date) -> Deadline:
    """Put a task on the actor's own list."""
    return open_work(session, actor, matter, DeadlineKind.TASK, label, on=on)


def open_follow_up(
    session: Session, actor: Person, matter: Matter, label: str, on: date, *, letter_id: uuid.UUID | None = None
) -> Deadline:
    """Remember to look for the answer to something sent."""
    facts: dict[str, object] = {"letter_id": str(letter_id)} if letter_id else {}
    return open_work(session, actor, matter, DeadlineKind.FOLLOW_UP, label, on=on, facts=facts)


def move(session: Session, actor: Person, deadline: Deadline, to: date, reason: str = "") -> Deadline:
    """Move a date that people set; a hearing needs its reason, a legal deadline is never moved by hand."""
    if deadline.kind not in MOVABLE or deadline.rule_id:
        raise Refused("Un délai légal ne se déplace pas : corrigez l'événement qui le fait courir.")
    if deadline.state is not DeadlineState.OPEN:
        raise Refused("Cette date est déjà traitée.")
    if deadline.kind is DeadlineKind.HEARING and not reason.strip():
        raise InvalidInput("Indiquez pourquoi l'audience est déplacée (renvoi, nouvel avis…).", field="reason")
    if not FIRST <= to <= LAST:
        raise InvalidInput("Donnez une date entre 1990 et 2100.", field="on")
    if to == deadline.prudent_on:
        return deadline
    moved = Deadline(
        matter_id=deadline.matter_id,
        publication_id=deadline.publication_id,
        kind=deadline.kind,
        label=deadline.label,
        prudent_on=to,
        admitted_on=to,
        last_useful_day=to,
        facts=copy.deepcopy(dict(deadline.facts)),
        responsible_id=deadline.responsible_id,
        is_critical=deadline.is_critical,
    )
    return schedule.replace(session, actor, deadline, moved, reason.strip() or "Date déplacée")


def _must_see(session: Session, matter: Matter, person: Person) -> None:
    if not access.may(session, person, matter, access.Permission.MATTER_READ):
        raise InvalidInput("Cette personne n'est pas dans l'équipe du dossier.", field="responsible")
