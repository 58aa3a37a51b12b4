"""The grounds of a platform's own review policy, to tick beside the legal ground; none is ticked by itself."""

from __future__ import annotations

from dataclasses import dataclass

from casefile.law import reference


@dataclass(frozen=True)
class PolicyGround:
    """One ground: the fact that calls for it, the proof expected, where it was read and how sure it is."""

    id: str
    platform: str
    fact: str
    ground: str
    proof: str
    status: str
    source: str


def policy_grounds(platform: str) -> tuple[PolicyGround, ...]:
    """Give the grounds read for a platform; none where the reference holds none, which the page then says."""
    return tuple(row for row in reference.rows("review_policies", PolicyGround) if row.platform == platform)
