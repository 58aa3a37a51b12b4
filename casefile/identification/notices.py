"""What was sent from the dossiers that a person may see, with the next action, its day, and whether it is settled.

A letter over several contents is followed content by content: one is removed while another is not. The days come from
the steps of the reference: a legal one is said to be the limit, the firm's own an aim.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Bundle, Session

from casefile import access, clock
from casefile.identification.recourses import NextAction, recourse_action, recourses
from casefile.identification.seen import NOTHING_SEEN, Seen, seen
from casefile.law import reference
from casefile.law.calendar import add_months
from casefile.law.identification_steps import StepRule
from casefile.models.evidence import Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter
from casefile.models.people import Person

NOTICES = frozenset({"notification_dsa", "relance_dsa"})
COMPLAINT = "reclamation_dsa"
ABOUT_A_CONTENT = NOTICES | {COMPLAINT, "rgpd_effacement", "rgpd_dereferencement"}
REMOVAL_WRIT = "paf_6_3"
# Followed content by content when they are about several.
BY_CONTENT = ABOUT_A_CONTENT | {REMOVAL_WRIT}
ACKNOWLEDGED = "acknowledged"
REFUSALS = frozenset({"refused", "partial"})
COMPLAINT_STEP = "S17"
ANSWER_WORDS = {
    "removed": "contenu retiré, dit la plateforme",
    "refused": "refus",
    "partial": "retrait partiel",
    "other": "autre réponse",
}
RECOURSE = "Organe extrajudiciaire, régulateur ou juge"
RECOURSE_SOURCE = "DSA, art. 21 et 53 ; LCEN, art. 6-3"
WHOLE = (Dispatch, Letter, Matter, Publication)
# What settles, sorts and shows a sending in a list: sealed words stay in the database, and no object is made.
LISTED: tuple[Bundle[Any], ...] = (
    Bundle(
        "dispatch",
        *(Dispatch.id, Dispatch.sent_on, Dispatch.created_at, Dispatch.recipient),
        *(Dispatch.follow_up_on, Dispatch.answered_on, Dispatch.answer_kind),
    ),
    Bundle("letter", Letter.id, Letter.publication_id, Letter.letter_type, Letter.title),
    Bundle("matter", Matter.id, Matter.reference, Matter.title),
    Bundle(
        "publication",
        *(Publication.id, Publication.title, Publication.platform),
        *(Publication.online_state, Publication.removed_on),
    ),
)
OLDEST_FIRST = (Dispatch.sent_on, Dispatch.created_at, Dispatch.id)


@dataclass(frozen=True, slots=True)
class Notice:
    """One sending about one content, with its dossier and what follows."""

    dispatch: Dispatch
    letter: Letter
    matter: Matter
    publication: Publication | None
    days: int
    action: NextAction
    sent_before: date | None = None  # told of the rows of a page only, see `outstanding`
    seen: Seen = NOTHING_SEEN
    reached: Mapping[str, date] = field(default_factory=dict)

    @property
    def content_id(self) -> uuid.UUID | None:
        """Name the content; None for a letter about the whole dossier."""
        return self.publication.id if self.publication else None

    @property
    def place(self) -> tuple[uuid.UUID, uuid.UUID | None]:
        """Name the dossier and the content: two letters about their whole dossiers have nothing in common."""
        return self.matter.id, self.content_id

    @property
    def waits(self) -> bool:
        """Tell whether nobody answered, or only to say that it was received."""
        return self.dispatch.answered_on is None or self.dispatch.answer_kind == ACKNOWLEDGED

    @property
    def is_proved_removed(self) -> bool:
        """Tell whether a capture proves that what this letter complained of is gone."""
        return self.letter.letter_type in ABOUT_A_CONTENT and self.seen.is_proved_removed

    @property
    def is_late(self) -> bool:
        """Tell whether the next action's day has passed."""
        return self.action.due_on is not None and self.action.due_on < clock.today()


def sent(session: Session, person: Person, *within: ColumnElement[bool], shape: Sequence[Any] = WHOLE) -> list[Notice]:
    """List the sendings within these conditions of the dossiers that this person may see, oldest first.

    They are read whole, or in the columns of a list.
    """
    found = sendings(shape).where(access.visible_to(person), *within).order_by(*OLDEST_FIRST)
    return followed(session, session.execute(found).all(), shape)


def sendings(shape: Sequence[Any]) -> Select[Any]:
    """Select sendings with their letter, dossier and content, under no wall: whoever calls puts one."""
    return (
        select(*shape)
        .select_from(Dispatch)
        .join(Letter, Letter.id == Dispatch.letter_id)
        .join(Matter, Matter.id == Dispatch.matter_id)
        .outerjoin(Publication, Publication.id == Letter.publication_id)
    )


