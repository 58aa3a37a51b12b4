"""Passages: the exact words complained of, found in a sealed capture's text and anchored there.

Positions count Unicode code points, as the W3C TextPositionSelector does; words are never trimmed or corrected.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.errors import InvalidInput, Refused
from casefile.models.evidence import Capture, CaptureState, Passage
from casefile.models.people import Person

CONTEXT = 32


def mark(session: Session, actor: Person, capture: Capture, start: int, end: int) -> Passage:
    """Anchor the words between two positions of a sealed text.

    Raises Refused when the capture is not sealed or the words overlap a passage already kept,
    InvalidInput when the positions hold no word.
    """
    if capture.state is not CaptureState.SEALED or not capture.text_sha256:
        raise Refused("Cette capture n'est pas scellée ou ne porte pas de texte : aucun passage ne peut y être ancré.")
    exact = capture.text[start:end] if 0 <= start < end <= len(capture.text) else ""
    if not exact.strip():
        raise InvalidInput("Choisissez au moins un mot du texte capturé.", field="first_words")
    for other in kept_in(session, capture):
        if start < other.end and other.start < end:
            raise Refused(
                "Ces mots chevauchent un passage déjà retenu : un même mot ne reçoit qu'une qualification. "
                "Retirez l'autre passage ou choisissez d'autres mots."
            )
    passage = Passage(
        matter_id=capture.matter_id,
        publication_id=capture.publication_id,
        capture_id=capture.id,
        exact=exact,
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


def withdraw(session: Session, actor: Person, passage: Passage) -> None:
    """Set a passage aside; it stays on record with whoever withdrew it."""
    passage.withdrawn_at = clock.now()
    audit.record(session, actor, "passage.withdrawn", passage)


def restore(session: Session, actor: Person, passage: Passage) -> None:
    """Take a withdrawal back."""
    passage.withdrawn_at = None
    audit.record(session, actor, "passage.restored", passage)


def kept_in(session: Session, capture: Capture) -> list[Passage]:
    """List the passages kept in a capture, in the order of the text."""
    return list(
        session.scalars(
            select(Passage)
            .where(Passage.capture_id == capture.id, Passage.withdrawn_at.is_(None))
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
