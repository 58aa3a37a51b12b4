"""What templates use to write dates, sizes, digests and sentences the French way.

Filters only shape; they compute no legal date and never touch words quoted from a publication.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from casefile import clock

if TYPE_CHECKING:
    from collections.abc import Callable

NBSP = "\u00a0"
NARROW = "\u202f"
_KILO = 1000
_LONG_DIGEST = 16
_BEFORE_NARROW = re.compile(r"[ \u00a0\u202f]+([;!?]+)(?=[\s\u00a0»)\].,…]|$)")
_BEFORE_COLON = re.compile(r"[ \u00a0\u202f]+:(?=[\s\u00a0]|$)")
_OPENING = re.compile(r"«[ \u00a0\u202f]*")
_CLOSING = re.compile(r"[ \u00a0\u202f]*»")
_NUMERO = re.compile(r"\b([nN]°|art\.|al\.)[ ](?=\d|[LRD]\.)")
# C0 and C1 controls except tab and line ends, surrogates, and the last two code points of each plane.
_FORBIDDEN_IN_HTML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def full_date(value: date) -> str:
    """Writes « lundi 23 novembre 2026 »; an instant is taken on its day in Paris, here as in every filter of dates."""
    return f"{format_date(_day(value), 'EEEE', locale='fr')} {french_date(value)}"


def french_date(value: date) -> str:
    """Writes « 23 novembre 2026 », and « 1er » for the first of a month."""
    value = _day(value)
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day} {format_date(value, 'MMMM y', locale='fr')}"


def short_date(value: date) -> str:
    """Writes « jeu. 26 nov. »; the year appears only when it is not the current one."""
    value = _day(value)
    day = "1er" if value.day == 1 else str(value.day)
    if value.year == clock.today().year:
        return f"{format_date(value, 'EEE', locale='fr')} {day} {format_date(value, 'MMM', locale='fr')}"
    return f"{day} {format_date(value, 'MMM y', locale='fr')}"


def day_month(value: date) -> str:
    """Writes « 26 nov. », for chronologies and narrow columns."""
    value = _day(value)
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day} {format_date(value, 'MMM', locale='fr')}"


def instant(value: datetime) -> str:
    """Writes an aware instant in Paris time: « 23 novembre 2026 à 16:02 »."""
    local = clock.paris(value)
    return f"{french_date(local.date())} à {local:%H:%M}"


def short_instant(value: datetime) -> str:
    """Writes an aware instant in Paris time for tables: « lun. 23 nov., 16:02 »."""
    local = clock.paris(value)
    return f"{short_date(local.date())}, {local:%H:%M}"


def moment(value: date) -> str:
    """Writes how a recent instant is said: « 16:02 » today, « hier », then « 20 nov. »."""
    day = _day(value)
    match (clock.today() - day).days:
        case 0 if isinstance(value, datetime):
            return clock_time(value)
        case 0:
            return "aujourd’hui"
        case 1:
            return "hier"
        case _:
            return day_month(day) if day.year == clock.today().year else short_date(day)


def clock_time(value: datetime) -> str:
    """Writes the hour of an aware instant in Paris: « 16:02 »."""
    return f"{clock.paris(value):%H:%M}"


def as_day(value: str) -> date:
    """Reads the ISO day of the law's JSON answers, so that other filters can write it."""
    return date.fromisoformat(value)


def iso(value: date | datetime) -> str:
    """Writes the machine form that `<time datetime>` wants."""
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def file_size(count: int) -> str:
    """Writes « 1,2 Mo », with the decimal units that French systems show."""
    size = float(count)
    for unit in ("octet", "ko", "Mo", "Go"):
        if size < _KILO or unit == "Go":
            break
        size /= _KILO
    if unit == "octet":
        return f"{count}{NBSP}octet{'s' if count > 1 else ''}"
    digits = f"{size:.1f}".removesuffix(".0").replace(".", ",")
    return f"{digits}{NBSP}{unit}"


def number(value: float) -> str:
    """Writes « 12 000 », with a narrow no-break space between thousands and a decimal comma."""
    text = f"{value:,}".replace(",", NARROW)
    return text.replace(".", ",")


def euros(value: int) -> str:
    """Writes « 12 000 € »."""
    return f"{number(value)}{NBSP}€"


def digest_groups(value: str) -> str:
    """Writes a digest in groups of eight, so that two people can compare it aloud."""
    return " ".join(value[start : start + 8] for start in range(0, len(value), 8))


def digest_short(value: str) -> str:
    """Writes the two ends of a digest: « 9f2c41d7…70e1 »."""
    return value if len(value) <= _LONG_DIGEST else f"{value[:8]}…{value[-4:]}"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Writes « 1 dossier », « 2 dossiers », « 0 dossier »."""
    many = plural if plural is not None else f"{singular}s"
    return f"{number(count)}{NBSP}{many if abs(count) > 1 else singular}"


def days_left(count: int) -> str:
    """Says how far a day is: « dans 3 jours », « demain », « dépassé de 2 jours »."""
    match count:
        case 0:
            return "aujourd’hui"
        case 1:
            return "demain"
        case _ if count < 0:
            return f"dépassé de {counted(-count, 'jour')}"
        case _:
            return f"dans {counted(count, 'jour')}"


def initials(name: str) -> str:
    """Keeps the two initials shown in a disc; « Me » and « Dr » are no part of a name."""
    words = [word for word in re.split(r"[\s-]+", name) if word and word not in {"Me", "Dr", "M.", "Mme"}]
    letters = [word[0] for word in words if word[0].isalpha()]
    return "".join(letters[:1] + letters[1:][-1:]).upper()


def typography(text: str) -> str:
    """Gives our own sentences their no-break spaces; never to be applied to quoted words."""
    text = text.replace("'", "’")
    text = _BEFORE_NARROW.sub(NARROW + r"\1", text)
    text = _BEFORE_COLON.sub(f"{NBSP}:", text)
    text = _CLOSING.sub(f"{NBSP}»", _OPENING.sub(f"«{NBSP}", text))
    return _NUMERO.sub(rf"\1{NBSP}", text)


def visible(text: str) -> str:
    """Shows U+FFFD, one for one, in place of the control characters and noncharacters that HTML forbids."""
    return _FORBIDDEN_IN_HTML.sub("\ufffd", text)


def _day(value: date) -> date:
    return clock.day_of(value) if isinstance(value, datetime) else value


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        full_date,
        french_date,
        short_date,
        day_month,
        instant,
        short_instant,
        clock_time,
        moment,
        as_day,
        iso,
        file_size,
        number,
        euros,
        digest_groups,
        digest_short,
        counted,
        days_left,
        initials,
        typography,
        visible,
    )
}
