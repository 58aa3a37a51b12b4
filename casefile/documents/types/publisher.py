"""The formal notice to a publication director or publisher (4)."""

from __future__ import annotations

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
from casefile.documents.content_lines import contents
from casefile.documents.document_type import NOT_INTERRUPTING, DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.guard_checks import letter_is_guarded
from casefile.documents.letter_parts import free_paragraphs, letter_end, letter_top, requests
from casefile.documents.types.author import counsel_notice, may_write_to, wrongs
from casefile.documents.typography import long_date
from casefile.documents.word_checks import ON_WORDS, captures_are_fresh


def _publisher_is_known(facts: Facts, on: date) -> Found:
    if facts.day("legal_notice_captured_on") is None:
        message = "Les mentions légales du site n’ont pas été capturées à une date connue."
        yield refuse("no_legal_notice", message, "legal_notice_captured_on")
    if not facts.get("recipient.role"):
        message = "Le directeur de la publication n’est pas identifié : adressez-vous à l’hébergeur."
        yield refuse("no_director", message, "recipient.role")
    if facts.text("nature") not in {"article", "commentaire"}:
        message = "Indiquez s’il s’agit d’un article de la rédaction ou d’un commentaire d’internaute."
        yield refuse("nature", message, "nature")
    if facts.flag("asks_reply"):
        message = "Le droit de réponse se demande par un acte séparé, avec le texte de la réponse."
        yield refuse("mixed_reply", message, "asks_reply")
    if facts.flag("recipient.anonymous_amateur"):
        yield warn("anonymous", "L’éditeur est un non-professionnel anonyme : voyez l’hébergeur.", "recipient")
    if facts.flag("recipient.press"):
        message = "Média de presse : débat d’intérêt général, risque de procédure-bâillon."
        yield warn("press", message, "recipient.press")


def _formal_notice(draft: Draft) -> list[Block]:
    facts = draft.facts
    comment = facts.text("nature") == "commentaire"
    civility.agree(draft.lawyer, "chargé", "chargée")
    captured_on, limit = facts.day("legal_notice_captured_on"), facts.day("answer_before")
    assert captured_on  # checked before
    assert limit  # required by the type
    knowledge = (
        "La présente, à sa réception, vous donne connaissance de ce message d’internaute, au sens "
        f"{draft.of('loi1982_93_3')}."
        if comment
        else f"Votre qualité est celle que prévoient {draft.refs('loi1881_42', 'loi1982_93_3')}."
    )
    return [
        *letter_top(draft, f"mise en demeure – {facts.text('subject', 'contenu publié sur votre site')}"),
        *clause(draft, "opening"),
        paragraph(
            f"Les mentions légales du site, relevées le {long_date(captured_on)}, vous désignent comme "
            f"{facts.text('recipient.role')} ({draft.aside('lcen_1er1_i')}). {knowledge}"
        ),
        heading("Le contenu publié"),
        *contents(draft),
        heading("Son caractère fautif"),
        *wrongs(draft),
        *free_paragraphs(draft, "why_wrong"),
        heading("Ce qui vous est demandé"),
        paragraph("Je vous mets en demeure, au plus tard le ", Strong(long_date(limit)), ", de :"),
        numbered(*requests(draft)),
        *free_paragraphs(draft, "paragraphs"),
        *clause(draft, "reserve"),
        counsel_notice(draft),
        *letter_end(draft),
    ]


TYPES = (
    DocumentType(
        id="mise_en_demeure_editeur",
        number=4,
        title="Mise en demeure au directeur de la publication",
        required=(
            *LETTER_PARTS,
            Required("answer_before", "le jour où le délai expire"),
            Required("requests", "les demandes"),
        ),
        checks=(
            *LETTER,
            *ON_WORDS,
            letter_is_guarded,
            client_is_named,
            may_write_to,
            _publisher_is_known,
            deadline_before_limitation,
            captures_are_fresh,
            limitation_is_open(warn_below=30, refuse_expired=False),
        ),
        build=_formal_notice,
        references=("rin_8_2", "lcen_1er1_i", "loi1982_93_3", "loi1881_42"),
        aliases=("publisher_notice", "mise_en_demeure_directeur"),
        channels=("lrar", "email"),
        opens="La connaissance du message par le directeur de la publication.",
        does_not=(NOT_INTERRUPTING, "N’ouvre pas le délai de trois jours du droit de réponse."),
    ),
)
