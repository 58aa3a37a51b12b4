"""The values of a rule in French words, so that the lawyer who signs the sheet reads sentences and not keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from casefile.documents.typography import long_date, number_in_words
from casefile.law import procedure, rules

if TYPE_CHECKING:
    from casefile.law.rule_model import RuleVersion

LABELS = {
    "months": "Durée en mois",
    "admitted_months": "Durée en mois dans la lecture admise",
    "years": "Durée en années",
    "days": "Durée en jours",
    "delay_days": "Attente préalable en jours",
    "delay_months": "Attente préalable en mois",
    "margin_days": "Marge de prudence en jours",
    "starts_from": "Point de départ",
    "regime": "Régime",
    "applies_to": "Qualifications visées",
    "prudent": "Interrompt, lecture prudente",
    "admitted": "Admis par la meilleure autorité",
    "role": "Nature de l’acte",
    "why": "Motif",
    "advice": "Conseil",
    "undoes": "Actes anéantis",
    "event": "Événement déclencheur",
    "event_title": "Événement déclencheur",
    "effect": "Effet",
    "computation": "Computation",
    "distance": "Délai de distance",
    "roll_forward": "Prorogation au jour ouvrable suivant",
    "eve": "Dernier jour à ne jamais utiliser",
    "by": "À la charge de",
    "then": "Événement qui s’ensuit",
    "text": "Règle",
    "reading": "Lecture",
    "platforms": "Plateformes",
    "territories": "Territoires",
    "month": "Mois",
    "day": "Jour",
    "easter_offset": "Jours après Pâques",
    "condition": "Condition",
    "counts": "Se compte",
    "fine_eur": "Amende en euros",
    "prison_months": "Emprisonnement en mois",
    "article": "Article",
    "extra": "Peine complémentaire",
    "citation": "Citation",
    "noun": "Intitulé",
    "definition": "Texte de définition",
    "penalty": "Texte de répression",
    "purpose": "Finalité",
    "data": "Donnée",
    "holders": "Détenteurs",
    "limitation": "Prescription applicable",
    "family": "Famille",
    "defences": "Défenses",
    "requires": "Conditions requises",
    "excludes": "Exclusions",
    "basis": "Fondement",
    "conditions": "Conditions",
    "cost": "Coût",
    "usual_time": "Durée habituelle",
    "result": "Résultat",
    "interrupts": "Interrompt la prescription",
}
WORDS = {
    "publication": "la première mise à disposition du public",
    "reception": "la réception",
    "last_act": "le dernier acte",
    "knowledge": "la connaissance des faits",
    "finality": "le caractère définitif de la décision",
    "press": "presse",
    "ordinary": "droit commun",
    "civil": "civil",
    "deadline": "dernier jour pour agir",
    "earliest": "premier jour possible",
    "latest_before": "dernier jour avant l’audience",
    "retention": "fin de conservation de la donnée",
    "internal": "date interne au cabinet",
    "none": "aucun délai",
    "calendar_days": "jours calendaires, le premier ne comptant pas",
    "clear_days": "jours francs",
    "quantieme": "de quantième à quantième",
    "back_days": "jours à rebours de l’audience",
    "back_clear_days": "jours francs à rebours de l’audience",
    "fixed": "date fixée par la décision",
    "cpc_643_644": "art. 643 et 644 C. pr. civ.",
    "cpc_643": "art. 643 C. pr. civ.",
    "cpp_552": "art. 552 C. pr. pén.",
    "cpp_492": "art. 492 C. pr. pén.",
    "both": "prudente et admise",
    "prudent": "prudente",
    "admitted": "admise",
    "truncated": "âge tronqué",
    "rounded": "âge arrondi",
    "union": "union des deux lectures",
    "always": "toujours",
    "backwards_only": "pour reculer seulement",
    "outside": "hors de la procédure",
    "origin": "acte introductif",
    "instance": "acte de l’instance",
    "prosecution": "acte de poursuite",
}
HIDDEN = {"event", "rank"}
# Values that name another rule are shown by its title.
NAMES = {"applies_to": "qualification", "undoes": "interruption", "limitation": "limitation"}


def values_in_words(version: RuleVersion) -> list[tuple[str, str]]:
    """Give each value with its French label, in the order of the file."""
    return [
        (LABELS.get(key, key.replace("_", " ").capitalize()), _words(key, value))
        for key, value in version.values.items()
        if key not in HIDDEN
    ]


def _words(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return f"{number_in_words(value)} ({value})" if value >= 0 else str(value)
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, Mapping):
        return " ; ".join(f"{_readable(name)} : {_words(name, inner)}" for name, inner in value.items()) or "aucune"
    if isinstance(value, list | tuple):
        return ", ".join(_words(key, inner) for inner in value) or "aucun"
    if key == "then":
        return procedure.events().get(str(value), str(value))
    if key in NAMES:
        named = rules.all_rules().get(f"{NAMES[key]}.{value}")
        return named.title if named else _readable(str(value))
    return str(value) if key in {"text", "why", "by"} else WORDS.get(str(value), str(value))


def _readable(name: str) -> str:
    return name.replace("_", " ")
