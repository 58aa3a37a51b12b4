"""The right of reply online (5): a short letter and a self-standing text, ready to publish."""

from __future__ import annotations

from datetime import date

from casefile.documents import civility
from casefile.documents.blocks import Block, Exact, Heading, PageBreak, heading, numbered, paragraph, quotation, url
from casefile.documents.checks import LETTER, LETTER_PARTS, Found, Required, client_is_named, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.content_lines import content_line
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft, contracted
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import letter_end, letter_top
from casefile.documents.typography import long_date, typeset
from casefile.documents.variables import person_words
from casefile.documents.word_checks import has_contents

LINE_SIGNS = 60  # the decree defines no line: the method is printed with the count


def lines_of(text: str) -> int:
    """Count lines of sixty signs, each paragraph counted apart: the decree defines no line, this is the stated method."""
    return sum(max(1, -(-len(part) // LINE_SIGNS)) for part in text.splitlines() if part.strip())


def _reply_is_open(facts: Facts, on: date) -> Found:
    available = facts.day("available_on")
    if available and on > _three_months(available):
        message = "Plus de trois mois depuis la mise à disposition du message : la demande est forclose."
        yield refuse("too_late", message, "available_on")
    if facts.get("can_answer_directly") is not False:
        message = (
            "Le service permet peut-être de répondre directement : la procédure est alors fermée (décret, art. 1er)."
        )
        yield refuse("can_answer", message, "can_answer_directly")
    if not facts.get("recipient.role"):
        yield refuse("no_director", "Le destinataire doit être le directeur de la publication.", "recipient.role")
    yield from _text_fits(facts)
    if facts.text("signed_by", "lawyer") == "lawyer" and not facts.flag("mandate.online"):
        message = "Le mandat spécial visant l’édition en ligne n’est pas joint (CA Paris, 22 sept. 2023, n° 23/00903)."
        yield refuse("no_mandate", message, "mandate.online")
    if not any(True for _ in facts.passages()):
        yield refuse("no_passage", "Les passages contestés manquent (décret, art. 2).", "contents")
    if facts.text("channel") not in {"lrar", "lre", "bailiff"}:
        message = "Le canal doit garantir l’identité du demandeur et prouver la réception (décret, art. 1er)."
        yield refuse("channel", message, "channel")


def _text_fits(facts: Facts) -> Found:
    reply, message = facts.text("reply"), facts.text("message_text")
    if not reply:
        yield refuse("no_reply", "Le texte de la réponse manque.", "reply")
        return
    if not message:
        yield refuse("no_message", "Le texte du message d’origine, ou sa transcription, manque.", "message_text")
    elif len(reply) > len(message):
        yield refuse(
            "too_long",
            f"La réponse compte {len(reply)} signes et le message {len(message)} : raccourcissez-la.",
            "reply",
        )
    if lines_of(reply) > 200:
        yield refuse("too_many_lines", "La réponse dépasse deux cents lignes (décret, art. 3).", "reply")
    if facts.flag("reply_names_third_party"):
        yield warn("third_party", "La réponse nomme un tiers : elle peut être refusée tout entière.", "reply")
    if facts.flag("message_is_opinion"):
        message = "Le message est une opinion : le juge réserve ce droit à la rectification de faits."
        yield warn("opinion", message, "message_is_opinion")


def _three_months(day: date) -> date:
    month, year = (day.month + 2) % 12 + 1, day.year + (day.month + 2) // 12
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has twenty-eight days")


def _right_of_reply(draft: Draft) -> list[Block]:
    facts = draft.facts
    reply, message = typeset(facts.text("reply")), facts.text("message_text")
    available = facts.day("available_on")
    assert available  # required by the type
    decree = contracted("de", draft.ref("decret2007_1527"))
    return [
        *letter_top(draft, "demande d’exercice du droit de réponse en ligne"),
        paragraph(
            f"Au nom {contracted('de', person_words(draft))}, {civility.agree(draft.client, 'nommé ou désigné', 'nommée ou désignée')} dans le "
            f"message décrit ci-dessous, et en vertu du mandat spécial joint, je vous demande, en votre qualité de "
            f"{facts.text('recipient.role')}, l’insertion de la réponse annexée, en application "
            f"{draft.of('lcen_1er1_iii')} et {decree}."
        ),
        heading("Le message"),
        *_message(draft),
        numbered(
            f"Nature du message : {facts.text('nature')} ;",
            f"conditions d’accès : {facts.text('access', 'accès libre à l’adresse ci-dessus')} ;",
            f"mise à disposition du public : {long_date(available)} ;",
            "auteur mentionné : celui indiqué ci-dessus.",
        ),
        heading("Les passages contestés"),
        *(quotation(str(p["verbatim"]), label=f"Passage n° {n}") for n, (_, _, p) in enumerate(facts.passages(), 1)),
        heading("La demande"),
        *clause(draft, "request"),
        paragraph(
            f"Longueur du message : {len(message)} signes, {lines_of(message)} lignes ; longueur de la réponse : "
            f"{len(reply)} signes, {lines_of(reply)} lignes (espaces compris, lignes de {LINE_SIGNS} signes)."
        ),
        *letter_end(draft),
        PageBreak(),
        Heading(text="Annexe – Texte de la réponse", level=1),
        *(paragraph(part) for part in reply.splitlines() if part.strip()),
    ]


def _message(draft: Draft) -> list[Block]:
    blocks: list[Block] = []
    for rank, content in enumerate(draft.facts.contents, start=1):
        blocks.append(paragraph(*content_line(content, rank, len(draft.facts.contents))))
        blocks.append(url(str(content.get("url") or "")))
    return blocks


TYPES = (
    DocumentType(
        id="droit_de_reponse",
        number=5,
        title="Droit de réponse en ligne",
        required=(
            *LETTER_PARTS,
            Required("available_on", "la date de mise à disposition"),
            Required("nature", "la nature du message (écrit, sons ou images)"),
            Required("reply", "le texte de la réponse"),
        ),
        checks=(*LETTER, has_contents, client_is_named, _reply_is_open),
        build=_right_of_reply,
        references=("lcen_1er1_iii", "decret2007_1527"),
        aliases=("right_of_reply",),
        channels=("lrar", "lre", "bailiff"),
        opens="Insertion dans les trois jours de la réception.",
        does_not=("Ne retire rien et n’interrompt pas la prescription de la diffamation.",),
    ),
)
__all__ = ["TYPES", "Exact", "lines_of"]