def followed(session: Session, rows: Sequence[Any], shape: Sequence[Any]) -> list[Notice]:
    """Tell of each sending read in this shape, content by content, what captures show and what comes next."""
    pairs = list(by_content(session, rows, shape))
    contents = {content.id: content for _row, content in pairs if content is not None}
    looked, recorded = seen(session, contents.values()), recourses(session, contents)
    today = clock.today()
    found = []
    for (dispatch, letter, matter, *_), content in pairs:
        shown = looked.get(content.id, NOTHING_SEEN) if content else NOTHING_SEEN
        reached = recorded.get(content.id, {}) if content else {}
        action = next_action(letter.letter_type, dispatch, today, shown, reached)
        days = (today - dispatch.sent_on).days
        found.append(Notice(dispatch, letter, matter, content, days, action, seen=shown, reached=reached))
    return found


def by_content(session: Session, rows: Sequence[Any], shape: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Give each sending with its content, once for each of them; with None when it is about the whole dossier."""
    whole = {row[1].id for row in rows if row[1].publication_id is None and row[1].letter_type in BY_CONTENT}
    named = contents_of(session, whole) if whole else {}
    wanted = {one for several in named.values() for one in several}
    read = session.execute(select(shape[-1]).where(Publication.id.in_(wanted))) if wanted else ()
    known = {content.id: content for (content,) in read}
    for row in rows:
        single = row[3] if row[3] is not None and row[3].id is not None else None
        several = [known[one] for one in named.get(row[1].id, ()) if one in known]
        for content in several or [single]:
            yield row, content


def contents_of(session: Session, letters: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Give the contents that each letter over several of them names."""
    rows = session.execute(select(Letter.id, Letter.inputs).where(Letter.id.in_(letters)))
    return {key: [uuid.UUID(one) for one in inputs.get("contents") or ()] for key, inputs in rows}


def next_action(
    letter_type: str,
    dispatch: Dispatch,
    on: date,
    shown: Seen = NOTHING_SEEN,
    reached: Mapping[str, date] | None = None,
) -> NextAction:
    """Propose what follows a sending on a day, from its answers, what the captures show and the recourses reached."""
    if letter_type in ABOUT_A_CONTENT and (after := _after_a_look(dispatch, on, shown)):
        return after
    if dispatch.answered_on is None or dispatch.answer_kind == ACKNOWLEDGED:
        return _while_waiting(letter_type, dispatch, on)
    if dispatch.answer_kind in REFUSALS and letter_type in NOTICES | {COMPLAINT}:
        return _after_refusal(letter_type, dispatch.answered_on, reached or {})
    if dispatch.answer_kind == "returned":
        return NextAction("Vérifier l’adresse dans l’annuaire et renvoyer", due_on=on)
    return NextAction("Lire la réponse et décider")


def _after_a_look(dispatch: Dispatch, on: date, shown: Seen) -> NextAction | None:
    if shown.is_proved_removed:
        return NextAction("Retrait prouvé par capture : rien à faire")
    said = dispatch.answer_kind == "removed" or shown.removed_on is not None
    if said and dispatch.answered_on and shown.online_on and shown.online_on > dispatch.answered_on:
        return NextAction("Retrait annoncé, contenu toujours en ligne : relancer", due_on=on)
    return NextAction("Constater le retrait par une nouvelle capture", due_on=on) if said else None


def _after_refusal(letter_type: str, decided_on: date, reached: Mapping[str, date]) -> NextAction:
    if recourse := recourse_action(reached):
        return recourse
    return complain(decided_on) if letter_type in NOTICES else NextAction(RECOURSE, source=RECOURSE_SOURCE)


def _while_waiting(letter_type: str, dispatch: Dispatch, on: date) -> NextAction:
    due = dispatch.follow_up_on
    if due is None or due > on:
        return NextAction("Attendre la réponse", due_on=due)
    if letter_type == COMPLAINT:
        return NextAction("Relancer, ou saisir l’organe extrajudiciaire", due_on=due, source="DSA, art. 21")
    return NextAction("Relancer le destinataire", due_on=due)


def complain(decided_on: date) -> NextAction:
    """Propose the internal complaint: the firm's own aim, and the last day that the law leaves."""
    rule = next(row for row in reference.rows("steps", StepRule) if row.id == COMPLAINT_STEP)
    days = {
        one["kind"]: add_months(decided_on, one["months"]) + timedelta(days=one["days"])
        for one in rule.deadlines
        if one["anchor"] == "refusal"
    }
    return NextAction("Réclamation interne", days.get("house"), days.get("law"), "DSA, art. 20")


def is_settled(row: Notice, complained: Container[tuple[uuid.UUID, uuid.UUID | None]], today: date) -> bool:
    """Tell whether nothing is awaited of a sending any more, from the dossiers and contents complained of."""
    dispatch, letter = row.dispatch, row.letter
    if row.is_proved_removed:
        return True
    if dispatch.answer_kind == "removed" and letter.letter_type in ABOUT_A_CONTENT:
        return False  # what the platform says is not what a capture shows
    if row.waits or dispatch.answer_kind == "returned":
        return False
    if dispatch.answer_kind in REFUSALS and letter.letter_type in NOTICES:
        if row.place in complained:
            return True
        limit = row.action.limit_on
        recourse_runs = row.reached and "judgment" not in row.reached
        return not recourse_runs and limit is not None and today > limit
    return not (dispatch.answer_kind in REFUSALS and letter.letter_type == COMPLAINT)
