"""Passages: the exact words complained of, found in a sealed capture's text and anchored there.

Positions count Unicode code points, as the W3C TextPositionSelector does; words are never trimmed or corrected,
except those that a machine read from an image: the lawyer's reading and the machine's are then both kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.errors import InvalidInput, Refused
from casefile.models.evidence import Capture, CaptureState, Passage, Publication
from casefile.models.people import Person
from casefile.models.procedure import Answer, Qualification, QualificationState

CONTEXT = 32


def mark(
    session: Session, actor: Person, capture: Capture, start: int, end: int, *, read_as: str | None = None
) -> Passage:
    """Anchor the words between two positions of a sealed text; `read_as` corrects what a machine read from an image.

    Raises Refused when the capture is not sealed or the words overlap a passage already kept,
    InvalidInput when the positions hold no word.
    """
    if capture.state is not CaptureState.SEALED or not capture.text_sha256:
        raise Refused("Cette capture n'est pas scellée ou ne porte pas de texte : aucun passage ne peut y être ancré.")
    exact = capture.text[start:end] if 0 <= start < end <= len(capture.text) else ""
    if not exact.strip():
        raise InvalidInput("Choisissez au moins un mot du texte capturé.", field="first_words")
    _refuse_overlap(session, capture, start, end)
    passage = Passage(
        matter_id=capture.matter_id,
        publication_id=capture.publication_id,
        capture_id=capture.id,
        exact=_proofread(capture, exact, read_as),
        ocr_proposal=exact if capture.text_from_ocr else None,
        prefix=capture.text[max(start - CONTEXT, 0) : start],
        suffix=capture.text[end : end + CONTEXT],
        start=start,
        end=end,
        source_sha256=capture.text_sha256,
        marked_by_id=actor.id,
    )
    session.add(passage)
    session.flush()
    audit.record(session, actor, "passage.marked", passage, {"start": start, "end": end})
    return passage


def answers_by_choice(session: Session, matter_id: uuid.UUID) -> dict[uuid.UUID, dict[str, str]]:
    """Give what was answered for each qualification that stands in a dossier, by qualification."""
    rows = session.scalars(
        select(Answer)
        .join(Qualification, Qualification.id == Answer.qualification_id)
        .where(Qualification.matter_id == matter_id, Qualification.state == QualificationState.CHOSEN)
        .order_by(Answer.answered_at, Answer.id)
    )
    found: dict[uuid.UUID, list[Answer]] = {}
    for row in rows:
        found.setdefault(row.qualification_id, []).append(row)
    return {
        name: {question: row.value[0] for question, row in newest(answers).items()} for name, answers in found.items()
    }


def newest(answers: Iterable[Answer]) -> dict[str, Answer]:
    """Give the last answer to each question, from answers in order of time; withdrawn ones are absent."""
    last = {row.question: row for row in answers}
    return {question: row for question, row in last.items() if row.value}


def withdraw(session: Session, actor: Person, passage: Passage) -> None:
    """Set a passage aside; it stays on record with whoever withdrew it."""
    passage.withdrawn_at = clock.now()
    audit.record(session, actor, "passage.withdrawn", passage)


def restore(session: Session, actor: Person, passage: Passage) -> None:
    """Take a withdrawal back; raises Refused when other words overlap it, or when its capture was destroyed."""
    if passage.withdrawn_at is None:
        return
    capture = session.get_one(Capture, passage.capture_id)
    if capture.state is not CaptureState.SEALED:
        raise Refused("La capture de ce passage a été détruite : ses mots ne peuvent plus être repris.")
    _refuse_overlap(session, capture, passage.start, passage.end)
    passage.withdrawn_at = None
    audit.record(session, actor, "passage.restored", passage)


def correct(session: Session, actor: Person, passage: Passage, words: str) -> None:
    """Write what the image says where the machine misread it; its proposal stays beside.

    Raises Refused for words that no machine read, InvalidInput when nothing is written.
    """
    if passage.ocr_proposal is None:
        raise Refused("Ces mots viennent du texte scellé, non d'une lecture optique : ils ne se corrigent pas.")
    if not words.strip():
        raise InvalidInput("Écrivez les mots lus sur l'image.", field="words")
    audit.record(session, actor, "passage.corrected", passage, {"before": passage.exact, "after": words})
    passage.exact = words


def kept_in(session: Session, capture: Capture) -> list[Passage]:
    """List the passages kept in a capture, in the order of the text."""
    return list(
        session.scalars(
            select(Passage)
            .where(Passage.capture_id == capture.id, Passage.withdrawn_at.is_(None))
            .order_by(Passage.start)
        )
    )


def annotation_of(passage: Passage, capture: Capture, address: str) -> dict[str, Any]:
    """Write a passage as a W3C Web Annotation: TextQuote and TextPosition selectors over the digest of their source."""
    annotation: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"urn:uuid:{passage.id}",
        "type": "Annotation",
        "motivation": "highlighting",
        "created": passage.created_at.isoformat(),
        "target": {
            "source": address or f"urn:uuid:{passage.publication_id}",
            "state": {
                "type": "TimeState",
                "sourceDate": capture.sealed_at.isoformat() if capture.sealed_at else None,
                "cached": f"urn:sha256:{passage.source_sha256}",
            },
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": passage.ocr_proposal or passage.exact,
                    "prefix": passage.prefix,
                    "suffix": passage.suffix,
                },
                {"type": "TextPositionSelector", "start": passage.start, "end": passage.end},
            ],
        },
    }
    if passage.ocr_proposal is not None:
        annotation["body"] = {"type": "TextualBody", "purpose": "editing", "value": passage.exact}
    return annotation


def withdrawn_in(session: Session, publication: Publication) -> list[Passage]:
    """List the passages of a content that were set aside."""
    return list(
        session.scalars(
            select(Passage)
            .where(Passage.publication_id == publication.id, Passage.withdrawn_at.is_not(None))
            .order_by(Passage.start)
        )
    )


def locate(text: str, exact: str, start: int | None) -> tuple[int, int]:
    """Find chosen words in a text, first where the browser says, otherwise where they stand alone.

    Raises InvalidInput when they are absent, or found several times with nothing to choose by.
    """
    if start is not None and text[start : start + len(exact)] == exact:
        return start, start + len(exact)
    found = [index for index in range(len(text)) if text.startswith(exact, index)] if exact else []
    if not found:
        raise InvalidInput(
            "Ces mots ne figurent pas tels quels dans le texte capturé : recopiez-les exactement, fautes comprises.",
            field="first_words",
        )
    if len(found) > 1:
        raise InvalidInput(
            f"Ces mots figurent {len(found)} fois dans le texte : ajoutez les mots voisins pour désigner l'endroit.",
            field="first_words",
        )
    return found[0], found[0] + len(exact)


def between(text: str, first: str, last: str) -> tuple[int, int]:
    """Find the passage that begins with some words and ends with others: marking without a mouse."""
    start, end = locate(text, first, None)
    if not last:
        return start, end
    close = text.find(last, start)
    if close < 0:
        raise InvalidInput("Les derniers mots ne se trouvent pas après les premiers.", field="last_words")
    return start, max(end, close + len(last))


def _proofread(capture: Capture, read: str, read_as: str | None) -> str:
    if read_as is None or not read_as.strip():
        return read
    if not capture.text_from_ocr and read_as != read:
        raise Refused("Ces mots viennent du texte scellé, non d'une lecture optique : ils ne se corrigent pas.")
    return read_as


def _refuse_overlap(session: Session, capture: Capture, start: int, end: int) -> None:
    for other in kept_in(session, capture):
        if start < other.end and other.start < end:
            raise Refused(
                "Ces mots chevauchent un passage déjà retenu : un même mot ne reçoit qu'une qualification. "
                "Retirez l'autre passage ou choisissez d'autres mots."
            )
