"""French words as the search sees them: without case or accents, then cut to their stem; the same on every database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple

# Letters, digits and the accents that follow them; an underscore or an apostrophe ends a word.
WORD = re.compile(r"(?:[^\W_]+|[\u0300-\u036f]+)+")
# Latin letters, usual punctuation and currencies: no word made of them folds to nothing or bears an accent apart.
UNUSUAL = re.compile("[^\0-\u02af\u2000-\u206f\u20a0-\u20bf]")
USUAL_WORD = re.compile(r"[^\W_]+")
LONGEST = 64
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
# Too common to choose a text by; a phrase between quotation marks keeps them.
_EMPTY = (
    "a au aux avec ce ces d dans de des du elle en est et il ils je l la le les leur lui m mais me n ne nous on ou "
    "par pas pour qu que qui s sa se ses son sont sur t te tu un une vous y"
)
EMPTY = frozenset(_EMPTY.split())


class Word(NamedTuple):
    """One word of a text: its place and its folded form."""

    start: int
    end: int
    folded: str

    @property
    def stem(self) -> str:
        """Give what is left when endings are cut."""
        return stem(self.folded)


def words_of(text: str) -> list[Word]:
    """Cut a text into words; a form longer than 64 characters is shortened."""
    return list(each_word(text))


def each_word(text: str) -> Iterator[Word]:
    """Give the words of a text one by one."""
    for match in WORD.finditer(text):
        if folded := fold(match[0])[:LONGEST]:
            yield Word(match.start(), match.end(), folded)


def places_of(text: str, first: int, end: int) -> list[tuple[int, int]]:
    """Give where some of the words of a text start and end, by their numbers."""
    found: Iterator[re.Match[str]] = USUAL_WORD.finditer(text)
    if UNUSUAL.search(text):
        found = (match for match in WORD.finditer(text) if fold(match[0]))
    return [match.span() for match in islice(found, first, end)]


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Take case, accents and ligatures away."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(LIGATURES))
    return "".join(WORD.findall("".join(letter for letter in decomposed if not unicodedata.combining(letter))))


@lru_cache(maxsize=65_536)
def stem(folded: str) -> str:
    """Cut a folded word to its stem; twice, because an ending whose accent is gone hides another (mensongère)."""
    once = str(_stemmer().stemWord(folded))
    return str(_stemmer().stemWord(once)) or folded


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("french")
