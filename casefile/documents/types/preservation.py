"""The invitation to preserve the data that identify an author (7): never an order, never a request to hand them over."""

from __future__ import annotations

import re
from datetime import date

from casefile.documents.blocks import Block, heading, numbered, paragraph
from casefile.documents.checks import (
    LETTER,
    LETTER_PARTS,
    Found,
    Required,
    client_is_named,
    refuse,
    warn,
)
from casefile.documents.clauses import clause
from casefile.documents.connections import connection_table, connections_are_usable
from casefile.documents.content_lines import contents
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import ended, free_paragraphs, letter_end, letter_top
from casefile.documents.word_checks import (
    has_contents,
)


def _is_an_invitation(facts: Facts, on: date) -> Found:
    words = " ".join([*facts.texts("categories"), *facts.texts("paragraphs")]).lower()
    if re.search(r"\b(enjoi|ordonn|injonction|sommé|sommons|contraint)", words):
        message = (
            "La demande est rédigée comme une injonction : seule l’autorité judiciaire peut l’adresser (CPCE, L. 34-1)."
        )
        yield refuse("injunction", message, "paragraphs")
    if re.search(r"(communiqu|transmet|remet|fourni)\w*.{0,40}\b(adresse ip|ip)\b", words):
        message = "La remise de l’adresse IP au cabinet est demandée : un particulier n’y a aucun droit direct."
        yield refuse("asks_for_ip", message, "categories")
    old = [
        content
        for content in facts.contents
        if (day := content.get("published_on")) and (on - date.fromisoformat(str(day)[:10])).days > 270
    ]
    if old:
        yield warn(
            "data_may_be_gone", "La publication a plus de neuf mois : les données sont peut-être effacées.", "contents"
        )
    if facts.flag("account_closed"):
        yield warn("account_closed", "Le compte est supprimé : le délai de conservation court.", "account_closed")
    if not facts.get("planned_action"):
        yield warn("nothing_planned", "Aucune requête ni plainte n’est programmée.", "planned_action")


def _preservation(draft: Draft) -> list[Block]:
    facts = draft.facts
    return [
        *letter_top(draft, "invitation à conserver des données d’identification"),
        *clause(draft, "opening"),
        *contents(draft),
        *([heading("Connexions"), *connection_table(draft)] if facts.rows("connections") else []),
        heading("Données concernées"),
        paragraph(
            f"Je vous invite à conserver, dans la limite de ce que prévoient {draft.refs('cpce_l34_1', 'cpce_r10_13')}"
            f", pour la période du {facts.text('range.from')} au {facts.text('range.to')} "
            f"(fuseau : {facts.text('range.zone')}) :"
        ),
        numbered(*ended([*facts.texts("categories"), "le contenu lui-même, s’il est retiré"])),
        *clause(draft, "invitation"),
        *free_paragraphs(draft, "paragraphs"),
        *clause(draft, "receipt"),
        *letter_end(draft),
    ]


TYPES = (
    DocumentType(
        id="conservation_donnees",
        number=7,
        title="Demande de conservation de données",
        required=(
            *LETTER_PARTS,
            Required("categories", "les catégories de données"),
            Required("range.from", "le début de la plage"),
            Required("range.to", "la fin de la plage"),
            Required("range.zone", "le fuseau horaire"),
            Required("firm.email", "le courriel du cabinet"),
        ),
        checks=(*LETTER, has_contents, client_is_named, _is_an_invitation, connections_are_usable),
        build=_preservation,
        references=("cpc_145", "cpce_l34_1", "cpce_r10_13"),
        aliases=("preservation_request",),
        channels=("form", "lrar"),
        does_not=("N’oblige pas le service et n’interrompt rien.",),
    ),
)
