"""Letters marked sent, and their answers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, url_for

from casefile.access import Permission, child_of, matter_for
from casefile.documents import sending
from casefile.errors import CasefileError
from casefile.models.ledger import Dispatch, Letter
from casefile.web.documents import blueprint, page_of
from casefile.web.filed_proofs import file_proof
from casefile.web.guards import access, db
from casefile.web.letter_effects import follow_answer, follow_sending
from casefile.web.sending_form import AnswerForm, sending_form

__all__ = ["blueprint"]


@blueprint.post("/<uuid:letter_id>/envoyer")
@access(Permission.MATTER_WRITE)
def send(letter_id: uuid.UUID) -> Any:
    """Record that a letter left."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    form = sending_form(letter, bind=True)
    if form is None:
        flash("Faites d’abord valider la lettre par un avocat.", "error")
        return redirect(url_for(".show", matter_id=g.matter.id, letter_id=letter.id), code=303)
    if form.validate_on_submit():
        try:
            _send(letter, form)
        except CasefileError as error:
            db().rollback()
            form.refuse(error)
        else:
            flash("Envoi enregistré. La relance est à l’agenda.")
            return redirect(url_for(".show", matter_id=g.matter.id, letter_id=letter_id), code=303)
    matter_id = g.matter.id
    g.matter = matter_for(db(), g.person, matter_id, Permission.MATTER_WRITE)
    return page_of(child_of(db(), g.matter, Letter, letter_id), form), 400


@blueprint.post("/<uuid:letter_id>/envois/<uuid:dispatch_id>/reponse")
@access(Permission.MATTER_WRITE)
def answer(letter_id: uuid.UUID, dispatch_id: uuid.UUID) -> Any:
    """Record what came back."""
    dispatch = child_of(db(), g.matter, Dispatch, dispatch_id)
    letter = child_of(db(), g.matter, Letter, letter_id)
    form = AnswerForm()
    if dispatch.letter_id == letter.id and form.validate_on_submit():
        try:
            sending.record_answer(
                db(),
                g.person,
                g.matter,
                dispatch,
                on=form.day(),
                kind=form.answer_kind.data,
                note=form.answer_note.data or "",
            )
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Réponse enregistrée.")
            follow_answer(g.matter, dispatch, form.answer_kind.data, form.day())
            return redirect(url_for(".show", matter_id=g.matter.id, letter_id=letter.id), code=303)
    return page_of(letter, sending_form(letter, bind=False), form), 400


def _send(letter: Letter, form: Any) -> None:
    """File the proof first, sealed outside any transaction; then record the sending."""
    letter_id = letter.id
    proof = file_proof(form.proof.data, letter.publication_id)
    letter = child_of(db(), g.matter, Letter, letter_id)
    dispatch = sending.mark_sent(db(), g.person, g.matter, letter, form.sending(proof))
    follow_sending(g.matter, letter, dispatch.sent_on)
