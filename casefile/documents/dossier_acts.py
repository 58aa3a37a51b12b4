"""What acts of procedure take from the parties of a dossier: court, bailiff, defendants, the other side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from casefile.documents.dossier_people import lines_of, party_facts
from casefile.models.matter import Party, PartyRole

AGAINST_AUTHOR = frozenset(
    {"citation_directe", "assignation_fond", "assignation_refere", "offre_de_preuve", "contre_preuve"}
)
AGAINST_HOST = frozenset({"refere_145", "requete_145", "paf_6_3"})


def act_facts(type_id: str, parties: Sequence[Party], *, to_operator: bool = False) -> dict[str, Any]:
    """Give the persons and the court of an act; who is not in the dossier stays absent, and the act is refused."""
    found: dict[str, Any] = {}
    if court := _first(parties, PartyRole.COURT):
        lines = lines_of(court.address)
        found["court"] = {"name": court.name, "address": ", ".join(lines[:-1]), "city": _city(lines)}
    if bailiff := _first(parties, PartyRole.BAILIFF):
        known = party_facts(bailiff)
        found["bailiff"] = {"name": bailiff.display_name, "gender": known.get("gender", "")}
        found["bailiff"]["city"] = _city(lines_of(bailiff.address))
    author = _first(parties, PartyRole.AUTHOR)
    if type_id in AGAINST_AUTHOR and author:
        found["defendants"] = [party_facts(author) | {"quality": "auteur des propos"}]
    host = _first(parties, PartyRole.HOST)
    operator = _first(parties, PartyRole.ISP)
    if type_id in AGAINST_HOST and to_operator:
        found["defendants"] = [party_facts(operator) | {"quality": "fournisseur d’accès"}] if operator else []
    elif type_id in AGAINST_HOST and host:
        found["defendants"] = [party_facts(host) | {"quality": "hébergeur"}]
    if type_id == "transaction" and author:
        found["other_party"] = party_facts(author)
    if type_id == "bordereau_pieces":
        found["parties"] = _sides(_first(parties, PartyRole.CLIENT), author or host)
    return found


def _sides(ours: Party | None, theirs: Party | None) -> dict[str, str]:
    return {"for": ours.display_name if ours else "", "against": theirs.display_name if theirs else ""}


def _first(parties: Sequence[Party], role: PartyRole) -> Party | None:
    return next((party for party in parties if party.role is role and party.is_identified), None)


def _city(lines: Sequence[str]) -> str:
    """Read the town at the end of an address: what follows the postcode, « Cedex » left out."""
    if not lines:
        return ""
    words = [word for word in lines[-1].split() if not word.isdigit()]
    if "CEDEX" in [word.upper() for word in words]:
        words = words[: [word.upper() for word in words].index("CEDEX")]
    return " ".join(words)
