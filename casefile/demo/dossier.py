"""One dossier of the demonstration: opened, proved, qualified, then worked on as its plan tells.

Days of the plan count back from the day of loading, so that the deadlines stay believable.
"""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from casefile import clock, matters, passages, qualification
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import limitation
from casefile.demo import work
from casefile.evidence import custody_ledger, deposit
from casefile.models.evidence import Capture, DateKind, Publication
from casefile.models.matter import Matter, PartyRole, TeamFunction
from casefile.models.people import Person
from casefile.storage import Storage

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DAY_FIELDS = {
    "seen_days_ago": "relative_seen_on",
    "discovered_days_ago": "discovered_on",
    "published_days_ago": "published_on",
}
NOT_COLUMNS = {"passages", "page", "text", "acts", "prepare_steps", "exhibit", *DAY_FIELDS}
# X hides the instant of a message in its number: the demonstration's numbers must tell the day that it claims.
X_EPOCH_MS, X_SHIFT = 1288834974657, 22


def open_dossier(
    database: Database, storage: Storage, settings: Settings, people: dict[str, uuid.UUID], facts: dict[str, Any]
) -> str:
    """Load one dossier of the plan and give its number; no file is sealed while a transaction is open."""
    with database.transaction() as session:
        lead = session.get_one(Person, people[facts["lead"]])
        matter = _opened(session, lead, people, facts)
        publications = [
            matters.add_publication(session, lead, matter, **_publication(plan)) for plan in facts["publications"]
        ]
    for publication, plan in zip(publications, facts["publications"], strict=True):
        _prove(database, storage, settings, (lead.id, matter.id, publication.id), plan)
    with database.transaction() as session:
        lead, matter = session.get_one(Person, lead.id), session.get_one(Matter, matter.id)
        work.carry_on(session, storage, lead, matter, people=people, facts=facts)
    return matter.reference


def _opened(session: Session, lead: Person, people: dict[str, uuid.UUID], facts: dict[str, Any]) -> Matter:
    matter = matters.open_matter(session, lead, title=facts["title"], territory="metropole", summary=facts["summary"])
    for key in facts["team"]:
        if people[key] != lead.id:
            matters.join_team(session, lead, matter, session.get_one(Person, people[key]), TeamFunction.MEMBER)
    matters.add_party(session, lead, matter, PartyRole.CLIENT, **facts["client"])
    for author in facts["authors"]:
        matters.add_party(session, lead, matter, PartyRole.AUTHOR, **author)
    for party in facts.get("parties", ()):
        given = {key: value for key, value in party.items() if key != "role"}
        matters.add_party(session, lead, matter, PartyRole(party["role"]), **given)
    return matter


def _prove(
    database: Database,
    storage: Storage,
    settings: Settings,
    ids: tuple[uuid.UUID, uuid.UUID, uuid.UUID],
    plan: dict[str, Any],
) -> None:
    """Seal the content's file between two transactions, then mark and qualify its words."""
    with database.reader() as session:
        operator = session.get_one(Person, ids[0]).full_name
        reference = session.get_one(Matter, ids[1]).reference
        head = custody_ledger.head_of(session)
    received = deposit.seal_upload(settings, **_file(plan), operator=operator, reference=reference, head=head)
    with database.transaction() as session:
        lead, matter = session.get_one(Person, ids[0]), session.get_one(Matter, ids[1])
        publication = session.get_one(Publication, ids[2])
        capture = deposit.file_upload(session, storage, lead, publication, received)
        for passage in plan["passages"]:
            _passage(session, lead, matter, publication, capture, facts=passage)
        for act in plan.get("acts", ()):
            done_on = clock.today() - timedelta(days=act["days_ago"])
            proved = bool(act["proved"])
            limitation.record_act(
                session, lead, matter, act["type"], done_on, publication=publication, is_proved=proved
            )
    deposit.forget_work(received)


def _passage(
    session: Session, lead: Person, matter: Matter, publication: Publication, capture: Capture, *, facts: dict[str, Any]
) -> None:
    start, end = passages.locate(capture.text, facts["exact"], None)
    passage = passages.mark(session, lead, capture, start, end)
    qualification.answer(session, lead, passage, publication, dict(facts["answers"]))
    draft = qualification.current(session, passage)
    if facts["keep"] and draft is not None:
        chosen = draft.proposed or qualification.NOTHING
        qualification.choose(session, lead, matter, draft, chosen=chosen, reasons="", acknowledged=True)


def _publication(facts: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in facts.items() if key not in NOT_COLUMNS}
    days = {DAY_FIELDS[key]: _ago(value) for key, value in facts.items() if key in DAY_FIELDS}
    if "{number}" in kept.get("url", ""):
        kept["item_id"] = _x_number(days["published_on"])
        kept["url"] = kept["url"].replace("{number}", kept["item_id"])
    return {**kept, **days, "date_kind": DateKind(facts["date_kind"])}


def _x_number(on: date) -> str:
    noon = datetime.combine(on, time(12), UTC)
    return str((int(noon.timestamp() * 1000) - X_EPOCH_MS) << X_SHIFT)


def _file(facts: dict[str, Any]) -> dict[str, Any]:
    if "page" in facts:
        path = FIXTURES / facts["page"]
        return {"name": path.name, "source": io.BytesIO(path.read_bytes())}
    return {"name": "message.txt", "source": io.BytesIO(facts["text"].encode())}


def _ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
