"""What the page of many contents shows: one line per passage, the pattern of dates, accounts and words."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import url_for
from sqlalchemy import select

from casefile.law.campaign import CampaignItem, Pattern, pattern_of
from casefile.models.evidence import Passage, Publication
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, Qualification, QualificationState
from casefile.web.charts import bars
from casefile.web.filters import french_date
from casefile.web.qualification_lines import PassageRow, rows_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casefile.models.matter import Matter

BARS, NAME, WORDS, DAYS = 15, 24, 140, 31
UNSIGNED = "sans nom"


@dataclass(frozen=True, slots=True)
class Campaign:
    """Everything published against a client that one dossier holds."""

    publications: tuple[Publication, ...]
    passages: tuple[PassageRow, ...]
    limitations: dict[uuid.UUID, Deadline]

    def day_of(self, publication: Publication) -> date | None:
        """Give the earliest day known of a content: typed, otherwise where its limitation starts."""
        known = publication.published_on or publication.published_from
        deadline = self.limitations.get(publication.id)
        return known or (deadline.starts_on if deadline else None)


def campaign_of(session: Session, matter: Matter) -> Campaign:
    """Read the contents, the retained passages with their choices, and the nearest open limitation of each."""
    publications = session.scalars(select(Publication).where(Publication.matter_id == matter.id))
    passages = session.execute(
        select(Passage, Qualification)
        .outerjoin(
            Qualification,
            (Qualification.passage_id == Passage.id) & (Qualification.state == QualificationState.CHOSEN),
        )
        .where(Passage.matter_id == matter.id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.publication_id, Passage.start)
    )
    open_ones = select(Deadline).where(
        Deadline.matter_id == matter.id,
        Deadline.kind == DeadlineKind.LIMITATION,
        Deadline.state == DeadlineState.OPEN,
        Deadline.publication_id.is_not(None),
    )
    # The nearest date of a content is read last, so that it is the one kept.
    nearest_last = sorted(session.scalars(open_ones), key=lambda row: row.prudent_on or date.min, reverse=True)
    return Campaign(
        publications=tuple(publications),
        passages=tuple(PassageRow(passage, row) for passage, row in passages),
        limitations={row.publication_id: row for row in nearest_last if row.publication_id},
    )


def table_of(campaign: Campaign) -> list[dict[str, Any]]:
    """Give one line per passage, and one per content without passage, oldest first."""
    contents = {publication.id: publication for publication in campaign.publications}
    lines = [
        {**line, **_content(campaign, contents[line["passage"].publication_id])}
        for line in rows_of(list(campaign.passages))
    ]
    marked = {row.passage.publication_id for row in campaign.passages}
    lines += [
        {"passage": None, "label": None, "tone": "none", "word": "Aucun passage", **_content(campaign, publication)}
        for publication in campaign.publications
        if publication.id not in marked
    ]
    return sorted(lines, key=lambda line: (line["on"] is None, line["on"] or date.max, line["author"]))


def models_of(campaign: Campaign) -> list[tuple[str, str]]:
    """List the passages whose choice may be given to others."""
    return [
        (str(line["passage"].id), f"{line['number']}. {line['label']}")
        for line in rows_of(list(campaign.passages))
        if line["label"]
    ]


def pattern_lines(campaign: Campaign) -> dict[str, Any]:
    """Draw the pattern: contents per account, contents per day, the texts alike."""
    words: dict[uuid.UUID, list[str]] = defaultdict(list)
    for row in campaign.passages:
        words[row.passage.publication_id].append(row.passage.exact)
    contents = {str(publication.id): publication for publication in campaign.publications}
    pattern = pattern_of(
        [
            CampaignItem(
                identifier,
                publication.shown_author or UNSIGNED,
                " ".join(words[publication.id]) or publication.title,
                campaign.day_of(publication),
            )
            for identifier, publication in contents.items()
        ]
    )
    return {
        "pattern": pattern,
        "accounts": bars([(_short(author), [count]) for author, count in pattern.by_author[:BARS]], ["contenus"]),
        "days": bars(_days(pattern), ["contenus"]) if pattern.by_day else None,
        "alike": [_alike(group, contents, words) for group in pattern.same_words],
    }


def _content(campaign: Campaign, publication: Publication) -> dict[str, Any]:
    deadline = campaign.limitations.get(publication.id)
    return {
        "publication": publication,
        "content_url": url_for("publications.show", matter_id=publication.matter_id, publication_id=publication.id),
        "author": publication.shown_author or UNSIGNED,
        "on": campaign.day_of(publication),
        "prudent_on": deadline.prudent_on if deadline else None,
        "has_limitation": deadline is not None,
    }


def _days(pattern: Pattern) -> list[tuple[str, list[int]]]:
    """Count by day, or by month when the campaign lasted."""
    if len(pattern.by_day) <= DAYS:
        return [(french_date(day), [count]) for day, count in pattern.by_day]
    months: Counter[date] = Counter()
    for day, count in pattern.by_day:
        months[day.replace(day=1)] += count
    return [(french_date(month).split(" ", 1)[1], [count]) for month, count in sorted(months.items())]


def _alike(
    group: tuple[str, ...], contents: dict[str, Publication], words: dict[uuid.UUID, list[str]]
) -> dict[str, Any]:
    first = contents[group[0]]
    text = " ".join(words[first.id]) or first.title
    authors = dict.fromkeys(contents[identifier].shown_author or UNSIGNED for identifier in group)
    return {"count": len(group), "words": text[:WORDS], "authors": list(authors)}


def _short(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
