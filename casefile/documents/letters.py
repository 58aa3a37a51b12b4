"""The life of a letter: drafted from the dossier, validated by a named lawyer, and then only its files speak.

Verbs take loaded objects, record themselves in the trail and never commit.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.access import Permission, may
from casefile.documents import catalogue, docx, edit_checks, edits, house_wording, pdf, word_return
from casefile.documents.blocks import Block
from casefile.documents.document_type import DocumentType
from casefile.documents.dossier import Dossier, facts_of, gather
from casefile.documents.findings import DocumentRefused, Finding, Preflight
from casefile.documents.inputs import asked_by, defaults_of
from casefile.errors import Conflict, InvalidInput, Refused
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter, LetterState
from casefile.models.matter import Matter, TeamMember
from casefile.models.people import Person, PersonState
from casefile.storage import Storage

DRAFT_MARK = "PROJET"
# What a letter was begun on, which its form does not ask: its contents when several, the author written to.
SCOPE = ("contents", "author")
FORMATS = {"pdf": pdf.render, "docx": docx.render}
# What the recipient reads of the dossier: when one of these changed since validation, the sender must know.
READ_BY_RECIPIENT = {
    "contents": "les contenus ou les propos",
    "client": "la fiche du client",
    "recipient": "le destinataire",
    "exhibits": "les pièces jointes",
    "firm": "l’en-tête du cabinet",
    "wording": "les formules du cabinet",
}


def draft(
    session: Session,
    actor: Person,
    matter: Matter,
    kind: str,
    *,
    publication: Publication | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Letter:
    """Begin a letter on a dossier, or on one of its contents; what was already said of its words is proposed again."""
    chosen = catalogue.type_of(kind)
    if publication is not None and publication.matter_id != matter.id:
        raise InvalidInput("Ce contenu n’est pas dans ce dossier.", field="publication")
    letter = Letter(
        matter_id=matter.id,
        publication_id=publication.id if publication else None,
        letter_type=chosen.id,
        title=chosen.title,
        inputs={**proposed(session, actor, matter, chosen.id), **(inputs or {})},
        dated_on=clock.today(),
        written_by_id=actor.id,
    )
    session.add(letter)
    session.flush()
    audit.record(session, actor, "letter.drafted", letter, {"type": chosen.id})
    return letter


def edit(session: Session, actor: Person, letter: Letter, seen_version: int, inputs: Mapping[str, Any]) -> None:
    """Replace the answers of a draft; raises Conflict when somebody came first, Refused once it is validated."""
    _must_be(letter, LetterState.DRAFT, "Cette lettre est validée : reprenez-la en projet pour la modifier.")
    if letter.version != seen_version:
        raise Conflict("Quelqu'un d'autre a modifié cette lettre entre-temps : comparez les deux versions.")
    known = {question.name for question in asked_by(letter.letter_type)} | {"passages", "exhibits", "signer"}
    scope = {name: letter.inputs[name] for name in SCOPE if name in letter.inputs}
    letter.inputs = {name: value for name, value in inputs.items() if name in known} | scope
    session.flush()
    audit.record(session, actor, "letter.edited", letter)


def abandon(session: Session, actor: Person, letter: Letter) -> None:
    """Give up a letter that was not sent; its row stays."""
    if letter.state is LetterState.SENT:
        raise Refused("Une lettre envoyée ne s’abandonne pas : elle reste au dossier.")
    letter.state = LetterState.ABANDONED
    audit.record(session, actor, "letter.abandoned", letter)


def reopen(session: Session, actor: Person, letter: Letter) -> None:
    """Take a validated letter back to draft; the validated files stay in the store and in the trail."""
    _must_be(letter, LetterState.VALIDATED, "Seule une lettre validée et non envoyée se reprend en projet.")
    audit.record(session, actor, "letter.reopened", letter, {"pdf": letter.pdf_sha256, "docx": letter.docx_sha256})
    letter.state = LetterState.DRAFT
    letter.facts, letter.validated_by_id, letter.validated_at = {}, None, None
    letter.pdf_sha256 = letter.docx_sha256 = None


def validate(session: Session, storage: Storage, actor: Person, matter: Matter, letter: Letter) -> Letter:
    """Freeze a draft under a lawyer's name: its facts, its day, and both files in the store by digest.

    Raises Refused for one who is no lawyer, DocumentRefused when a fact is missing.
    """
    if not actor.is_lawyer:
        raise Refused("Seul un avocat du dossier valide une lettre.")
    _must_be(letter, LetterState.DRAFT, "Cette lettre n’est plus un projet.")
    facts, on = current_facts(session, matter, letter), clock.today()
    found = preflight(session, matter, letter, on)
    if not found.ok:
        raise DocumentRefused(found)
    pdf_file = render(letter.letter_type, facts, on, "pdf", edited=letter.edits)
    letter.pdf_sha256, _ = storage.put(io.BytesIO(pdf_file))
    letter.docx_sha256, _ = storage.put(io.BytesIO(_final_word(storage, letter, facts, on)))
    letter.facts, letter.dated_on = facts, on
    letter.state, letter.validated_by_id, letter.validated_at = LetterState.VALIDATED, actor.id, clock.now()
    session.flush()
    audit.record(
        session, actor, "letter.validated", letter, {"pdf": letter.pdf_sha256, "docx": letter.docx_sha256, "on": on}
    )
    return letter


def current_facts(session: Session, matter: Matter, letter: Letter) -> dict[str, Any]:
    """Give the facts of a letter as the dossier stands now, as they will be stored."""
    return facts_now(session, matter, letter.letter_type, letter.publication_id, letter.inputs)


def facts_now(
    session: Session, matter: Matter, kind: str, publication_id: uuid.UUID | None, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the facts of a type as the dossier stands now."""
    dossier = dossier_of(session, matter, publication_id, inputs)
    made: dict[str, Any] = json.loads(json.dumps(facts_of(dossier, kind, inputs)))
    return made | house_wording.as_facts(session, kind)


