"""The « note de qualification » of a dossier, or of one passage, as a PDF for the client."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, g, request
from sqlalchemy import select

from casefile import clock, qualification
from casefile.access import Permission, child_of
from casefile.documents.pdf import render
from casefile.documents.qualification_note import NotedMatter, NotedPassage, meta, note
from casefile.errors import NotFound
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.matter import Party, PartyRole
from casefile.models.people import Firm, Person
from casefile.models.procedure import Qualification, QualificationState
from casefile.web.filters import instant
from casefile.web.guards import access, db
from casefile.web.qualification_law import foreseen

blueprint = Blueprint("qualification_note", __name__, url_prefix="/dossiers/<uuid:matter_id>/qualification")


@blueprint.get("/note.pdf")
@access(Permission.MATTER_READ)
def pdf() -> Any:
    """Give the note of every passage whose qualification a lawyer kept; ?passage= limits it to one."""
    rows = _chosen(_asked())
    if not rows:
        raise NotFound("Aucune qualification retenue : la note se rédige après le choix d'un avocat.")
    matter, today = _matter(), clock.today()
    made = render(note(matter, [_noted(passage, row) for passage, row in rows], today), meta(matter, today))
    name = f"note-de-qualification-{g.matter.reference.replace('/', '-')}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, mimetype="application/pdf", headers=headers)


def _asked() -> uuid.UUID | None:
    text = request.args.get("passage")
    if text is None:
        return None
    try:
        return child_of(db(), g.matter, Passage, uuid.UUID(text)).id
    except ValueError:
        raise NotFound("Ce passage n'existe pas dans ce dossier.") from None


def _chosen(only: uuid.UUID | None) -> list[tuple[Passage, Qualification]]:
    query = (
        select(Passage, Qualification)
        .join(Qualification, Qualification.passage_id == Passage.id)
        .where(
            Passage.matter_id == g.matter.id,
            Passage.withdrawn_at.is_(None),
            Qualification.state == QualificationState.CHOSEN,
        )
        .order_by(Passage.publication_id, Passage.start)
    )
    if only is not None:
        query = query.where(Passage.id == only)
    return [(passage, row) for passage, row in db().execute(query)]


def _matter() -> NotedMatter:
    clients = db().scalars(select(Party).where(Party.matter_id == g.matter.id, Party.role == PartyRole.CLIENT))
    responsible = db().get_one(Person, g.matter.responsible_id)
    return NotedMatter(
        reference=g.matter.reference,
        title=g.matter.title,
        client=", ".join(client.display_name for client in clients),
        lawyer=responsible.full_name,
        firm=db().get(Firm, 1),
    )


def _noted(passage: Passage, row: Qualification) -> NotedPassage:
    publication = db().get_one(Publication, passage.publication_id)
    capture = db().get_one(Capture, passage.capture_id)
    chosen = row.chosen or qualification.NOTHING
    result = foreseen(publication, chosen) if chosen != qualification.NOTHING else None
    return NotedPassage(
        words=passage.exact,
        read_by_machine=passage.ocr_proposal if passage.ocr_proposal != passage.exact else None,
        content=publication.title,
        address=publication.url,
        author=publication.shown_author,
        capture=f"capture scellée le {instant(capture.sealed_at)}" if capture.sealed_at else "",
        qualification=chosen,
        facts_on=row.facts_on,
        answers=qualification.answers_of(db(), row),
        reasons=row.reasons,
        decided=_signed("Qualification retenue", row.chosen_by_id, row.chosen_at),
        reviewed=_signed("Relue", row.reviewed_by_id, row.reviewed_at),
        prudent_on=result.prudent_on if result else None,
        useful_on=result.last_useful_day if result else None,
        client_reply=publication.client_reply,
        facts_until=max(qualification.facts_days(publication)[1], row.facts_on),
    )


def _signed(what: str, person_id: uuid.UUID | None, when: Any) -> str:
    person = db().get(Person, person_id) if person_id else None
    return f"{what} par {person.full_name} le {instant(when)}." if person and when else ""
