"""What was sent and waits, by hand."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from flask import render_template

from bench.floors.desk import SEEN, Desk, Matter, dashed, day
from casefile.documents.sending import ANSWERS
from casefile.web.paging import Pager

SENT = (
    "SELECT s.id, s.sent_on, s.recipient, s.follow_up_on, s.answered_on, s.answer_kind, l.letter_type, l.title, "
    "m.id, m.reference, m.title, l.publication_id FROM dispatch s JOIN letter l ON l.id = s.letter_id "
    f"JOIN matter m ON m.id = s.matter_id WHERE {SEEN} ORDER BY s.sent_on, s.created_at"
)
STATES = (("attente", "En attente"), ("relance", "À relancer"), ("refus", "Refusées"))


class Dispatch(NamedTuple):
    """One sending."""

    id: str
    sent_on: date
    recipient: str
    answer_kind: str


class Letter(NamedTuple):
    """What was sent."""

    title: str


class Action(NamedTuple):
    """What follows, and when."""

    text: str
    due_on: date | None
    limit_on: date | None
    source: str


class Notice(NamedTuple):
    """One row."""

    dispatch: Dispatch
    letter: Letter
    matter: Matter
    publication: Any
    days: int
    action: Action
    sent_before: date | None


def view(desk: Desk) -> str:
    """Answer « /notifications »: every sending is read, for the order is that of what its answers ask for."""
    waiting = []
    for row in desk.rows(SENT):
        key, sent_on, recipient, due_on, answered_on, kind, letter_type, title, matter, reference, name, content = row
        if answered_on is not None or content is not None or letter_type != "mise_en_demeure":
            raise NotImplementedError("this floor follows letters that nobody answered")
        waiting.append((due_on or "9999-12-31", sent_on, key, recipient, kind, title, matter, reference, name, due_on))
    waiting.sort(key=lambda row: row[:2])
    rows = []
    for _, sent_on, key, recipient, kind, title, matter, reference, name, due_on in waiting[:50]:
        due, sent = day(due_on), date.fromisoformat(sent_on)
        action = Action(
            "Attendre la réponse" if due is None or due > desk.today else "Relancer le destinataire", due, None, ""
        )
        dispatch = Dispatch(dashed(key), sent, recipient, kind)
        place = Matter(dashed(matter), reference, name)
        rows.append(Notice(dispatch, Letter(title), place, None, (desk.today - sent).days, action, None))
    return render_template(
        "notifications/index.html",
        rows=rows,
        pager=Pager(1, len(waiting), noun="envoi"),
        total=len(waiting),
        asked={"etat": "", "plateforme": "", "nature": ""},
        states=STATES,
        platforms=[],
        natures=[("mise_en_demeure", "Mise en demeure")] if waiting else [],
        answers=ANSWERS,
        today=desk.today,
        shell=desk.shell("/notifications"),
    )
