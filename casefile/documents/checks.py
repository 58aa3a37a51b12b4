"""The pre-flight rules that several types share: each yields what it finds, in French, with its field.

Sources: the firm's note on documents, §§ 0.2 (seven fatal mistakes), 0.3 (variables) and « refuser si » of each type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casefile.documents.facts import Facts
from casefile.documents.findings import Finding
from casefile.law.rule_model import NoRuleInForce, UnknownRule
from casefile.law.rules import rule_at

Found = Iterator[tuple[str, Finding]]
Check = Callable[[Facts, date], Found]

_PLACEHOLDER = re.compile(r"\[[^\]]*\]|à compléter|\bTODO\b|\bX{3,}\b|_{4,}", re.IGNORECASE)
_OBSOLETE = (
    (r"6[-,.\s]*I[-,.\s]*[458]\b", "les anciens 4, 5 et 8 de l’article 6, I, de la LCEN ont disparu en 2024"),
    (r"6[-,.\s]*IV\b", "le droit de réponse en ligne est à l’article 1er-1, III, de la LCEN depuis le 23 mai 2024"),
    (r"myriam[èe]tre", "les délais de distance sont ceux de l’article 552 du code de procédure pénale"),
    (r"2011-219", "le décret 2011-219 est abrogé : viser l’article R. 10-13 du CPCE"),
    (r"en la forme des référés", "la procédure est « accélérée au fond » (article 6-3 de la LCEN)"),
)
_EXACT_FIELDS = {
    "verbatim",
    "url",
    "author",
    "item_id",
    "digest",
    "published_text",
    "profile_url",
    "final_url",
    "exact",
    "token",
}


def refuse(code: str, message: str, field: str = "") -> tuple[str, Finding]:
    """Make a refusal."""
    return "refusal", Finding(code, message, field)


def warn(code: str, message: str, field: str = "") -> tuple[str, Finding]:
    """Make a warning."""
    return "warning", Finding(code, message, field)


@dataclass(frozen=True)
class Required:
    """A fact without which the type cannot be made; `each` names the list whose every item must hold it."""

    path: str
    label: str
    each: str = ""

    def check(self, facts: Facts) -> Found:
        """Refuse when the fact is absent."""
        if not self.each:
            if facts.get(self.path) is None:
                yield refuse("missing", f"Il manque {self.label} : complétez le champ.", self.path)
            return
        for rank, item in enumerate(facts.rows(self.each)):
            if item.get(self.path) in (None, "", [], {}):
                yield refuse("missing", f"Il manque {self.label} (n° {rank + 1}).", f"{self.each}.{rank}.{self.path}")


def limitation_is_open(*, warn_below: int, refuse_expired: bool) -> Check:
    """Make the check of the limitation period: unknown, expired, or near."""

    def check(facts: Facts, on: date) -> Found:
        end = facts.day("limitation.prudent_on")
        if end is None:
            yield refuse(
                "no_limitation", "La date de prescription n’a pas été calculée : calculez-la.", "limitation.prudent_on"
            )
            return
        if end < on:
            message = "La prescription est acquise à la date prudente : ne déposez pas d’acte sans la contrôler."
            yield (refuse if refuse_expired else warn)("expired", message, "limitation.prudent_on")
        elif (end - on).days < warn_below:
            message = (
                f"Il reste {(end - on).days} jours avant la date prudente de prescription ({end:%d/%m/%Y}), "
                "que ce document n’interrompt pas."
            )
            yield warn("limitation_near", message, "limitation.prudent_on")

    return check


def deadline_before_limitation(facts: Facts, on: date) -> Found:
    """Refuse a time limit that would end later than ten days before the limitation, with no act planned."""
    limit = facts.day("answer_before")
    if limit is None:
        return
    if limit <= on:
        yield refuse("deadline_past", "Le délai accordé est déjà passé : choisissez un jour à venir.", "answer_before")
    # A reading under which the limitation has run out leaves nothing to protect: `limitation_is_open` says so.
    readings = (facts.day("limitation.prudent_on"), facts.day("limitation.admitted_on"))
    end = min((day for day in readings if day and day >= on), default=None)
    planned = facts.day("limitation.interrupting_act_on")
    if end and limit > end - timedelta(days=10) and not (planned and planned <= end):
        message = (
            "Le délai accordé dépasse la date prudente de prescription moins dix jours, sans acte interruptif "
            "programmé : raccourcissez-le ou programmez l’acte."
        )
        yield refuse("deadline_too_long", message, "answer_before")


def channel_is_allowed(facts: Facts, _on: date) -> Found:
    """Refuse a channel that the addressee has not accepted or whose address is not verified."""
    channel, recipient = facts.text("channel"), facts.part("recipient")
    if channel == "lre" and recipient.get("professional") is not True and recipient.get("consents_lre") is not True:
        message = (
            "La lettre recommandée électronique à un particulier exige son consentement enregistré (CPCE, art. L. 100)."
        )
        yield refuse("no_lre_consent", message, "recipient.consents_lre")
    if channel == "email" and recipient.get("email_verified") is not True:
        yield refuse(
            "email_unverified", "L’adresse électronique du destinataire n’est pas vérifiée.", "recipient.email_verified"
        )


def address_fits_window(facts: Facts, _on: date) -> Found:
    """Refuse an address that does not fit the window of the envelope."""
    lines = [str(line) for line in facts.part("recipient").get("address") or []]
    limit = 5 if facts.text("recipient.country", "FR") == "FR" else 6
    if len(lines) > limit:
        yield refuse("address_too_long", f"L’adresse du destinataire dépasse {limit + 1} lignes.", "recipient.address")
    if any(len(line) > 38 for line in lines):
        yield refuse("address_too_wide", "Une ligne d’adresse dépasse 38 caractères.", "recipient.address")


def exhibits_are_sound(facts: Facts, _on: date) -> Found:
    """Refuse exhibits with a missing or double number, or a capture that points at none."""
    numbers = [str(exhibit.get("number") or "") for exhibit in facts.exhibits]
    if "" in numbers:
        yield refuse("exhibit_number", "Une pièce n’a pas de numéro.", "exhibits")
    if len(set(numbers)) != len(numbers):
        yield refuse("exhibit_twice", "Deux pièces portent le même numéro.", "exhibits")
    for rank, exhibit in enumerate(facts.exhibits):
        if not exhibit.get("title"):
            yield refuse(
                "exhibit_title", f"La pièce n° {exhibit.get('number')} n’a pas d’intitulé.", f"exhibits.{rank}.title"
            )
        if exhibit.get("health") and not exhibit.get("redacted"):
            message = f"La pièce n° {exhibit.get('number')} contient des données de santé : expurgez-la ou retirez-la."
            yield refuse("health_data", message, f"exhibits.{rank}.redacted")
        if exhibit.get("between_lawyers"):
            message = f"La pièce n° {exhibit.get('number')} est une correspondance confidentielle entre avocats."
            yield refuse("confidential", message, f"exhibits.{rank}.between_lawyers")
        if exhibit.get("third_party"):
            yield warn(
                "third_party", f"La pièce n° {exhibit.get('number')} contient des données de tiers.", f"exhibits.{rank}"
            )
    yield from _cited(facts, set(numbers))


def _cited(facts: Facts, numbers: set[str]) -> Found:
    for rank, content in enumerate(facts.contents):
        cited = (content.get("capture") or {}).get("exhibit")
        if cited is not None and str(cited) not in numbers:
            message = f"La pièce n° {cited}, citée pour un contenu, n’est pas au bordereau."
            yield refuse("exhibit_absent", message, f"contents.{rank}.capture.exhibit")
    for number in facts.texts("cited_exhibits"):
        if number not in numbers:
            yield refuse(
                "exhibit_absent", f"La pièce n° {number} est citée et ne figure pas au bordereau.", "cited_exhibits"
            )


def no_placeholder(facts: Facts, _on: date) -> Found:
    """Refuse an empty bracket or a mark « à compléter » left in the lawyer's own words."""
    for path, text in own_words(facts.values):
        if _PLACEHOLDER.search(text):
            yield refuse("placeholder", "Un passage reste à compléter : remplissez-le ou retirez-le.", path)


