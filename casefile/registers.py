"""Numbers given by public registers: read without their spaces, refused when their key is wrong."""

from __future__ import annotations

import re

from casefile.errors import InvalidInput

SPACES = re.compile(r"[\s.\u00a0\u202f-]+")
SIREN_DIGITS, SIRET_DIGITS, RPPS_DIGITS = 9, 14, 11
LUHN_BASE, TEN = 9, 10


def siren(text: str) -> str:
    """Give the nine digits of a company, from its SIREN or its SIRET; raises InvalidInput naming what is wrong."""
    digits = SPACES.sub("", text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {SIREN_DIGITS, SIRET_DIGITS}:
        raise InvalidInput("Le SIREN compte neuf chiffres : recopiez-le de l'extrait du registre.", field="siren")
    number = digits[:SIREN_DIGITS]
    if not luhn(number):
        raise InvalidInput(
            "Ce SIREN est mal recopié : sa clé de contrôle ne correspond pas. Relisez les neuf chiffres.", field="siren"
        )
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def rpps(text: str) -> str:
    """Give the eleven digits of a health professional; raises InvalidInput naming what is wrong.

    Its key is not checked: no source of ours states how it is computed.
    """
    digits = SPACES.sub("", text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) != RPPS_DIGITS:
        raise InvalidInput(
            "Le numéro RPPS compte onze chiffres : recopiez-le de la carte professionnelle.", field="rpps"
        )
    return digits


def luhn(digits: str) -> bool:
    """Tell whether the last digit is the key of the others, by Luhn's formula."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - LUHN_BASE if value > LUHN_BASE else value
    return total % TEN == 0
