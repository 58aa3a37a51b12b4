"""The instruction letter to the bailiff for a report on the internet (13)."""

from __future__ import annotations

import re
from datetime import date

from casefile.documents import civility
from casefile.documents.blocks import Block, bullets, heading, numbered, paragraph, url
from casefile.documents.checks import (
    LETTER,
    LETTER_PARTS,
    Found,
    Required,
    client_is_complete,
    refuse,
    warn,
)
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import free_paragraphs, identity, letter_end, letter_top
from casefile.documents.typography import long_date
from casefile.documents.word_checks import has_contents

PREREQUISITES = (
    "description du poste, du système et de sa dernière mise à jour ;",
    "navigateur et version, sans extension ; résolution de l’écran ;",
    "structure du réseau, fournisseur d’accès, routeur ;",
    "adresse IP ;",
    "absence ou désactivation de serveur mandataire (proxy) et de réseau privé virtuel (VPN) ;",
    "serveurs DNS ;",
    "pare-feu et antivirus ;",
    "synchronisation de la date et de l’heure ;",
    (
        "suppression, avant les opérations, du cache, des fichiers temporaires, de l’historique, des cookies, des mots de passe "
        "et des données de formulaire ;"
    ),
    "heures de début et de fin des opérations.",
)
FORBIDDEN = (
    "se connecter avec un compte du client ou de l’un de ses proches ;",
    "signaler, aimer, commenter ou provoquer un contenu ;",
    "interroger l’auteur ;",
    "faire intervenir un tiers dépendant du cabinet.",
)


def _is_material(facts: Facts, on: date) -> Found:
    words = " ".join(facts.texts("steps")).lower()
    if re.search(r"qualifi|diffamat|injur|illicite|caractère fautif", words):
        yield refuse(
            "qualification",
            "Une opération demande une qualification juridique : le constat est purement matériel.",
            "steps",
        )
    if facts.flag("private_space") and not facts.flag("private_space_authorised"):
        yield refuse(
            "private", "L’accès à un espace privé par un identifiant non autorisé est demandé.", "private_space"
        )
    if facts.flag("ephemeral"):
        yield warn("ephemeral", "Le contenu est éphémère : demandez une intervention le jour même.", "ephemeral")
    if facts.flag("already_gone"):
        yield warn("gone", "Le contenu a déjà disparu depuis la capture interne.", "already_gone")


def _mission(draft: Draft) -> list[Block]:
    facts = draft.facts
    last = facts.day("limitation.prudent_on")
    by = facts.day("report_before")
    return [
        *letter_top(draft, "mission de constat sur internet"),
        *clause(draft, "opening"),
        paragraph(*identity(draft.client), "."),
        *(
            [paragraph(f"La prescription est calculée au {long_date(last)} : l’intervention est urgente.")]
            if last
            else []
        ),
        heading("Adresses à constater"),
        *(url(str(content["url"])) for content in facts.contents),
        heading("Opérations demandées, pas à pas"),
        numbered(
            *facts.texts("steps"),
            "faire apparaître en entier l’adresse de chaque page, la date affichée, l’auteur affiché et son profil ;",
            "capturer chaque page en entier, sans coupure, et relever les mentions légales du service ;",
            "constater que la page est accessible sans connexion, session fermée.",
        ),
        heading("Prérequis à faire figurer au procès-verbal"),
        bullets(*PREREQUISITES),
        heading("Ce qu’il ne faut pas faire"),
        bullets(*FORBIDDEN),
        heading("Livrables"),
        paragraph(
            "Le procès-verbal, ses annexes au format PDF, les fichiers des captures et leurs empreintes SHA-256"
            + (f", au plus tard le {long_date(by)}" if by else "")
            + ". Je vous remercie de m’adresser au préalable votre devis."
        ),
        *free_paragraphs(draft, "paragraphs"),
        *letter_end(draft),
    ]


TYPES = (
    DocumentType(
        id="mission_constat",
        number=13,
        title="Mission de constat",
        required=(*LETTER_PARTS, Required("steps", "les opérations demandées")),
        checks=(*LETTER, has_contents, client_is_complete, _is_material),
        build=_mission,
        aliases=("bailiff_instruction", "instruction_letter"),
        channels=("secure_mail", "email"),
        does_not=("N’interrompt rien ; le constat prouve, il ne qualifie pas.",),
    ),
)
__all__ = ["FORBIDDEN", "PREREQUISITES", "TYPES", "civility"]
