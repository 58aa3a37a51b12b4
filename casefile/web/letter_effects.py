"""What a letter marked sent or answered moves on the way to a name: asked once, told at once, on every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, g

from casefile.documents import catalogue
from casefile.errors import CasefileError
from casefile.identification import correspondence
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter
from casefile.web.guards import db

INTERRUPTS = "Acte interruptif parti\u00a0: enregistrez l’acte dans les délais, avec sa preuve."


def follow_sending(matter: Matter, letter: Letter, on: date) -> None:
    """Start the steps that a letter serves, and say which."""
    if catalogue.type_of(letter.letter_type).interrupts:
        flash(INTERRUPTS)
    _told("Étape engagée", lambda: correspondence.letter_sent(db(), g.person, matter, letter, on))


def follow_answer(matter: Matter, dispatch: Dispatch, kind: str, on: date) -> None:
    """Carry an answer to the steps that waited for it, and say which moved."""
    _told(
        "Étapes recalculées",
        lambda: correspondence.letter_answered(db(), g.person, matter, dispatch, kind=kind, on=on),
    )


def _told(what: str, act: Callable[[], list[str]]) -> None:
    """Do what follows; what it refuses never undoes the sending or the answer, which happened."""
    point = db().begin_nested()
    try:
        moved = act()
    except CasefileError as error:
        point.rollback()
        flash(f"Étapes d’identification à revoir\u00a0: {error.message}", "error")
        return
    point.commit()
    if moved:
        flash(f"{what}\u00a0: {', '.join(moved)}.")
