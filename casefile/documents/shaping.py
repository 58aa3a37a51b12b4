"""Right-to-left text: joined Arabic forms, and the order in which a line is drawn."""

from __future__ import annotations

import unicodedata
from functools import cache

from bidi import get_display

_RTL = {"R", "AL", "AN"}
_PRESENTATION = ((0xFE70, 0xFEFC), (0xFB50, 0xFDFB))


def has_rtl(text: str) -> bool:
    """Say whether a text has letters of a right-to-left script."""
    return any(unicodedata.bidirectional(char) in _RTL for char in text if char > "\u058f")


def logical(shape: str) -> str:
    """Give back the letters behind one presentation form."""
    return unicodedata.normalize("NFKC", shape) if "\ufb50" <= shape <= "\ufefc" else shape


def visual(text: str, *, base: str = "L") -> str:
    """Give the characters of one line in the order of drawing, left to right, Arabic letters joined."""
    return str(get_display(_joined(text), base_dir=base))


@cache
def _forms() -> dict[str, dict[str, str]]:
    forms: dict[str, dict[str, str]] = {}
    for first, last in _PRESENTATION:
        for point in range(first, last + 1):
            kind, *letters = unicodedata.decomposition(chr(point)).split() or [""]
            if kind in {"<isolated>", "<initial>", "<medial>", "<final>"}:
                source = "".join(chr(int(letter, 16)) for letter in letters)
                if len(source) == 1 or (source[0] == "\u0644" and source[1] in "\u0622\u0623\u0625\u0627"):
                    forms.setdefault(source, {}).setdefault(kind.strip("<>"), chr(point))
    return forms


def _joined(text: str) -> str:
    """Replace each Arabic letter by its form in context; lam-alef is one form, as the script requires."""
    forms = _forms()
    units: list[str] = []
    position = 0
    while position < len(text):
        width = 2 if text[position : position + 2] in forms else 1
        units.append(text[position : position + width])
        position += width
    return "".join(_form(units, rank, forms) for rank in range(len(units)))


def _form(units: list[str], rank: int, forms: dict[str, dict[str, str]]) -> str:
    known = forms.get(units[rank])
    if not known:
        return units[rank]
    before, after = _neighbour(units, rank, -1), _neighbour(units, rank, 1)
    joins_before = bool(before) and "initial" in forms.get(before, {}) and "final" in known
    joins_after = bool(after) and "final" in forms.get(after, {}) and "initial" in known
    name = ("medial" if joins_after else "final") if joins_before else ("initial" if joins_after else "isolated")
    return known.get(name, units[rank])


def _neighbour(units: list[str], rank: int, step: int) -> str:
    """Give the neighbouring letter, passing over vowel marks, which do not stop the joining."""
    rank += step
    while 0 <= rank < len(units) and unicodedata.category(units[rank][0]) == "Mn":
        rank += step
    return units[rank] if 0 <= rank < len(units) else ""