def no_obsolete_reference(facts: Facts, on: date) -> Found:
    """Refuse a reference out of force, chosen from the table or typed in the lawyer's own words."""
    for name in facts.texts("references"):
        try:
            rule_at(f"reference.{name}", on)
        except (NoRuleInForce, UnknownRule) as error:
            yield refuse("reference_out_of_force", error.message, "references")
    for path, text in own_words(facts.values):
        for pattern, why in _OBSOLETE:
            if re.search(pattern, text):
                yield refuse("reference_out_of_force", f"Une référence n’est plus en vigueur : {why}.", path)


def own_words(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give the texts that are the lawyer's, leaving aside the words of others, addresses and digests."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _EXACT_FIELDS:
                yield from own_words(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for rank, item in enumerate(value):
            yield from own_words(item, f"{path}.{rank}".lstrip("."))


COMMON: tuple[Check, ...] = (no_placeholder, no_obsolete_reference, exhibits_are_sound)
LETTER: tuple[Check, ...] = (*COMMON, channel_is_allowed, address_fits_window)

FIRM = (
    Required("firm.name", "le nom du cabinet"),
    Required("firm.city", "la commune du cabinet"),
    Required("firm.address", "l’adresse du cabinet"),
    Required("firm.bar", "le barreau"),
    Required("lawyer.name", "l’avocat signataire"),
    Required("matter.reference", "la référence du dossier"),
)
LETTER_PARTS = (
    *FIRM,
    Required("recipient.name", "le nom du destinataire"),
    Required("recipient.address", "l’adresse du destinataire"),
    Required("channel", "le mode d’envoi"),
)


def client_is_complete(facts: Facts, _on: date) -> Found:
    """Refuse a client whose identity is not the one that the acts require (CPC 54 and 648, CPP 551)."""
    client = facts.part("client")
    if client.get("kind") == "company":
        needed: tuple[tuple[str, str], ...] = (
            ("name", "la dénomination"),
            ("legal_form", "la forme"),
            ("address", "le siège social"),
            ("represented_by", "l’organe qui représente la société"),
        )
    else:
        needed = (
            ("last_name", "le nom"),
            ("first_names", "les prénoms"),
            ("profession", "la profession"),
            ("address", "le domicile"),
            ("nationality", "la nationalité"),
            ("born_on", "la date de naissance"),
            ("born_at", "le lieu de naissance"),
        )
    for name, label in needed:
        if not client.get(name):
            yield refuse("missing", f"Il manque {label} du client : complétez sa fiche.", f"client.{name}")


def client_is_named(facts: Facts, _on: date) -> Found:
    """Refuse without the client's name."""
    client = facts.part("client")
    if not (client.get("name") or client.get("last_name")):
        yield refuse("missing", "Il manque le nom du client : complétez sa fiche.", "client.last_name")
