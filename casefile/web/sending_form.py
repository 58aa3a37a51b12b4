"""How a letter is marked sent and answered: the forms and their lines."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import g
from sqlalchemy import select
from wtforms import BooleanField

from casefile import clock
from casefile.access import Permission, may
from casefile.documents import catalogue
from casefile.documents.follow_up import follow_up_day
from casefile.documents.letter_parts import CHANNELS
from casefile.documents.sending import ANSWERS, DECIDES_NOTHING, Sending
from casefile.models.ledger import Dispatch, Letter, LetterState
from casefile.web.checks import Required
from casefile.web.fields import Choice, FrenchDate, Line, Paragraphs, Upload, answers
from casefile.web.filed_proofs import sealed_captures
from casefile.web.filters import french_date, typography
from casefile.web.forms import CasefileForm
from casefile.web.guards import db


class SendingForm(CasefileForm):
    """How the letter left, and the proof of it."""

    channel = Choice("Mode d’envoi", [Required()], choices=())
    sent_on = FrenchDate("Envoyée le", [Required()])
    recipient = Line("Destinataire", max_length=300)
    tracking_number = Line("Numéro de suivi, de recommandé ou de ticket", max_length=200)
    proof = Upload("Preuve de l’envoi")
    proof_capture = Choice("Ou une capture déjà au dossier", choices=())
    proof_note = Paragraphs("Ou la description de la preuve", max_length=2000)
    follow_up_on = FrenchDate("Relancer le")
    no_interruption = BooleanField("J’ai lu que cet envoi n’interrompt pas la prescription")
    knows_changes = BooleanField("La lettre est bien partie telle que validée, malgré les changements du dossier")

    def sending(self, proof_capture_id: uuid.UUID | None) -> Sending:
        """Give what the verb takes."""
        sent_on = self.sent_on.data
        assert sent_on is not None  # required by the form
        chosen = uuid.UUID(self.proof_capture.data) if self.proof_capture.data else None
        return Sending(
            channel=self.channel.data,
            sent_on=sent_on,
            recipient=self.recipient.data or "",
            tracking_number=self.tracking_number.data or "",
            proof_capture_id=proof_capture_id or chosen,
            proof_note=self.proof_note.data or "",
            no_interruption_acknowledged=bool(self.no_interruption.data),
            knows_changes=bool(self.knows_changes.data),
            follow_up_on=self.follow_up_on.data,
        )


class AnswerForm(CasefileForm):
    """What came back."""

    answered_on = FrenchDate("Réponse reçue le", [Required()])
    answer_kind = Choice("Réponse", [Required()], choices=[(key, label.capitalize()) for key, label in ANSWERS.items()])
    answer_note = Paragraphs("Teneur de la réponse, références", max_length=4000)

    def day(self) -> date:
        """Give the day of the answer, once the form is valid."""
        assert self.answered_on.data is not None  # required by the form
        return self.answered_on.data


def sending_form(letter: Letter, *, bind: bool) -> SendingForm | None:
    """Build the form for one who may send a validated letter."""
    if letter.state not in {LetterState.VALIDATED, LetterState.SENT}:
        return None
    if not may(db(), g.person, g.matter, Permission.MATTER_WRITE):
        return None
    today = clock.today()
    proposed = {
        "sent_on": today,
        "recipient": (letter.facts.get("recipient") or {}).get("name", ""),
        "follow_up_on": follow_up_day(letter.letter_type, letter.facts, today),
        "channel": letter.facts.get("channel"),
    }
    form = SendingForm(data=proposed) if bind else SendingForm(formdata=None, data=proposed)
    form.channel.choices = answers([(name, CHANNELS[name]) for name in catalogue.type_of(letter.letter_type).channels])
    form.proof_capture.choices = answers([("", "Aucune"), *sealed_captures()])
    return form


def dispatch_lines(letter: Letter) -> list[dict[str, Any]]:
    """Give each sending with what came of it."""
    rows = db().scalars(select(Dispatch).where(Dispatch.letter_id == letter.id).order_by(Dispatch.sent_on))
    return [_line(row) for row in rows]


def _line(row: Dispatch) -> dict[str, Any]:
    parts = [f"{CHANNELS[row.channel]}, le {french_date(row.sent_on)}"]
    if row.tracking_number:
        parts.append(f"n° {row.tracking_number}")
    if row.answered_on:
        tone, word = "ok", f"Répondu : {ANSWERS.get(row.answer_kind, row.answer_kind)}"
        parts.append(f"réponse du {french_date(row.answered_on)}")
    elif row.follow_up_on:
        tone, word = "soon", f"Relance le {french_date(row.follow_up_on)}"
    else:
        tone, word = "info", "Envoyée"
    return {
        "dispatch": row,
        "tone": tone,
        "word": typography(word),
        "detail": typography(" · ".join(parts)),
        "answerable": row.answered_on is None or row.answer_kind in DECIDES_NOTHING,
    }
