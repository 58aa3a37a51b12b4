"""What one qualification commands for this very content: two thresholds, routes, courts, the prudent date, strength."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import g

from casefile import clock
from casefile.deadlines import limitation
from casefile.errors import CasefileError
from casefile.law.consequences import Consequences, consequences_of
from casefile.law.defences import LEVEL_LABELS, PROSPECT_LABELS, Level, Prospect, defences_for, strength_of
from casefile.law.identification import Situation, routes_for
from casefile.law.limitation_result import LimitationResult, Status
from casefile.law.offences import offence_at, penalty_at
from casefile.law.qualification import Outcome
from casefile.law.questionnaire import questions
from casefile.law.retention import RetentionFacts
from casefile.law.thresholds import ACCESS_LABELS, Access, Threshold
from casefile.law.weighing import Candidate, Fits
from casefile.models.evidence import Publication
from casefile.qualification import facts_days
from casefile.web.filters import french_date, typography
from casefile.web.guards import db
from casefile.web.qualification_lines import READINGS, penalty_words

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCESS_TONES = {Access.OPEN: "ok", Access.CLOSED: "late", Access.UNCERTAIN: "crit"}
LEVEL_TONES = {Level.SOLID: "ok", Level.ARGUABLE: "soon", Level.WEAK: "late"}
PROSPECT_TONES = {Prospect.LIKELY: "late", Prospect.POSSIBLE: "soon", Prospect.UNLIKELY: "ok", Prospect.SHUT: "none"}
SIGNS = {"for": "yes", "unknown": "open", "against": "no"}
STATUSES = {
    Status.RUNNING: ("ok", "Le délai court"),
    Status.LAST_MONTH: ("crit", "Dernier mois"),
    Status.POSSIBLY_EXPIRED: ("late", "Peut-être prescrit"),
    Status.EXPIRED: ("late", "Prescrit"),
    Status.UNDETERMINED: ("late", "Date de mise en ligne à établir"),
}


def foreseen(publication: Publication, chosen: str) -> LimitationResult | None:
    """Several readings share one computation within a request; a date that cannot be read gives none."""
    known: dict[tuple[Any, str], LimitationResult | None] = g.setdefault("foreseen", {})
    key = (publication.id, chosen)
    if key not in known:
        try:
            known[key] = limitation.foresee(db(), g.matter, publication, chosen)
        except CasefileError:
            known[key] = None
    return known[key]


def deadline_of(publication: Publication, chosen: str) -> dict[str, Any]:
    """Compute the limitation that a qualification would open for this content, in words; nothing is stored."""
    result = foreseen(publication, chosen)
    if result is None:
        return {"tone": "late", "word": "Non calculée", "prudent": None, "admitted": None, "useful": None}
    tone, word = STATUSES[result.status]
    days = {"prudent": result.prudent_on, "admitted": result.admitted_on, "useful": result.last_useful_day}
    return {"tone": tone, "word": word, **{name: french_date(day) if day else None for name, day in days.items()}}


def consequences_lines(
    publication: Publication, chosen: str, facts_on: date, answers: Mapping[str, str]
) -> dict[str, Any]:
    """Describe what a qualification commands for this content."""
    until = facts_days(publication)[1]
    found = consequences_of(chosen, facts_on, clock.today(), answers, facts_until=max(until, facts_on))
    result = foreseen(publication, chosen)
    return {
        "title": typography(found.title),
        "texts": typography(", ".join(found.texts)),
        "penalty": typography(found.penalty),
        "aggravation": typography(found.aggravation),
        "limitation": typography(found.limitation),
        "limitation_source": typography(found.limitation_source),
        "deadline": deadline_of(publication, chosen),
        "complaint": typography(found.complaint),
        "complaint_source": typography(found.complaint_source),
        "courts": _courts(found),
        "thresholds": [
            _threshold("Seuil pénal (CPP, art. 60-1-2)", found.criminal),
            _threshold("Seuil civil (CPCE, art. L. 34-1)", found.civil),
        ],
        "routes": _routes(chosen, facts_on, answers, result),
        "warnings": [typography(text) for text in found.warnings],
    }


def strength_lines(chosen: str, answers: Mapping[str, str], on: date) -> dict[str, Any]:
    """Grade the passage, with each reason for it."""
    found = strength_of(chosen, answers, on)
    return {
        "tone": LEVEL_TONES[found.level],
        "word": LEVEL_LABELS[found.level],
        "reasons": [
            {"met": SIGNS[reason.weighs], "text": typography(reason.text), "source": typography(reason.source)}
            for reason in found.reasons
        ],
    }


def defence_lines(chosen: str, answers: Mapping[str, str], on: date) -> list[dict[str, Any]]:
    """Describe the defences to expect, from both sides."""
    return [
        {
            "title": typography(defence.label),
            "tone": PROSPECT_TONES[defence.prospect],
            "word": PROSPECT_LABELS[defence.prospect].capitalize(),
            "why": typography(defence.why),
            "deadline": typography(defence.deadline),
            "criteria": [typography(text) for text in defence.criteria],
            "author_side": [typography(text) for text in defence.author_side],
            "client_side": [typography(text) for text in defence.client_side],
            "source": typography(defence.source),
        }
        for defence in defences_for(chosen, answers, on)
    ]


def candidate_lines(outcome: Outcome, publication: Publication, answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """List every qualification in force with what is met, missing or contradicted, the strongest first."""
    return [_candidate(found, outcome.on, publication, answers) for found in outcome.candidates if found.sources]


def _candidate(found: Candidate, on: date, publication: Publication, answers: Mapping[str, str]) -> dict[str, Any]:
    tone, word = READINGS[found.fits]
    offence = offence_at(found.qualification, on)
    elements = [("yes", found.met), ("open", found.missing), ("no", found.contradicted)]
    bare = found.fits is Fits.OPEN and not found.met
    return {
        "label": typography(found.title),
        "tone": tone,
        "word": word,
        "texts": typography(", ".join(found.sources)),
        "penalty": typography(penalty_words(penalty_at(found.qualification, on, answers))),
        "limitation": offence.limitation_label,
        "bare": bare,
        "deadline": None if bare or found.fits is Fits.NO else deadline_of(publication, found.qualification),
        "elements": [{"met": met, "text": typography(questions()[key].text)} for met, keys in elements for key in keys],
        "why_not": [typography(why) for why in found.why_not],
    }


def _courts(found: Consequences) -> list[tuple[str, str, None]]:
    courts = (("Devant le juge pénal", found.criminal_court), ("Devant le juge civil", found.civil_court))
    return [(name, typography(court), None) for name, court in courts if court]


def _threshold(name: str, found: Threshold) -> dict[str, str]:
    return {
        "name": name,
        "tone": ACCESS_TONES[found.access],
        "word": ACCESS_LABELS[found.access].capitalize(),
        "why": typography(found.why),
        "source": typography(found.source),
    }


def _routes(
    chosen: str, facts_on: date, answers: Mapping[str, str], result: LimitationResult | None
) -> list[dict[str, str]]:
    situation = Situation(
        qualification=chosen,
        facts_on=facts_on,
        on=clock.today(),
        action=result.status if result else Status.UNDETERMINED,
        retention=RetentionFacts(result.earliest if result else None, result.latest if result else None),
        answers=dict(answers),
    )
    return [
        {
            "title": typography(route.title),
            "tone": ACCESS_TONES[route.state],
            "word": {Access.OPEN: "Ouverte", Access.CLOSED: "Fermée", Access.UNCERTAIN: "Incertaine"}[route.state],
            "why": typography(" ".join(route.why)),
            "source": typography(route.source),
        }
        for route in routes_for(situation).routes
    ]
