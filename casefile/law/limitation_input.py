"""Read the JSON of a limitation question; every refusal names its field in one French sentence."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.law.calendar import TERRITORIES
from casefile.law.durations import check_qualification
from casefile.law.french import typeset
from casefile.law.limitation_facts import (
    Act,
    LimitationFacts,
    Publication,
    PublicationKind,
    Regularity,
    Republication,
    Sighting,
    Suspension,
)
from casefile.law.rules import all_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = frozenset(
    {"qualification", "publication", "republications", "acts", "suspensions", "territory", "on"}
    | {"start_after_act", "alternatives", "lead_days"}
)
# What a decided case carries beside its facts: read by people, not by the computation.
ABOUT_THE_CASE = frozenset(
    {"id", "court", "date", "number", "source_url", "source_seen", "facts", "question", "held", "computable"}
    | {"last_valid_day", "note", "kind"}
)
FIRST_YEAR, LAST_YEAR = 1881, 2100
MOST_LEAD_DAYS = 60
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def facts_from_json(value: Mapping[str, Any]) -> tuple[LimitationFacts, date]:
    """Give the facts and the day of the computation; raises InvalidInput naming the field."""
    publication = value.get("publication")
    after = value.get("start_after_act")
    if publication is None and after is None:
        raise _refusal("publication", "est absent : donner une publication, ou « start_after_act »")
    facts = LimitationFacts(
        qualification=check_qualification(_text(value, "qualification", "")),
        publication=None if publication is None else _publication(publication),
        start_after_act=None if after is None else _day(value, "start_after_act", ""),
        acts=tuple(_act(item, where) for item, where in _items(value, "acts")),
        suspensions=tuple(_suspension(item, where) for item, where in _items(value, "suspensions")),
        republications=tuple(_republication(item, where) for item, where in _items(value, "republications")),
        territories=_territories(value),
        alternatives=_alternatives(value),
        lead_days=_lead_days(value),
    )
    return facts, _day(value, "on", "")


def ignored_fields(value: Mapping[str, Any]) -> list[str]:
    """Say which fields are not read: a misspelt « acts » must not pass unnoticed."""
    unknown = sorted(set(value) - FIELDS - ABOUT_THE_CASE)
    return [
        typeset(f"Le champ « {name[:60]} » n'est pas connu : il n'a pas été lu, vérifiez son nom.") for name in unknown
    ]


def _publication(value: Any) -> Publication:
    if not isinstance(value, dict):
        raise _refusal("publication", "doit être un objet")
    kind = _choice(value, "kind", "publication.", tuple(PublicationKind))
    discovered = _day(value, "discovered_on", "publication.") if value.get("discovered_on") is not None else None
    if kind == PublicationKind.EXACT:
        day = _day(value, "date", "publication.")
        return Publication(PublicationKind.EXACT, day, day, discovered_on=discovered)
    if kind == PublicationKind.INTERVAL:
        earliest, latest = _ordered(value, "publication.")
        return Publication(PublicationKind.INTERVAL, earliest, latest, discovered_on=discovered)
    if kind == PublicationKind.RELATIVE:
        return _relative(value, discovered)
    return Publication.unknown(discovered)


def _relative(value: Mapping[str, Any], discovered: date | None) -> Publication:
    platform = _text(value, "platform", "publication.") if value.get("platform") is not None else ""
    found = _items(value, "sightings", "publication.")
    sightings = tuple(_sighting(item, f"{where}.") for item, where in found)
    if value.get("sightings") == []:
        raise _refusal("publication.sightings", "doit contenir au moins un relevé")
    if not sightings or value.get("text") is not None:
        sightings = (_sighting(value, "publication."), *sightings)
    return Publication(PublicationKind.RELATIVE, sightings=sightings, platform=platform, discovered_on=discovered)


def _sighting(value: Mapping[str, Any], where: str) -> Sighting:
    return Sighting(_text(value, "text", where), _day(value, "seen_on", where))


def _act(value: Mapping[str, Any], where: str) -> Act:
    proved = value.get("proved", True)
    if not isinstance(proved, bool):
        raise _refusal(f"{where}.proved", "doit valoir true ou false")
    regularity = Regularity(_choice(value, "regularity", f"{where}.", tuple(Regularity)))
    return Act(_known(value, "interruption", where), _day(value, "date", f"{where}."), regularity, proved)


def _suspension(value: Mapping[str, Any], where: str) -> Suspension:
    kind = _known(value, "suspension", where)
    if value.get("to") is None:
        return Suspension(kind, _day(value, "from", f"{where}."), None)
    begins, ends = _ordered(value, f"{where}.")
    return Suspension(kind, begins, ends)


def _republication(value: Mapping[str, Any], where: str) -> Republication:
    return Republication(_known(value, "republication", where), _day(value, "date", f"{where}."))


def _territories(value: Mapping[str, Any]) -> tuple[str, ...]:
    given = value.get("territory")
    given = "metropole" if given is None else given
    places = given if isinstance(given, list) and given else [given]
    for place in places:
        if not isinstance(place, str) or place not in TERRITORIES:
            raise _refusal("territory", f"nomme un territoire inconnu ; choisir parmi {', '.join(TERRITORIES)}")
    return tuple(places)


def _alternatives(value: Mapping[str, Any]) -> tuple[str, ...]:
    given = value.get("alternatives")
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise _refusal("alternatives", "doit être une liste d'identifiants de qualification")
    return tuple(check_qualification(item, field="alternatives") for item in given)


def _lead_days(value: Mapping[str, Any]) -> int:
    days = value.get("lead_days", LimitationFacts.lead_days)
    if type(days) is not int or not 0 <= days <= MOST_LEAD_DAYS:
        raise _refusal("lead_days", f"doit être un nombre entier de jours, de 0 à {MOST_LEAD_DAYS}")
    return days


def _items(value: Mapping[str, Any], name: str, where: str = "") -> list[tuple[dict[str, Any], str]]:
    """Give each object of a list with its own path; an absent list is empty."""
    items = value.get(name)
    if items is None:
        return []
    if not isinstance(items, list):
        raise _refusal(f"{where}{name}", "doit être une liste")
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise _refusal(f"{where}{name}[{index}]", "doit être un objet")
    return [(item, f"{where}{name}[{index}]") for index, item in enumerate(items)]


def _known(value: Mapping[str, Any], kind: str, where: str) -> str:
    name = _text(value, "type", f"{where}.")
    if f"{kind}.{name}" not in all_rules():
        raise _refusal(f"{where}.type", f"nomme un type inconnu (« {name[:60]} »)")
    return name


def _choice(value: Mapping[str, Any], name: str, where: str, choices: tuple[str, ...]) -> str:
    text = _text(value, name, where)
    if text not in choices:
        raise _refusal(f"{where}{name}", f"doit être l'un de {', '.join(choices)}")
    return text


def _text(value: Mapping[str, Any], name: str, where: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text.strip():
        raise _refusal(f"{where}{name}", "est absent, vide, ou n'est pas un texte")
    return text


def _ordered(value: Mapping[str, Any], where: str) -> tuple[date, date]:
    begins, ends = _day(value, "from", where), _day(value, "to", where)
    if begins > ends:
        raise _refusal(f"{where}to", "précède la date de début : inverser les deux dates")
    return begins, ends


def _day(value: Mapping[str, Any], name: str, where: str) -> date:
    text = value.get(name)
    if not isinstance(text, str) or not ISO_DAY.fullmatch(text):
        raise _refusal(f"{where}{name}", "doit être une date écrite AAAA-MM-JJ")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _refusal(f"{where}{name}", f"n'est pas un jour du calendrier ({text})") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _refusal(f"{where}{name}", f"est hors des années {FIRST_YEAR} à {LAST_YEAR}")
    return day


def _refusal(field: str, why: str) -> InvalidInput:
    return InvalidInput(typeset(f"Le champ « {field} » {why}."), field=field)
