"""« Attaquez votre propre preuve »: plays the opponent against one capture, from its sealed facts alone.

Each objection cites the decision or text that would be used and says how to answer it or mend it. Decisions are those
of the firm's legal file; none is invented, and one that was not read in full is marked so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casefile.evidence.provenance import Outcome, Provenance

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_OFFSET = 2.0
_PARIS_2013 = "TGI Paris, 17e ch., 10 avril 2013"
_CRIM_2019 = "Crim., 8 janvier 2019, n° 18-80.748"
_AIX_2016 = "CA Aix-en-Provence, 15 septembre 2016 ; en sens contraire, CA Paris, 27 février 2013, n° 11/11785"
_CACHE = "TGI Paris, 4 mars 2003 ; CA Paris, 17 novembre 2006"
_PROOF = "C. civ., art. 1358 et 1363"
_EIDAS = "Règlement eIDAS, art. 41 et 42"


@dataclass(frozen=True)
class Objection:
    """One argument of the opponent: `holds` tells whether this capture gives it a hold."""

    id: str
    argument: str
    holds: bool
    finding: str
    remedy: str
    source: str


def objections(
    facts: dict[str, Any], *, qualified_timestamp: bool = False, operator_is_party: bool = False
) -> list[Objection]:
    """List every objection, those that hold first."""
    found = [check(facts) for check in _CHECKS]
    found.append(_timestamp(qualified=qualified_timestamp))
    found.append(_operator(facts, is_party=operator_is_party))
    return sorted(found, key=lambda objection: not objection.holds)


def _url(facts: dict[str, Any]) -> Objection:
    truncated = "…" in facts["url"] or facts["url"].endswith("...")
    return Objection(
        "adresse",
        "L’adresse de la page est tronquée.",
        truncated,
        f"Adresse imprimée en entier : {facts['url']}" if not truncated else f"Adresse douteuse : {facts['url']}",
        "Refaites la capture depuis l’adresse entière, copiée de la barre du navigateur.",
        _PARIS_2013,
    )


def _cache(facts: dict[str, Any]) -> Objection:
    cookies = facts["browser"]["cookies_at_start"]
    return Objection(
        "cache",
        "Le cache et les cookies n’étaient pas vides.",
        cookies != 0,
        f"{facts['browser']['profile']} ; {cookies} cookie à l’ouverture.",
        "Refaites la capture.",
        f"{_PARIS_2013} ; {_CACHE}",
    )


def _addresses(facts: dict[str, Any]) -> Objection:
    public = facts.get("public_address") or facts.get("declared", {}).get("public_address")
    local = facts["machine"]["local_address"]
    return Objection(
        "adresse-ip",
        "L’adresse IP de la machine n’est pas établie.",
        not (public and local),
        f"Locale : {local or 'non établie'} ; publique : {public or 'non établie'}.",
        "Déclarez l’adresse publique du cabinet dans la fiche réseau, puis refaites la capture.",
        f"{_CACHE} ; {_CRIM_2019}",
    )


def _proxy(facts: dict[str, Any]) -> Objection:
    found = facts["machine"]["proxy_variables"]
    return Objection(
        "proxy",
        "La connexion passait par un serveur mandataire.",
        bool(found),
        f"Mandataires configurés sur la machine : {', '.join(found) or 'aucun'} ; {facts['relay']['words']}.",
        "Expliquez le relais local : il ne garde rien et ne déchiffre rien ; son journal et le certificat du site le "
        "montrent.",
        _AIX_2016,
    )


def _exemption(facts: dict[str, Any]) -> Objection:
    used = facts["relay"]["exempted_used"]
    return Objection(
        "exemption",
        "La page n’était pas publique.",
        bool(used),
        f"Adresses exemptées de la règle d’adresse publique : {', '.join(used) or 'aucune'}.",
        "Une adresse exemptée n’est pas le web public : établissez autrement la publicité des propos.",
        _PARIS_2013,
    )


def _clock(facts: dict[str, Any]) -> Objection:
    offsets = [facts["clock"][when].get("offset") for when in ("before", "after")]
    known = all(offset is not None for offset in offsets)
    drift = max((abs(offset) for offset in offsets if offset is not None), default=0.0)
    return Objection(
        "horloge",
        "L’heure de la machine n’est pas fiable.",
        not known or drift > _MAX_OFFSET,
        f"Écart mesuré : {drift:.3f} s." if known else "Écart avec une source de temps : non établi.",
        "Ouvrez l’accès à un serveur de temps et refaites la capture ; un horodatage qualifié supplée l’horloge.",
        _AIX_2016,
    )


def _agent(facts: dict[str, Any]) -> Objection:
    agent = facts["browser"]["user_agent"]
    headless = "Headless" in agent
    return Objection(
        "navigateur",
        "Le site a pu servir à ce navigateur une autre page qu’au public.",
        headless,
        f"Identification envoyée au site : « {agent} ».",
        "Comparez avec une vue prise à la main le même jour ; l’identification n’a pas été déguisée.",
        _PROOF,
    )


def _banner(facts: dict[str, Any]) -> Objection:
    choice = facts["cookies_choice"]
    return Objection(
        "bandeau",
        "Un bandeau masquait la page ou son choix l’a changée.",
        "laissé" in choice,
        f"Bandeau de traceurs : {choice}.",
        "La vue d’arrivée, prise avant tout clic, montre la page avec son bandeau.",
        _PROOF,
    )


def _complete(facts: dict[str, Any]) -> Objection:
    complete = facts["completeness"]["complete"]
    partial = facts["outcome"] == Outcome.PARTIAL.value
    return Objection(
        "partielle",
        "La page n’est que partiellement capturée.",
        partial or complete is not True,
        "; ".join([facts["completeness"]["words"], *facts["reasons"]]) + ".",
        "Refaites la capture depuis l’adresse directe (permalien) des propos.",
        _PARIS_2013,
    )


def _session(facts: dict[str, Any]) -> Objection:
    public = facts["provenance"]["class"] == Provenance.SYSTEM_PUBLIC.value
    return Objection(
        "publicite",
        "Le caractère public des propos n’est pas établi.",
        not public,
        facts["provenance"]["words"] + ".",
        "Faites une capture automatique de la page, sans session.",
        _PARIS_2013,
    )


def _bailiff(facts: dict[str, Any]) -> Objection:
    return Objection(
        "acte",
        "Nul ne se constitue de preuve à soi-même : il n’y a pas d’acte de commissaire de justice.",
        facts["provenance"]["class"] != Provenance.AUTHENTIC_ACT.value,
        "Cette capture est faite par l’avocat d’une partie.",
        "Envoyez au commissaire de justice la demande préparée avec cette capture ; la preuve reste libre.",
        f"{_PROOF} ; CA Colmar, 18 décembre 2020, n° 19/00548",
    )


def _timestamp(*, qualified: bool) -> Objection:
    return Objection(
        "horodatage",
        "La date n’est pas certaine : l’horodatage n’est pas qualifié.",
        not qualified,
        "Jeton d’une autorité déclarée qualifiée." if qualified else "Aucun jeton d’une autorité qualifiée.",
        "Configurez une autorité d’horodatage qualifiée : la date et l’intégrité seront présumées.",
        _EIDAS,
    )


def _operator(facts: dict[str, Any], *, is_party: bool) -> Objection:
    return Objection(
        "operateur",
        "L’opérateur est la partie elle-même ou un inconnu.",
        is_party or not facts["operator"],
        f"Opérateur : {facts['operator'] or 'non établi'}.",
        "Faites faire la capture par une personne du cabinet, nommée, sans lien avec la partie.",
        _PROOF,
    )


_CHECKS: tuple[Callable[[dict[str, Any]], Objection], ...] = (
    *(_url, _cache, _addresses, _proxy, _exemption, _clock, _agent, _banner, _complete, _session, _bailiff),
)
