"""A letter back from Word: its file is kept at once, its words are taken when nothing locked moved."""

from __future__ import annotations

import io

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import audit
from casefile.documents import drafts, edits, letters, word_return
from casefile.documents.word_return import Change
from casefile.errors import InvalidInput, Refused
from casefile.models.ledger import Letter, LetterState, LetterVersion
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.storage import Storage


def receive(
    session: Session, storage: Storage, actor: Person, matter: Matter, letter: Letter, content: bytes
) -> LetterVersion:
    """Keep the file that came back as a version of its own; the draft does not change yet."""
    if letter.state is not LetterState.DRAFT:
        raise Refused("Cette lettre est validée : reprenez-la en projet pour déposer une nouvelle version.")
    _changes_of(session, matter, letter, content)
    if not drafts.versions_of(session, letter):
        drafts.keep(session, actor, matter, letter, origin="page")
    sha256, _size = storage.put(io.BytesIO(content))
    last = session.scalar(select(func.max(LetterVersion.number)).where(LetterVersion.letter_id == letter.id)) or 0
    version = LetterVersion(
        letter_id=letter.id, number=last + 1, author_id=actor.id, origin="received", edits=list(letter.edits),
        file_sha256=sha256, blocks=[],
    )  # fmt: skip
    session.add(version)
    session.flush()
    audit.record(session, actor, "letter.returned", letter, {"version": version.number, "sha256": sha256})
    return version


def changes(session: Session, storage: Storage, matter: Matter, letter: Letter, version: LetterVersion) -> list[Change]:
    """Say what a file that came back changes in the draft as it stands now."""
    return _changes_of(session, matter, letter, _file(storage, version))


def retain(
    session: Session, storage: Storage, actor: Person, matter: Matter, letter: Letter, version: LetterVersion
) -> None:
    """Take the words of the file: it will be the letter's final Word file. Refused when a locked mention moved."""
    if letter.state is not LetterState.DRAFT:
        raise Refused("Cette lettre est validée : reprenez-la en projet d’abord.")
    content = _file(storage, version)
    found = _changes_of(session, matter, letter, content)
    locked = [change for change in found if change.why_locked]
    if locked:
        raise Refused(f"Ce fichier change {len(locked)} mention(s) verrouillée(s) : rétablissez-les dans Word. ")
    kind, facts, on = letters.standing(session, matter, letter)
    original = letters.original_blocks(kind.id, facts, on)
    made = word_return.edits_from(found, edits.read(letter.edits), original)
    applied, stale = edits.apply(original, made, is_act=kind.is_act)
    left = word_return.compare(content, applied, is_act=kind.is_act)
    if stale or left:
        raise InvalidInput(
            "Certaines modifications du fichier ne se reportent pas dans la lettre : faites-les dans la page, "
            "« Réécrire le texte », puis téléchargez de nouveau le fichier.",
            field="file",
        )
    drafts.replace_edits(session, actor, matter, letter, made, origin="word", file_sha256=version.file_sha256)


def _changes_of(session: Session, matter: Matter, letter: Letter, content: bytes) -> list[Change]:
    kind, facts, on = letters.standing(session, matter, letter)
    blocks = letters.blocks_of(kind.id, facts, on, letter.edits)
    return word_return.compare(content, blocks, is_act=kind.is_act)


def _file(storage: Storage, version: LetterVersion) -> bytes:
    if not version.file_sha256:
        raise InvalidInput("Cette version n’a pas de fichier Word.", field="file")
    with storage.open(version.file_sha256) as source:
        return source.read()
