"""What opens a dossier, whether a form or a line of a table told it: the parties, the contents, the first alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import g

from casefile import clock, conflicts, matters
from casefile.deadlines.limitation import DEFAULT_LEAD_DAYS
from casefile.law import limitation
from casefile.law.limitation_input import facts_from_json
from casefile.models.evidence import DateKind, Publication
from casefile.models.matter import Matter, Party
from casefile.models.people import Firm
from casefile.web.checks import LINE
from casefile.web.guards import context, db
from casefile.web.platforms import platform_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casefile.law.limitation_result import LimitationResult

# The strictest reading of what an online insult or defamation may be; the qualification will say what it is.
SUPPOSED = "diffamation_publique_particulier"
TEXTS = (
    *("civility", "first_names", "name", "birth_name", "other_names", "profession"),
    *("rpps", "legal_form", "siren", "phone", "email"),
)
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Content:
    """One content: its address, its author as shown, its words as copied; the platform when it was told."""

    url: str
    author: str = ""
    words: str = ""
    platform: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A dossier before it exists; `dating` is what each content states of its day."""

    title: str
    territory: str
    summary: str
    parties: tuple[Party, ...]
    contents: tuple[Content, ...]
    dating: dict[str, Any] = field(default_factory=lambda: {"date_kind": DateKind.UNKNOWN})


def opened(opening: Opening) -> tuple[Matter, list[Publication], int]:
    """Open the dossier, add what is told of it and look for conflicts; gives how many oppose two sides."""
    matter = matters.open_matter(
        db(), g.person, title=opening.title, territory=opening.territory, summary=opening.summary
    )
    for party in opening.parties:
        facts = {name: getattr(party, name) for name in (*TEXTS, "is_company", "is_identified")}
        matters.add_party(db(), g.person, matter, party.role, **{k: v for k, v in facts.items() if v is not None})
    publications = [_add_content(matter, opening, content) for content in opening.contents]
    opposed = conflicts.check(db(), g.person, matter, base_url=context().settings.base_url)
    return matter, publications, opposed


def title_of(parties: Sequence[Party]) -> str:
    """Name the dossier as lawyers do when nobody did: client against author."""
    client = " ".join(part for part in (parties[0].civility, parties[0].name) if part)
    title = f"{client} c/ {parties[1].name or 'X'}"
    return title if len(title) <= LINE else f"{title[: LINE - 1]}…"


def first_limitation(opening: Opening, lead_days: int) -> LimitationResult | None:
    """Compute the first date if the words belong to press law; None when nothing is known of the day.

    Raises CasefileError when what is known cannot be read as a date.
    """
    dating, kind = opening.dating, opening.dating["date_kind"]
    publication: dict[str, Any] = {"kind": kind.value}
    if kind is DateKind.EXACT:
        publication["date"] = dating["published_on"].isoformat()
    elif kind is DateKind.RELATIVE:
        publication |= {"text": dating["relative_text"], "seen_on": dating["relative_seen_on"].isoformat()}
        publication["platform"] = _platform(opening.contents[0]) if opening.contents else ""
    else:
        return None
    question: dict[str, Any] = {
        "qualification": SUPPOSED,
        "publication": publication,
        "acts": [],
        "territory": opening.territory,
        "lead_days": lead_days,
        "on": clock.today().isoformat(),
    }
    return limitation.compute(*facts_from_json(question))


def lead_days_of(session: Session) -> int:
    """Give the days that the firm leaves to the bailiff."""
    firm = session.get(Firm, 1)
    return firm.bailiff_lead_days if firm else DEFAULT_LEAD_DAYS


def _platform(content: Content) -> str:
    return content.platform or platform_of(content.url)


def _add_content(matter: Matter, opening: Opening, content: Content) -> Publication:
    words = " ".join(content.words.split()) or content.title or content.url
    return matters.add_publication(
        db(),
        g.person,
        matter,
        title=words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1]}…",
        platform=_platform(content),
        url=content.url,
        shown_author=content.author,
        notes=f"Texte recopié, à sceller : {content.words}" if content.words.strip() else "",
        **opening.dating,
    )
