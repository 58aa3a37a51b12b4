"""The words of a draft: rewritten block by block, kept version by version, restored; locked mentions never move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import audit
from casefile.documents import edits, letters
from casefile.documents.blocks import Block, texts_of
from casefile.documents.edits import Edit, source_of, why_locked
from casefile.errors import Conflict, InvalidInput, Refused
from casefile.models.ledger import Letter, LetterState, LetterVersion
from casefile.models.matter import Matter
from casefile.models.people import Person

LONGEST = 40_000
ORIGINS = {
    "page": "réécrite dans la page",
    "word": "revenue de Word",
    "restored": "rétablie",
    "validated": "validée",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of a draft on the page: its words now and at first, the reason why it is locked, what follows it."""

    block: Block
    words: str
    was: str
    why_locked: str
    added: str
    is_edited: bool


def passages_of(session: Session, matter: Matter, letter: Letter) -> list[Passage]:
    """Give each block as it is edited; raises DocumentRefused while the letter cannot be made."""
    kind, facts, on = letters.standing(session, matter, letter)
    original = letters.original_blocks(kind.id, facts, on)
    known = edits.read(letter.edits)
    _made, stale = edits.apply(original, known, is_act=kind.is_act)
    live = [edit for edit in known if edit not in stale]
    return [_passage(block, original, live, is_act=kind.is_act) for block in original]


def rewrite(
    session: Session,
    actor: Person,
    matter: Matter,
    letter: Letter,
    *,
    seen_version: int,
    words: Mapping[str, str],
    added: Mapping[str, str],
) -> None:
    """Keep what was typed for each block; a block typed as it was at first is no longer an edit.

    Raises Conflict when somebody came first, InvalidInput for words too long, Refused for a locked mention.
    """
    _must_be_draft(letter)
    if letter.version != seen_version:
        raise Conflict(
            "Quelqu’un d’autre a modifié cette lettre entre-temps : votre texte est gardé ici. Relisez le sien sous "
            "chaque passage qui diffère, puis enregistrez."
        )
    made: list[Edit] = []
    for passage in passages_of(session, matter, letter):
        typed = _clean(words.get(passage.block.id, passage.words))
        if passage.why_locked and edits.flat(typed) != edits.flat(passage.was):
            raise Refused(f"Une mention verrouillée ne se réécrit pas. {passage.why_locked}")
        if not passage.why_locked and edits.flat(typed) != edits.flat(passage.was):
            made.append(Edit(passage.block.id, passage.was, typed))
        follows = _clean(added.get(passage.block.id, passage.added))
        if follows:
            made.append(Edit(passage.block.id, passage.was, follows, added=True))
    replace_edits(session, actor, matter, letter, made, origin="page")


def forget_stale(session: Session, actor: Person, matter: Matter, letter: Letter) -> None:
    """Give up the edits whose words are gone, once a person has seen them."""
    _must_be_draft(letter)
    kind, facts, on = letters.standing(session, matter, letter)
    known = edits.read(letter.edits)
    _made, stale = edits.apply(letters.original_blocks(kind.id, facts, on), known, is_act=kind.is_act)
    replace_edits(session, actor, matter, letter, [edit for edit in known if edit not in stale], origin="page")


def restore(session: Session, actor: Person, matter: Matter, letter: Letter, version: LetterVersion) -> None:
    """Take back the edits of an earlier version."""
    _must_be_draft(letter)
    replace_edits(session, actor, matter, letter, edits.read(version.edits), origin="restored")


def replace_edits(
    session: Session,
    actor: Person,
    matter: Matter,
    letter: Letter,
    made: Sequence[Edit],
    *,
    origin: str,
    file_sha256: str | None = None,
) -> LetterVersion:
    """Put these edits on a draft and keep the version that they make."""
    if not versions_of(session, letter):
        keep(session, actor, matter, letter, origin="page")
    letter.edits = [edit.to_json() for edit in made]
    letter.word_sha256 = file_sha256
    session.flush()
    audit.record(session, actor, "letter.rewritten", letter, {"edits": len(made), "origin": origin})
    return keep(session, actor, matter, letter, origin=origin, file_sha256=file_sha256)


def keep(
    session: Session, actor: Person, matter: Matter, letter: Letter, *, origin: str, file_sha256: str | None = None
) -> LetterVersion:
    """Keep the words of a letter as they stand, under the next number."""
    kind, facts, on = letters.standing(session, matter, letter)
    last = session.scalar(select(func.max(LetterVersion.number)).where(LetterVersion.letter_id == letter.id)) or 0
    version = LetterVersion(
        letter_id=letter.id,
        number=last + 1,
        author_id=actor.id,
        origin=origin,
        blocks=[_kept(block) for block in letters.blocks_of(kind.id, facts, on, letter.edits)],
        edits=list(letter.edits),
        file_sha256=file_sha256,
    )
    session.add(version)
    session.flush()
    return version


def versions_of(session: Session, letter: Letter) -> list[LetterVersion]:
    """List the versions of a letter, the first one first."""
    query = select(LetterVersion).where(LetterVersion.letter_id == letter.id).order_by(LetterVersion.number)
    return list(session.scalars(query))


def _passage(block: Block, original: Sequence[Block], live: Sequence[Edit], *, is_act: bool) -> Passage:
    was = source_of(block)
    mine = [edit for edit in live if edit.was == was and (edit.block == block.id or _moved(edit, original))]
    replaced = next((edit for edit in mine if not edit.added), None)
    added = next((edit.now for edit in mine if edit.added), "")
    words = replaced.now if replaced else was
    return Passage(block, words, was, why_locked(block, is_act=is_act), added, replaced is not None or bool(added))


def _moved(edit: Edit, original: Sequence[Block]) -> bool:
    """Say whether the block that an edit names no longer holds its words: then it follows them."""
    return all(block.id != edit.block or source_of(block) != edit.was for block in original)


def _kept(block: Block) -> dict[str, Any]:
    return {"id": block.id, "kind": type(block).__name__.lower(), "text": "\n".join(texts_of(block))}


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST:
        raise InvalidInput(f"Un passage dépasse {LONGEST} signes : coupez-le en deux.", field="texte")
    return text


def _must_be_draft(letter: Letter) -> None:
    if letter.state is not LetterState.DRAFT:
        raise Refused("Cette lettre est validée : reprenez-la en projet pour la modifier.")
