"""The months that distance adds to a procedural time limit; it never lengthens a limitation period.

Art. 643 and 644 C. pr. civ. for appearances and appeals; art. 552 C. pr. pén. for a summons; art. 492 for opposition.
"""

from __future__ import annotations

from dataclasses import dataclass

from casefile.errors import InvalidInput
from casefile.law.french import typeset

MAINLAND = frozenset({"metropole", "alsace_moselle"})
# The collectivities that art. 643 names; the southern lands have no court of their own.
OVERSEAS = frozenset(
    {
        "guadeloupe",
        "guyane",
        "martinique",
        "la_reunion",
        "mayotte",
        "saint_barthelemy",
        "saint_martin",
        "saint_pierre_et_miquelon",
        "polynesie",
        "wallis_et_futuna",
        "nouvelle_caledonie",
        "taaf",
    }
)
# Art. 644 names the courts' seats without French Polynesia nor New Caledonia, which have their own civil procedure.
COURTS_OF_644 = OVERSEAS - {"polynesie", "nouvelle_caledonie", "taaf"}
SOMEWHERE_OVERSEAS, UNION, ABROAD = "outre_mer", "ue", "etranger"
_ALIASES = {
    "overseas": SOMEWHERE_OVERSEAS,
    "outremer": SOMEWHERE_OVERSEAS,
    "eu": UNION,
    "union_europeenne": UNION,
    "foreign": ABROAD,
    "abroad": ABROAD,
    "france": "metropole",
    "mainland": "metropole",
}
LOCATIONS = tuple(sorted({*MAINLAND, *OVERSEAS, SOMEWHERE_OVERSEAS, UNION, ABROAD}))


@dataclass(frozen=True)
class Distance:
    """Months added, in words and with their article; `doubt` says what could not be decided."""

    months: int = 0
    text: str = ""
    source: str = ""
    doubt: str = ""


NONE = Distance()


def location(name: str) -> str:
    """Give the place where a party lives by its identifier; raises InvalidInput."""
    found = name.strip().casefold().replace("-", "_").replace(" ", "_")
    found = _ALIASES.get(found, found)
    if found not in LOCATIONS:
        raise InvalidInput(
            typeset("Champ « party_location » : lieu inconnu, choisissez parmi " + ", ".join(LOCATIONS) + "."),
            field="party_location",
        )
    return found


def added(rule: str, court: str, party: str | None) -> Distance:
    """Give the months that a rule of distance adds for a party living there, before that court.

    Where « outre_mer » is not precise enough, the prudent reading is taken: no month for a limit of our own
    (art. 644), a month for the time that the other party must be given (art. 552).
    """
    if not rule or party is None:
        return NONE
    if rule == "cpc_643":
        return _mainland_court(party)
    if party == court:
        return NONE
    if rule == "cpc_643_644":
        return _mainland_court(party) if court in MAINLAND else _overseas_court(court, party)
    if rule == "cpp_552":
        return _summons(court, party)
    return NONE


def _mainland_court(party: str) -> Distance:
    source = "art. 643 C. pr. civ."
    if party in {UNION, ABROAD}:
        return Distance(2, "la partie demeure à l’étranger", source)
    if party in OVERSEAS or party == SOMEWHERE_OVERSEAS:
        return Distance(1, "la partie demeure outre-mer", source)
    return NONE


def _overseas_court(court: str, party: str) -> Distance:
    if court not in COURTS_OF_644:
        return Distance(doubt="Les articles 643 et 644 ne visent pas cette juridiction : vérifier le code local.")
    source = "art. 644 C. pr. civ."
    if party in {UNION, ABROAD}:
        return Distance(2, "la partie demeure à l’étranger", source)
    if party == SOMEWHERE_OVERSEAS:
        return Distance(doubt="Préciser la collectivité : un mois de plus si la partie n’y demeure pas (art. 644).")
    return Distance(1, "la partie ne demeure pas dans la collectivité où siège la juridiction", source)


def _summons(court: str, party: str) -> Distance:
    source = "art. 552 al. 2 et 3 C. pr. pén."
    if party == ABROAD:
        return Distance(2, "la partie citée demeure hors de l’Union européenne", source)
    if party == UNION:
        return Distance(1, "la partie citée demeure dans l’Union européenne", source)
    if {court, party} <= MAINLAND:
        return NONE
    return Distance(1, "la mer sépare la partie citée de la juridiction", source)
