"""What a password must be: long, not common, not the person's own name.

Length counts more than symbols (NIST SP 800-63B, ANSSI 2021): at least 15 characters, spaces welcome.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from casefile.errors import InvalidInput

MINIMUM = 15
MAXIMUM = 200
SHORTEST_NAME = 4
COMMON = Path(__file__).parent / "static" / "common-passwords.txt"


def refuse_weak(password: str, *personal: str) -> None:
    """Raise InvalidInput, with the repair, when a password is too short, common or guessable from the person."""
    if len(password) < MINIMUM:
        raise InvalidInput(
            f"Choisissez un mot de passe d'au moins {MINIMUM} caractères : une phrase convient bien.", field="password"
        )
    if len(password) > MAXIMUM:
        raise InvalidInput(f"Choisissez un mot de passe d'au plus {MAXIMUM} caractères.", field="password")
    folded = password.casefold()
    if len(set(folded)) < MINIMUM // 3 or _reduced(folded) in _common():
        raise InvalidInput("Ce mot de passe est trop courant : composez une phrase à vous.", field="password")
    parts = {
        part for text in personal for part in text.casefold().replace("@", " ").split() if len(part) >= SHORTEST_NAME
    }
    remainder = folded
    for part in sorted(parts, key=len, reverse=True):
        remainder = remainder.replace(part, "")
    if len(remainder) < MINIMUM // 2:
        raise InvalidInput(
            "Ce mot de passe contient votre nom ou votre adresse : choisissez-en un autre.", field="password"
        )


def _reduced(password: str) -> str:
    # « password2026!!!! » is « password » to a guesser: trailing digits and signs are set aside.
    return password.rstrip("0123456789!?.*$€-_ ")


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text("utf-8").split("\n"))
