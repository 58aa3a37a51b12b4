"""The exhibits of a dossier: added, ordered, communicated and then frozen; originals are never touched.

Our exhibits are numbered from 1 without a gap; adverse ones apart, on negative numbers. Verbs never commit.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.documents import pdf
from casefile.documents.blocks import Block, Heading, paragraph, table
from casefile.documents.dossier import gather
from casefile.documents.dossier_people import firm_facts, lawyer_facts
from casefile.documents.draft import Draft
from casefile.documents.exhibit_source import Source, UnreadableExhibit
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import firm_head, mono, signature
from casefile.documents.letters import signer_of
from casefile.documents.typography import long_date, typeset
from casefile.errors import Conflict, InvalidInput, Refused
from casefile.models.evidence import Artifact, Capture, CaptureState, Publication
from casefile.models.ledger import Exhibit
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person
from casefile.storage import Storage

if TYPE_CHECKING:
    from casefile.documents.exhibits import Stamped

# Which file of a capture is shown to the judge: the printed page before a picture of it.
DEFAULT_LIMIT_MB = 4
SHOWN_FIRST = ("pdf", "viewable", "original", "view")


def add_capture(session: Session, storage: Storage, actor: Person, matter: Matter, capture: Capture) -> Exhibit:
    """Make an exhibit of a sealed capture; raises Refused when none of its files can be printed."""
    if capture.state is not CaptureState.SEALED:
        raise Refused("Seule une capture scellée devient une pièce.")
    if session.scalar(select(Exhibit.id).where(Exhibit.capture_id == capture.id)):
        raise Refused("Cette capture est déjà une pièce du dossier.")
    publication = session.get_one(Publication, capture.publication_id)
    sealed = clock.day_of(capture.started_at or capture.sealed_at or capture.created_at)
    kind = "Capture" if capture.origin == "browser" else "Copie"
    title = f"{kind} scellée : {publication.title}, {long_date(sealed)}"[:300]
    files = session.scalars(select(Artifact).where(Artifact.capture_id == capture.id)).all()
    for role in SHOWN_FIRST:
        for file in (row for row in files if row.role == role):
            pages = _pages(storage, file.sha256)
            if pages:
                found = {"sha256": file.sha256, "media_type": file.media_type, "pages": pages}
                return _add(session, actor, matter, title=title, dated_on=sealed, capture_id=capture.id, **found)
    raise UnreadableExhibit("Aucun fichier de cette capture ne s’imprime : déposez-en une copie en PDF ou en image.")


def add_file(
    session: Session,
    storage: Storage,
    actor: Person,
    matter: Matter,
    content: bytes,
    *,
    title: str,
    dated_on: date | None,
    is_adverse: bool = False,
    between_lawyers: bool = False,
) -> Exhibit:
    """Make an exhibit of a file; raises Refused for a confidential letter between lawyers or what cannot be printed."""
    if between_lawyers:
        message = (
            "Une correspondance entre avocats est confidentielle : elle ne se produit pas, sauf mention officielle."
        )
        raise Refused(message)
    pages = _stamp(Source("0", title, dated_on or clock.today(), content), "").pages
    sha256, _size = storage.put(io.BytesIO(content))
    media = "application/pdf" if content[:1024].lstrip().startswith(b"%PDF") else "application/octet-stream"
    facts = {"sha256": sha256, "media_type": media, "pages": pages, "is_adverse": is_adverse}
    return _add(session, actor, matter, title=title, dated_on=dated_on, **facts)


def retitle(
    session: Session, actor: Person, exhibit: Exhibit, seen_version: int, title: str, dated_on: date | None
) -> None:
    """Name and date an exhibit that is not communicated yet."""
    _must_be_free(exhibit)
    if exhibit.version != seen_version:
        raise Conflict("Quelqu'un d'autre a modifié cette pièce entre-temps : rechargez la page.")
    exhibit.title, exhibit.dated_on = title, dated_on
    session.flush()
    audit.record(session, actor, "exhibit.edited", exhibit)


def move(session: Session, actor: Person, exhibit: Exhibit, step: int) -> None:
    """Exchange the places of an exhibit and its neighbour, unless one is communicated."""
    _must_be_free(exhibit)
    sign = -1 if exhibit.is_adverse else 1
    other = session.scalar(
        select(Exhibit).where(Exhibit.matter_id == exhibit.matter_id, Exhibit.number == exhibit.number + sign * step)
    )
    if other is None:
        raise Refused("Cette pièce est déjà au bout de la liste.")
    _must_be_free(other)
    first, second = exhibit.number, other.number
    _renumber(session, [(exhibit, 0), (other, first), (exhibit, second)])
    audit.record(session, actor, "exhibit.moved", exhibit, {"from": first, "to": second})


def place(session: Session, actor: Person, exhibit: Exhibit, number: int) -> None:
    """Put an exhibit at the number of another of its list; those between move by one, none that is communicated."""
    _must_be_free(exhibit)
    sign = -1 if exhibit.is_adverse else 1
    start, wanted = abs(exhibit.number), abs(number)
    low, high = min(start, wanted), max(start, wanted)
    rows = session.scalars(
        select(Exhibit)
        .where(Exhibit.matter_id == exhibit.matter_id, (Exhibit.number * sign).between(low, high))
        .order_by(Exhibit.number * sign)
    ).all()
    if wanted not in {abs(row.number) for row in rows}:
        raise Refused("Cette place n’existe pas : rechargez la page, la liste a changé.")
    for row in rows:
        _must_be_free(row)
    if wanted == start:
        return
    between = [row for row in rows if row is not exhibit]
    step = 1 if wanted < start else -1
    ordered = reversed(between) if step > 0 else between
    moved = [(row, row.number + sign * step) for row in ordered]
    _renumber(session, [(exhibit, 0), *moved, (exhibit, sign * wanted)])
    audit.record(session, actor, "exhibit.moved", exhibit, {"from": sign * start, "to": sign * wanted})


def remove(session: Session, actor: Person, exhibit: Exhibit) -> None:
    """Take an exhibit out and close the gap; its file stays in the store and its capture in the dossier."""
    _must_be_free(exhibit)
    sign = -1 if exhibit.is_adverse else 1
    audit.record(session, actor, "exhibit.removed", exhibit, {"number": exhibit.number, "sha256": exhibit.sha256})
    matter_id, gap = exhibit.matter_id, abs(exhibit.number)
    session.delete(exhibit)
    session.flush()
    later = session.scalars(
        select(Exhibit)
        .where(Exhibit.matter_id == matter_id, Exhibit.number * sign > gap)
        .order_by(func.abs(Exhibit.number))
    ).all()
    _renumber(session, [(row, row.number - sign) for row in later])


def communicate(session: Session, actor: Person, matter: Matter, on: date) -> int:
    """Freeze the numbers of all our exhibits not communicated yet; those added later go on after them."""
    if on > clock.today():
        raise InvalidInput("Cette date est à venir : indiquez le jour de la communication.", field="on")
    rows = [row for row in ours(session, matter) if row.communicated_on is None]
    if not rows:
        raise Refused("Toutes les pièces sont déjà communiquées.")
    for row in rows:
        row.communicated_on = on
    session.flush()
    audit.record(session, actor, "exhibits.communicated", matter, {"numbers": [row.number for row in rows], "on": on})
    return len(rows)


def ours(session: Session, matter: Matter) -> list[Exhibit]:
    """List our exhibits by number."""
    query = select(Exhibit).where(Exhibit.matter_id == matter.id, ~Exhibit.is_adverse)
    return list(session.scalars(query.order_by(Exhibit.number)))


def adverse(session: Session, matter: Matter) -> list[Exhibit]:
    """List the other side's exhibits in their order."""
    query = select(Exhibit).where(Exhibit.matter_id == matter.id, Exhibit.is_adverse)
    return list(session.scalars(query.order_by(Exhibit.number.desc())))


