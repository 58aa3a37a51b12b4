"""The author has a name: the party is written, conflicts of interest are looked for, the dates are recomputed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import access, audit, matters
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
    """The author's party, and the conflicts of interest that the firm must look at first."""

    party: Party
    conflicts: tuple[str, ...]


def identify(
    session: Session,
    actor: Person,
    matter: Matter,
    publications: list[Publication],
    *,
    on: date,
    facts: dict[str, Any],
    proof: str,
) -> Identified:
    """Name the author of one or several contents, from a proof; raises InvalidInput without a name or a proof."""
    if not str(facts.get("name") or "").strip():
        raise InvalidInput("Indiquez le nom de l'auteur identifié.", field="name")
    if len(proof.strip()) < procedure.SHORTEST:
        raise InvalidInput("Indiquez la pièce qui identifie l'auteur.", field="proof")
    if not publications:
        raise InvalidInput("Choisissez au moins un contenu.", field="publications")
    party = _party(session, actor, matter, publications[0], {k: v for k, v in facts.items() if k in FACTS})
    for publication in publications:
        if publication.author_party_id != party.id:
            matters.edit(session, actor, publication, publication.version, author_party_id=party.id)
        procedure.record_event(session, actor, matter, publication, "author_identified", on=on, proof=proof.strip())
        limitation.recompute_all(session, actor, matter, "Auteur identifié", publication)
    found = conflicts_of_interest(session, actor, matter, party)
    audit.record(session, actor, "author.identified", party, {"contents": len(publications), "conflicts": len(found)})
    return Identified(party, found)


def conflicts_of_interest(session: Session, actor: Person, matter: Matter, party: Party) -> tuple[str, ...]:
    """Say whether the author is known elsewhere in the firm, without naming a dossier that this person may not see."""
    rows = session.execute(
        select(Party, Matter).join(Matter, Matter.id == Party.matter_id).where(Party.id != party.id, Party.name != "")
    )
    same = [(other, home) for other, home in rows if _plain(other.name) == _plain(party.name) and _may_be(other, party)]
    found = []
    visible = set(session.scalars(select(Matter.id).where(access.visible_to(actor))))
    for other, home in same:
        if home.id == matter.id and other.role is PartyRole.AUTHOR:
            continue
        if home.id in visible:
            what = "client" if other.role is PartyRole.CLIENT else "partie"
            found.append(f"Ce nom est déjà celui d'un {what} du dossier {home.reference} : vérifiez l'homonymie.")
        elif other.role is PartyRole.CLIENT:
            found.append(
                "Ce nom appelle un contrôle des conflits d'intérêts : interrogez l'associé qui en a la charge."
            )
    return tuple(dict.fromkeys(found))


def _party(session: Session, actor: Person, matter: Matter, publication: Publication, facts: dict[str, Any]) -> Party:
    facts = {**facts, "is_identified": True}
    known = session.get(Party, publication.author_party_id) if publication.author_party_id else None
    if known is None:
        known = session.scalar(
            select(Party).where(
                Party.matter_id == matter.id, Party.role == PartyRole.AUTHOR, Party.is_identified.is_(False)
            )
        )
    if known is None or known.matter_id != matter.id:
        return matters.add_party(session, actor, matter, PartyRole.AUTHOR, **facts)
    matters.edit(session, actor, known, known.version, **facts)
    return known


def _may_be(one: Party, other: Party) -> bool:
    first, second = _plain(one.first_names), _plain(other.first_names)
    return not first or not second or bool(set(first.split()) & set(second.split()))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("-", " "))
    return " ".join("".join(letter for letter in folded if not unicodedata.combining(letter)).split())
