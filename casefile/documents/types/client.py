"""What goes to the client: engagement letter (15), summary note with chronology (16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casefile.documents import civility
from casefile.documents.blocks import Block, Heading, Signature, Strong, bullets, heading, numbered, paragraph, table
from casefile.documents.checks import (
    COMMON,
    FIRM,
    LETTER,
    LETTER_PARTS,
    Found,
    Required,
    client_is_named,
    refuse,
    warn,
)
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import (
    ended,
    firm_head,
    free_paragraphs,
    identity,
    letter_end,
    letter_top,
    signature,
)
from casefile.documents.typography import amount, long_date


def _may_engage(facts: Facts, on: date) -> Found:
    if not facts.flag("conflict_check.closed"):
        yield refuse("conflict", "Le contrôle des conflits d’intérêts n’est pas clos.", "conflict_check.closed")
    if facts.text("client.kind") == "company" and not facts.get("client.represented_by"):
        yield refuse("no_organ", "La société cliente n’a pas d’organe qui la représente.", "client.represented_by")
    if not facts.get("fees.kind"):
        yield refuse("no_fees", "Le montant des honoraires, ou la manière de les fixer, manque.", "fees.kind")
    if facts.text("fees.kind") == "result_only":
        message = "L’honoraire de résultat ne peut être que complémentaire."
        yield refuse("result_only", message, "fees.kind")
    if facts.flag("urgent_before_signature"):
        yield warn("urgent", "Un acte urgent a précédé la signature.", "urgent_before_signature")
    if facts.flag("client.consumer") and facts.flag("at_a_distance"):
        yield warn("distance", "Consommateur à distance : le délai de rétractation est à expliquer.", "at_a_distance")
    if facts.get("third_payer"):
        yield warn("third_payer", "Un tiers paie les honoraires : vérifiez l’indépendance.", "third_payer")


def _engagement(draft: Draft) -> list[Block]:
    facts = draft.facts
    last = facts.day("limitation.prudent_on")
    words = civility.titled(draft.client)
    return [
        firm_head(draft),
        Heading(text="Convention d’honoraires", level=0),
        paragraph(Strong("Entre : "), *identity(draft.client), ","),
        paragraph(
            Strong("et : "),
            f"{facts.text('firm.name')}, représenté par Me {facts.text('lawyer.name')}, "
            f"{civility.agree(draft.lawyer, 'avocat', 'avocate')} au barreau de {facts.text('firm.bar')}.",
        ),
        paragraph(f"La présente convention est établie par écrit en application {draft.of('loi71_10')}."),
        heading("1. Mission"),
        *free_paragraphs(draft, "mission.scope"),
        heading("2. Limites de la mission"),
        bullets(*facts.texts("mission.excludes")),
        heading("3. Honoraires"),
        *_fees(facts),
        heading("4. Débours"),
        *clause(draft, "disbursements"),
        heading("5. Aide juridictionnelle et protection juridique"),
        *clause(draft, "legal_aid"),
        heading("6. Prescription et risques"),
        paragraph(
            f"La prescription est calculée au {long_date(last)}. "
            if last
            else "La prescription n’est pas encore calculée. ",
            "L’avocat n’est tenu d’aucune obligation de résultat. Le client est informé de la consignation et de l’amende civile "
            "possibles, de l’offre de preuve que l’adversaire peut faire, de la publicité involontaire d’un procès et des "
            "contraintes du secret médical.",
        ),
        heading("7. Dessaisissement et contestation"),
        paragraph(
            f"{words[:1].upper()}{words[1:]} peut mettre fin à la mission à tout moment ; les diligences accomplies restent dues. "
            f"Toute contestation d’honoraires est portée devant le bâtonnier du barreau de {facts.text('firm.bar')}."
            + (f" Le médiateur de la consommation est : {facts.text('mediator')}." if facts.get("mediator") else "")
        ),
        heading("8. Données personnelles et conflit d’intérêts"),
        paragraph(
            "Les données du dossier sont traitées pour la seule exécution de la mission, sous le secret professionnel. Le contrôle "
            f"des conflits d’intérêts a été fait le {facts.text('conflict_check.on')} par {facts.text('conflict_check.by')}."
        ),
        *free_paragraphs(draft, "paragraphs"),
        paragraph(f"Fait à {facts.text('firm.city')}, le {long_date(draft.on)}, en deux exemplaires."),
        Signature(
            name="Le client" if draft.client.get("gender") == "M" else "La cliente",
            lines=(civility.full_name(draft.client),),
        ),
        signature(draft),
    ]


def _fees(facts: Facts) -> list[Block]:
    kinds = {
        "flat": "Honoraire forfaitaire",
        "hourly": "Honoraire au temps passé, taux horaire",
        "mixed": "Honoraire de base",
    }
    net = facts.text("fees.amount")
    lines = []
    if net:
        gross = round(float(net) * (1 + float(facts.get("fees.vat", 20)) / 100), 2)
        lines.append(
            f"{kinds.get(facts.text('fees.kind'), 'Honoraire')} : {amount(net)} hors taxes, soit {amount(str(gross))} toutes taxes comprises."
        )
    if facts.get("fees.retainer"):
        lines.append(f"Provision à la signature : {amount(facts.text('fees.retainer'))} hors taxes.")
    if facts.get("fees.result"):
        lines.append(f"Honoraire complémentaire de résultat : {facts.text('fees.result')}.")
    return [paragraph(line) for line in [*lines, *facts.texts("fees.terms")]]


def _note_is_sourced(facts: Facts, on: date) -> Found:
    if facts.day("limitation.prudent_on") is None and not facts.flag("limitation.unknown_said"):
        yield refuse(
            "no_limitation", "La date de prescription est inconnue : dites-le dans la note.", "limitation.prudent_on"
        )
    for rank, event in enumerate(facts.rows("events")):
        if not event.get("source"):
            yield refuse(
                "no_source", f"Le fait n° {rank + 1} de la chronologie n’a pas de source.", f"events.{rank}.source"
            )
        if event.get("certainty") not in {"établi", "déclaré", "à vérifier"}:
            yield refuse(
                "certainty", "Indiquez la certitude : établi, déclaré ou à vérifier.", f"events.{rank}.certainty"
            )
    if any("%" in text for text in facts.texts("chances")):
        yield warn("percent", "Les chances sont chiffrées : préférez des mots.", "chances")
    zones = {str(event["zone"]) for event in facts.rows("events") if event.get("zone")}
    if len(zones) > 1:
        yield warn("zones", "La chronologie mêle plusieurs fuseaux horaires.", "events")


def _note(draft: Draft) -> list[Block]:
    facts = draft.facts
    last = facts.day("limitation.prudent_on")
    known = f"Prescription : {long_date(last)}" if last else "Prescription : date inconnue à ce jour"
    return [
        firm_head(draft),
        Heading(text="Note de synthèse", level=0),
        paragraph("Confidentiel – correspondance entre l’avocat et son client", style="centred"),
        paragraph(f"Pour {civility.titled(draft.client)}, le {long_date(draft.on)}."),
        paragraph(Strong(f"{known}.")),
        heading("1. Chronologie"),
        table(
            ["Date", "Fait", "Source", "Certitude"],
            [_event(row) for row in facts.rows("events")],
            widths=[2.8, 4.6, 2.2, 1.6],
        ),
        heading("2. Qualification, propos par propos"),
        *_qualifications(draft),
        heading("3. Chances et risques"),
        *free_paragraphs(draft, "chances"),
        heading("4. Options comparées"),
        table(
            ["Option", "Effet", "Délai", "Coût", "Interrompt la prescription"],
            [
                [str(row.get(name) or "") for name in ("name", "effect", "time", "cost")]
                + ["oui" if row.get("interrupts") else "non"]
                for row in facts.rows("options")
            ],
            widths=[2, 3.4, 1.6, 1.6, 1.8],
        ),
        heading("5. Recommandation"),
        *free_paragraphs(draft, "recommendation"),
        heading("6. Décision attendue"),
        *(paragraph(f"☐ {row.get('name')}") for row in facts.rows("options")),
        *clause(draft, "answer"),
        signature(draft),
    ]


def _event(row: Mapping[str, Any]) -> list[str]:
    return [str(row.get("when")), str(row.get("what")), str(row.get("source")), str(row.get("certainty"))]


def _qualifications(draft: Draft) -> list[Block]:
    items = [
        f"propos n° {number} : {draft.charge_words(str(passage['qualification']))}"
        for number, (_, _, passage) in enumerate(draft.facts.passages(), start=1)
        if passage.get("qualification")
    ]
    return [numbered(*ended(items))] if items else [paragraph("Aucune qualification n’est arrêtée à ce jour.")]


TYPES = (
    DocumentType(
        id="convention_honoraires",
        number=15,
        title="Convention d’honoraires",
        required=(
            *FIRM,
            Required("mission.scope", "l’objet de la mission"),
            Required("mission.excludes", "les limites de la mission"),
            Required("conflict_check.on", "la date du contrôle des conflits"),
            Required("conflict_check.by", "qui a fait ce contrôle"),
        ),
        checks=(*COMMON, client_is_named, _may_engage),
        build=_engagement,
        references=("loi71_10",),
        aliases=("engagement_letter", "convention"),
        channels=("space", "hand"),
        does_not=("N’est pas un mandat spécial.",),
    ),
    DocumentType(
        id="note_synthese",
        number=16,
        title="Note de synthèse",
        required=(
            *FIRM,
            Required("events", "la chronologie"),
            Required("options", "les options"),
            Required("recommendation", "la recommandation"),
        ),
        checks=(*COMMON, client_is_named, _note_is_sourced),
        build=_note,
        aliases=("summary_note", "chronologie"),
        channels=("space",),
        does_not=("Ne promet aucun résultat.",),
    ),
)
__all__ = ["LETTER", "LETTER_PARTS", "TYPES", "letter_end", "letter_top"]
