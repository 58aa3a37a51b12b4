"""A letter leaves and comes back answered: channel, day, proof, what it does not do, what it starts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.deadlines.procedural import open_procedural
from casefile.deadlines.work import open_follow_up
from casefile.documents import catalogue, letters
from casefile.documents.findings import DocumentRefused
from casefile.documents.follow_up import EVENTS_WHEN_REFUSED, EVENTS_WHEN_SENT, follow_up_day
from casefile.errors import InvalidInput, Refused
from casefile.models.evidence import Capture, Publication
from casefile.models.ledger import Dispatch, Letter, LetterState
from casefile.models.matter import Matter
from casefile.models.people import Person

NUMBERED_CHANNELS = frozenset({"lrar", "lre"})
ANSWERS = {
    "removed": "contenu retiré",
    "refused": "refus",
    "partial": "retrait partiel",
    "acknowledged": "simple accusé de réception",
    "returned": "pli revenu",
    "other": "autre réponse",
}
# What tells that the letter arrived, or did not, and decides nothing.
DECIDES_NOTHING = frozenset({"acknowledged", "returned"})


@dataclass(frozen=True, slots=True)
class Sending:
    """How a letter left."""

    channel: str
    sent_on: date
    recipient: str = ""
    tracking_number: str = ""
    proof_capture_id: uuid.UUID | None = None
    proof_note: str = ""
    no_interruption_acknowledged: bool = False
    knows_changes: bool = False
    follow_up_on: date | None = None


def mark_sent(session: Session, actor: Person, matter: Matter, letter: Letter, sending: Sending) -> Dispatch:
    """Record that a validated letter left, with its proof; open what its sending starts.

    Raises InvalidInput beside the field at fault, DocumentRefused when the letter no longer passes its checks.
    """
    if letter.state not in {LetterState.VALIDATED, LetterState.SENT}:
        raise Refused("Faites d’abord valider la lettre par un avocat.")
    _check(session, matter, letter, sending)
    found = letters.preflight(session, matter, letter, sending.sent_on)
    if not found.ok:
        raise DocumentRefused(found)
    dispatch = Dispatch(
        letter_id=letter.id,
        matter_id=matter.id,
        channel=sending.channel,
        recipient=sending.recipient.strip() or str((letter.facts.get("recipient") or {}).get("name", "")),
        sent_on=sending.sent_on,
        tracking_number=sending.tracking_number.strip(),
        proof_capture_id=sending.proof_capture_id,
        proof_note=sending.proof_note.strip(),
        no_interruption_acknowledged=sending.no_interruption_acknowledged,
        sent_by_id=actor.id,
    )
    letter.state = LetterState.SENT
    session.add(dispatch)
    session.flush()
    audit.record(session, actor, "letter.sent", letter, {"channel": sending.channel, "on": sending.sent_on})
    _start(session, actor, matter, letter, dispatch, sending.follow_up_on)
    return dispatch


def record_answer(
    session: Session, actor: Person, matter: Matter, dispatch: Dispatch, *, on: date, kind: str, note: str
) -> None:
    """Add what came back to what came before; a platform's refusal opens the time of the internal complaint.

    The last decision counts; a mere acknowledgement never hides one, whatever the order in which they are typed.
    """
    if kind not in ANSWERS:
        raise InvalidInput("Choisissez la réponse dans la liste.", field="answer_kind")
    if on < dispatch.sent_on:
        raise InvalidInput("La réponse précède l’envoi : corrigez la date.", field="answered_on")
    if on > clock.today():
        raise InvalidInput("Cette date est à venir : indiquez le jour de la réponse.", field="answered_on")
    said = {"on": on.isoformat(), "kind": kind, "note": note.strip()}
    if said in [{name: one.get(name) for name in said} for one in dispatch.answers]:
        raise InvalidInput("Cette réponse est déjà enregistrée.", field="answer_kind")
    entry = {**said, "by": str(actor.id), "at": clock.now().isoformat()}
    dispatch.answers = sorted([*dispatch.answers, entry], key=lambda one: str(one["on"]))
    standing = [one for one in dispatch.answers if one["kind"] not in DECIDES_NOTHING] or dispatch.answers
    current = standing[-1]
    dispatch.answered_on, dispatch.answer_kind = date.fromisoformat(current["on"]), current["kind"]
    dispatch.answer_note = current["note"]
    letter = session.get_one(Letter, dispatch.letter_id)
    audit.record(session, actor, "letter.answered", letter, {"kind": kind, "on": on})
    event = EVENTS_WHEN_REFUSED.get(letter.letter_type)
    if kind in {"refused", "partial"} and event:
        open_procedural(
            session, actor, matter, event, on, proof=note.strip(), publication=_publication(session, letter)
        )


def _check(session: Session, matter: Matter, letter: Letter, sending: Sending) -> None:
    kind = catalogue.type_of(letter.letter_type)
    if sending.channel not in kind.channels:
        raise InvalidInput("Ce mode d’envoi n’est pas prévu pour cette lettre.", field="channel")
    _check_days(letter, sending)
    _check_proof(session, matter, sending)
    if not kind.interrupts and not sending.no_interruption_acknowledged:
        message = "Confirmez avoir lu que cet envoi n’interrompt pas la prescription."
        raise InvalidInput(message, field="no_interruption")
    if letter.state is LetterState.VALIDATED and not sending.knows_changes:
        changed = letters.changes_since(session, matter, letter)
        if changed:
            what = ", ".join(changed)
            message = f"Depuis la validation, le dossier a changé : {what}. Reprenez la lettre, ou confirmez."
            raise InvalidInput(message, field="knows_changes")


def _check_days(letter: Letter, sending: Sending) -> None:
    if sending.sent_on > clock.today():
        message = "Cette date est à venir : une lettre se marque envoyée quand elle est partie."
        raise InvalidInput(message, field="sent_on")
    if sending.sent_on < letter.dated_on:
        message = f"La lettre est datée du {letter.dated_on:%d/%m/%Y} : elle n’a pas pu partir avant."
        raise InvalidInput(message, field="sent_on")
    if sending.follow_up_on and sending.follow_up_on <= sending.sent_on:
        raise InvalidInput("La relance suit l’envoi : choisissez un jour postérieur.", field="follow_up_on")


def _check_proof(session: Session, matter: Matter, sending: Sending) -> None:
    if not (sending.proof_capture_id or sending.proof_note.strip()):
        raise InvalidInput("Joignez la preuve de l’envoi ou décrivez-la.", field="proof_note")
    if sending.channel in NUMBERED_CHANNELS and not sending.tracking_number.strip():
        raise InvalidInput("Indiquez le numéro du recommandé.", field="tracking_number")
    if sending.proof_capture_id:
        capture = session.get(Capture, sending.proof_capture_id)
        if capture is None or capture.matter_id != matter.id:
            raise InvalidInput("Cette preuve n’est pas dans ce dossier.", field="proof_capture")


def _start(
    session: Session, actor: Person, matter: Matter, letter: Letter, dispatch: Dispatch, asked: date | None
) -> None:
    event = EVENTS_WHEN_SENT.get(letter.letter_type)
    if event:
        publication = _publication(session, letter)
        open_procedural(
            session, actor, matter, event, dispatch.sent_on, proof=dispatch.proof_note, publication=publication
        )
    day = asked or follow_up_day(letter.letter_type, letter.facts, dispatch.sent_on)
    if day is None:
        return
    label = f"Réponse attendue : {letter.title}, {dispatch.recipient or 'destinataire'}"[:300]
    open_follow_up(session, actor, matter, label, day, letter_id=letter.id)
    dispatch.follow_up_on = day


def _publication(session: Session, letter: Letter) -> Publication | None:
    return session.get(Publication, letter.publication_id) if letter.publication_id else None
