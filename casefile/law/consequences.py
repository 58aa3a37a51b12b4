"""What follows from a qualification: texts, penalty, limitation, complaint, courts and the two tests, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casefile.law.durations import duration_of, in_months
from casefile.law.french import duration_in_words
from casefile.law.offences import offence_at, penalty_at
from casefile.law.thresholds import Threshold, civil_threshold, criminal_threshold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casefile.law.offences import Penalty

UNREAD_PENALTY = "peine à relire à la date des faits"
NARROW = "\u202f"


@dataclass(frozen=True)
class Consequences:
    """Everything a qualification commands, on the day of the facts and under the procedure of a day."""

    qualification: str
    title: str
    texts: tuple[str, ...]
    penalty: str
    aggravation: str
    limitation: str
    limitation_source: str
    complaint: str
    complaint_source: str
    criminal_court: str
    civil_court: str
    criminal: Threshold
    civil: Threshold
    status: str
    warnings: tuple[str, ...]


def consequences_of(
    qualification: str, facts_on: date, on: date, answers: Mapping[str, str] | None = None
) -> Consequences:
    """Give what a qualification commands; raises UnknownRule or NoRuleInForce."""
    offence = offence_at(qualification, facts_on)
    penalty = penalty_at(qualification, facts_on, answers)
    duration = duration_of(qualification, facts_on)
    statuses = {offence.status, duration.status, penalty.status if penalty else "unverified"}
    return Consequences(
        qualification=offence.id,
        title=offence.title,
        texts=tuple(dict.fromkeys((*offence.sources, *(penalty.sources if penalty else ())))),
        penalty=penalty_in_words(penalty),
        aggravation=penalty.aggravation if penalty else "",
        limitation=duration_in_words(in_months(duration)),
        limitation_source=duration.citation,
        complaint=offence.complaint_label,
        complaint_source=offence.complaint_source,
        criminal_court=offence.criminal_court,
        civil_court=offence.civil_court,
        criminal=criminal_threshold(qualification, facts_on, on, answers),
        civil=civil_threshold(qualification, facts_on, on, answers),
        status=next(status for status in ("disputed", "unverified", "verified") if status in statuses),
        warnings=tuple(note for note in (offence.note, penalty.note if penalty else "") if note),
    )


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
