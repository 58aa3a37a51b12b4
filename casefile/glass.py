"""Break-glass: a partner outside the team reads a dossier for a day, for a reason, and its responsible is told at once.

A wall stays absolute: to a walled partner the dossier does not exist, here as everywhere.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock, mail
from casefile.access import Permission, allows, may
from casefile.errors import InvalidInput, NotFound
from casefile.matters import add_note, walled
from casefile.models.matter import Matter, MatterState, TeamFunction, TeamMember
from casefile.models.people import Person

LIFE = timedelta(hours=24)
SHORTEST_REASON = 20


def break_glass(session: Session, person: Person, reference: str, reason: str, *, base_url: str) -> Matter:
    """Open a dossier for reading during 24 hours; the reason goes into its chronology, the alert to its responsible."""
    if not allows(person, Permission.BREAK_GLASS):
        raise NotFound("Cette page n'existe pas, ou vous n'y avez pas accès.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput(
            f"Dites en {SHORTEST_REASON} caractères au moins pourquoi cet accès ne peut pas attendre : "
            "le responsable du dossier lira ce motif.",
            field="reason",
        )
    matter = session.scalar(select(Matter).where(Matter.reference == reference.strip()))
    if matter is None or matter.state is MatterState.ERASED or walled(session, matter, person):
        raise InvalidInput("Aucun dossier ne porte ce numéro : vérifiez-le.", field="reference")
    if may(session, person, matter, Permission.MATTER_READ):
        raise InvalidInput("Ce dossier vous est déjà ouvert : passez par la liste des dossiers.", field="reference")
    until = clock.now() + LIFE
    _admit(session, person, matter).until = until
    note = add_note(session, person, matter, f"Accès exceptionnel. Motif donné : {reason.strip()}")
    entry = audit.record(session, person, "glass.broken", matter, {"until": until, "note": note.id})
    responsible = session.get_one(Person, matter.responsible_id)
    facts = {
        "reference": matter.reference,
        "partner": person.full_name,
        "until": clock.paris(until).strftime("%d/%m/%Y à %H h %M"),
        "url": f"{base_url}/dossiers/{matter.id}/journal",
    }
    mail.queue(session, responsible, mail.message_id("glass", entry.seq), "glass", facts, matter_id=matter.id)
    return matter


def _admit(session: Session, person: Person, matter: Matter) -> TeamMember:
    member = session.scalar(
        select(TeamMember).where(TeamMember.matter_id == matter.id, TeamMember.person_id == person.id)
    )
    if member is None:
        member = TeamMember(matter_id=matter.id, person_id=person.id)
        session.add(member)
    member.function = TeamFunction.READER
    return member
