"""Qualify a passage: answers recorded one by one, a proposal by the rules, a choice by a named lawyer.

What was proposed, chosen and why stays on record; a new choice supersedes the old one and erases nothing.
"""

from casefile.qualification.choice import answer, choose, reopen, review
from casefile.qualification.record import (
    NOTHING,
    answers_of,
    choices_of,
    current,
    facts_days,
    facts_on,
    latest_answers,
    standing,
)
from casefile.qualification.safety import Blocked, Unacknowledged, conflicts, findings_for
from casefile.qualification.together import Kept, Weighed, choose_each, weigh_each

__all__ = [
    "NOTHING",
    "Blocked",
    "Kept",
    "Unacknowledged",
    "Weighed",
    "answer",
    "answers_of",
    "choices_of",
    "choose",
    "choose_each",
    "conflicts",
    "current",
    "facts_days",
    "facts_on",
    "findings_for",
    "latest_answers",
    "reopen",
    "review",
    "standing",
    "weigh_each",
]
