"""The first letter to the service that hosts: the DSA notice (1), as a letter and as the fields of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from casefile.documents import civility
from casefile.documents.blocks import Block, Exact, Strong, heading, paragraph
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
from casefile.documents.content_lines import contents, proved_by
from casefile.documents.document_type import NOT_INTERRUPTING, DocumentType
from casefile.documents.draft import Draft, contracted
from casefile.documents.facts import Facts
from casefile.documents.guard_checks import letter_is_guarded
from casefile.documents.letter_parts import free_paragraphs, letter_end, letter_top
from casefile.documents.word_checks import (
    ON_WORDS,
    captures_are_fresh,
    is_insult,
    opinions_are_named,
    why_unlawful,
)
from casefile.law.review_policies import policy_grounds

_FORM_LIMIT = 1500


def _notice_can_be_given(facts: Facts, on: date) -> Found:
    if not facts.get("notifier.email"):
        yield refuse("no_email", "Il manque le courriel du notifiant (DSA, art. 16, § 2, c).", "notifier.email")
    if not facts.get("notifier.name"):
        yield refuse("no_name", "Il manque le nom du notifiant (DSA, art. 16, § 2, c).", "notifier.name")
    if not facts.flag("good_faith_confirmed"):
        message = "La déclaration de bonne foi n’a pas été confirmée par la personne (DSA, art. 16, § 2, d)."
        yield refuse("no_good_faith", message, "good_faith_confirmed")
    if facts.flag("client_says_true"):
        message = "Le client a indiqué que le fait est vrai : une fausse notification est un délit."
        yield refuse("fact_is_true", message, "client_says_true")
    if facts.text("channel") != "form":
        message = "La notification passe par le mécanisme électronique du service ; la lettre recommandée n’en est qu’un double."
        yield warn("not_electronic", message, "channel")
    if facts.get("recipient.in_union") is False:
        yield warn("outside_union", "L’entité destinataire n’est pas établie dans l’Union.", "recipient.in_union")
    if facts.flag("already_notified"):
        message = "Le même contenu a déjà été notifié : préférez la relance ou la réclamation."
        yield warn("already_notified", message, "already_notified")
    for rank, content in enumerate(facts.contents):
        if content.get("is_listing"):
            message = "L’adresse est celle de la fiche et non celle de l’avis : notez l’adresse de l’avis."
            yield refuse("listing_url", message, f"contents.{rank}.url")


def _notice(draft: Draft) -> list[Block]:
    client = civility.titled(draft.client)
    mandated = civility.agree(draft.lawyer, "avocat mandaté", "avocate mandatée")
    return [
        *letter_top(draft, "notification d’un contenu illicite"),
        *clause(draft, "opening"),
        heading("Notifiant"),
        paragraph(
            "Nom : ",
            Strong(draft.facts.text("notifier.name")),
            " ; courriel : ",
            Exact(draft.facts.text("notifier.email")),
            f" ; agissant comme {mandated} par la personne visée.",
            locked="Mention exigée par l’article 16, § 2, c), du règlement (UE) 2022/2065.",
        ),
        heading("Contenu notifié et emplacement exact"),
        *contents(draft),
        heading("Pourquoi ce contenu est illicite"),
        *_explanations(draft),
        *free_paragraphs(draft, "paragraphs"),
        heading("Demandes"),
        *clause(draft, "requests"),
        paragraph(
            Strong("Déclaration de bonne foi. "),
            f"{client[:1].upper()}{client[1:]} déclare, par mon intermédiaire, croire de bonne foi que les informations et "
            "les allégations contenues dans la présente notification sont exactes et complètes.",
            locked="Mention exigée par l’article 16, § 2, d), du règlement (UE) 2022/2065.",
        ),
        *clause(draft, "reserve"),
        *letter_end(draft),
    ]


def _explanations(draft: Draft) -> Iterator[Block]:
    for number, (_path, content, passage) in enumerate(draft.facts.passages(), start=1):
        yield paragraph(
            Strong(f"Propos n° {number}. "),
            _what_is_said(passage),
            f"{_sentence(str(passage['why']))} Il est susceptible de constituer "
            f"{draft.charge_words(str(passage['qualification']))}{proved_by(content)}.",
        )


def _what_is_said(passage: Mapping[str, object]) -> str:
    if is_insult(passage.get("qualification")):
        return f"Ce propos vise {passage['target']} en des termes outrageants. "
    fact = str(passage["imputation"]).rstrip(". ")
    return f"Ce propos impute {contracted('à', str(passage['target']))} un fait précis : {fact}. "


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def form_fields(draft: Draft, limit: int = _FORM_LIMIT) -> dict[str, str]:
    """Give the notice as the fields of a platform's form, plain text, the explanation cut at no word."""
    explanation = " ".join(block.text for block in _explanations(draft) if hasattr(block, "text"))
    if len(explanation) > limit:
        explanation = re.sub(r"\s+\S*$", "", explanation[: limit - 1]) + "…"
    ticked = draft.facts.texts("policy")
    grounds = [
        one.ground
        for row in draft.facts.contents
        for one in policy_grounds(str(row.get("service")))
        if one.id in ticked
    ]
    policy = {"policy": "\n".join(dict.fromkeys(grounds))} if grounds else {}
    return policy | {
        "name": draft.facts.text("notifier.name"),
        "email": draft.facts.text("notifier.email"),
        "urls": "\n".join(str(content.get("url")) for content in draft.facts.contents),
        "words": "\n\n".join(str(passage["verbatim"]) for _, _, passage in draft.facts.passages()),
        "explanation": explanation,
    }


TYPES = (
    DocumentType(
        id="notification_dsa",
        number=1,
        title="Notification de contenu illicite",
        required=(*LETTER_PARTS, Required("firm.email", "le courriel du cabinet")),
        checks=(
            *LETTER,
            *ON_WORDS,
            letter_is_guarded,
            client_is_named,
            why_unlawful,
            _notice_can_be_given,
            captures_are_fresh,
            opinions_are_named,
            limitation_is_open(warn_below=21, refuse_expired=False),
        ),
        build=_notice,
        references=("dsa_16",),
        aliases=("takedown_notice", "dsa_notice", "notification"),
        channels=("form", "lrar"),
        opens="Examen par le service, puis six mois de réclamation interne après la décision.",
        does_not=(NOT_INTERRUPTING, "N’identifie pas l’auteur.", "N’oblige pas à retirer un avis seulement négatif."),
    ),
)
