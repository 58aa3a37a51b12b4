"""The demonstration's own letters: one draft of every type, answered as a lawyer would, and the exhibits they cite."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.documents import catalogue, exhibit_file, letters, pdf
from casefile.documents.blocks import Heading, paragraph
from casefile.documents.typography import long_date, typeset
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.storage import Storage

ANSWERS = Path(__file__).resolve().parents[2] / "fixtures" / "demo" / "lettres.toml"
_DAY, _IN_WORDS = re.compile(r"@([+-]\d+)"), re.compile(r"\{([+-]\d+)\}")


def draft_every_type(
    session: Session, storage: Storage, actor: Person, matter: Matter, publication: Publication
) -> None:
    """File the exhibits, then begin one letter of each type with its answers."""
    capture = session.scalars(select(Capture).where(Capture.publication_id == publication.id)).one()
    plan = tomllib.loads(ANSWERS.read_text("utf-8"))
    exhibit = exhibit_file.add_file(
        session, storage, actor, matter, _sheet(publication.title, capture.text), **_described(plan["exhibits"][0])
    )
    exhibit.capture_id = capture.id
    for described in plan["exhibits"][1:]:
        facts = _described(described)
        exhibit_file.add_file(session, storage, actor, matter, _sheet(facts["title"], described["body"]), **facts)
    said = _explanations(session, publication, plan["passages"])
    for kind in catalogue.types():
        answers = {name: dated(value) for name, value in plan["letters"].get(kind, {}).items()}
        inputs = {**answers, "passages": said, "exhibits": ["1", "2", "3"]}
        letters.draft(session, actor, matter, kind, publication=publication, inputs=inputs)


def dated(value: Any) -> Any:
    """Replace the days counted from today: « @+21 » by an ISO day, « {-41} » by a day in words."""
    if isinstance(value, list):
        return [dated(one) for one in value]
    if not isinstance(value, str):
        return value
    if match := _DAY.fullmatch(value):
        return (clock.today() + timedelta(days=int(match[1]))).isoformat()
    return _IN_WORDS.sub(lambda found: long_date(clock.today() + timedelta(days=int(found[1]))), value)


def _described(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": dated(facts["title"]),
        "dated_on": clock.today() + timedelta(days=facts["day"]),
        "is_adverse": False,
        "between_lawyers": False,
    }


def _explanations(session: Session, publication: Publication, plan: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    passages = session.scalars(select(Passage).where(Passage.publication_id == publication.id).order_by(Passage.start))
    return {str(passage.id): said for passage, said in zip(passages, plan, strict=True)}


def _sheet(title: str, body: str) -> bytes:
    """Print a page that stands for the file a client would have brought."""
    blocks = [Heading(text=typeset(title), level=0), *(paragraph(line) for line in body.splitlines() if line.strip())]
    meta = pdf.Meta(title=title, author="Démonstration", reference="Démonstration", created=clock.today())
    return pdf.render(blocks, meta)
