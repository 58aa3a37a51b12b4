"""A dossier turned into the facts of a document: its rows are read once, nothing is typed again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casefile import directory
from casefile.deadlines.limitation import open_limitations
from casefile.documents import inputs as asked
from casefile.documents.catalogue import type_of
from casefile.documents.dossier_acts import act_facts
from casefile.documents.dossier_connections import TO_OPERATOR, connections_of, operator_facts
from casefile.documents.dossier_contents import (
    NOTHING,
    Content,
    Quoted,
    content_facts,
    exhibit_facts,
    limitation_facts,
)
from casefile.documents.dossier_people import firm_facts, lawyer_facts, party_facts, recipient_facts
from casefile.law.health_arguments import health_paragraphs
from casefile.law.recipients import Recipient
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.ledger import Dispatch, Exhibit, Letter
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Firm, Person
from casefile.models.procedure import Qualification, QualificationState
from casefile.passages import answers_by_choice

_Row = tuple[Passage, Capture, Qualification | None, Person | None]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the documents of a dossier are made from."""

    matter: Matter
    firm: Firm | None
    lawyer: Person | None
    parties: tuple[Party, ...]
    contents: tuple[Content, ...]
    exhibits: tuple[Exhibit, ...]
    sent: tuple[tuple[Letter, Dispatch], ...]
    directory: Mapping[str, Recipient]
    connections: tuple[dict[str, Any], ...]

    def party(self, role: PartyRole) -> Party | None:
        """Give the first party in a role."""
        return next((party for party in self.parties if party.role is role), None)


def gather(
    session: Session,
    matter: Matter,
    lawyer: Person | None,
    publication: Publication | None = None,
    *,
    chosen: Sequence[str] = (),
    author: str = "",
) -> Dossier:
    """Read a dossier, one of its contents or those `chosen`, for its documents; `author` is the only one written to."""
    parties = session.scalars(select(Party).where(Party.matter_id == matter.id).order_by(Party.created_at))
    exhibits = session.scalars(
        select(Exhibit).where(Exhibit.matter_id == matter.id, ~Exhibit.is_adverse).order_by(Exhibit.number)
    )
    sent = session.execute(
        select(Letter, Dispatch)
        .join(Dispatch, Dispatch.letter_id == Letter.id)
        .where(Letter.matter_id == matter.id)
        .order_by(Dispatch.sent_on)
    )
    return Dossier(
        matter,
        session.get(Firm, 1),
        lawyer,
        against(list(parties), author),
        _contents(session, matter, publication, chosen),
        tuple(exhibits),
        tuple((letter, dispatch) for letter, dispatch in sent),
        {entry.id: entry for entry in directory.entries(session)},
        connections_of(session, matter),
    )


def against(parties: Sequence[Party], author: str) -> tuple[Party, ...]:
    """Keep one author among the parties: a letter to one is never addressed to another, were the first taken away."""
    return tuple(row for row in parties if not author or row.role is not PartyRole.AUTHOR or str(row.id) == author)


