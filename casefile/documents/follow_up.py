"""What sending a letter starts: the law's own time limits where there are some, otherwise the firm's reminder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from casefile.documents.facts import as_day

# Events of the law's table of time limits.
EVENTS_WHEN_SENT = {
    "rgpd_effacement": "demande_rgpd",
    "rgpd_dereferencement": "demande_rgpd",
    "droit_de_reponse": "droit_de_reponse",
}
EVENTS_WHEN_REFUSED = {"notification_dsa": "decision_plateforme", "relance_dsa": "decision_plateforme"}
# The law gives a platform no fixed time (« en temps opportun »): these days are the firm's, and said to be.
HOUSE_DAYS = {"notification_dsa": 15, "relance_dsa": 15, "reclamation_dsa": 15, "conservation_donnees": 15}
BEFORE_LIMITATION = 10


def follow_up_day(kind: str, facts: Mapping[str, Any], sent_on: date) -> date | None:
    """Propose when to look for an answer: the day the letter sets, or the firm's, always before the limitation."""
    set_by_letter = as_day(facts.get("answer_before"))
    if set_by_letter:
        return set_by_letter
    if kind not in HOUSE_DAYS:
        return None
    proposed = sent_on + timedelta(days=HOUSE_DAYS[kind])
    end = as_day((facts.get("limitation") or {}).get("prudent_on"))
    if end is not None:
        proposed = min(proposed, end - timedelta(days=BEFORE_LIMITATION))
    return max(proposed, sent_on + timedelta(days=1))
