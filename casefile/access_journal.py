"""The access journal: who saw, exported and changed a dossier, read from the trail by the one who answers for it.

A view is noted at most once an hour per person and dossier, in a small transaction of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import audit
from casefile.access import VIEWED
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter
from casefile.models.people import Person

EXPORTED = "matter.exported"
VIEW_STEP = timedelta(hours=1)

# What each family of acts is called; the journal tells the kind of act, the dossier's own pages tell its content.
VERBS = {
    VIEWED: "A consulté le dossier",
    EXPORTED: "A téléchargé un fichier",
    "matter.data_exported": "A exporté toutes les données",
    "glass.broken": "A ouvert un accès exceptionnel",
    "matter.opened": "A ouvert le dossier",
    "matter.closed": "A clos le dossier",
    "matter.reopened": "A rouvert le dossier",
    "matter.handed_over": "A confié le dossier à un autre responsable",
    "team.joined": "A donné une place dans l'équipe",
    "team.left": "A retiré une personne de l'équipe",
    "wall.raised": "A cloisonné une personne",
    "wall.lifted": "A levé un cloisonnement",
    "guest.invited": "A invité un externe",
    "person.invited": "A invité une personne",
    "conflicts.checked": "A comparé les parties à celles du cabinet",
    "conflict.decided": "A décidé d'un conflit d'intérêts",
    "note.added": "A ajouté une note",
    "note.taken_back": "A retiré une note écrite le jour même",
    "mail.taken_out": "A sorti un courriel du dossier",
}
FAMILIES = {
    "capture": "A travaillé sur une capture",
    "publication": "A travaillé sur un contenu",
    "passage": "A travaillé sur un passage",
    "qualification": "A travaillé sur une qualification",
    "deadline": "A travaillé sur une échéance",
    "identification": "A travaillé sur l'identification",
    "party": "A modifié une partie",
    "letter": "A travaillé sur un document",
    "mail": "A classé un courriel",
    "dispatch": "A travaillé sur un envoi",
    "exhibit": "A travaillé sur une pièce",
    "act": "A travaillé sur un acte de procédure",
    "matter": "A modifié le dossier",
    "status": "A changé l'accès du client à l'état du dossier",
    "client_word": "A écrit au client",
    "prevention": "A parcouru la fiche de prévention avec le client",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal."""

    entry: AuditEntry
    person: str
    words: str


def note(session: Session, person: Person, matter: Matter, action: str, page: str) -> None:
    """Write a view or an export into the trail; `page` is the name of a page, never an address with a name in it."""
    audit.record(session, person, action, matter, {"page": page})


def count(session: Session, matter: Matter) -> int:
    """Count the lines of a dossier's journal."""
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.matter_id == matter.id)
    return session.scalar(query) or 0


def lines(session: Session, matter: Matter, *, offset: int, limit: int) -> list[Line]:
    """Give a page of the journal, newest first."""
    rows = session.execute(
        select(AuditEntry, Person.full_name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.matter_id == matter.id)
        .order_by(AuditEntry.seq.desc())
        .offset(offset)
        .limit(limit)
    )
    return [Line(entry, name or "Casefile", words_for(entry.action)) for entry, name in rows]


def words_for(action: str) -> str:
    """Say an act in French; one without words of its own borrows those of its family."""
    return VERBS.get(action) or FAMILIES.get(action.partition(".")[0], "A accompli un acte du dossier")
