"""What is outstanding, told the long way: every sending is read and judged, then filtered and sorted.

The page chooses in the database; its tests compare it with this, row by row.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from casefile import access, clock
from casefile.identification.notices import ABOUT_A_CONTENT, Notice, contents_of, next_action
from casefile.identification.recourses import recourses
from casefile.identification.seen import NOTHING_SEEN, seen
from casefile.models.evidence import Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter

REFUSALS = {"refused", "partial"}


def outstanding(session, person):
    """List what is not settled, the most urgent first; then the oldest, then by identifier."""
    today = clock.today()
    every = sent(session, person)
    complained = {(row.matter.id, row.content_id) for row in every if row.letter.letter_type == "reclamation_dsa"}
    found = [row for row in every if not settled(row, complained, today)]
    return sorted(found, key=lambda row: (row.action.due_on or date.max, row.dispatch.sent_on))


def sent(session, person):
    rows = session.execute(
        select(Dispatch, Letter, Matter, Publication)
        .join(Letter, Letter.id == Dispatch.letter_id)
        .join(Matter, Matter.id == Dispatch.matter_id)
        .outerjoin(Publication, Publication.id == Letter.publication_id)
        .where(access.visible_to(person))
        .order_by(Dispatch.sent_on, Dispatch.created_at, Dispatch.id)
    ).all()
    followed = [(row, content) for row in rows for content in contents(session, row)]
    about = {content.id: content for _row, content in followed if content is not None}
    looked, recorded = seen(session, about.values()), recourses(session, about)
    today = clock.today()
    first, found = {}, []
    for (dispatch, letter, matter, _), content in followed:
        key = (content and content.id, letter.letter_type, dispatch.recipient.casefold())
        before = first.get(key) if content else None
        first.setdefault(key, dispatch.sent_on)
        shown = looked.get(content.id, NOTHING_SEEN) if content else NOTHING_SEEN
        reached = recorded.get(content.id, {}) if content else {}
        action = next_action(letter.letter_type, dispatch, today, shown, reached)
        days = (today - dispatch.sent_on).days
        found.append(Notice(dispatch, letter, matter, content, days, action, before, shown, reached))
    return found


def contents(session, row):
    """Give each content of a letter; None for a letter about the whole dossier."""
    _dispatch, letter, _matter, single = row
    if single is None and letter.letter_type in ABOUT_A_CONTENT | {"paf_6_3"}:
        named = contents_of(session, [letter.id])[letter.id]
        return [session.get(Publication, one) for one in named] or [None]
    return [single]


def settled(row, complained, today):
    kind, letter = row.dispatch.answer_kind, row.letter
    if row.is_proved_removed:
        return True
    if kind == "removed" and letter.letter_type in ABOUT_A_CONTENT:
        return False
    if row.dispatch.answered_on is None or kind in {"acknowledged", "returned"}:
        return False
    if kind in REFUSALS and letter.letter_type in {"notification_dsa", "relance_dsa"}:
        answered = (row.matter.id, row.content_id) in complained
        if row.reached and "judgment" not in row.reached:
            return answered
        limit = row.action.limit_on
        return answered or (limit is not None and today > limit)
    return not (kind in REFUSALS and letter.letter_type == "reclamation_dsa")


def matches(row, asked):
    """Tell whether a row is asked for; a state that is not understood does not filter."""
    waits = row.dispatch.answered_on is None or row.dispatch.answer_kind == "acknowledged"
    refused = row.dispatch.answer_kind in REFUSALS
    states = {"attente": waits, "relance": waits and row.is_late, "refus": refused}
    platform = row.publication.platform if row.publication else ""
    return (
        states.get(asked.state, True)
        and asked.platform in {"", platform}
        and asked.letter_type in {"", row.letter.letter_type}
    )
