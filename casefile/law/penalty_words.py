"""A penalty as a lawyer writes it: « 1 an d’emprisonnement et 45 000 € d’amende »."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casefile.law.french import duration_in_words

if TYPE_CHECKING:
    from casefile.law.offences import Penalty

UNREAD_PENALTY = "peine à relire à la date des faits"
NARROW = "\u202f"


def penalty_in_words(penalty: Penalty | None) -> str:
    """Write a penalty as a lawyer does: « 1 an d’emprisonnement et 45 000 € d’amende »."""
    if penalty is None:
        return UNREAD_PENALTY
    parts = []
    if penalty.prison_months:
        parts.append(f"{duration_in_words(penalty.prison_months)} d’emprisonnement")
    if penalty.fine_eur is not None:
        euros = f"{penalty.fine_eur:,}".replace(",", NARROW)
        parts.append(f"{euros}\u00a0€ d’amende")
    words = " et ".join(parts)
    return f"{words} ; {penalty.extra}" if words and penalty.extra else words or penalty.extra
