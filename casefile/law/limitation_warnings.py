"""What a lawyer must be told beside the dates: doubts, missing proof, duties to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casefile.law.calendar import add_months
from casefile.law.durations import in_months
from casefile.law.french import day_in_words, duration_in_words, typeset
from casefile.law.limitation_facts import Regularity
from casefile.law.running import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casefile.law.limitation_inquiry import Inquiry
    from casefile.law.limitation_result import ActEffect

UNCERTAIN_HOLIDAYS = {
    "mayotte": "Mayotte : les fêtes musulmanes chômées par usage ne sont pas dans la table : les vérifier.",
    "polynesie": "Polynésie française : jours fériés locaux à vérifier.",
    "nouvelle_caledonie": "Nouvelle-Calédonie : jours fériés locaux à vérifier.",
    "wallis_et_futuna": "Wallis-et-Futuna : jours fériés locaux à vérifier.",
}
ORDINARY = {
    "ordinary": (
        "Délit de droit commun : les actes interruptifs du code de procédure pénale n'ont pas été relus ; "
        "la table de la presse, plus étroite, est appliquée."
    ),
    "civil": (
        "Action civile de droit commun : les articles 2241 à 2243 du code civil s'appliquent ; "
        "la table de la presse, plus étroite, est appliquée par prudence."
    ),
}
RENEW = (
    "En matière de presse, le délai repart en entier après chaque acte : le renouveler avant chaque terme, "
    "pendant toute l'instance."
)


def warnings_of(inquiry: Inquiry, prudent_on: date | None, acts: Sequence[ActEffect]) -> tuple[str, ...]:
    """Give every warning, the most pressing first."""
    warnings = [
        *_pressing(inquiry, prudent_on),
        *inquiry.found.warnings,
        *_unknown_yet_late(inquiry),
        *[warning for effect in acts for warning in _about_act(effect)],
        *_duties(inquiry, acts),
        *_doubts(inquiry),
    ]
    return tuple(dict.fromkeys(typeset(warning) for warning in warnings))


def _pressing(inquiry: Inquiry, prudent_on: date | None) -> list[str]:
    if inquiry.admitted and inquiry.on > inquiry.admitted.term:
        return ["La date admise est passée : l'action est probablement éteinte ; l'avocat décide."]
    if prudent_on and inquiry.on > prudent_on:
        return ["La date prudente est passée, la date admise ne l'est pas : agir aujourd'hui même."]
    return []


def _unknown_yet_late(inquiry: Inquiry) -> list[str]:
    publication = inquiry.facts.publication
    if publication is None or publication.discovered_on is None or inquiry.found.latest or inquiry.facts.acts:
        return []
    latest = add_months(publication.discovered_on, in_months(inquiry.duration))
    if inquiry.on <= latest:
        return []
    even_then = f"Même si la mise en ligne datait de la découverte, le délai aurait expiré le {day_in_words(latest)}"
    return [f"{even_then} : l'action est probablement éteinte."]


def _about_act(effect: ActEffect) -> list[str]:
    act, rule = effect.judged.act, effect.judged.rule
    named = f"{rule.title} du {day_in_words(act.date)}"
    warnings = []
    if not act.proved:
        warnings.append(f"{named} : joindre la preuve, la date prudente ne bouge pas sans elle.")
    if act.regularity is Regularity.DISPUTED:
        warnings.append(f"{named} : régularité discutée, la date prudente ne bouge pas.")
    advice = rule.text("advice")
    if advice:
        warnings.append(f"{rule.title} : {advice[0].lower()}{advice[1:]}")
    return warnings


def _duties(inquiry: Inquiry, acts: Sequence[ActEffect]) -> list[str]:
    regime = inquiry.duration.text("regime")
    warnings = []
    if regime == "press" and any(effect.moves_prudent for effect in acts):
        warnings.append(RENEW)
    if regime in ORDINARY and acts:
        warnings.append(ORDINARY[regime])
    if inquiry.facts.alternatives:
        warnings.append("Plusieurs qualifications possibles : la durée la plus courte est retenue.")
    return warnings


def _changed_law(inquiry: Inquiry) -> list[str]:
    strict, admitted = (in_months(inquiry.durations[reading]) for reading in (Reading.PRUDENT, Reading.ADMITTED))
    if strict == admitted:
        return []
    words = f"{duration_in_words(strict)} (lecture prudente) ou {duration_in_words(admitted)} (lecture admise)"
    return [f"La durée a changé pendant le temps possible des faits : {words}. Dater les faits le tranchera."]


def _doubts(inquiry: Inquiry) -> list[str]:
    duration, facts = inquiry.duration, inquiry.facts
    warnings = _changed_law(inquiry)
    if duration.status != "verified":
        since = day_in_words(duration.in_force_from)
        warnings.append(f"{duration.title} : durée non vérifiée dans sa version du {since}. {duration.note}")
    if inquiry.found.latest and inquiry.found.latest > inquiry.on:
        warnings.append("La mise en ligne est postérieure au jour du calcul : vérifier les deux dates.")
    earlier = [act.date for act in facts.acts if inquiry.found.latest and act.date < inquiry.found.latest]
    if earlier:
        day = day_in_words(min(earlier))
        warnings.append(f"Un acte du {day} précède la fin de l'intervalle de mise en ligne : resserrer l'intervalle.")
    discovered = facts.publication.discovered_on if facts.publication else None
    if discovered and inquiry.found.earliest and discovered < inquiry.found.earliest:
        warnings.append("La découverte précède la mise en ligne déclarée : vérifier les deux dates.")
    if "atteinte_vie_privee" in (facts.qualification, *facts.alternatives):
        warnings.append("Vie privée : l'action civile se prescrit par 5 ans, plus court que le délai pénal.")
    warnings += [UNCERTAIN_HOLIDAYS[place] for place in facts.territories if place in UNCERTAIN_HOLIDAYS]
    return warnings
