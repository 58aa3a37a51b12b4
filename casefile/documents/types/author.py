"""The formal notice to an identified author (3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from casefile.documents import civility
from casefile.documents.blocks import Block, Strong, heading, numbered, paragraph
from casefile.documents.checks import (
    LETTER,
    LETTER_PARTS,
    Found,
    Required,
    client_is_named,
    deadline_before_limitation,
    limitation_is_open,
    refuse,
    warn,
)
from casefile.documents.clauses import clause
from casefile.documents.content_lines import contents, proved_by
from casefile.documents.document_type import NOT_INTERRUPTING, DocumentType
from casefile.documents.draft import Draft, contracted
from casefile.documents.facts import Facts
from casefile.documents.guard_checks import letter_is_guarded
from casefile.documents.letter_parts import RIN_REASON, free_paragraphs, letter_end, letter_top, requests
from casefile.documents.typography import long_date
from casefile.documents.word_checks import ON_WORDS, captures_are_fresh

# What the letter must never hold (RIN 8.2; C. pén. 312-10; Crim. 8 sept. 2015, n° 14-83.306).
_THREATS = re.compile(
    r"employeur|votre famille|ordre des|fisc|impôts|titre de séjour|la presse sera|rendre publi|publicité de la plainte"
    r"|sinon,? (?:une )?plainte|si vous ne payez|à défaut de paiement",
    re.IGNORECASE,
)


def holds_threat(words: str) -> bool:
    """Say whether a text threatens with what is foreign to the dispute."""
    return bool(_THREATS.search(words))


def may_write_to(facts: Facts, on: date) -> Found:
    """Refuse a letter that the rules of the profession forbid (RIN 8.2)."""
    if not facts.flag("client_agrees"):
        yield refuse(
            "no_client_consent", "L’assentiment du client à cette lettre n’est pas enregistré.", "client_agrees"
        )
    if facts.flag("recipient.represented") and facts.text("recipient.role") != "lawyer":
        message = "Le destinataire a un avocat : la lettre s’adresse à son avocat exclusivement."
        yield refuse("represented", message, "recipient.represented")
    if facts.get("recipient.represented") is None:
        message = "Indiquez si le destinataire est représenté par un avocat."
        yield refuse("representation_unknown", message, "recipient.represented")
    for path in ("paragraphs", "requests", "why_wrong"):
        for text in facts.texts(path):
            if holds_threat(text):
                message = "La lettre contient une menace étrangère au litige, interdite par l’article 8.2 du RIN : retirez-la."
                yield refuse("threat", message, path)
    if facts.get("sum_for_silence"):
        message = "Une somme est liée à l’abandon d’une dénonciation étrangère au litige (C. pén., art. 312-10)."
        yield refuse("blackmail", message, "sum_for_silence")
    labels = {
        "minor": "mineur",
        "patient": "patient",
        "employee": "salarié",
        "journalist": "journaliste",
        "whistleblower": "lanceur d’alerte",
    }
    for name, label in labels.items():
        if facts.flag(f"recipient.{name}"):
            yield warn(name, f"Le destinataire est {label} : relisez le ton et l’opportunité.", f"recipient.{name}")


def _author_is_known(facts: Facts, on: date) -> Found:
    if not facts.flag("recipient.identity_proved"):
        yield warn("identity", "L’identité de l’auteur n’est pas prouvée (homonymie).", "recipient.identity_proved")
    if not facts.texts("requests"):
        yield refuse("no_request", "Aucune demande n’est cochée.", "requests")


def _formal_notice(draft: Draft) -> list[Block]:
    facts = draft.facts
    civility.client_words(draft.client)
    civility.agree(draft.lawyer, "chargé", "chargée")
    return [
        *letter_top(draft, f"mise en demeure – {facts.text('subject', 'propos publiés en ligne')}"),
        *clause(draft, "opening"),
        heading("Les propos publiés"),
        *clause(draft, "attribution"),
        *contents(draft),
        heading("Leur caractère fautif"),
        *wrongs(draft),
        *free_paragraphs(draft, "why_wrong"),
        heading("Ce qui vous est demandé"),
        paragraph("Je vous mets en demeure, au plus tard le ", Strong(long_date(_limit(facts))), ", de :"),
        numbered(*requests(draft)),
        *clause(draft, "proof"),
        *free_paragraphs(draft, "paragraphs"),
        *clause(draft, "amicable"),
        heading("Suites éventuelles"),
        *clause(draft, "outcome"),
        counsel_notice(draft),
        *letter_end(draft),
    ]


def wrongs(draft: Draft) -> Iterator[Block]:
    """Say, passage by passage, which fact is imputed and which single offence it may be."""
    for number, (_path, content, passage) in enumerate(draft.facts.passages(), start=1):
        charge = draft.charge_words(str(passage["qualification"]))
        fact = str(passage.get("imputation") or "").rstrip(". ")
        lead = f"impute {contracted('à', str(passage.get('target')))} le fait suivant : {fact}. Il porte atteinte à son honneur ou à sa considération"
        shown = (
            lead
            if "diffamation" in charge and fact
            else f"vise {passage.get('target') or civility.titled(draft.client)}"
        )
        yield paragraph(f"Le propos n° {number} {shown} et est susceptible de constituer {charge}{proved_by(content)}.")


def counsel_notice(draft: Draft) -> Block:
    """Write the two mentions of article 8.2 of the profession's rules."""
    return paragraph(
        f"Conformément à {draft.ref('rin_8_2')}, je vous informe que vous avez la faculté de consulter un avocat, et "
        "vous invite, si vous en choisissez un, à me faire connaître son nom, afin que je lui adresse mes prochains courriers.",
        locked=RIN_REASON,
    )


def _limit(facts: Facts) -> date:
    found = facts.day("answer_before")
    assert found is not None  # required by the type
    return found


TYPES = (
    DocumentType(
        id="mise_en_demeure",
        number=3,
        title="Mise en demeure",
        required=(
            *LETTER_PARTS,
            Required("answer_before", "le jour où le délai expire"),
            Required("requests", "les demandes"),
            Required("firm.email", "le courriel du cabinet"),
        ),
        checks=(
            *LETTER,
            *ON_WORDS,
            letter_is_guarded,
            client_is_named,
            may_write_to,
            _author_is_known,
            deadline_before_limitation,
            captures_are_fresh,
            limitation_is_open(warn_below=30, refuse_expired=False),
        ),
        build=_formal_notice,
        references=("rin_8_2",),
        aliases=("formal_notice", "mise_en_demeure_auteur"),
        channels=("lrar", "lre", "email", "bailiff"),
        opens="Le délai que la lettre fixe, et lui seul.",
        does_not=(NOT_INTERRUPTING, "Ne vaut pas citation.", "N’est pas un préalable obligatoire."),
    ),
)
__all__ = ["TYPES", "counsel_notice", "holds_threat", "may_write_to", "wrongs"]
