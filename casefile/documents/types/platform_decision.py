"""Letters on what a service decided, or did not: chaser and internal complaint (2)."""

from __future__ import annotations

from datetime import date, timedelta

from casefile.documents.blocks import Block, heading, numbered, paragraph, table
from casefile.documents.checks import (
    LETTER,
    LETTER_PARTS,
    Found,
    Required,
    client_is_named,
    limitation_is_open,
    refuse,
    warn,
)
from casefile.documents.clauses import clause
from casefile.documents.content_lines import contents
from casefile.documents.document_type import NOT_INTERRUPTING, DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import free_paragraphs, letter_end, letter_top
from casefile.documents.typography import long_date
from casefile.documents.word_checks import (
    has_contents,
)


def _chaser_is_due(facts: Facts, on: date) -> Found:
    if not facts.get("ticket"):
        yield refuse("no_ticket", "Il manque le numéro de la notification (ticket).", "ticket")
    notified = facts.day("notified_on")
    if notified and notified > on:
        yield refuse("notified_later", "La notification est datée après la relance.", "notified_on")


def _complaint_is_open(facts: Facts, on: date) -> Found:
    decided = facts.day("decision_on")
    if decided is None or not facts.get("ticket"):
        yield refuse(
            "no_decision", "Une réclamation vise une décision : indiquez sa date et son numéro.", "decision_on"
        )
    elif on > _six_months(decided):
        yield refuse("too_late", "Plus de six mois se sont écoulés depuis la décision (DSA, art. 20).", "decision_on")
    if not facts.texts("errors"):
        yield refuse("no_errors", "Il manque les erreurs de la décision, point par point.", "errors")
    if not facts.get("new_element"):
        yield warn("same_text", "Aucun élément nouveau : la réclamation répète la notification.", "new_element")


def _six_months(day: date) -> date:
    month, year = (day.month + 5) % 12 + 1, day.year + (day.month + 5) // 12
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def _chaser(draft: Draft) -> list[Block]:
    facts = draft.facts
    return [
        *letter_top(draft, f"relance – notification n° {facts.text('ticket')}"),
        *clause(draft, "opening"),
        *contents(draft),
        heading("Demandes"),
        *clause(draft, "requests"),
        *free_paragraphs(draft, "paragraphs"),
        *clause(draft, "reserve"),
        *letter_end(draft),
    ]


def _complaint(draft: Draft) -> list[Block]:
    facts = draft.facts
    new = facts.text("new_element")
    return [
        *letter_top(draft, f"réclamation interne – décision n° {facts.text('ticket')}"),
        heading("Rappel"),
        table(
            ["Date", "Étape"],
            [
                [long_date(_day(facts, "notified_on")), "Notification du contenu"],
                [long_date(_day(facts, "decision_on")), f"Décision : {facts.text('decision')}"],
                [long_date(draft.on), f"Réclamation au titre {draft.of('dsa_20')}"],
            ],
            widths=[1, 3],
        ),
        *contents(draft),
        heading("Erreurs de la décision"),
        numbered(*facts.texts("errors")),
        *([heading("Élément nouveau"), paragraph(new)] if new else []),
        heading("Demande"),
        *clause(draft, "request"),
        *clause(draft, "recourse"),
        *letter_end(draft),
    ]


def _day(facts: Facts, path: str) -> date:
    found = facts.day(path)
    assert found is not None  # required by the type
    return found


TYPES = (
    DocumentType(
        id="relance_dsa",
        number=2,
        title="Relance d’une notification",
        required=(
            *LETTER_PARTS,
            Required("notified_on", "la date de la notification"),
            Required("ticket", "le numéro"),
        ),
        checks=(
            *LETTER,
            has_contents,
            client_is_named,
            _chaser_is_due,
            limitation_is_open(warn_below=45, refuse_expired=False),
        ),
        build=_chaser,
        references=("dsa_16",),
        aliases=("chaser", "relance"),
        channels=("form", "email"),
        opens="Décision du service.",
    ),
    DocumentType(
        id="reclamation_dsa",
        number=2,
        title="Réclamation interne",
        required=(
            *LETTER_PARTS,
            Required("notified_on", "la date de la notification"),
            Required("decision_on", "la date de la décision"),
            Required("decision", "la teneur de la décision"),
        ),
        checks=(
            *LETTER,
            has_contents,
            client_is_named,
            _complaint_is_open,
            limitation_is_open(warn_below=45, refuse_expired=False),
        ),
        build=_complaint,
        references=("dsa_20", "dsa_21", "dsa_53", "lcen_6_3"),
        aliases=("internal_complaint",),
        channels=("form",),
        opens="Examen de la réclamation, puis organe extrajudiciaire.",
        does_not=(NOT_INTERRUPTING, "Ne suspend aucun délai et n’est pas un préalable obligatoire au juge."),
    ),
)
