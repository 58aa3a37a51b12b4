"""What follows from a qualification: texts, penalty, limitation, complaint, courts and the two tests, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casefile.law.changed_law import changes_of
from casefile.law.durations import duration_of, in_months
from casefile.law.french import duration_in_words
from casefile.law.offences import offence_at, penalty_at
from casefile.law.penalty_words import penalty_in_words
from casefile.law.thresholds import Threshold, civil_threshold, criminal_threshold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


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
    qualification: str,
    facts_on: date,
    on: date,
    answers: Mapping[str, str] | None = None,
    facts_until: date | None = None,
) -> Consequences:
    """Give what a qualification commands; raises UnknownRule or NoRuleInForce.

    `facts_until` is the latest possible day of uncertain facts: what the law changed until then is a warning.
    """
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
        warnings=(
            *(note for note in (offence.note, penalty.note if penalty else "") if note),
            *changes_of(qualification, facts_on, facts_until or facts_on, answers),
        ),
    )
