"""Three-valued conditions over answers: fulfilled, contradicted, or undecided.

An empty answer and « discutable » decide nothing, unless a condition names « discutable » among its values.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ARGUABLE = "discutable"


class Truth(StrEnum):
    """What the answers say of a condition."""

    FULFILLED = "fulfilled"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"


def truth_of(question: str, accepted: Sequence[str], answers: Mapping[str, str]) -> Truth:
    """Tell whether one answer is among the accepted ones."""
    answer = answers.get(question, "")
    if answer and answer in accepted:
        return Truth.FULFILLED
    return Truth.UNDECIDED if answer in {"", ARGUABLE} else Truth.CONTRADICTED


def truth_of_all(conditions: Mapping[str, Sequence[str]], answers: Mapping[str, str]) -> Truth:
    """Tell whether every condition of a set is fulfilled; one contradiction settles it."""
    found = {truth_of(question, accepted, answers) for question, accepted in conditions.items()}
    if Truth.CONTRADICTED in found:
        return Truth.CONTRADICTED
    return Truth.UNDECIDED if Truth.UNDECIDED in found else Truth.FULFILLED