def dossier_of(
    session: Session, matter: Matter, publication_id: uuid.UUID | None, inputs: Mapping[str, Any]
) -> Dossier:
    """Read the dossier, or the content, that a letter is about."""
    publication = session.get(Publication, publication_id) if publication_id else None
    chosen, author = inputs.get("contents") or (), inputs.get("author") or ""
    return gather(session, matter, signer_of(session, matter, inputs), publication, chosen=chosen, author=author)


def preflight(session: Session, matter: Matter, letter: Letter, on: date | None = None) -> Preflight:
    """Check a letter as it would go: the dossier of today for a draft, the frozen facts afterwards."""
    if letter.state is LetterState.DRAFT:
        facts, day = current_facts(session, matter, letter), on or clock.today()
        return _with_edits(catalogue.check(letter.letter_type, facts, day), letter, facts, day)
    day = on or letter.dated_on
    found = _with_edits(catalogue.check(letter.letter_type, letter.facts, day), letter, letter.facts, letter.dated_on)
    changed = changes_since(session, matter, letter) if letter.state is LetterState.VALIDATED else []
    told = tuple(Finding("dossier_changed", f"Depuis la validation, le dossier a changé : {what}.") for what in changed)
    return replace(found, warnings=told + found.warnings)


def changes_since(session: Session, matter: Matter, letter: Letter) -> list[str]:
    """Say which parts of the dossier no longer are what the validated letter says."""
    now = current_facts(session, matter, letter)
    return [words for name, words in READ_BY_RECIPIENT.items() if now.get(name) != letter.facts.get(name)]


def standing(session: Session, matter: Matter, letter: Letter) -> tuple[DocumentType, dict[str, Any], date]:
    """Give the type, the facts and the day of a letter as it stands: of today for a draft, frozen afterwards."""
    frozen = letter.state in {LetterState.VALIDATED, LetterState.SENT}
    facts = letter.facts if frozen else current_facts(session, matter, letter)
    return catalogue.type_of(letter.letter_type), facts, letter.dated_on if frozen else clock.today()


def original_blocks(kind: str, facts: Mapping[str, Any], on: date) -> list[Block]:
    """Make the blocks before anything is rewritten; raises DocumentRefused."""
    return catalogue.build(kind, facts, on)


