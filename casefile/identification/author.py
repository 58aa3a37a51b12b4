"""The author has a name: the party is written, conflicts of interest are looked for, the dates are recomputed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, conflicts, matters
from casefile.deadlines import limitation
from casefile.errors import InvalidInput
from casefile.identification import procedure
from casefile.models.evidence import Publication
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person

FACTS = frozenset(
    {"civility", "first_names", "name", "birth_name", "born_on", "address", "email", "phone", "is_company"}
)


@dataclass(frozen=True, slots=True)
class Identified:
    """The author's party, and how many likenesses with the firm's other parties somebody must decide first."""

    party: Party
    conflicts: int


def identify(
    session: Session,
    actor: Person,
    matter: Matter,
    publications: list[Publication],
    *,
    on: date,
    facts: dict[str, Any],
    proof: str,
    base_url: str = "",
) -> Identified:
    """Name the author of one or several contents, from a proof; raises InvalidInput without a name or a proof."""
    if not str(facts.get("name") or "").strip():
        raise InvalidInput("Indiquez le nom de l'auteur identifié.", field="name")
    if len(proof.strip()) < procedure.SHORTEST:
        raise InvalidInput("Indiquez la pièce qui identifie l'auteur.", field="proof")
    if not publications:
        raise InvalidInput("Choisissez au moins un contenu.", field="publications")
    party = _party(session, actor, matter, publications, {k: v for k, v in facts.items() if k in FACTS})
    for publication in publications:
        if publication.author_party_id != party.id:
            matters.edit(session, actor, publication, publication.version, author_party_id=party.id)
        procedure.record_event(session, actor, matter, publication, "author_identified", on=on, proof=proof.strip())
        limitation.recompute_all(session, actor, matter, "Auteur identifié", publication)
    session.flush()
    found = conflicts.check(session, actor, matter, base_url=base_url)
    audit.record(session, actor, "author.identified", party, {"contents": len(publications), "conflicts": found})
    return Identified(party, found)


def _party(
    session: Session, actor: Person, matter: Matter, publications: list[Publication], facts: dict[str, Any]
) -> Party:
    """Write the author on the unknown party of these contents; a name already given is never written over."""
    facts = {**facts, "is_identified": True}
    known = session.get(Party, publications[0].author_party_id) if publications[0].author_party_id else None
    if known is None:
        known = session.scalar(
            select(Party).where(
                Party.matter_id == matter.id, Party.role == PartyRole.AUTHOR, Party.is_identified.is_(False)
            )
        )
    if known is None or known.matter_id != matter.id or not _is_theirs(session, known, publications, facts):
        return matters.add_party(session, actor, matter, PartyRole.AUTHOR, **facts)
    matters.edit(session, actor, known, known.version, **facts)
    return known


def _is_theirs(session: Session, known: Party, publications: list[Publication], facts: dict[str, Any]) -> bool:
    """Tell whether a party may take this name: the same one, or nobody's yet and of no content left out."""
    if known.is_identified:
        return _plain(known.name) == _plain(str(facts["name"]))
    shared = session.scalars(select(Publication.id).where(Publication.author_party_id == known.id))
    return set(shared) <= {publication.id for publication in publications}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("-", " "))
    return " ".join("".join(letter for letter in folded if not unicodedata.combining(letter)).split())