def stamped(session: Session, storage: Storage, matter: Matter, exhibit: Exhibit) -> Stamped:
    """Give the stamped copy of one exhibit; an adverse one bears « pièce adverse »."""
    return _stamp(*_source(storage, exhibit, _seal(session, matter)))


def bundle(
    session: Session,
    storage: Storage,
    matter: Matter,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> bytes:
    """Give the dated list followed by every stamped copy, in one file; the digest of each original beside its title."""
    rows = ours(session, matter)
    if not rows:
        raise Refused("Aucune pièce à réunir : versez d’abord une capture ou un fichier.")
    seal = _seal(session, matter)
    sources = [_source(storage, row, seal) for row in rows]
    on = clock.today()

    def head(counts: Sequence[int]) -> bytes:
        lines = [
            (source.number, source.day, source.title, count, row.sha256)
            for (source, _seal), count, row in zip(sources, counts, rows, strict=True)
        ]
        blocks = _list(session, matter, lines, "Empreinte SHA-256 du fichier original conservé", on)
        return pdf.render(blocks, pdf.Meta("Bordereau de pièces", "", matter.reference, on))

    from casefile.documents.exhibits import bind

    return bind(sources, progress, head=head)


def _stamp(source: Source, seal: str) -> Stamped:
    from casefile.documents.exhibits import stamp  # pikepdf and ReportLab are loaded with the first exhibit

    return stamp(source, seal)


def _seal(session: Session, matter: Matter) -> str:
    lawyer = signer_of(session, matter, {})
    return f"Me {lawyer.full_name}" if lawyer else "Cabinet"


def _source(storage: Storage, exhibit: Exhibit, seal: str) -> tuple[Source, str]:
    with storage.open(exhibit.sha256) as source:
        content = source.read()
    day = exhibit.dated_on or clock.day_of(exhibit.created_at)
    own = "Pièce adverse" if exhibit.is_adverse else seal
    return Source(str(abs(exhibit.number)), exhibit.title, day, content), own


def separate(
    session: Session,
    storage: Storage,
    matter: Matter,
    limit: int,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[tuple[str, bytes]]:
    """Give the dated list, then each stamped copy in files of at most `limit` bytes, named in ASCII."""
    rows = ours(session, matter)
    if not rows:
        raise Refused("Aucune pièce à réunir : versez d’abord une capture ou un fichier.")
    from casefile.documents.exhibits import split

    copies, seal = [], _seal(session, matter)
    for rank, row in enumerate(rows, start=1):
        copies.append(_stamp(*_source(storage, row, seal)))
        progress(rank, len(rows))
    on = clock.today()
    lines = [(copy.number, copy.day, copy.title, copy.pages, copy.digest) for copy in copies]
    blocks = _list(session, matter, lines, "Empreinte SHA-256 de la copie cachetée jointe", on)
    head = pdf.render(blocks, pdf.Meta("Bordereau de pièces", "", matter.reference, on))
    return [("Bordereau.pdf", head), *(part for copy in copies for part in split(copy, limit))]


def limit_of(firm: Firm | None) -> int:
    """Give the size that the firm allows to one file, in bytes: 4 Mo for a court unless it says otherwise."""
    return int((firm.settings.get("exhibit_limit_mb") if firm else None) or DEFAULT_LIMIT_MB) * 1_000_000


def _list(
    session: Session, matter: Matter, lines: Sequence[tuple[str, date, str, int, str]], of_what: str, on: date
) -> list[Block]:
    dossier = gather(session, matter, signer_of(session, matter, {}))
    facts: dict[str, Any] = {"firm": firm_facts(dossier.firm), "lawyer": lawyer_facts(dossier.lawyer, dossier.firm)}
    draft = Draft(Facts(facts), on)
    rows = [[number, long_date(day), title, str(pages)] for number, day, title, pages, _digest in lines]
    digests = [[number, mono(digest)] for number, _day, _title, _pages, digest in lines]
    return [
        firm_head(draft),
        Heading(text=typeset("Bordereau de communication de pièces"), level=0),
        paragraph(f"Dossier {matter.reference} – {matter.title}", style="centred"),
        table(["N°", "Date", "Intitulé", "Pages"], rows, widths=[1, 3.4, 9, 1.6]),
        table(["N°", of_what], digests, widths=[1, 14]),
        paragraph(f"Fait à {facts['firm'].get('city') or '…'}, le {long_date(on)}."),
        signature(draft),
    ]


def _add(session: Session, actor: Person, matter: Matter, **facts: Any) -> Exhibit:
    is_adverse = bool(facts.get("is_adverse"))
    edge = func.min(Exhibit.number) if is_adverse else func.max(Exhibit.number)
    last = session.scalar(select(edge).where(Exhibit.matter_id == matter.id, Exhibit.is_adverse.is_(is_adverse))) or 0
    exhibit = Exhibit(matter_id=matter.id, number=last + (-1 if is_adverse else 1), **facts)
    session.add(exhibit)
    session.flush()
    audit.record(session, actor, "exhibit.added", exhibit, {"number": exhibit.number, "sha256": exhibit.sha256})
    return exhibit


def _pages(storage: Storage, sha256: str) -> int | None:
    with storage.open(sha256) as source:
        content = source.read()
    try:
        return _stamp(Source("0", "", clock.today(), content), "").pages
    except UnreadableExhibit:
        return None


def _renumber(session: Session, places: Iterable[tuple[Exhibit, int]]) -> None:
    """Write the numbers one by one: no two exhibits ever share one, even for an instant."""
    for exhibit, number in places:
        exhibit.number = number
        session.flush()


def _must_be_free(exhibit: Exhibit) -> None:
    if exhibit.communicated_on is not None:
        raise Refused("Cette pièce est communiquée : son numéro et son intitulé ne changent plus.")
