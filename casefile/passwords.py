"""What a password must be: long, not common, not the person's own name.

Length counts more than symbols (NIST SP 800-63B, ANSSI 2021): at least 15 characters, spaces welcome. The lists of
common ones live in `data/`, which no address serves; SOURCES.md beside them says where they come from.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from casefile.errors import InvalidInput

MINIMUM = 15
MAXIMUM = 200
SHORTEST_NAME = 4
# Two common pieces side by side are still common; shorter pieces would make ordinary sentences look so.
SHORTEST_PIECE = 5
LISTS = tuple(Path(__file__).parent / "data" / f"{name}.txt" for name in ("common-passwords", "common-passwords-fr"))
REPEATED = re.compile(r"(.+?)\1+")


def refuse_weak(password: str, *personal: str) -> None:
    """Raise InvalidInput, with the repair, when a password is too short, common or guessable from the person."""
    if len(password) < MINIMUM:
        raise InvalidInput(
            f"Choisissez un mot de passe d'au moins {MINIMUM} caractères : une phrase convient bien.", field="password"
        )
    if len(password) > MAXIMUM:
        raise InvalidInput(f"Choisissez un mot de passe d'au plus {MAXIMUM} caractères.", field="password")
    folded = password.casefold()
    if len(set(folded)) < MINIMUM // 3 or is_common(folded):
        raise InvalidInput("Ce mot de passe est trop courant : composez une phrase à vous.", field="password")
    parts = {
        part for text in personal for part in text.casefold().replace("@", " ").split() if len(part) >= SHORTEST_NAME
    }
    remainder = folded
    for part in sorted(parts, key=len, reverse=True):
        remainder = remainder.replace(part, "")
    if len(remainder) < MINIMUM // 2:
        raise InvalidInput(
            "Ce mot de passe tient à votre nom, à votre adresse ou au nom du cabinet : choisissez-en un autre.",
            field="password",
        )


def is_common(password: str) -> bool:
    """Tell whether a guesser tries this among the first: a listed word, one repeated, or two side by side."""
    core = _reduced(password)
    if repeated := REPEATED.fullmatch(core):
        core = repeated[1]
    known = _common()
    return core in known or any(
        core[:cut] in known and core[cut:] in known for cut in range(SHORTEST_PIECE, len(core) - SHORTEST_PIECE + 1)
    )


def _reduced(password: str) -> str:
    # « Mot de passe 2026 !!! » is « motdepasse » to a guesser: blanks, accents and what trails are set aside.
    plain = "".join(c for c in unicodedata.normalize("NFKD", password.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[\s_.\-']", "", plain).rstrip("0123456789!?.*$€-_ ")


@cache
def _common() -> frozenset[str]:
    return frozenset(line for file in LISTS for line in file.read_text("utf-8").splitlines() if line)
