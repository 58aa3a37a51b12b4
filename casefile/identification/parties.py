"""A recipient of the directory becomes a party of a dossier: host, operator or court, with its entity and its seat."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import directory, matters
from casefile.errors import Refused
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person

ROLES = {
    "juridiction": PartyRole.COURT,
    "chambre": PartyRole.OTHER,
    "fai": PartyRole.ISP,
}


def add_from_directory(session: Session, actor: Person, matter: Matter, key: str) -> Party:
    """Write a recipient as a party; raises NotFound, or Refused when its seat is unknown or it is already there."""
    known = directory.get(session, key)
    if not known.postal_address.strip():
        raise Refused("L'adresse de ce destinataire est inconnue : relevez-la au registre, complétez sa fiche.")
    role = next((ROLES[name] for name in known.roles if name in ROLES), PartyRole.HOST)
    name = known.name if role is PartyRole.COURT else known.legal_entity
    there = select(Party.id).where(Party.matter_id == matter.id, Party.role == role, Party.name == name).limit(1)
    if session.scalar(there) is not None:
        raise Refused("Ce destinataire est déjà une partie de ce dossier.")
    lines = directory.seat_lines(known.postal_address)
    abroad = directory.COUNTRIES.get(known.country)
    address = "\n".join([*lines, *([abroad] if abroad else [])])
    return matters.add_party(session, actor, matter, role, is_company=True, name=name, address=address)
