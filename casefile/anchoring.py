"""The end of the trail, anchored once a day outside of it: time-stamped by each authority and mailed to the partners.

Who holds root and the key can rewrite the whole trail; neither the authority's token nor the message in a partner's
mailbox can be rewritten with it. Nothing here carries a client's name: a line number and a digest.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock, mail
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import heartbeat
from casefile.errors import CasefileError, InvalidInput
from casefile.evidence import timestamp
from casefile.evidence.address import Allowed
from casefile.evidence.authorities import EMBEDDED_NAME, label_of
from casefile.evidence.authority import EmbeddedAuthority
from casefile.evidence.fetch import Door
from casefile.evidence.filing import authorities, authority_directory
from casefile.evidence.timestamp import Token
from casefile.models.ledger import AuditAnchor, AuditEntry, Heartbeat
from casefile.models.people import Firm, Person, PersonState, Role

# An authority that was silent is asked again after a while, the same day.
PATIENCE = timedelta(hours=1)
PULSE = "anchors"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the trail of one installation ended."""

    installation: str
    seq: int
    hash: str

    def content(self) -> bytes:
        """Give the very bytes that the authorities stamp."""
        return f"Casefile, ancre du journal\n{self.installation}\n{self.seq}\n{self.hash}\n".encode()


def work(database: Database, settings: Settings, now: datetime) -> bool:
    """Anchor the trail for today with the authorities that have not done it yet; tell whether there was one to ask."""
    day = clock.day_of(now)
    configured = {EMBEDDED_NAME, *(authority.name for authority in authorities(settings))}
    with database.reader() as session:
        missing = configured - set(session.scalars(select(AuditAnchor.authority).where(AuditAnchor.day == day)))
        head = _head_of(session)
        if head is None or not missing or _asked_lately(session, now):
            return False
    tokens = _ask(settings, head, missing)
    with database.transaction() as session:
        first = session.scalar(select(AuditAnchor.id).where(AuditAnchor.day == day).limit(1)) is None
        heartbeat.beat(session, now, PULSE, day.isoformat())
        for name, token in tokens.items():
            session.add(_row(settings, day, head, name, token))
        session.flush()
        if first and tokens:
            audit.record(session, None, "audit.anchored", facts={"seq": head.seq, "authorities": sorted(tokens)})
            _tell(session, settings, day, head, tokens)
    return True


def faults(session: Session) -> Iterator[tuple[int, str]]:
    """Give each anchor that the trail no longer agrees with, and each whose token does not verify."""
    firm = session.get(Firm, 1)
    installation = str(firm.installation_id) if firm else ""
    for anchor in session.scalars(select(AuditAnchor).order_by(AuditAnchor.seq)):
        said = f"Journal : l'ancre du {anchor.day:%d/%m/%Y} ({anchor.authority})"
        if not _agrees(session, anchor.seq, anchor.hash):
            yield anchor.seq, f"{said} ne correspond plus à la ligne {anchor.seq} : le journal a été réécrit."
        try:
            content = Head(installation, anchor.seq, anchor.hash).content()
            token = timestamp.check(anchor.reply, content, anchor.chain_pem.encode())
        except CasefileError as error:
            yield anchor.seq, f"{said} : {error.message}"
            continue
        if token.at != anchor.stamped_at:
            yield anchor.seq, f"{said} : l'instant inscrit n'est pas celui du jeton."


def confirms(session: Session, anchor: str) -> bool:
    """Tell whether the trail still holds an anchor as a partner received it by mail, and all that came before it."""
    seq, _, digest = anchor.strip().partition(":")
    if not (seq.isascii() and seq.isdecimal() and digest):
        raise InvalidInput("Recopiez l'ancre telle que le message la donne : un numéro, deux points, une empreinte.")
    last = int(seq)
    return _agrees(session, last, digest.strip().lower()) and all(fault.seq > last for fault in audit.verify(session))


def _agrees(session: Session, seq: int, digest: str) -> bool:
    found = session.scalar(select(AuditEntry).where(AuditEntry.seq == seq))
    return (
        found is not None
        and hmac.compare_digest(found.hash.encode(), digest.encode())
        and audit.digest_of(found) == digest
    )


def _head_of(session: Session) -> Head | None:
    last = session.execute(select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
    firm = session.get(Firm, 1)
    return Head(str(firm.installation_id), last.seq, last.hash) if last and firm else None


def _asked_lately(session: Session, now: datetime) -> bool:
    row = session.get(Heartbeat, PULSE)
    return row is not None and row.detail == clock.day_of(now).isoformat() and abs(now - row.beat_at) < PATIENCE


def _ask(settings: Settings, head: Head, names: set[str]) -> dict[str, Token]:
    found, door = {}, Door(Allowed.parse(" ".join(settings.capture_allow)))
    if EMBEDDED_NAME in names:
        found[EMBEDDED_NAME] = timestamp.obtain_embedded(
            EmbeddedAuthority.at(authority_directory(settings)), head.content()
        )
    for authority in authorities(settings):
        if authority.name in names:
            try:
                found[authority.name] = timestamp.obtain(door, authority, head.content())
            except CasefileError:
                continue  # asked again later in the day; the others stand
    return found


def _row(settings: Settings, day: date, head: Head, name: str, token: Token) -> AuditAnchor:
    return AuditAnchor(
        day=day,
        authority=name,
        qualified=any(one.qualified for one in authorities(settings) if one.name == name),
        seq=head.seq,
        hash=head.hash,
        stamped_at=token.at,
        reply=token.reply,
        chain_pem=token.chain.decode(),
    )


def _tell(session: Session, settings: Settings, day: date, head: Head, tokens: dict[str, Token]) -> None:
    facts = {
        "day": f"{day:%d/%m/%Y}",
        "seq": head.seq,
        "anchor": f"{head.seq}:{head.hash}",
        "stamps": [
            f"{name}, {label_of(name, authorities(settings))}, jeton n° {token.serial}"
            for name, token in sorted(tokens.items())
        ],
    }
    partners = select(Person).where(Person.role == Role.PARTNER, Person.state == PersonState.ACTIVE)
    for partner in session.scalars(partners.order_by(Person.email)):
        mail.queue(session, partner, mail.message_id("anchor", day, partner.id), "anchor", facts)
