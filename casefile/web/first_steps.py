"""The ten steps of a first dossier, and how far one has come, read from what it truly holds: nobody ticks anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casefile.models.evidence import Capture, CaptureState, Passage, Publication
from casefile.models.ledger import Dispatch, Letter, LetterState
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.procedure import Deadline, DeadlineControl, IdentificationStep, Qualification, QualificationState


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, why, and the page of the dossier where it is done."""

    title: str
    why: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of one dossier: since when it is done, or None, and where to do it."""

    number: int
    step: Step
    done_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """The ten steps of a dossier; `next` is the first that is not done."""

    matter: Matter
    steps: tuple[Progress, ...]

    @property
    def next(self) -> Progress | None:
        """Give the step to do now; None once all are done."""
        return next((one for one in self.steps if one.done_at is None), None)

    @property
    def done(self) -> int:
        """Count the steps that are done."""
        return sum(one.done_at is not None for one in self.steps)


STEPS = (
    Step(
        "Ouvrir le dossier",
        "Pendant l'appel : le nom du client suffit. Conflits et première date s'affichent avant d'enregistrer.",
        "matters.show",
    ),
    Step(
        "Nommer les parties",
        "Le client et l'auteur, même inconnu : les conflits d'intérêts et les lettres en partent.",
        "parties.new",
    ),
    Step(
        "Ajouter le contenu",
        "L'adresse complète, l'auteur affiché, et ce que l'on sait de la date de mise en ligne.",
        "publications.new",
    ),
    Step(
        "Sceller une capture",
        "Tout de suite : la page peut disparaître. Le navigateur intégré s'en charge, ou déposez une preuve.",
        "publications.index",
    ),
    Step(
        "Retenir les mots exacts",
        "Dans le texte capturé, fautes et émojis compris : chaque passage se qualifie à part.",
        "publications.index",
    ),
    Step(
        "Qualifier",
        "Répondez aux questions. Casefile propose, un avocat retient et dit pourquoi.",
        "qualification.index",
    ),
    Step(
        "Lire et contrôler la date",
        "Date prudente, date admise, dernier jour utile, et pourquoi. Une seconde personne ressaisit la date.",
        "deadlines.matter",
    ),
    Step(
        "Préparer l'identification",
        "Les démarches vers l'auteur, et les données qui se perdent les premières. "
        "La réponse reçue ouvre la suivante, jusqu'à l'auteur identifié.",
        "identification.index",
    ),
    Step(
        "Écrire et envoyer",
        "Une notification ou une mise en demeure, validée par un avocat. "
        "Une lettre n'interrompt jamais la prescription.",
        "documents.matter",
    ),
    Step(
        "Suivre le retrait",
        "Un envoi reste en attente jusqu'à la capture qui prouve que le contenu a disparu : refaites-en une.",
        "publications.index",
    ),
)


def way_of(session: Session, matter: Matter) -> Way:
    """Tell how far a dossier has come."""
    days = [found(session, matter) for found in _FOUND]
    steps = (
        Progress(number, step, day, url_for(step.endpoint, matter_id=matter.id))
        for number, (step, day) in enumerate(zip(STEPS, days, strict=True), start=1)
    )
    return Way(matter, tuple(steps))


def _opened(_session: Session, matter: Matter) -> datetime | None:
    return matter.created_at


def _parties(session: Session, matter: Matter) -> datetime | None:
    roles = (PartyRole.CLIENT, PartyRole.AUTHOR)
    days = [_first(session, Party, matter, Party.role == role) for role in roles]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(roles) else None


def _content(session: Session, matter: Matter) -> datetime | None:
    return _first(session, Publication, matter)


def _captured(session: Session, matter: Matter) -> datetime | None:
    return _first(session, Capture, matter, Capture.state == CaptureState.SEALED)


def _marked(session: Session, matter: Matter) -> datetime | None:
    return _first(session, Passage, matter, Passage.withdrawn_at.is_(None))


def _qualified(session: Session, matter: Matter) -> datetime | None:
    return _first(session, Qualification, matter, Qualification.state == QualificationState.CHOSEN)


def _controlled(session: Session, matter: Matter) -> datetime | None:
    query = select(DeadlineControl.created_at).join(Deadline, Deadline.id == DeadlineControl.deadline_id)
    return _earliest(session, query.where(Deadline.matter_id == matter.id), DeadlineControl.created_at)


def _prepared(session: Session, matter: Matter) -> datetime | None:
    return _first(session, IdentificationStep, matter)


def _sent(session: Session, matter: Matter) -> datetime | None:
    query = select(Dispatch.created_at).join(Letter, Letter.id == Dispatch.letter_id)
    query = query.where(Dispatch.matter_id == matter.id, Letter.state == LetterState.SENT)
    return _earliest(session, query, Dispatch.created_at)


def _looked_again(session: Session, matter: Matter) -> datetime | None:
    sent = _sent(session, matter)
    if sent is None:
        return None
    return _first(session, Capture, matter, Capture.state == CaptureState.SEALED, Capture.created_at > sent)


_FOUND: tuple[Callable[[Session, Matter], datetime | None], ...] = (
    _opened,
    _parties,
    _content,
    _captured,
    _marked,
    _qualified,
    _controlled,
    _prepared,
    _sent,
    _looked_again,
)


def _first(session: Session, model: Any, matter: Matter, *conditions: Any) -> datetime | None:
    query = select(model.created_at).where(model.matter_id == matter.id, *conditions)
    return _earliest(session, query, model.created_at)


def _earliest(session: Session, query: Select[datetime], column: Any) -> datetime | None:
    found: datetime | None = session.scalar(query.order_by(column).limit(1))
    return found
