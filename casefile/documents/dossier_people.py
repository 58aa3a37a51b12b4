"""Firm, lawyer and parties of a dossier, as the documents name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casefile.directory import COUNTRIES, seat_lines
from casefile.law.recipients import Recipient
from casefile.models.matter import Party, PartyRole
from casefile.models.people import Firm, Person

GENDERS = {"madame": "F", "mme": "F", "mademoiselle": "F", "monsieur": "M", "m.": "M", "m": "M"}
CIVILITIES = {
    "madame": "Madame",
    "mme": "Madame",
    "monsieur": "Monsieur",
    "m.": "Monsieur",
    "m": "Monsieur",
    "docteur": "Docteur",
    "dr": "Docteur",
    "dre": "Docteur",
    "maître": "Maître",
    "me": "Maître",
}
OUTSIDE_UNION = frozenset({"GB", "US"})
TO_HOST = frozenset(
    {
        "notification_dsa",
        "relance_dsa",
        "reclamation_dsa",
        "conservation_donnees",
        "rgpd_effacement",
        "rgpd_dereferencement",
    }
)
RECIPIENT_ROLES = {
    "mise_en_demeure": PartyRole.AUTHOR,
    "mise_en_demeure_editeur": PartyRole.PUBLISHER,
    "droit_de_reponse": PartyRole.PUBLISHER,
    "mission_constat": PartyRole.BAILIFF,
    "lettre_prescription": PartyRole.CLIENT,
    "operateur": PartyRole.ISP,
} | dict.fromkeys(TO_HOST, PartyRole.HOST)


def firm_facts(firm: Firm | None) -> dict[str, Any]:
    """Give the letterhead."""
    if firm is None:
        return {}
    return {
        "name": firm.name,
        "address": lines_of(firm.address),
        "city": firm.city,
        "bar": firm.bar,
        "toque": firm.court_box,
        "email": firm.email,
        "phone": firm.phone,
        "colour": str(firm.settings.get("colour", "")),
        **({"logo": str(firm.settings["logo"])} if firm.settings.get("logo") else {}),
    }


def lawyer_facts(lawyer: Person | None, firm: Firm | None) -> dict[str, Any]:
    """Give the lawyer who signs."""
    return {"name": lawyer.full_name, "bar": firm.bar if firm else ""} if lawyer else {}


def party_facts(party: Party | None) -> dict[str, Any]:
    """Give a party as the acts write it; what its record does not hold stays absent."""
    if party is None:
        return {}
    common = {"address": lines_of(party.address), "email": party.email}
    if party.is_company:
        registration = f"au RCS de {party.registry_city} sous le n° {party.siren}" if party.siren else ""
        return common | {
            "kind": "company",
            "name": party.name,
            "legal_form": party.legal_form,
            "represented_by": party.representative,
            "registration": registration if party.registry_city else "",
        }
    civility = party.civility.strip().casefold()
    return common | {
        "kind": "person",
        "civility": CIVILITIES.get(civility, party.civility),
        "gender": GENDERS.get(civility, ""),
        "first_names": party.first_names,
        "last_name": party.name,
        "name": " ".join(part for part in (party.first_names, party.name.upper()) if part),
        "profession": party.profession,
        "nationality": party.nationality,
        "born_on": party.born_on.isoformat() if party.born_on else "",
        "born_at": party.born_at,
    }


def recipient_facts(
    kind: str, parties: Sequence[Party], platforms: Sequence[str], directory: Mapping[str, Recipient]
) -> dict[str, Any]:
    """Give the addressee: a party of the dossier prevails over the directory of platforms."""
    role = RECIPIENT_ROLES.get(kind)
    if role is None:
        return {}
    known = [party for party in parties if party.role is role and party.is_identified]
    if known:
        professional = role is not PartyRole.AUTHOR
        return party_facts(known[0]) | {"professional": professional}
    return _from_directory(platforms, directory) if role is PartyRole.HOST else {}


def _from_directory(platforms: Sequence[str], directory: Mapping[str, Recipient]) -> dict[str, Any]:
    """Use the directory only when all the contents are on one service: a letter has one addressee."""
    if len(set(platforms)) != 1:
        return {}
    found = directory.get(platforms[0])
    if found is None:
        return {}
    lines = seat_lines(found.postal_address)
    if lines and (abroad := COUNTRIES.get(found.country)):
        lines.append(abroad)
    return {
        "kind": "company",
        "name": found.legal_entity,
        "address": lines,
        "country": found.country,
        "in_union": found.country not in OUTSIDE_UNION,
        "professional": True,
    }


def lines_of(address: str) -> list[str]:
    """Cut an address into its lines."""
    return [line.strip() for line in address.splitlines() if line.strip()]