def facts_of(dossier: Dossier, kind: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of a type: the dossier's own, completed by the answers of the letter's form."""
    type_id = type_of(kind).id
    said = inputs.get("passages") or {}
    joined = list(dossier.exhibits) if type_id == "bordereau_pieces" else _joined(dossier, inputs)
    to_operator = inputs.get("addressee") == TO_OPERATOR
    facts: dict[str, Any] = {
        "firm": firm_facts(dossier.firm),
        "lawyer": lawyer_facts(dossier.lawyer, dossier.firm),
        "client": party_facts(dossier.party(PartyRole.CLIENT)),
        "matter": {"reference": dossier.matter.reference},
        "contents": [content_facts(content, joined, said, dossier.directory) for content in dossier.contents],
        "exhibits": exhibit_facts(joined),
        "limitation": limitation_facts(dossier.contents),
        "recipient": recipient_facts(
            "operateur" if to_operator else type_id,
            dossier.parties,
            [content.publication.platform for content in dossier.contents],
            dossier.directory,
        ),
        "demonstration": bool(dossier.firm and dossier.firm.is_demo),
        **act_facts(type_id, dossier.parties, to_operator=to_operator),
        **_notice(dossier, type_id),
    }
    if type_id == "plainte_simple":
        facts["recipient"] |= {"function": "procureur"}
    if facts["contents"]:
        facts["platform"] = facts["contents"][0]["platform"]
    asked.place(facts, kind, inputs)
    if chosen := set(facts.pop("health", ())):  # what a lawyer ticked, after their own words
        texts = [paragraph.text for paragraph in health_paragraphs() if paragraph.id in chosen]
        where = "reasons" if type_id == "rgpd_effacement" else "paragraphs"
        facts[where] = [*(facts.get(where) or []), *texts]
    if to_operator:  # the period and its zone are those of the connections, never a default
        named = operator_facts(dossier.connections, [str(row.publication.id) for row in dossier.contents])
        facts = {**named, **{name: value for name, value in facts.items() if name != "range"}, **_period(named)}
    if type_id == "notification_dsa":
        lawyer = facts["lawyer"]
        quality = {"F": ", avocate", "M": ", avocat"}.get(str(lawyer.get("gender")), "")
        facts["notifier"] = {"name": f"{lawyer['name']}{quality}", "email": facts["firm"].get("email", "")} | facts.get(
            "notifier", {}
        )
    return facts


def _period(named: Mapping[str, Any]) -> dict[str, Any]:
    return {"range": named["range"]} if "range" in named else {}


def _joined(dossier: Dossier, inputs: Mapping[str, Any]) -> list[Exhibit]:
    """Join the exhibits chosen in the form; without a choice, those taken from the captures quoted."""
    chosen = inputs.get("exhibits")
    if chosen is not None:
        return [row for row in dossier.exhibits if str(row.number) in chosen]
    quoted = {one.capture.id for content in dossier.contents for one in content.quoted}
    return [row for row in dossier.exhibits if row.capture_id in quoted]


def _notice(dossier: Dossier, type_id: str) -> dict[str, Any]:
    """Give what earlier letters of the dossier say: a content already notified, the notice to chase."""
    ours = {str(content.publication.id) for content in dossier.contents}
    notices = [
        (letter, dispatch)
        for letter, dispatch in dossier.sent
        if letter.letter_type == "notification_dsa" and covers(letter, ours)
    ]
    if not notices:
        return {}
    _letter, dispatch = notices[-1]
    if type_id == "notification_dsa":
        return {"already_notified": True}
    found = {"notified_on": dispatch.sent_on.isoformat(), "ticket": dispatch.tracking_number}
    if dispatch.answered_on and dispatch.answer_kind not in {"acknowledged", "returned"}:
        found |= {"decision_on": dispatch.answered_on.isoformat(), "decision": dispatch.answer_note}
    return found


def covers(letter: Letter, contents: Iterable[str]) -> bool:
    """Say whether a letter is about one of these contents; one that names none is about the whole dossier."""
    named = named_by(letter)
    return not named or not named.isdisjoint(contents)


def named_by(letter: Letter) -> frozenset[str]:
    """Give the contents that a letter was begun on: one, several, or none when it is about the whole dossier."""
    one = [str(letter.publication_id)] if letter.publication_id else []
    return frozenset([*one, *(letter.inputs.get("contents") or ())])


def _contents(
    session: Session, matter: Matter, publication: Publication | None, chosen: Sequence[str]
) -> tuple[Content, ...]:
    query = select(Publication).where(Publication.matter_id == matter.id).order_by(Publication.created_at)
    if publication is not None:
        query = query.where(Publication.id == publication.id)
    elif chosen:
        query = query.where(Publication.id.in_([uuid.UUID(identifier) for identifier in chosen]))
    quoted = quoted_words(session, matter)
    found = []
    for row in session.scalars(query):
        standing = open_limitations(session, matter, row)
        content = Content(row, tuple(quoted.get(row.id, ())), standing[0] if standing else None)
        if publication is not None or chosen or content.quoted:
            found.append(content)
    return tuple(found)


def quoted_words(session: Session, matter: Matter) -> dict[Any, list[Quoted]]:
    """Give the words still complained of, by content: those a lawyer found admissible are left out."""
    chosen_by = aliased(Person)
    rows = session.execute(
        select(Passage, Capture, Qualification, chosen_by)
        .join(Capture, Capture.id == Passage.capture_id)
        .outerjoin(
            Qualification,
            (Qualification.passage_id == Passage.id) & (Qualification.state == QualificationState.CHOSEN),
        )
        .outerjoin(chosen_by, chosen_by.id == Qualification.chosen_by_id)
        .where(Passage.matter_id == matter.id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.publication_id, Passage.start)
    )
    found: dict[Any, list[Quoted]] = {}
    answers = answers_by_choice(session, matter.id)
    for passage, capture, qualification, lawyer in cast("Iterable[_Row]", rows):
        if qualification is None or qualification.chosen != NOTHING:
            given = answers.get(qualification.id, {}) if qualification else {}
            quoted = Quoted(passage, capture, qualification, lawyer, given)
            found.setdefault(passage.publication_id, []).append(quoted)
    return found
