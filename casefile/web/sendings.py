"""Letters marked sent, and their answers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, url_for
from sqlalchemy import select

from casefile.access import Permission, child_of, matter_for
from casefile.documents import sending
from casefile.errors import CasefileError, InvalidInput
from casefile.evidence import custody_ledger, deposit
from casefile.models.evidence import Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.web.documents import blueprint, page_of
from casefile.web.guards import access, context, db
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
    letter_id, matter_id = letter.id, g.matter.id
    proof = _sealed(letter, form.proof.data) if form.proof.data and form.proof.data.filename else None
    capture_id = None
    if proof is not None:
        received, publication_id = proof
        g.matter = matter_for(db(), g.person, matter_id, Permission.MATTER_WRITE)
        letter = child_of(db(), g.matter, Letter, letter_id)
        publication = child_of(db(), g.matter, Publication, publication_id)
        capture_id = deposit.file_upload(db(), context().storage, g.person, publication, received).id
        db().flush()
    dispatch = sending.mark_sent(db(), g.person, g.matter, letter, form.sending(capture_id))
    follow_sending(g.matter, letter, dispatch.sent_on)
    if proof is not None:
        deposit.forget_work(proof[0])


def _sealed(letter: Letter, upload: Any) -> tuple[Any, uuid.UUID]:
    publication_id = letter.publication_id or db().scalar(
        select(Publication.id).where(Publication.matter_id == g.matter.id).order_by(Publication.created_at).limit(1)
    )
    if publication_id is None:
        raise InvalidInput("Ce dossier n’a aucun contenu où ranger la preuve : décrivez-la.", field="proof")
    facts = {"operator": g.person.full_name, "reference": g.matter.reference, "head": custody_ledger.head_of(db())}
    settings = context().settings
    db().rollback()
    return deposit.seal_upload(settings, name=upload.filename, source=upload.stream, **facts), publication_id
