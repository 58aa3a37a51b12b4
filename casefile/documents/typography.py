"""French typography, applied once when blocks are made and never inside a quotation or an address.

Each rule is idempotent: a text that went through comes out unchanged. What must stay exact (the incriminated
words, URLs, e-mail addresses, digests) is kept aside by the caller, or recognised and skipped here.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from casefile.clock import paris

NBSP = "\u00a0"
NARROW = "\u202f"
_SPACES = f"[ \t{NBSP}{NARROW}]"

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt")

# Web addresses, e-mail addresses and long hexadecimal digests are never touched.
_EXACT = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[0-9a-f]{32,}\b")

_PLACE = 0xF0000  # private characters stand for what is kept while the rules run

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w)['\u02bc](?=[\w«“])", "’"),
        (r"(?<=\w)['\u02bc](?=\W|$)", "’"),
        (r"\.\.\.", "…"),
        (rf"«{_SPACES}*", f"«{NBSP}"),
        (rf"{_SPACES}*»", f"{NBSP}»"),
        (rf"^{_SPACES}+(?=[;!?])", NARROW),
        (rf"^{_SPACES}+(?=:(?:[\s{NBSP}]|$))", NBSP),
        (rf"(?<=[^\s;!?:«(\[{NBSP}{NARROW}]){_SPACES}*(?=[;!?])", NARROW),
        (rf"(?<=[^\s\d:/({NBSP}{NARROW}]){_SPACES}*:(?=[\s{NBSP}]|$)", f"{NBSP}:"),
        (rf"(?<=\d){_SPACES}*:(?=[\s{NBSP}]|$)", f"{NBSP}:"),
        (rf"(?<=\d){_SPACES}*(?=[%€])", NBSP),
        (rf"(?<=\d){_SPACES}+(?=\d{{3}}(?!\d))(?=\d{{3}}(?:[{NARROW}{NBSP} ]\d{{3}})*{_SPACES}*(?:€|euros))", NARROW),
        (rf"\b([nN])[°º]{_SPACES}*(?=[\d\w])", rf"\1°{NBSP}"),
        (r"\b1\s*er\b", "1er"),
        (r"\b(\d+)(?:ème|eme|ième)\b", r"\1e"),
        (rf"\b([Aa]rt\.|[Aa]l\.|[Pp]\.|[Cc]h\.){_SPACES}+(?=[\dLRDA])", rf"\1{NBSP}"),
        (rf"\b([Aa]rticles?|[Aa]linéas?|[Pp]ièces?|[Pp]age|[Pp]ages){_SPACES}+(?=\d|n°|L\.|R\.|D\.)", rf"\1{NBSP}"),
        (rf"\b([LRDA]\.){_SPACES}+(?=\d)", rf"\1{NBSP}"),
        (rf"\b(M\.|MM\.|Mme|Mmes|Mlle|Me|Mes|Dr|Pr){_SPACES}+(?=[A-ZÀ-Ý])", rf"\1{NBSP}"),
        (rf"\b(\d{{1,2}}|1er){_SPACES}+(?=(?:{'|'.join(_MONTHS)})\b)", rf"\1{NBSP}"),
        (rf"\b({'|'.join(_MONTHS)}){_SPACES}+(?=\d{{4}}\b)", rf"\1{NBSP}"),
        (rf"(?<=\d){_SPACES}*h{_SPACES}*(?=\d{{2}}\b)", f"{NBSP}h{NBSP}"),
        (rf"(?<=\d){_SPACES}+h\b", f"{NBSP}h"),
        (rf"(?<=\d){_SPACES}+(?=(?:jours?|mois|ans?|euros?|heures?|minutes?|secondes?|lignes?|signes?)\b)", NBSP),
        (rf"{_SPACES}+–{_SPACES}+", f"{NBSP}– "),
        (rf",?{_SPACES}*\betc\.?…", ", etc."),
        (r"\bEtat\b", "État"),
        (r"\bA(?= (?:défaut|titre|compter|la|l’|cet|cette|ce|propos|toutes)\b)", "À"),
        (r"\boeuvre", "œuvre"),
        (r"\bcoeur", "cœur"),
    )
)
_NESTED = re.compile(rf"(«{NBSP}[^«»]*)«{NBSP}([^«»]*){NBSP}»([^«»]*{NBSP}»)")


def typeset(text: str) -> str:
    """Give the text its French spaces, apostrophes, ordinals and abbreviations.

    Addresses, e-mails and digests inside it come back untouched. `typeset(typeset(t)) == typeset(t)`.
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return chr(_PLACE + len(kept) - 1)

    if any(ord(char) >= _PLACE for char in text):
        return text
    made = _rules(_EXACT.sub(keep, text))
    for rank, exact in enumerate(kept):
        made = made.replace(chr(_PLACE + rank), exact)
    return made


def _rules(text: str) -> str:
    for _ in range(6):  # rules feed one another in odd inputs: run to the fixed point
        before = text
        for pattern, replacement in _RULES:
            text = pattern.sub(replacement, text)
        text = _NESTED.sub(r"\1“\2”\3", text)
        if text == before:
            break
    return text


def long_date(day: date) -> str:
    """Write a day as in a letter: « 1er mars 2026 », bound by no-break spaces."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_MONTHS[day.month - 1]}{NBSP}{day.year}"


def date_in_words(day: date) -> str:
    """Write a day in words, as at the head of a bailiff's act: « vingt-trois novembre deux mille vingt-six »."""
    number = "premier" if day.day == 1 else number_in_words(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {number_in_words(day.year)}"


def long_instant(instant: datetime) -> str:
    """Write an instant as its Paris day and hour: « 6 novembre 2026 à 15 h 42, heure de Paris »."""
    local = paris(instant)
    return f"{long_date(local.date())} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}, heure de Paris"


def amount(value: Decimal | int | str) -> str:
    """Write an amount: narrow spaces between thousands, comma, no-break space, euro sign."""
    number = Decimal(value).quantize(Decimal("0.01"))
    whole, _, cents = f"{abs(number):.2f}".partition(".")
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", NARROW, whole)
    sign = "−" if number < 0 else ""
    return f"{sign}{grouped}{',' + cents if int(cents) else ''}{NBSP}€"


def number_in_words(value: int) -> str:
    """Write a whole number below one million in French words, with the hyphens of tradition."""
    if not 0 <= value < 1_000_000:
        raise ValueError("only numbers from 0 to 999 999 are written in words")
    if value < 100:
        return _below_hundred(value)
    if value < 1000:
        return _hundreds(value)
    thousands, rest = divmod(value, 1000)
    head = "mille" if thousands == 1 else f"{number_in_words(thousands).removesuffix('s')} mille"
    if thousands > 1 and thousands % 100 not in {0, 80} and thousands < 100:
        head = f"{number_in_words(thousands)} mille"
    return head if rest == 0 else f"{head} {number_in_words(rest)}"


def _hundreds(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    head = "cent" if hundreds == 1 else f"{_UNITS[hundreds]} cent"
    if rest == 0:
        return head if hundreds == 1 else f"{head}s"
    return f"{head} {_below_hundred(rest)}"


def _below_hundred(value: int) -> str:
    if value < 20:
        return _UNITS[value]
    ten, unit = divmod(value, 10)
    if ten in {7, 9}:
        unit += 10
    if unit == 0:
        return "quatre-vingts" if ten == 8 else _TENS[ten]
    if unit in {1, 11} and ten not in {8, 9}:
        return f"{_TENS[ten]} et {_UNITS[unit]}"
    return f"{_TENS[ten]}-{_UNITS[unit]}"
