"""Holds a bailiff's report, come back as a PDF, against our capture: words, address, dates, what judges look for.

It reads, it judges nothing: the lawyer does. A word that a scan or a page break hides is « à vérifier », not absent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from casefile import clock
from casefile.documents.typography import date_in_words, number_in_words
from casefile.evidence.compare import PassageFinding, PassageState, find_passage
from casefile.law.french import MONTHS
from casefile.models.evidence import Capture, Passage

_NEAR = 120
_NUMERIC = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
_WRITTEN = re.compile(rf"\b(\d{{1,2}}|1er)\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b", re.IGNORECASE)
# What makes reports fall: TGI Paris, 4 mars 2003 ; CA Paris, 17 nov. 2006 ; Crim. 8 janv. 2019, n° 18-80.748.
LOOKED_FOR = (
    ("Adresse IP de la machine", r"adresse\s+ip|\badresse\s+internet\s+protocol"),
    ("Absence de serveur mandataire (proxy)", r"proxy|serveur\s+mandataire"),
    ("Cache vidé", r"\bcaches?\b|fichiers\s+temporaires"),
    ("Cookies supprimés", r"cookies?|t[ée]moins\s+de\s+connexion"),
    ("Historique effacé", r"historique"),
    ("Horloge synchronisée", r"synchronis|horloge|serveur\s+de\s+temps|\bntp\b"),
    ("Navigateur et version", r"navigateur|chrome|firefox|edge|safari"),
    ("Serveurs DNS", r"\bdns\b"),
    ("Heure de début", r"\b\d{1,2}\s*(?:h|heures?|:)\s*\d{0,2}"),
)


class Match(StrEnum):
    """How a passage stands in the report."""

    WORD_FOR_WORD = "word_for_word"
    BUT_SIGNS = "but_signs"
    CHANGED = "changed"
    NOT_FOUND = "not_found"

    @property
    def words(self) -> str:
        """Give the state in French."""
        return {
            Match.WORD_FOR_WORD: "repris mot pour mot",
            Match.BUT_SIGNS: "repris, aux signes près : comparez ponctuation, accents et emoji",
            Match.CHANGED: "repris avec des différences",
            Match.NOT_FOUND: "non trouvé dans le texte",
        }[self]


@dataclass(frozen=True)
class Quoted:
    """One incriminated passage and where it stands in the report."""

    passage: str
    match: Match
    finding: PassageFinding


@dataclass(frozen=True)
class Address:
    """How much of the capture's address the report prints."""

    wanted: str
    printed: str

    @property
    def whole(self) -> bool:
        """Tell whether nothing of it is cut."""
        return self.printed == self.wanted


@dataclass(frozen=True)
class Comparison:
    """All that was compared; `readable` is false when the PDF holds no text to compare with."""

    readable: bool
    from_ocr: bool
    passages: tuple[Quoted, ...]
    address: Address
    dates: tuple[date, ...]
    captured_on: date
    cites_digest: bool
    mentions: tuple[tuple[str, bool], ...]

    @property
    def dated_on_the_day(self) -> bool:
        """Tell whether the report bears the very day of the capture."""
        return self.captured_on in self.dates


def compare(capture: Capture, passages: Sequence[Passage], report: Capture) -> Comparison:
    """Compare a bailiff's report with the capture that asked for it."""
    text = report.text
    dense = "".join(text.split())
    seen = clock.day_of(capture.ended_at or capture.sealed_at or capture.created_at)
    found = {name: re.search(pattern, text, re.IGNORECASE) is not None for name, pattern in LOOKED_FOR}
    return Comparison(
        readable=bool(text.strip()),
        from_ocr=report.text_from_ocr,
        passages=tuple(_quoted(passage.exact, text) for passage in passages),
        address=_address(capture, dense),
        dates=tuple(dates_in(text, near=seen)),
        captured_on=seen,
        cites_digest=bool(capture.manifest_sha256) and str(capture.manifest_sha256) in dense.lower(),
        mentions=tuple(found.items()),
    )


def dates_in(text: str, *, near: date) -> list[date]:
    """Give the days that a text names, in figures or, around a given day, in words as bailiffs write them."""
    found: set[date] = set()
    for match in _NUMERIC.finditer(text):
        found |= _day(int(match[3]), int(match[2]), int(match[1]))
    for match in _WRITTEN.finditer(text):
        day = 1 if match[1].casefold() == "1er" else int(match[1])
        found |= _day(int(match[3]), MONTHS.index(match[2].casefold()) + 1, day)
    plain = _skeleton(text)
    for offset in range(-_NEAR, _NEAR + 1):
        day_ = near + timedelta(days=offset)
        if any(_skeleton(words) in plain for words in _in_words(day_)):
            found.add(day_)
    return sorted(found)


def _in_words(day: date) -> tuple[str, str]:
    """Write a day in words in its two orders: « vingt-trois novembre deux mille vingt-six », « L'an … et le … »."""
    number = "premier" if day.day == 1 else number_in_words(day.day)
    return date_in_words(day), f"l’an {number_in_words(day.year)} et le {number} {MONTHS[day.month - 1]}"


def _day(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def _quoted(passage: str, text: str) -> Quoted:
    finding = find_passage(passage, text)
    if finding.state is PassageState.PRESENT:
        return Quoted(passage, Match.WORD_FOR_WORD, finding)
    bare = _skeleton(passage)
    if bare and bare in _skeleton(text):
        return Quoted(passage, Match.BUT_SIGNS, finding)
    changed = finding.state is PassageState.CHANGED
    return Quoted(passage, Match.CHANGED if changed else Match.NOT_FOUND, finding)


def _skeleton(text: str) -> str:
    """Keep letters and figures only: what signs, spaces, hyphens at line ends and ligatures cannot hide."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in decomposed if character.isalnum())


def _address(capture: Capture, dense: str) -> Address:
    """Find the longest beginning of the address that the report prints, blanks and line breaks apart."""
    wanted = capture.requested_url
    bare = "".join(wanted.split())
    low, high = 0, len(bare)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if bare[:middle] in dense else (low, middle - 1)
    host_end = bare.find("/", bare.find("://") + 3)
    shortest = host_end if host_end > 0 else len(bare)
    return Address(wanted, wanted if low == len(bare) else bare[: low if low >= shortest else 0])
