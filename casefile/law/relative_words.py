"""The words in which platforms show a relative date, in French and in English, stripped of what surrounds them.

Only words are read here; `relative_dates` turns them into days.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WRITTEN = (
    ("un", "une", "a", "an", "one"),
    ("deux", "two"),
    ("trois", "three"),
    ("quatre", "four"),
    ("cinq", "five"),
    ("six",),
    ("sept", "seven"),
    ("huit", "eight"),
    ("neuf", "nine"),
    ("dix", "ten"),
    ("onze", "eleven"),
    ("douze", "twelve"),
    ("treize", "thirteen"),
    ("quatorze", "fourteen"),
    ("quinze", "fifteen"),
    ("seize", "sixteen"),
    ("dix-sept", "seventeen"),
    ("dix-huit", "eighteen"),
    ("dix-neuf", "nineteen"),
    ("vingt", "twenty"),
)
NUMBERS = {word: count for count, words in enumerate(_WRITTEN, start=1) for word in words}
# « m » alone is minutes on some platforms and months on others: `minute_or_month` unites both.
UNITS = {
    "moment": r"secondes?|seconds?|secs?|s|minutes?|mins?|min|mn",
    "hour": r"heures?|hours?|hrs?|hr|h",
    "day": r"jours?|days?|j|d",
    "week": r"semaines?|weeks?|sem|wks?|wk|w",
    "month": r"mois|months?|mos?|mths?",
    "year": r"années?|annees?|ans?|years?|yrs?|yr|y",
    "minute_or_month": r"m",
}
EDIT = (
    r"dernière modification|(?:cet )?avis modifié|modifiée?s?|éditée?s?|mise? à jour|"
    r"(?:last )?(?:edited|updated)|modified"
)
EDITED = re.compile(rf"^\(?(?:{EDIT})\b\)?[\s:,]*")
EDITED_AFTER = re.compile(rf"[\s,\-]*\(?(?:{EDIT})\)?$")
NOISE = re.compile(
    r"^(?:avis publié|publiée?s?|postée?s?|posted|published|reviewed|visitée?s?|répondu|réponse|commented?)\b[\s:]*"
)
NOISE_AFTER = re.compile(r"\s+(?:sur|on)\s+[a-z]+$|\s+(?:ago|plus tôt|earlier)$")
ABOUT_AFTER = re.compile(r"^(il y a )?(.*) environ$")
# The hour of a named day changes nothing to the day itself.
HOUR_AFTER = re.compile(r"(?:[\s,]+(?:à|at))?[\s,]+\d{1,2}\s?(?:h|:)\s?(?:\d{2})?\s?(?:am|pm)?$")
APART = re.compile(r"\s*[·•|⋅]\s*|\s+[–—-]\s+")
# « presque 2 ans » is less than two years; « environ » and « plus de » announce a rounded age.
_APPROXIMATE = (
    r"(?:(?P<almost>presque|almost|près de|un peu moins d[e']\s?|moins d[e']\s?|less than|nearly|just under)"
    r"|(?P<about>environ|about|around|un peu plus d[e']\s?|plus d[e']\s?|over|more than|just over))?\s*"
)
_VAGUE = r"quelques|plusieurs|a few|several|some|a couple of|a couple"
_COUNTS = "|".join(sorted(NUMBERS, key=len, reverse=True))
_SINCE = r"^(?:il y a\s+|depuis\s+|ya\s+)?"
_UNIT = "|".join(f"(?P<{unit}>{words})" for unit, words in UNITS.items())
# A second, smaller unit (« 1 an et 2 mois », « un an et demi ») only narrows what the first one says.
_MORE = (
    r"(?:[\s,]+(?:(?:et|and)\s+)?(?:demie?|a half|\d{1,2}\s*(?:mois|months?|"
    r"semaines?|weeks?|jours?|days?|heures?|hours?)))?"
)
AGE = re.compile(
    rf"{_SINCE}{_APPROXIMATE}(?:(?P<number>\d{{1,4}}|{_COUNTS})(?:\s*|\s?-\s?)|(?P<vague>{_VAGUE})\s+)"
    rf"(?:{_UNIT}){_MORE}$"
)
NOW = frozenset(
    {"à l'instant", "a l'instant", "maintenant", "just now", "now", "aujourd'hui", "today", "il y a un instant"}
    | {"il y a quelques secondes", "il y a quelques instants", "a few seconds", "moments", "a moment"}
    | {"ce matin", "this morning", "cet après-midi", "this afternoon", "ce soir", "tonight", "ce midi"}
    | {"il y a quelques minutes", "il y a quelques heures", "a few minutes", "a few hours", "il y a un moment"}
)
YESTERDAY = frozenset({"hier", "yesterday", "hier soir", "hier matin", "hier après-midi", "last night"})
BEFORE_YESTERDAY = frozenset({"avant-hier", "avant hier", "the day before yesterday"})
LAST_WEEK = frozenset(
    {"la semaine dernière", "la semaine passée", "in the last week", "last week", "cette semaine", "this week"}
    | {"dans la semaine", "au cours de la semaine dernière", "in the past week", "past week", "semaine dernière"}
)
LAST_MONTH = frozenset({"le mois dernier", "le mois passé", "last month", "in the last month", "in the past month"})
LAST_YEAR = frozenset({"l'année dernière", "l'an dernier", "l'an passé", "l'année passée", "last year"})
# A named moment → the most and the least days that it may lie back.
DAYS_BACK = {
    **dict.fromkeys(NOW, (1, 0)),
    **dict.fromkeys(YESTERDAY, (2, 0)),
    **dict.fromkeys(BEFORE_YESTERDAY, (3, 1)),
    **dict.fromkeys(LAST_WEEK, (8, 0)),
}


@dataclass(frozen=True)
class Shown:
    """One reading of a text: the words of the age, and whether they date an edit."""

    words: str
    edited: bool


def readings_of(text: str) -> list[Shown]:
    """Give what may be an age in a text: its parts, an edit said of one being said of all."""
    parts = [part for part in APART.split(_normalised(text)) if part]
    said = [_undressed(part) for part in parts]
    edited = any(shown.edited for shown in said)
    return [Shown(shown.words, edited) for shown in said if shown.words]


def _normalised(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    plain = re.sub(r"\s+", " ", plain.strip().lower()).strip(" .·•…")
    plain = re.sub(r"^il\s?y\s?'?\s?a\s+", "il y a ", plain)
    return re.sub(r"^\((.*)\)$", r"\1", plain).strip()


def _undressed(part: str) -> Shown:
    before, after = EDITED.match(part), EDITED_AFTER.search(part)
    words = part[before.end() :] if before else part[: after.start()] if after else NOISE.sub("", part)
    words = NOISE_AFTER.sub("", NOISE_AFTER.sub("", words.strip(" .,…()")))
    words = ABOUT_AFTER.sub(r"\1environ \2", words)
    hourless = HOUR_AFTER.sub("", words)
    return Shown(hourless if hourless in DAYS_BACK else words, bool(before or after))
