"""The report of an internal capture (17): what was measured, file by file, and what the report does not prove.

It never says that the page is true, never uses the words kept for a bailiff's act, and prints « non établi » where
nothing was measured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from casefile.documents.blocks import (
    Block,
    Cell,
    Exact,
    Heading,
    Part,
    cell,
    heading,
    numbered,
    paragraph,
    quotation,
    table,
    url,
)
from casefile.documents.checks import COMMON, FIRM, Found, Required, own_words, refuse, warn
from casefile.documents.content_lines import content_line
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts, as_instant
from casefile.documents.letter_parts import firm_head, mono
from casefile.documents.typography import long_date, long_instant
from casefile.documents.word_checks import has_contents

ITEMS = {
    "operations": "Début et fin des opérations",
    "machine": "Poste : fabricant, modèle, machine virtuelle ou non",
    "system": "Système : version et dernière mise à jour",
    "browser": "Navigateur : version, extensions",
    "network": "Réseau : description, fournisseur d’accès, pare-feu",
    "ip": "Adresses IP locale, publique et de la passerelle",
    "dns": "Serveurs DNS et réponses",
    "proxy": "Absence de serveur mandataire (proxy) et de réseau privé virtuel (VPN)",
    "clock": "Horloge synchronisée : écart mesuré et sources",
    "antivirus": "Antivirus",
    "cleaning": "Cache, cookies, historique et mots de passe vidés",
    "blank_page": "Première page visitée : page vierge",
    "path": "Chemin suivi jusqu’à la page",
    "full_url": "Adresse complète lisible sur la pièce",
    "screen": "Résolution d’écran et logiciel de capture",
    "closing": "Fin des opérations : intégrité des fichiers",
    "traffic": "Trafic réseau enregistré",
    "operator": "Opérateur, neutralité, absence de manœuvre",
}
NOT_ESTABLISHED = "non établi"
ORIGINS = {
    "measured": "mesuré",
    "form": "déclaré par le cabinet",
    "mixed": "mesuré ; adresse publique déclarée",
}
_FORBIDDEN = re.compile(r"\bconstats?\b|\bcertifi|\bauthenti|inviolable|infalsifiable", re.IGNORECASE)


def _proves_what_it_says(facts: Facts, on: date) -> Found:
    for path, text in own_words(facts.values):
        if _FORBIDDEN.search(text):
            message = "Un mot réservé (« constat », « certifié », « authentique ») est employé : retirez-le."
            yield refuse("reserved_word", message, path)
    for rank, file in enumerate(facts.rows("files")):
        digest = str(file.get("sha256") or "")
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            yield refuse("no_digest", f"Le fichier n° {rank + 1} n’a pas d’empreinte SHA-256.", f"files.{rank}.sha256")
        elif file.get("measured_sha256") not in (None, digest):
            yield refuse(
                "digest_mismatch",
                f"L’empreinte du fichier « {file.get('name')} » ne correspond pas.",
                f"files.{rank}.sha256",
            )
    token = facts.part("timestamp")
    if token.get("qualified") and not token.get("authority"):
        yield refuse("false_qualified", "L’horodatage est dit qualifié sans jeton : corrigez.", "timestamp.qualified")
    if token and token.get("verified") is not True:
        yield refuse("token_unverified", "Le jeton d’horodatage ne se vérifie pas.", "timestamp.verified")
    if not token:
        yield warn("no_token", "Aucun horodatage : la date repose sur l’horloge du poste.", "timestamp")
    elif not token.get("qualified"):
        yield warn(
            "not_qualified",
            "L’horodatage n’est pas qualifié : aucune présomption n’y est attachée.",
            "timestamp.qualified",
        )
    if facts.flag("retouched"):
        yield refuse("retouched", "L’image a été retouchée.", "retouched")
    if facts.flag("logged_in"):
        yield warn("logged_in", "La session était connectée : le caractère public est à prouver.", "logged_in")
    if facts.flag("operator.is_client"):
        yield warn("operator", "L’opérateur est le client.", "operator.is_client")
    if not facts.flag("report_planned"):
        yield warn("no_bailiff", "Aucun procès-verbal de commissaire de justice n’est programmé.", "report_planned")


def _report(draft: Draft) -> list[Block]:
    facts = draft.facts
    start, end = (as_instant(facts.get(path), path) for path in ("started_at", "ended_at"))
    return [
        firm_head(draft),
        Heading(text="Rapport de capture", level=0),
        paragraph(
            f"Dossier {facts.text('matter.reference')} – rapport établi le {long_date(draft.on)} par {facts.text('operator.name')}, "
            f"{facts.text('operator.function')}, {facts.text('operator.link')}."
        ),
        heading("1. Ce que la capture montre"),
        *_contents(draft),
        heading("2. Conditions de la capture"),
        paragraph(
            f"Début des opérations : {long_instant(start)}, soit ",
            Exact(start.isoformat()),
            f" ; fin : {long_instant(end)}, soit ",
            Exact(end.isoformat()),
            f". Session {'connectée' if facts.flag('logged_in') else 'déconnectée, page publique'}.",
        ),
        *(paragraph(line) for line in facts.texts("result")),
        table(["N°", "Élément", "Relevé", "Origine"], _items(facts), widths=[0.8, 4.4, 6.6, 2]),
        heading("3. Étapes"),
        numbered(*([step] for step in facts.texts("steps"))),
        heading("4. Adresse saisie et adresse finale"),
        url(facts.text("url"), clickable=False),
        url(facts.text("final_url"), clickable=False),
        heading("5. Fichiers et empreintes SHA-256"),
        table(["Fichier", "Octets", "SHA-256"], [_file(file) for file in facts.rows("files")], widths=[4, 1.6, 8]),
        *_manifest(facts),
        heading("6. Horodatage"),
        *_timestamp(facts, draft),
        heading("7. Incidents"),
        *(
            [numbered(*facts.texts("incidents"))]
            if facts.texts("incidents")
            else [paragraph("Aucun incident n’a été relevé.")]
        ),
        heading("8. Limites de ce rapport"),
        paragraph(
            "Ce rapport n’est pas l’acte d’un commissaire de justice et n’en a pas la force. Il établit la date et l’intégrité "
            "des fichiers énumérés, non la véracité de ce que la page affichait. La preuve est libre "
            f"({draft.aside('cciv_1358')}) ; la valeur de cette capture est laissée à l’appréciation du juge."
        ),
        heading("9. Vérifier soi-même"),
        paragraph("Les empreintes se vérifient sans logiciel particulier, par les commandes suivantes :"),
        paragraph(Exact("sha256sum --check manifest-sha256.txt"), style="code"),
        paragraph(
            Exact(
                f"openssl ts -verify -in {facts.text('timestamp.reply_file', 'token.tsr')} "
                f"-data manifest-sha256.txt -CAfile {facts.text('timestamp.chain_file', 'authority.pem')}"
            ),
            style="code",
        ),
        paragraph(f"{facts.text('operator.name')}, {facts.text('operator.function')}", style="closing"),
    ]


def _contents(draft: Draft) -> list[Block]:
    blocks: list[Block] = []
    for rank, content in enumerate(draft.facts.contents, start=1):
        blocks.append(paragraph(*content_line(content, rank, len(draft.facts.contents))))
        blocks.append(url(str(content["url"]), clickable=False))
        blocks += [
            quotation(str(p["verbatim"]), label=f"Texte exact n° {n}")
            for n, p in enumerate(content.get("passages") or [], 1)
        ]
    return blocks


def _items(facts: Facts) -> list[list[Part | Cell]]:
    given = facts.part("items")
    rows: list[list[Part | Cell]] = []
    for number, (name, label) in enumerate(ITEMS.items(), start=1):
        item = given.get(name)
        value = item if isinstance(item, Mapping) else {"value": item}
        shown = str(value.get("exact") or value.get("value") or "")
        rows.append(
            [str(number), label, cell(Exact(shown)) if shown else NOT_ESTABLISHED, _origin(value) if shown else "–"]
        )
    return rows


def _origin(item: Mapping[str, Any]) -> str:
    return ORIGINS.get(str(item.get("origin", "measured")), NOT_ESTABLISHED)


def _file(file: Mapping[str, Any]) -> list[Part | Cell]:
    return [cell(Exact(str(file.get("name")))), str(file.get("size") or ""), mono(str(file.get("sha256")))]


def _manifest(facts: Facts) -> list[Block]:
    """Print the digest that the token covers, in groups that a clerk can type."""
    digest = facts.text("manifest")
    if not digest:
        return []
    groups = " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
    return [
        paragraph("Empreinte SHA-256 du manifeste, qui fixe tous les fichiers ci-dessus :"),
        paragraph(Exact(groups), style="code"),
    ]


def _timestamp(facts: Facts, draft: Draft) -> list[Block]:
    token = facts.part("timestamp")
    if not token:
        return [
            paragraph(
                "Aucun jeton d’horodatage n’accompagne cette capture : la date repose sur l’horloge mesurée du poste."
            )
        ]
    qualified = (
        f"Il est qualifié : la date et l’intégrité des données sont présumées ({draft.aside('eidas_41')})."
        if token.get("qualified")
        else "Il n’est pas qualifié : aucune présomption n’y est attachée."
    )
    return [
        paragraph(
            f"Un jeton d’horodatage (RFC 3161) est joint. Autorité : {token.get('authority')}. Heure annoncée : "
            f"{long_instant(as_instant(token.get('time'), 'timestamp.time'))}. Il a été vérifié. {qualified}"
        )
    ]


TYPES = (
    DocumentType(
        id="rapport_capture",
        number=17,
        title="Rapport de capture",
        required=(
            *FIRM[:1],
            *FIRM[4:],
            Required("operator.name", "l’opérateur"),
            Required("operator.function", "sa fonction"),
            Required("operator.link", "son lien avec la partie"),
            Required("url", "l’adresse saisie"),
            Required("final_url", "l’adresse finale"),
            Required("started_at", "l’heure de début"),
            Required("ended_at", "l’heure de fin"),
            Required("files", "les fichiers"),
            Required("steps", "les étapes"),
            Required("items", "les éléments mesurés"),
        ),
        checks=(*COMMON, has_contents, _proves_what_it_says),
        build=_report,
        references=("cciv_1358", "eidas_41"),
        aliases=("capture_report", "rapport_de_preuve"),
        channels=("annexed",),
        is_act=True,
        does_not=("N’interrompt rien ; établit une date et une intégrité, non la véracité de la page.",),
    ),
)
