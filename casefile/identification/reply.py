"""The public reply under a content: written, left to cool, read by a second person, then marked published.

Nothing is published from here. A text that changes after its reading must be read again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import access, audit, clock, matters
from casefile.errors import Conflict, InvalidInput, Refused
from casefile.identification.situation import clients_of, is_for_health
from casefile.law import public_reply
from casefile.law.public_reply import ReplyContext
from casefile.models.directory import PublicReply, ReplyState
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person
from casefile.models.procedure import ProceduralAct

COOLING_HOURS = 24  # the firm's own prudence, no rule of law; `reply_cooling_hours` in the firm's settings changes it
BLOCK = "block"


def standing(session: Session, publication: Publication) -> PublicReply | None:
    """Give the reply being prepared for a content, None when there is none."""
    return session.scalar(
        select(PublicReply)
        .where(PublicReply.publication_id == publication.id, PublicReply.state != ReplyState.PUBLISHED)
        .order_by(PublicReply.created_at.desc())
        .limit(1)
    )


def review(
    session: Session, actor: Person, matter: Matter, publication: Publication, text: str
) -> tuple[public_reply.Warning, ...]:
    """Give every warning about a text, with what the dossier knows around it."""
    return public_reply.review(text, _context(session, actor, matter, publication, text))


def save(
    session: Session, actor: Person, matter: Matter, publication: Publication, text: str, *, seen_version: int
) -> PublicReply:
    """Keep a draft; a text already submitted or read becomes a draft again. Raises Conflict."""
    row = standing(session, publication)
    if (row.version if row else 0) != seen_version:
        raise Conflict("Quelqu'un d'autre a modifié ce projet entre-temps : rouvrez-le et reportez votre texte.")
    if row is None:
        row = PublicReply(matter_id=matter.id, publication_id=publication.id, written_by_id=actor.id, text="")
        session.add(row)
    if row.text != text:
        row.text, row.written_by_id, row.state = text, actor.id, ReplyState.DRAFT
        row.submitted_at = row.read_at = row.read_by_id = None
    session.flush()
    audit.record(session, actor, "reply.saved", row)
    return row


def submit(session: Session, actor: Person, matter: Matter, publication: Publication, row: PublicReply) -> None:
    """Hand a draft to a second reader: the cooling-off delay begins. Raises Refused while something blocks."""
    if row.state is not ReplyState.DRAFT:
        raise Refused("Ce projet est déjà soumis à relecture.")
    blocking = [one for one in review(session, actor, matter, publication, row.text) if one.level == BLOCK]
    if blocking:
        raise Refused("Corrigez d'abord ce qui est interdit : la réponse ne peut pas être soumise en l'état.")
    row.state, row.submitted_at = ReplyState.SUBMITTED, clock.now()
    session.flush()
    audit.record(session, actor, "reply.submitted", row)


def approve(session: Session, actor: Person, row: PublicReply, note: str = "") -> None:
    """Record that a lawyer other than its author read the text and lets it go."""
    _check_reader(actor, row)
    row.state, row.read_by_id, row.read_at, row.read_note = ReplyState.READ, actor.id, clock.now(), note.strip()
    session.flush()
    audit.record(session, actor, "reply.read", row)


def send_back(session: Session, actor: Person, row: PublicReply, note: str) -> None:
    """Send the text back to its author with what must change."""
    _check_reader(actor, row)
    if not note.strip():
        raise InvalidInput("Dites ce qui est à reprendre.", field="note")
    row.state, row.read_note, row.submitted_at = ReplyState.DRAFT, note.strip(), None
    session.flush()
    audit.record(session, actor, "reply.sent_back", row)


def mark_published(session: Session, actor: Person, publication: Publication, row: PublicReply, on: date) -> None:
    """Record that the client published the reply; raises Refused before the reading or before it has cooled."""
    if row.state is not ReplyState.READ:
        raise Refused("Une seconde personne doit d'abord relire cette réponse.")
    if clock.now() < free_at(session, row):
        raise Refused("Le délai de réflexion court encore : attendez son terme avant de publier.")
    if on > clock.today() or (row.read_at and on < clock.day_of(row.read_at)):
        raise InvalidInput("La publication suit la relecture et n'est pas à venir : corrigez la date.", field="on")
    row.state, row.published_on = ReplyState.PUBLISHED, on
    matters.edit(session, actor, publication, publication.version, client_reply=row.text)
    audit.record(session, actor, "reply.published", row, {"on": on})


def free_at(session: Session, row: PublicReply) -> datetime:
    """Give the instant from which a submitted reply may be published."""
    firm = session.get(Firm, 1)
    hours = int((firm.settings if firm else {}).get("reply_cooling_hours", COOLING_HOURS))
    return (row.submitted_at or clock.now()) + timedelta(hours=hours)


def _check_reader(actor: Person, row: PublicReply) -> None:
    if row.state is not ReplyState.SUBMITTED:
        raise Refused("Ce projet n'est pas soumis à relecture.")
    if not actor.is_lawyer or actor.id == row.written_by_id:
        raise Refused("La relecture revient à un avocat autre que l'auteur du texte.")


def _context(session: Session, actor: Person, matter: Matter, publication: Publication, text: str) -> ReplyContext:
    published = session.scalar(
        select(func.count())
        .select_from(PublicReply)
        .where(PublicReply.publication_id == publication.id, PublicReply.state == ReplyState.PUBLISHED)
    )
    others = session.scalars(  # encrypted: compared here, not in SQL
        select(PublicReply.text)
        .join(Matter, Matter.id == PublicReply.matter_id)
        .where(PublicReply.publication_id != publication.id, access.visible_to(actor))
    )
    acted = session.scalar(
        select(ProceduralAct.id)
        .where(ProceduralAct.matter_id == matter.id, ProceduralAct.withdrawn_at.is_(None))
        .limit(1)
    )
    row = standing(session, publication)
    return ReplyContext(
        is_health_professional=is_for_health(clients_of(session, matter)),
        shown_author=publication.shown_author,
        earlier_replies=max(published or 0, 1 if publication.client_reply else 0),
        same_text_elsewhere=any(other == text for other in others),
        action_pending=acted is not None,
        validated_by_lawyer=row is not None and row.state is ReplyState.READ and row.text == text,
    )
