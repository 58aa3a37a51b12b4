"""The letter that tells the client when the limitation period ends (19)."""

from __future__ import annotations

from datetime import date, timedelta

from casefile.documents.blocks import Block, Strong, bullets, heading, paragraph, table
from casefile.documents.checks import LETTER, LETTER_PARTS, Found, Required, client_is_named, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import free_paragraphs, letter_end, letter_top
from casefile.documents.typography import long_date

NOT_INTERRUPTING_ACTS = (
    "une mise en demeure ;",
    "une notification à la plateforme ;",
    "une plainte simple ;",
    "une demande d’aide juridictionnelle ;",
    "une demande de retrait ;",
    "une négociation.",
)
INTERRUPTING_ACTS = (
    "une plainte avec constitution de partie civile régulière ;",
    "une citation directe régulière ;",
    "une assignation valable ;",
    "des réquisitions aux fins d’enquête du parquet qui articulent et qualifient les propos.",
)


def _start_is_documented(facts: Facts, on: date) -> Found:
    if facts.day("limitation.prudent_on") is None:
        yield refuse("no_limitation", "La date limite n’a pas été calculée.", "limitation.prudent_on")
    if facts.day("limitation.start_on") is None:
        yield refuse("no_start", "La date de première mise en ligne retenue manque.", "limitation.start_on")
    elif not facts.get("limitation.start_proof") and not facts.flag("limitation.reserve_printed"):
        message = (
            "La date de première mise en ligne n’est pas documentée : indiquez sa source, ou imprimez une réserve."
        )
        yield refuse("no_start_proof", message, "limitation.start_proof")
    if facts.text("limitation.computed_from") == "discovery":
        message = "La prescription est calculée depuis la découverte : elle court de la première mise en ligne."
        yield refuse("from_discovery", message, "limitation.computed_from")
    if facts.flag("republication_alleged"):
        yield warn(
            "republication", "Une nouvelle mise en ligne est alléguée : elle est à prouver.", "republication_alleged"
        )


def _letter(draft: Draft) -> list[Block]:
    facts = draft.facts
    first, last, answer = (
        facts.day("limitation.start_on"),
        facts.day("limitation.prudent_on"),
        facts.day("answer_before"),
    )
    assert first  # checked before
    assert last  # checked before
    assert answer  # required by the type
    proof = facts.text("limitation.start_proof") or "sous réserve : cette date n’est pas encore prouvée"
    return [
        *letter_top(draft, "prescription – décision attendue de votre part"),
        *clause(draft, "opening"),
        heading("La date limite"),
        paragraph(
            f"La première mise en ligne est retenue au {long_date(first)} ({proof}). Le délai est de trois mois révolus à compter "
            f"de cette date ({draft.aside('loi1881_65')}), et non de la découverte. Il expire le ",
            Strong(long_date(last)),
            ". Pour l’organiser, je retiens comme date interne de sécurité le ",
            Strong(long_date(last - timedelta(days=15))),
            ".",
        ),
        heading("Ce qui n’interrompt pas ce délai"),
        bullets(*NOT_INTERRUPTING_ACTS),
        heading("Ce qui l’interrompt"),
        bullets(*INTERRUPTING_ACTS),
        heading("Actes possibles et budget"),
        table(
            ["Acte", "Budget", "Délai"],
            [[str(row.get(name) or "") for name in ("name", "cost", "time")] for row in facts.rows("options")],
            widths=[4, 2, 2],
        ),
        paragraph(
            f"Un délai d’un an peut s’appliquer à certains propos discriminatoires ({draft.aside('loi1881_65_3')}) : "
            "j’ai vérifié s’il concerne ceux de votre dossier."
            if facts.flag("one_year_checked")
            else f"Un délai d’un an peut s’appliquer à certains propos discriminatoires ({draft.aside('loi1881_65_3')}) : "
            "ce point reste à vérifier et ne doit pas retarder votre décision."
        ),
        heading("Votre décision"),
        paragraph(
            "Je vous remercie de me dire, avant le ",
            Strong(long_date(answer)),
            ", quel acte vous décidez, et de me remettre les documents suivants :",
        ),
        bullets(*(facts.texts("documents_needed") or ["votre accord écrit."])),
        *clause(draft, "silence"),
        *free_paragraphs(draft, "paragraphs"),
        *letter_end(draft),
    ]


TYPES = (
    DocumentType(
        id="lettre_prescription",
        number=19,
        title="Prescription – lettre au client",
        required=(
            *LETTER_PARTS,
            Required("answer_before", "le jour de la réponse attendue"),
            Required("options", "les actes et leur budget"),
        ),
        checks=(*LETTER, client_is_named, _start_is_documented),
        build=_letter,
        references=("loi1881_65", "loi1881_65_3"),
        aliases=("limitation_letter",),
        channels=("email", "lrar", "space"),
        opens="Le délai interne de réponse.",
    ),
)
