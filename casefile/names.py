"""Names compared as people say them: accents, hyphens, married names, brands, small misspellings.

It proposes a likeness with its reasons and decides nothing: two people may bear one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from casefile.words import each_word

# What stands around a name without telling whose it is.
CIVILITIES = frozenset(
    {"m", "mr", "mm", "mme", "mmes", "mlle", "monsieur", "madame", "mademoiselle"}
    | {"dr", "docteur", "me", "maitre", "pr", "professeur"}
)
LEGAL_FORMS = frozenset(
    {"sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scp", "scm", "selarl", "selas", "selasu", "eirl", "gie"}
    | {"association", "societe"}
)
SHORTEST = 4  # letters of a name that may be compared loosely
CLOSE, CLOSE_FIRST, SIFTED = 83, 80, 80
CERTAIN, ONE_SIDED = 100, 10
DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Identity:
    """What may be compared of a person or company: its names, first names, and the numbers that belong to it alone."""

    names: tuple[str, ...]
    first: tuple[str, ...] = ()
    is_company: bool = False
    is_shown_name: bool = False  # a pseudonym read on a page: only the very same one is a likeness
    numbers: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two identities resemble each other, out of 100, and why."""

    score: int
    reasons: tuple[str, ...]


def folded(text: str) -> str:
    """Take away case, accents, hyphens, civilities and legal forms."""
    words = [word.folded for word in each_word(text)]
    kept = [word for word in words if word not in CIVILITIES | LEGAL_FORMS]
    return " ".join(kept or words)


def identity(
    *,
    names: Iterable[str],
    first: str = "",
    is_company: bool = False,
    is_shown_name: bool = False,
    siren: str = "",
    rpps: str = "",
    email: str = "",
    phone: str = "",
) -> Identity:
    """Gather what may be compared; empty names are passed over."""
    numbers = {("SIREN", DIGITS.sub("", siren)[:9]), ("RPPS", DIGITS.sub("", rpps))}
    numbers |= {("adresse électronique", email.strip().casefold()), ("téléphone", DIGITS.sub("", phone)[-9:])}
    return Identity(
        tuple(dict.fromkeys(name for name in map(folded, names) if name)),
        tuple(folded(first).split()),
        is_company,
        is_shown_name,
        frozenset((kind, value) for kind, value in numbers if value.strip("0")),
    )


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """Tell how two identities resemble each other; None when nothing worth a lawyer's look does."""
    shared = sorted(kind for kind, value in one.numbers & other.numbers)
    if shared:
        return Likeness(CERTAIN, tuple(f"même {kind}" for kind in shared))
    found = max((_names(a, b, one, other) for a in one.names for b in other.names), default=(0, ""))
    if not found[0]:
        return None
    score, reason = found
    if one.is_company or other.is_company or one.is_shown_name or other.is_shown_name:
        return Likeness(score, (reason,))
    return _with_first_names(score, reason, one, other)


def sift(one: Identity, pool: dict[int, str]) -> set[int]:
    """Choose quickly, among many folded names, those that deserve the careful comparison."""
    from rapidfuzz import fuzz, process

    chosen: set[int] = set()
    for name in one.names:
        matches = process.extract(name, pool, scorer=fuzz.WRatio, score_cutoff=SIFTED, limit=None)
        chosen |= {key for _, _, key in matches}
    return chosen


def _names(a: str, b: str, one: Identity, other: Identity) -> tuple[int, str]:
    if a == b:
        return (95 if one.is_company != other.is_company else CERTAIN), "même nom"
    if one.is_shown_name or other.is_shown_name or min(len(a), len(b)) < SHORTEST:
        return 0, ""
    mine, theirs = set(a.split()), set(b.split())
    common = {word for word in mine & theirs if len(word) >= SHORTEST}
    if common and (mine <= theirs or theirs <= mine):
        return 92, "nom composé, nom d'usage ou nom complet"
    if a.replace(" ", "") == b.replace(" ", ""):
        return 98, "même nom, coupé autrement"
    from rapidfuzz import fuzz

    close = int(max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b)))
    return (close, "orthographe proche") if close >= CLOSE else (0, "")


def _with_first_names(score: int, reason: str, one: Identity, other: Identity) -> Likeness | None:
    from rapidfuzz import fuzz

    mine, theirs = one.first, other.first
    if not mine or not theirs:
        return Likeness(score - ONE_SIDED, (reason, "prénom inconnu d'un côté"))
    if set(mine) & set(theirs):
        return Likeness(score, (reason, "même prénom"))
    for a in mine:
        for b in theirs:
            if (len(a) == 1 or len(b) == 1) and a[0] == b[0]:
                return Likeness(score - 5, (reason, "même initiale du prénom"))
            if fuzz.ratio(a, b) >= CLOSE_FIRST:
                return Likeness(score - 3, (reason, "prénom proche"))
    return None
