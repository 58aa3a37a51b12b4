"""The pattern of a campaign by many: who, on which days, with the same words. It counts; it never accuses."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

# Two texts of some length that share four fifths of their words were not written apart.
ALIKE = 0.8
FEWEST_WORDS = 4


@dataclass(frozen=True)
class CampaignItem:
    """One publication of a campaign; `on` is None while its date is unknown."""

    id: str
    author: str
    words: str
    on: date | None


@dataclass(frozen=True)
class Pattern:
    """What the publications show together. `same_words` groups the identifiers whose texts are alike."""

    dated_facts: int
    undated: int
    first_on: date | None
    last_on: date | None
    by_author: tuple[tuple[str, int], ...]
    by_day: tuple[tuple[date, int], ...]
    same_words: tuple[tuple[str, ...], ...]

    @property
    def authors(self) -> int:
        """Give the number of accounts."""
        return len(self.by_author)

    @property
    def repeated_accounts(self) -> tuple[str, ...]:
        """Give the accounts that published more than once."""
        return tuple(author for author, count in self.by_author if count > 1)


def pattern_of(items: Sequence[CampaignItem]) -> Pattern:
    """Describe a campaign: accounts by number of publications, days in order, texts alike."""
    days = sorted(item.on for item in items if item.on is not None)
    accounts = Counter(item.author for item in items)
    return Pattern(
        dated_facts=len(days),
        undated=len(items) - len(days),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        by_author=tuple(sorted(accounts.items(), key=lambda entry: (-entry[1], entry[0]))),
        by_day=tuple(sorted(Counter(days).items())),
        same_words=_alike(items),
    )


def _alike(items: Sequence[CampaignItem]) -> tuple[tuple[str, ...], ...]:
    groups: list[tuple[frozenset[str], list[str]]] = []
    for item in items:
        words = _words(item.words)
        home = next((group for known, group in groups if _are_alike(known, words)), None)
        if home is None:
            groups.append((words, [item.id]))
        else:
            home.append(item.id)
    return tuple(tuple(group) for _, group in groups if len(group) > 1)


def _are_alike(first: frozenset[str], second: frozenset[str]) -> bool:
    if min(len(first), len(second)) < FEWEST_WORDS:
        return bool(first) and first == second
    return len(first & second) / len(first | second) >= ALIKE


def _words(text: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return frozenset(re.findall(r"\w+", "".join(letter for letter in folded if not unicodedata.combining(letter))))
