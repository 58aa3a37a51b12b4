"""The facts that a capture report prints: the 18 prerequisites of NF Z67-147, each measured or « non établi ».

Inspired by that norm as secondary sources describe it; no conformity is claimed. What the firm declares is printed as
declared, never as measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casefile import clock

UNKNOWN = "non établi"
MEASURED, DECLARED = "mesuré", "déclaré par le cabinet"
PART_DECLARED = "mesuré ; adresse publique déclarée par le cabinet"
LIMITS = (
    "Ce rapport n’est pas un acte de commissaire de justice.",
    (
        "L’horodatage et les empreintes portent sur la date et l’intégrité des fichiers, non sur la véracité de la "
        "page affichée ni sur l’identité de l’auteur."
    ),
    "Le navigateur est passé par un relais local sans cache ni déchiffrement, dont le journal est joint.",
)


@dataclass(frozen=True)
class Prerequisite:
    """One line of the list: what was established, how, and whether it was."""

    number: int
    title: str
    value: str
    source: str

    @property
    def established(self) -> bool:
        """Tell whether the line holds a fact."""
        return self.source != UNKNOWN


def prerequisites(facts: dict[str, Any]) -> list[Prerequisite]:
    """Fill the 18 lines from the sealed facts of a capture (`capture.json`)."""
    machine, browser, declared = facts["machine"], facts["browser"], facts.get("declared", {})
    rows = [
        ("Heures de début et de fin des opérations", _times(facts), MEASURED),
        ("Machine : fabricant, modèle, numéro de série", _machine(machine), MEASURED),
        ("Système d’exploitation et dernière mise à jour", _system(machine), MEASURED),
        ("Navigateur, version exacte, sans extension", _browser(browser), MEASURED),
        ("Réseau local, fournisseur d’accès, routeur, pare-feu", declared.get("network"), DECLARED),
        ("Adresses IP : locale, passerelle, publique", _addresses(machine, facts), _addresses_source(facts)),
        ("Serveurs DNS et réponses obtenues", ", ".join(machine["dns_servers"]), MEASURED),
        ("Absence de serveur mandataire (proxy)", _proxy(machine, facts), MEASURED),
        ("Horloge synchronisée avec une source de temps", _clock(facts), MEASURED),
        ("Protection contre les logiciels malveillants", _antivirus(machine), MEASURED),
        ("Cache, cookies, historique et données de formulaire vides", _profile(browser), MEASURED),
        ("Première page visitée : page vide, puis la page visée", "about:blank, puis l’adresse saisie", MEASURED),
        ("Adresses saisies et cheminement", _path(facts), MEASURED),
        ("Adresse complète de la page", _urls(facts), MEASURED),
        ("Résolution de l’écran et logiciel de capture", _screen(browser, facts), MEASURED),
        ("Intégrité des fichiers en fin d’opérations", "manifeste SHA-256 horodaté, joint à la capture", MEASURED),
        ("Trafic réseau enregistré", _traffic(facts), MEASURED),
        ("Opérateur nommé, neutre, sans manœuvre", _operator(facts), MEASURED),
    ]
    return [
        Prerequisite(number, title, value or UNKNOWN, source if value else UNKNOWN)
        for number, (title, value, source) in enumerate(rows, 1)
    ]


def _times(facts: dict[str, Any]) -> str:
    return " ; ".join(
        f"{word} : {_both(facts[key])}" for word, key in (("début", "started"), ("fin", "ended")) if facts.get(key)
    )


def _both(text: str) -> str:
    instant = datetime.fromisoformat(text)
    local = clock.paris(instant)
    return f"{local:%d/%m/%Y %H:%M:%S} (heure de Paris), {instant:%H:%M:%S} UTC"


def _machine(machine: dict[str, Any]) -> str | None:
    known = [f"{name} {machine[key]}" for name, key in (("fabricant", "maker"), ("modèle", "model")) if machine[key]]
    if machine["virtual"]:
        known.append("machine virtuelle")
    known.append(f"numéro de série {machine['serial']}" if machine["serial"] else f"numéro de série {UNKNOWN}")
    return ", ".join(known) if len(known) > 1 else None


def _system(machine: dict[str, Any]) -> str | None:
    if not machine["system"]:
        return None
    update = machine["last_update"]
    return (
        f"{machine['system']}, noyau {machine['kernel']}, mis à jour le {update}" if update else str(machine["system"])
    )


def _browser(browser: dict[str, Any]) -> str:
    return f"{browser['product']}, extensions {browser['extensions']}, identifié « {browser['user_agent']} »"


def _addresses(machine: dict[str, Any], facts: dict[str, Any]) -> str | None:
    named = (
        ("locale", machine["local_address"]),
        ("passerelle", machine["gateway"]),
        ("publique", facts.get("public_address") or facts.get("declared", {}).get("public_address")),
    )
    if not any(value for _, value in named):
        return None
    return ", ".join(f"{name} {value or UNKNOWN}" for name, value in named)


def _addresses_source(facts: dict[str, Any]) -> str:
    """Tell who says the addresses: no outside service is asked, so the public one is only ever declared."""
    if facts.get("public_address") or not facts.get("declared", {}).get("public_address"):
        return MEASURED
    return PART_DECLARED if facts["machine"]["local_address"] else DECLARED


def _proxy(machine: dict[str, Any], facts: dict[str, Any]) -> str:
    found = machine["proxy_variables"]
    state = (
        f"variables de mandataire présentes et écartées : {', '.join(found)}" if found else "aucun mandataire configuré"
    )
    return f"{state} ; {facts['relay']['words']}"


def _clock(facts: dict[str, Any]) -> str | None:
    measures = [(when, facts["clock"][when].get("offset")) for when in ("before", "after")]
    if any(offset is None for _, offset in measures):
        return None
    names = {"before": "avant", "after": "après"}
    return ", ".join(f"écart {names[when]} : {offset:+.3f} s" for when, offset in measures)


def _antivirus(machine: dict[str, Any]) -> str:
    return machine["antivirus"] or "aucun ; navigateur jetable, détruit après la capture"


def _profile(browser: dict[str, Any]) -> str:
    return f"{browser['profile']} ; {browser['cookies_at_start']} cookie à l’ouverture"


def _path(facts: dict[str, Any]) -> str:
    hops = [f"{hop['url']} ({hop['status']})" for hop in facts["redirects"]]
    return " → ".join([f"adresse saisie : {facts['url']}", *hops])


def _urls(facts: dict[str, Any]) -> str:
    same = facts["url"] == facts["final_url"]
    return str(facts["url"]) if same else f"demandée : {facts['url']} ; finale : {facts['final_url']}"


def _screen(browser: dict[str, Any], facts: dict[str, Any]) -> str:
    width, height = browser["window"]
    return f"fenêtre de {width} × {height} points, rapport {browser['pixel_ratio']}, {facts['software']}"


def _traffic(facts: dict[str, Any]) -> str:
    return f"{facts['exchanges']} échanges conservés sur {facts['requests']} demandes (format WARC)"


def _operator(facts: dict[str, Any]) -> str | None:
    return f"{facts['operator']} ; une seule page, sans connexion ni aspiration du site" if facts["operator"] else None
