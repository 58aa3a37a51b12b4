"""Civil writs for defamation or insult: summary proceedings and on the merits (12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from casefile.documents.act import (
    ACT_CHECKS,
    ACT_PARTS,
    act_end,
    act_top,
    charge_table,
    charges,
    court_words,
    elected_in_city,
    election,
    in_words,
    parties,
    words_and_charges,
)
from casefile.documents.blocks import Block, Strong, heading, numbered, paragraph
from casefile.documents.checks import Check, Found, Required, limitation_is_open, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import free_paragraphs, requests
from casefile.documents.types.summons import defendants_are_known, prosecutor_is_told
from casefile.documents.typography import long_date


def _writ_is_ready(*, days: int) -> Check:
    def check(facts: Facts, on: date) -> Found:
        hearing, served = facts.day("hearing.on"), facts.day("served_by") or on
        if hearing is None or not facts.get("hearing.at"):
            yield refuse(
                "no_hearing", "Le lieu, le jour et l’heure de l’audience manquent (CPC, art. 54 et 56).", "hearing.on"
            )
        elif (hearing - served).days < days:
            message = f"Il faut laisser au moins {days} jours entre l’assignation et l’audience."
            yield refuse("hearing_too_soon", message, "hearing.on")
        if not facts.exhibits:
            yield refuse("no_exhibits", "Le bordereau des pièces est vide (CPC, art. 56).", "exhibits")
        if not facts.texts("requests"):
            yield refuse("no_request", "Le dispositif est vide : indiquez les demandes.", "requests")
        if facts.get("criminal_case"):
            message = "Une action pénale est engagée pour les mêmes faits : la voie choisie ne se quitte pas."
            yield refuse("una_via", message, "criminal_case")
        if facts.get("amicable") is None:
            yield refuse(
                "no_amicable",
                "Indiquez les diligences amiables, ou pourquoi il n’y en a pas (CPC, art. 54).",
                "amicable",
            )
        if facts.flag("defendant_is_host"):
            yield warn("host", "Le défendeur est un hébergeur : voyez le retrait judiciaire.", "defendant_is_host")
        last = facts.day("limitation.last_act_on")
        if last and (on - last).days > 60:
            yield warn("act_needed", "Aucun acte interruptif depuis soixante jours.", "limitation.last_act_on")

    return check


def _writ(*, summary: bool) -> Callable[[Draft], list[Block]]:
    def build(draft: Draft) -> list[Block]:
        facts = draft.facts
        people = facts.rows("defendants")
        hearing, told = facts.day("hearing.on"), facts.day("prosecutor_notified_on")
        assert hearing  # checked before
        assert told  # checked before
        return [
            *act_top(draft, "Assignation en référé" if summary else "Assignation", f"devant le {court_words(facts)}"),
            paragraph(
                f"{in_words(facts.day('served_by') or draft.on)}, assignation à comparaître est donnée comme suit."
            ),
            *warning_to_appear(draft, hearing, summary=summary),
            *parties(draft, "À la demande de", people, "Assigne"),
            election(draft),
            paragraph(
                f"La présente assignation est notifiée au ministère public le {long_date(told)}, avant la première "
                f"audience, selon {draft.ref('loi1881_53')}.",
                locked="Mention exigée par l’article 53 de la loi du 29 juillet 1881, à peine de nullité.",
            ),
            heading("Faits, qualification et textes (article 53)"),
            charge_table(draft),
            heading("I. Faits"),
            *free_paragraphs(draft, "paragraphs"),
            paragraph(f"Diligences amiables : {facts.text('amicable')}."),
            heading("II. Propos incriminés"),
            *words_and_charges(draft),
            heading("III. Discussion"),
            *clause(draft, "jurisdiction"),
            *charges(draft),
            *free_paragraphs(draft, "discussion"),
            heading("IV. Préjudice"),
            *free_paragraphs(draft, "damage"),
            heading("Par ces motifs"),
            paragraph(f"Vu {draft.ref('loi1881_53')} et les textes visés au tableau ci-dessus, il est demandé de :"),
            numbered(*requests(draft)),
            *act_end(draft),
        ]

    return build


def warning_to_appear(draft: Draft, hearing: date, *, summary: bool) -> list[Block]:
    """Write, on the first page, how and when to appear, and what follows from default."""
    facts = draft.facts
    constitution = (
        f"À l’audience, le défendeur est tenu de constituer avocat, selon {draft.ref('cpc_760')}."
        if summary
        else f"Le défendeur est tenu de constituer avocat dans le délai de quinze jours de l’assignation ({draft.aside('cpc_752')})."
    )
    return [
        heading("Avertissements"),
        paragraph(
            "L’affaire sera appelée le ",
            Strong(long_date(hearing)),
            f" à {facts.text('hearing.at')}, {facts.text('court.address')}, à {facts.text('court.city')}.",
        ),
        paragraph(
            f"{constitution} Faute de comparaître, le défendeur s’expose à ce qu’une décision soit rendue contre lui sur "
            "les seuls éléments fournis par son adversaire. Les pièces sont énumérées au bordereau annexé."
        ),
    ]


_REQUIRED = (*ACT_PARTS, Required("court.address", "l’adresse du tribunal"), Required("court.chamber", "la chambre"))
_SHARED = (*ACT_CHECKS, defendants_are_known, elected_in_city, prosecutor_is_told)
_LIMIT = limitation_is_open(warn_below=15, refuse_expired=True)
TYPES = (
    DocumentType(
        id="assignation_refere",
        number=12,
        title="Assignation en référé",
        required=_REQUIRED,
        checks=(*_SHARED, _writ_is_ready(days=10), _LIMIT),
        build=_writ(summary=True),
        references=("loi1881_53", "coj_r211_3_26", "cpc_760", "cpc_834", "cpc_835"),
        aliases=("summary_writ",),
        channels=("bailiff", "rpva"),
        is_act=True,
        interrupts=True,
        opens="Placement ; offre de preuve : dix jours.",
        does_not=("Ne dispense pas d’un acte interruptif tous les trois mois.",),
    ),
    DocumentType(
        id="assignation_fond",
        number=12,
        title="Assignation au fond",
        required=_REQUIRED,
        checks=(*_SHARED, _writ_is_ready(days=20), _LIMIT),
        build=_writ(summary=False),
        references=("loi1881_53", "coj_r211_3_26", "cpc_752"),
        aliases=("assignation", "writ"),
        channels=("bailiff", "rpva"),
        is_act=True,
        interrupts=True,
        opens="Placement quinze jours avant l’audience ; offre de preuve : dix jours.",
        does_not=("Ne dispense pas d’un acte interruptif tous les trois mois.",),
    ),
)
