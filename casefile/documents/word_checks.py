"""The pre-flight rules on the disputed words: located, exact, qualified once, by a lawyer, under texts in force."""

from __future__ import annotations

import re
from datetime import date

from casefile.documents.blocks import digest_of
from casefile.documents.checks import Check, Found, refuse, warn
from casefile.documents.facts import Facts, as_day
from casefile.law.rule_model import NoRuleInForce, UnknownRule
from casefile.law.rules import rule_at


def has_contents(facts: Facts, _on: date) -> Found:
    """Refuse without a located content and its exact words."""
    if not facts.contents:
        yield refuse("no_content", "Aucun contenu n’est joint : ajoutez la publication et son adresse.", "contents")
    for rank, content in enumerate(facts.contents):
        where = f"contents.{rank}"
        address = str(content.get("url") or "")
        if not address:
            yield refuse("no_url", f"Le contenu n° {rank + 1} n’a pas d’adresse (URL) exacte.", f"{where}.url")
        elif "…" in address or "..." in address or not re.match(r"https?://", address):
            yield refuse(
                "truncated_url", f"L’adresse du contenu n° {rank + 1} est incomplète ou tronquée.", f"{where}.url"
            )
        for name, label in (("author", "l’auteur affiché"), ("platform", "le service")):
            if not content.get(name):
                yield refuse("missing", f"Il manque {label} du contenu n° {rank + 1}.", f"{where}.{name}")
        if not (content.get("published_on") or content.get("published_text") or content.get("first_online_on")):
            yield refuse(
                "no_date", f"Il manque la date de publication du contenu n° {rank + 1}.", f"{where}.published_on"
            )


def has_passages(facts: Facts, _on: date) -> Found:
    """Refuse without the exact words, or when they no longer match their digest."""
    if not any(True for _ in facts.passages()):
        yield refuse("no_passage", "Aucun propos exact n’est relevé : marquez-le dans la capture.", "contents")
    for path, _content, passage in facts.passages():
        verbatim = str(passage.get("verbatim") or "")
        if not verbatim.strip():
            yield refuse(
                "empty_passage", "Un propos est vide : recopiez les mots exacts depuis la capture.", f"{path}.verbatim"
            )
        elif passage.get("digest") and passage["digest"] != digest_of(verbatim):
            message = "Le propos ne correspond plus à son empreinte : reprenez-le depuis la capture."
            yield refuse("altered_passage", message, f"{path}.verbatim")


def is_qualified(facts: Facts, on: date) -> Found:
    """Refuse a passage without one qualification, chosen by a lawyer, in force, and alone on its words."""
    seen: dict[str, str] = {}
    for path, _content, passage in facts.passages():
        chosen = passage.get("qualification")
        names = chosen if isinstance(chosen, list) else [chosen] if chosen else []
        if not names:
            yield refuse(
                "unqualified", "Un propos n’a pas de qualification : choisissez-en une.", f"{path}.qualification"
            )
            continue
        words = str(passage.get("verbatim"))
        if len(names) > 1 or seen.setdefault(words, str(names[0])) != str(names[0]):
            message = (
                "Un propos porte deux qualifications : l’acte entier serait nul "
                "(Ass. plén., 15 févr. 2013, n° 11-14.637)."
            )
            yield refuse("double_qualification", message, f"{path}.qualification")
        if passage.get("other_grounds"):
            message = "Un autre fondement est invoqué pour les mêmes propos : retirez-le (Ass. plén., 12 juill. 2000)."
            yield refuse("mixed_grounds", message, f"{path}.other_grounds")
        if not passage.get("validated_by"):
            message = "Une qualification n’a pas été validée par un avocat nommé."
            yield refuse("not_validated", message, f"{path}.validated_by")
        yield from _in_force(str(names[0]), on, f"{path}.qualification")


def _in_force(qualification: str, on: date, field: str) -> Found:
    try:
        values = rule_at(f"charge.{qualification}", on).values
        for name in ("definition", "penalty"):
            rule_at(f"reference.{values[name]}", on)
    except UnknownRule:
        yield refuse("unknown_qualification", f"La qualification « {qualification} » est inconnue.", field)
    except NoRuleInForce as error:
        yield refuse("reference_out_of_force", error.message, field)


def one_ground_for_all(facts: Facts, _on: date) -> Found:
    """Refuse a notice or an act whose passages mix press offences with other grounds on the same words."""
    grounds = facts.get("other_grounds")
    if grounds:
        message = "Un fondement étranger à la qualification retenue est invoqué pour les mêmes propos : disjoignez."
        yield refuse("mixed_grounds", message, "other_grounds")


def why_unlawful(facts: Facts, _on: date) -> Found:
    """Refuse an explanation that does not say which fact is imputed, to whom, and why it shows on reading."""
    for path, _content, passage in facts.passages():
        for name, label in (
            ("imputation", "le fait précis imputé"),
            ("target", "la personne visée"),
            ("why", "la raison pour laquelle l’illicéité ressort à la lecture"),
        ):
            if name == "imputation" and is_insult(passage.get("qualification")):
                continue  # an insult holds no fact: claiming one would be another offence
            if not passage.get(name):
                yield refuse("not_explained", f"Il manque {label} pour un propos.", f"{path}.{name}")


def is_insult(qualification: object) -> bool:
    """Tell whether the words are complained of as an insult, which imputes no fact."""
    return str(qualification or "").startswith("injure")


def captures_are_fresh(facts: Facts, on: date) -> Found:
    """Warn when the capture is missing or more than seven days old."""
    for rank, content in enumerate(facts.contents):
        capture = content.get("capture") or {}
        taken = as_day(capture.get("captured_at") or capture.get("received_at"))
        if taken is None:
            yield warn(
                "no_capture", f"Le contenu n° {rank + 1} n’a pas de capture scellée.", f"contents.{rank}.capture"
            )
        elif (on - taken).days > 7:
            message = f"La capture du contenu n° {rank + 1} a plus de sept jours : refaites-la avant l’envoi."
            yield warn("old_capture", message, f"contents.{rank}.capture")


def opinions_are_named(facts: Facts, _on: date) -> Found:
    """Warn when a passage is a mere opinion."""
    for path, _content, passage in facts.passages():
        if passage.get("opinion"):
            message = "Un propos relève du jugement de valeur : il n’est pas illicite du seul fait qu’il déplaît."
            yield warn("opinion", message, path)


ON_WORDS: tuple[Check, ...] = (has_contents, has_passages, is_qualified, one_ground_for_all)
