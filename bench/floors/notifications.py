"""What was sent and waits, by hand."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from flask import render_template

from bench.floors.desk import Desk, Matter, dashed, day
from casefile.documents.sending import ANSWERS
from casefile.web.paging import PAGE_SIZE, Pager

MINE = "k.person_id = :me AND (k.until IS NULL OR k.until > :now)"
COUNTED = f"SELECT k.stage, k.letter_type, count(*) FROM desk_sending k WHERE {MINE} GROUP BY k.stage, k.letter_type"
# Walked in its order, as far as the page; the wall is asked again of each row shown.
SENT = (
    "SELECT s.id, s.sent_on, s.recipient, s.follow_up_on, s.answer_kind, l.title, m.id, m.reference, m.title "
    "FROM (SELECT dispatch_id, follow_up_on, sent_on, entered_at FROM desk_sending k "
    f"WHERE {MINE} AND k.stage = 'waits' "
    "ORDER BY follow_up_on NULLS LAST, sent_on, entered_at, dispatch_id LIMIT :size) p "
    "JOIN dispatch s ON s.id = p.dispatch_id JOIN letter l ON l.id = s.letter_id JOIN matter m ON m.id = s.matter_id "
    "WHERE EXISTS (SELECT 1 FROM team_member t WHERE t.matter_id = m.id AND t.person_id = :me "
    "AND (t.until IS NULL OR t.until > :now)) AND NOT EXISTS (SELECT 1 FROM wall_entry w WHERE w.matter_id = m.id "
    "AND w.person_id = :me AND w.lifted_at IS NULL) "
    "ORDER BY p.follow_up_on NULLS LAST, p.sent_on, p.entered_at, p.dispatch_id"
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
    """Answer « /notifications »: counted and cut by the database, in the order of the days on which to write again."""
    counted = desk.rows(COUNTED)
    if any((stage, kind) != ("waits", "mise_en_demeure") for stage, kind, _number in counted):
        raise NotImplementedError("this floor follows letters that nobody answered")
    total = sum(number for *_kind, number in counted)
    rows = []
    for key, sent_on, recipient, due_on, kind, title, matter, reference, name in desk.rows(SENT, size=PAGE_SIZE):
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
        pager=Pager(1, total, noun="envoi"),
        total=total,
        asked={"etat": "", "plateforme": "", "nature": ""},
        states=STATES,
        platforms=[],
        natures=[("mise_en_demeure", "Mise en demeure")] if total else [],
        answers=ANSWERS,
        today=desk.today,
        shell=desk.shell("/notifications"),
    )
