"""One letter over many contents, or one to each of their authors: planned and read first, then begun as drafts.

Nothing is validated here: each draft is completed in its own form, and signed by a named lawyer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.documents import catalogue, letters
from casefile.documents.dossier import Dossier, against, facts_of, named_by
from casefile.documents.dossier_contents import Content
from casefile.documents.inputs import is_asked
from casefile.errors import CasefileError, InvalidInput
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter, LetterState
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person

NOTICE, FORMAL_NOTICE = "notification_dsa", "mise_en_demeure"
MOST = 100


@dataclass(frozen=True, slots=True)
class Planned:
    """One letter of a mailing: on what, to whom, and why it is refused or what it still lacks."""

    kind: str
    title: str
    contents: tuple[Publication, ...]
    author: str = ""
    recipient: str = ""
    refusal: str = ""
    lacks: tuple[str, ...] = ()
    to_answer: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    standing: Letter | None = None
    made: Letter | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every letter of a mailing is planned from, read once."""

    dossier: Dossier
    proposed: Mapping[str, Mapping[str, Any]]
    standing: tuple[Letter, ...]


def plan(
    session: Session, actor: Person, matter: Matter, chosen: Sequence[Publication], kinds: Sequence[str]
) -> list[Planned]:
    """Plan the notice of several contents of one platform, and a formal notice to each of their identified authors.

    A content with no words to quote is refused by name rather than left in a letter that could not go.
    Raises InvalidInput when the choice makes no letter at all.
    """
    _check(chosen, kinds)
    proposed = {kind: letters.proposed(session, actor, matter, kind) for kind in kinds}
    scope = {"contents": [str(row.id) for row in chosen], "signer": proposed[kinds[0]].get("signer", "")}
    query = select(Letter).where(
        Letter.matter_id == matter.id,
        Letter.letter_type.in_(kinds),
        Letter.state.in_([LetterState.DRAFT, LetterState.VALIDATED]),
    )
    dossier = letters.dossier_of(session, matter, None, scope)
    ground = _Ground(dossier, proposed, tuple(session.scalars(query)))
    quoting = [content for content in dossier.contents if content.quoted]
    planned = [row for kind in kinds for row in _letters(ground, kind, quoting)]
    silent = tuple(content.publication for content in dossier.contents if not content.quoted)
    if silent:
        why = (
            "Aucun propos n’est relevé dans ce contenu, ou tous ont été jugés licites : il n’entre dans aucune lettre."
        )
        planned.append(Planned("", "Contenus écartés", silent, refusal=why))
    return planned


def begin(
    session: Session, actor: Person, matter: Matter, planned: Sequence[Planned], most: int = MOST
) -> list[Planned]:
    """Begin `most` drafts of those not refused; give the same lines, with their draft or why there is none.

    A line that fails is not counted: it is tried again at the next turn, and must not keep those behind it waiting.
    """
    lines, begun = [], 0
    for row in planned:
        tried = row if row.refusal or row.made or begun == most else _begun(session, actor, matter, row)
        begun += tried.made is not None and row.made is None
        lines.append(tried)
    return lines


def resumed(planned: Sequence[Planned], begun: Collection[str]) -> list[Planned]:
    """Give the plan with the drafts that this mailing has begun already: they are its own, not in its way."""
    return [
        replace(row, refusal="", made=row.standing) if row.standing and str(row.standing.id) in begun else row
        for row in planned
    ]


def _begun(session: Session, actor: Person, matter: Matter, row: Planned) -> Planned:
    scope: dict[str, Any] = {"author": row.author} if row.author else {}
    only = row.contents[0] if len(row.contents) == 1 else None
    if only is None:
        scope["contents"] = [str(content.id) for content in row.contents]
    try:
        return replace(row, made=letters.draft(session, actor, matter, row.kind, publication=only, inputs=scope))
    except CasefileError as error:
        return replace(row, refusal=error.message)


def _check(chosen: Sequence[Publication], kinds: Sequence[str]) -> None:
    if not chosen:
        raise InvalidInput("Cochez au moins un contenu.", field="contents")
    if len(chosen) > MOST:
        raise InvalidInput(f"Choisissez {MOST} contenus au plus à la fois.", field="contents")
    if len({row.platform for row in chosen}) > 1:
        message = "Choisissez les contenus d’une seule plateforme : une notification n’a qu’un destinataire."
        raise InvalidInput(message, field="contents")
    if not kinds or not set(kinds) <= {NOTICE, FORMAL_NOTICE}:
        raise InvalidInput("Cochez au moins une sorte de lettre.", field="kinds")


def _letters(ground: _Ground, kind: str, quoting: Sequence[Content]) -> Iterator[Planned]:
    if kind == NOTICE:
        if quoting:
            yield _planned(ground, kind, quoting)
        return
    known = {row.id: row for row in ground.dossier.parties if row.role is PartyRole.AUTHOR and row.is_identified}
    written: dict[Party | None, list[Content]] = {}
    for content in quoting:
        author = known.get(content.publication.author_party_id) if content.publication.author_party_id else None
        written.setdefault(author, []).append(content)
    for author, contents in written.items():
        if author is not None:
            yield _planned(ground, kind, contents, author)
    if nobody := written.get(None):
        why = "L’auteur n’est pas identifié : rattachez à chaque contenu la fiche d’un auteur identifié."
        yield Planned(
            kind, catalogue.type_of(kind).title, tuple(content.publication for content in nobody), refusal=why
        )


def _planned(ground: _Ground, kind: str, contents: Sequence[Content], author: Party | None = None) -> Planned:
    """Run the checks of a draft as it would stand, before there is one."""
    name = str(author.id) if author else ""
    dossier = replace(ground.dossier, contents=tuple(contents), parties=against(ground.dossier.parties, name))
    facts = facts_of(dossier, kind, ground.proposed[kind])
    found = catalogue.check(kind, facts, clock.today())
    asked = [finding for finding in found.refusals if is_asked(kind, finding)]
    publications = tuple(content.publication for content in contents)
    standing = _standing(ground, kind, publications, name)
    return Planned(
        kind,
        catalogue.type_of(kind).title,
        publications,
        name,
        author.display_name if author else str((facts.get("recipient") or {}).get("name", "")),
        "Une lettre de même objet, non envoyée, existe déjà : complétez-la ou abandonnez-la." if standing else "",
        _sentences(finding.message for finding in found.refusals if finding not in asked),
        _sentences(finding.message for finding in asked),
        _sentences(finding.message for finding in found.warnings),
        standing,
    )


def _standing(ground: _Ground, kind: str, contents: Sequence[Publication], author: str) -> Letter | None:
    """Find the unsent letter on the very same contents, to the same author: a second click makes no second draft."""
    wanted = {str(row.id) for row in contents}
    known = [str(row.id) for row in ground.dossier.parties if row.role is PartyRole.AUTHOR and row.is_identified]
    first = known[0] if known else ""
    for letter in ground.standing:
        to = letter.inputs.get("author") or first
        if letter.letter_type == kind and named_by(letter) == wanted and (not author or to == author):
            return letter
    return None


def _sentences(messages: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(messages))
