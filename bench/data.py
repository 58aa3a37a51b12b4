"""A firm of any size, the same for the same seed: lawyers, dossiers, deadlines, exhibits, sendings, short texts."""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench import full_dossier
from casefile import clock
from casefile.models.ledger import Dispatch, Exhibit, Heartbeat, Letter, LetterState
from casefile.models.matter import Matter, MatterCounter, MatterState, Party, PartyRole, TeamFunction, TeamMember
from casefile.models.people import Firm, Person, Role
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState
from casefile.models.search import SearchEntry
from casefile.words import words_of

LAWYERS = 40
DEADLINES = 5
EXHIBITS = 20
OPEN_SHARE = 0.3
# The probed lawyer has at least 60 open dossiers at every size, so that a page of 50 rows is full.
LEAST_OPEN = 60
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
# The day on which the firm is looked at: what « today » changes in a page must not change with the day of the bench.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
# The probed lawyer's agenda of the coming 90 days shows this many dates at every size, as every other page does.
SHOWN, AHEAD = 50, timedelta(days=90)
BATCH = 5000
VOCABULARY = 20_000


class Firmament:
    """Draws everything from one seed."""

    def __init__(self, seed: int = 2026) -> None:
        """Start the draw."""
        self.draw = random.Random(seed)

    def identifier(self) -> uuid.UUID:
        """Draw an identifier."""
        return uuid.UUID(int=self.draw.getrandbits(128), version=4)

    def people(self) -> list[dict[str, Any]]:
        """Draw the lawyers."""
        return [
            {"id": self.identifier(), "email": f"l{n}@cabinet.fr", "full_name": f"Avocat {n}", "role": Role.LAWYER}
            for n in range(LAWYERS)
        ]

    def matters(self, people: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
        """Draw the dossiers; the first lawyers get their share of open ones first."""
        for number in range(1, count + 1):
            is_open = number <= LEAST_OPEN or self.draw.random() < OPEN_SHARE
            responsible = people[0] if number <= LEAST_OPEN else self.draw.choice(people)
            opened = START + timedelta(minutes=number)
            yield {
                "id": self.identifier(),
                "year": 2026,
                "number": number,
                "reference": f"2026/{number:04d}",
                "title": f"Dossier n° {number}",
                "state": MatterState.OPEN if is_open else MatterState.CLOSED,
                "opened_on": opened.date(),
                "created_at": opened,
                "responsible_id": responsible["id"],
                "next_prudent_on": self._nearest(number, probed=responsible is people[0]) if is_open else None,
            }

    def _nearest(self, number: int, *, probed: bool) -> date:
        """Draw the nearest date of an open dossier."""
        if number <= SHOWN:
            return NOW.date() + timedelta(days=8 + self.draw.randrange(AHEAD.days - 10))
        if probed:
            return NOW.date() + AHEAD + timedelta(days=1 + self.draw.randrange(310))
        return date(2026, 12, 1) + timedelta(days=self.draw.randrange(400))

    def deadlines(self, matter: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Draw the deadlines of a dossier; the nearest is the dossier's own."""
        nearest = matter["next_prudent_on"] or date(2026, 6, 1)
        later = AHEAD if matter["number"] <= SHOWN else timedelta(0)
        for number in range(DEADLINES):
            after = timedelta(days=number * self.draw.randrange(1, 30)) + (later if number else timedelta(0))
            yield {
                "id": self.identifier(),
                "matter_id": matter["id"],
                "kind": DeadlineKind.PROCEDURAL,
                "label": f"Échéance {number}",
                "prudent_on": nearest + after,
                "state": DeadlineState.OPEN if matter["next_prudent_on"] else DeadlineState.DONE,
                "responsible_id": matter["responsible_id"],
                "created_at": matter["created_at"],
            }

    def exhibits(self, matter: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Draw the exhibits of a dossier."""
        for number in range(1, EXHIBITS + 1):
            yield {
                "id": self.identifier(),
                "matter_id": matter["id"],
                "number": number,
                "title": f"Pièce {number}",
                "sha256": f"{self.draw.getrandbits(256):064x}",
                "media_type": "application/pdf",
                "created_at": matter["created_at"],
            }

    def letters(self, matter: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Draw the letter of an open dossier, sent and not answered."""
        if matter["next_prudent_on"]:
            yield {
                "id": self.identifier(),
                "matter_id": matter["id"],
                "letter_type": "mise_en_demeure",
                "title": "Mise en demeure",
                "state": LetterState.SENT,
                "dated_on": matter["opened_on"],
                "written_by_id": matter["responsible_id"],
                "created_at": matter["created_at"],
            }

    def sending(self, letter: dict[str, Any]) -> dict[str, Any]:
        """Draw the sending of a letter, which waits."""
        facts = {"channel": "lrar", "recipient": "Hébergeur", "sent_on": letter["dated_on"]}
        place = {"id": self.identifier(), "matter_id": letter["matter_id"], "letter_id": letter["id"]}
        return place | facts | {"sent_by_id": letter["written_by_id"], "created_at": letter["created_at"]}

    def texts(self, matters: list[uuid.UUID], count: int) -> Iterator[dict[str, Any]]:
        """Draw short texts of 8 to 29 words from a Zipf vocabulary, as rows of the search index."""
        weights = list(itertools.accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
        for number in range(count):
            ranks = self.draw.choices(range(VOCABULARY), cum_weights=weights, k=self.draw.randrange(8, 30))
            found = [_read(rank) for rank in ranks]
            yield {
                "matter_id": self.draw.choice(matters),
                "kind": "note",
                "object_id": self.identifier(),
                "part": 0,
                "happened_at": START + timedelta(seconds=number),
                "body": " ".join(word for word, _, _ in found),
                "stems": " ".join(stem for _, stem, _ in found),
                "words": " ".join(folded for _, _, folded in found),
            }


@cache
def _read(rank: int) -> tuple[str, str, str]:
    """Give a word with its stem and its folded form: a vocabulary is cut once, a million texts are made of it."""
    word = word_at(rank)
    (found,) = words_of(word)
    return word, found.stem, found.folded


def word_at(rank: int) -> str:
    """Spell the word of a rank in syllables: pronounceable, all different, none with an ending to cut."""
    syllables = [first + second for first in "bcdfgklmnp" for second in "aiou"]
    spelled = []
    for _ in range(3):
        rank, place = divmod(rank, len(syllables))
        spelled.append(syllables[place])
    return "".join(reversed(spelled)) + "k"


def fill(session: Session, matters: int, texts: int, seed: int = 2026) -> dict[str, Any]:
    """Write a firm, its first dossier a full one; give its probed lawyer and the identifiers of its dossiers."""
    source = Firmament(seed)
    session.execute(insert(Heartbeat), [{"name": name, "beat_at": clock.now()} for name in ("worker", "backup")])
    session.execute(insert(Firm).values(name="Cabinet d'essai"))
    people = source.people()
    session.execute(insert(Person), people)
    session.execute(insert(MatterCounter).values(year=2026, last_number=matters))
    identifiers: list[uuid.UUID] = []
    for batch in _batches(source.matters(people, matters), BATCH // EXHIBITS):
        identifiers += [matter["id"] for matter in batch]
        session.execute(insert(Matter), batch)
        session.execute(insert(TeamMember), [_team(source, matter) for matter in batch])
        session.execute(insert(Party), [_client(source, matter) for matter in batch])
        session.execute(insert(Deadline), [row for matter in batch for row in source.deadlines(matter)])
        session.execute(insert(Exhibit), [row for matter in batch for row in source.exhibits(matter)])
        if letters := [row for matter in batch for row in source.letters(matter)]:
            session.execute(insert(Letter), letters)
            session.execute(insert(Dispatch), [source.sending(row) for row in letters])
    for batch in _batches(source.texts(identifiers, texts), BATCH):
        session.execute(insert(SearchEntry), batch)
    full_dossier.fill(session, people[0]["id"], identifiers[0])
    return {"person_id": people[0]["id"], "matters": identifiers}


def _team(source: Firmament, matter: dict[str, Any]) -> dict[str, Any]:
    place = {"matter_id": matter["id"], "person_id": matter["responsible_id"], "function": TeamFunction.LEAD}
    return place | {"id": source.identifier(), "created_at": matter["created_at"]}


def _client(source: Firmament, matter: dict[str, Any]) -> dict[str, Any]:
    party = {"matter_id": matter["id"], "role": PartyRole.CLIENT, "name": f"Client {matter['number']}"}
    return party | {"id": source.identifier(), "created_at": matter["created_at"]}


def _batches(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    while batch := list(itertools.islice(rows, size)):
        yield batch