def blocks_of(kind: str, facts: Mapping[str, Any], on: date, edited: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Make the blocks as rewritten; raises DocumentRefused."""
    made, _stale = edits.apply(
        catalogue.build(kind, facts, on), edits.read(edited), is_act=catalogue.type_of(kind).is_act
    )
    return made


def _with_edits(found: Preflight, letter: Letter, facts: Mapping[str, Any], on: date) -> Preflight:
    """Add to a pre-flight what the rewritten words themselves call for."""
    known = edits.read(letter.edits)
    if not known or not found.ok:
        return found
    original = catalogue.build(letter.letter_type, facts, on)
    _made, stale = edits.apply(original, known, is_act=catalogue.type_of(letter.letter_type).is_act)
    refusals, warnings = edit_checks.found_in(letter.letter_type, known, stale)
    return replace(found, refusals=found.refusals + tuple(refusals), warnings=found.warnings + tuple(warnings))


def _final_word(storage: Storage, letter: Letter, facts: Mapping[str, Any], on: date) -> bytes:
    """Give the Word file to freeze: the one that came back when there is one, without its mark of a draft."""
    if letter.word_sha256:
        with storage.open(letter.word_sha256) as source:
            return word_return.as_final(source.read(), catalogue.meta(letter.letter_type, facts, on).footer)
    return render(letter.letter_type, facts, on, "docx", edited=letter.edits)


def render(
    kind: str,
    facts: Mapping[str, Any],
    on: date,
    fmt: str,
    *,
    is_draft: bool = False,
    edited: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """Draw a document as PDF or DOCX; raises DocumentRefused. A draft says so on every page."""
    meta = catalogue.meta(kind, facts, on)
    if is_draft:
        meta = replace(meta, watermark=DRAFT_MARK, reference=f"{DRAFT_MARK} · {meta.reference}")
    return FORMATS[fmt](blocks_of(kind, facts, on, edited), meta)


def file_of(session: Session, storage: Storage, matter: Matter, letter: Letter, fmt: str) -> bytes:
    """Give the file of a letter: the frozen one once validated, otherwise the present draft."""
    digest = letter.pdf_sha256 if fmt == "pdf" else letter.docx_sha256
    if digest:
        with storage.open(digest) as source:
            return source.read()
    if letter.state is LetterState.ABANDONED:
        raise Refused("Cette lettre est abandonnée et n’a jamais été validée : elle n’a pas de fichier.")
    facts = current_facts(session, matter, letter)
    return render(letter.letter_type, facts, clock.today(), fmt, is_draft=True, edited=letter.edits)


def signers(session: Session, matter: Matter) -> list[Person]:
    """List the lawyers of the team who may sign, the responsible one first."""
    rows = session.scalars(
        select(Person)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.matter_id == matter.id, Person.state == PersonState.ACTIVE)
        .order_by(Person.id != matter.responsible_id, Person.full_name)
    )
    return [row for row in rows if row.is_lawyer and may(session, row, matter, Permission.LETTER_VALIDATE)]


def signer_of(session: Session, matter: Matter, inputs: Mapping[str, Any]) -> Person | None:
    """Give the lawyer who signs: the one chosen while still in the team, otherwise the first who may."""
    able = signers(session, matter)
    chosen = [row for row in able if str(row.id) == inputs.get("signer")]
    return next(iter(chosen or able), None)


def proposed(session: Session, actor: Person, matter: Matter, kind: str) -> dict[str, Any]:
    """Start from the type's defaults and from what the last letters already say of the same words and people."""
    found = defaults_of(kind)
    last = session.scalars(
        select(Letter).where(Letter.matter_id == matter.id).order_by(Letter.created_at.desc()).limit(20)
    ).all()
    said: dict[str, Any] = {}
    for letter in reversed(last):
        said |= letter.inputs.get("passages") or {}
        for name in ("lawyer_gender", "client_gender", "signer"):
            if letter.inputs.get(name):
                found[name] = letter.inputs[name]
    if said:
        found["passages"] = said
    if "lawyer_gender" not in found:
        own = select(Letter.inputs).where(Letter.written_by_id == actor.id).order_by(Letter.created_at.desc()).limit(1)
        gender = (session.scalar(own) or {}).get("lawyer_gender")
        if gender and actor.is_lawyer and matter.responsible_id == actor.id:
            found["lawyer_gender"] = gender
    return found


def _must_be(letter: Letter, state: LetterState, otherwise: str) -> None:
    if letter.state is not state:
        raise Refused(otherwise)
