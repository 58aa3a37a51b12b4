"""The rules as a list that a person reads: since when, read where, verified when, still fresh or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casefile.errors import InvalidInput
from casefile.law import rules, texts
from casefile.law.french import typeset
from casefile.law.rule_model import Rule, RuleVersion

KINDS = {
    "limitation": "Prescription",
    "start": "Point de départ",
    "interruption": "Actes et interruption",
    "suspension": "Suspension",
    "republication": "Nouvelle publication",
    "relative_date": "Dates relatives",
    "procedure": "Délais de procédure",
    "holiday": "Jours fériés",
    "qualification": "Qualifications",
    "penalty": "Peines",
    "charge": "Préventions",
    "reference": "Références de textes",
    "route": "Voies d’identification",
    "retention": "Conservation des données",
    "threshold": "Seuils d’accès aux données",
}
STATUSES = {"verified": "vérifiée", "unverified": "à vérifier", "disputed": "discutée"}


@dataclass(frozen=True)
class RuleLine:
    """One rule on a given day: `version` is None when no version stands that day, and `gap` says why."""

    rule: Rule
    version: RuleVersion | None
    stale: bool
    gap: str
    articles: tuple[texts.Article, ...]

    def as_json(self) -> dict[str, Any]:
        """Give what `casefile law rules` prints."""
        version = self.version
        return {
            "id": self.rule.id,
            "title": typeset(self.rule.title),
            "kind": self.rule.kind,
            "family": kind_in_french(self.rule.kind),
            "version": version.version if version else None,
            "in_force_until": version.in_force_until.isoformat() if version and version.in_force_until else None,
            "versions": len(self.rule.versions),
            "status": version.status if version else None,
            "verified_on": version.verified_on.isoformat() if version else None,
            "stale": self.stale,
            "source": typeset(version.citation) if version else "",
            "articles": [article.id for article in self.articles],
            "gap": typeset(self.gap),
        }


def listing(on: date, kind: str = "") -> list[RuleLine]:
    """Give every rule as it stands on a day, of one kind or of all; raises InvalidInput for an unknown kind."""
    if kind and kind not in known_kinds():
        raise InvalidInput(typeset("Champ « kind » : choisissez parmi " + ", ".join(known_kinds()) + "."), field="kind")
    return [_line(rule, on) for rule in rules.all_rules().values() if not kind or rule.kind == kind]


def known_kinds() -> tuple[str, ...]:
    """Give the kinds that have at least one rule."""
    return tuple(dict.fromkeys(rule.kind for rule in rules.all_rules().values()))


def kind_in_french(kind: str) -> str:
    """Give the French name of a kind of rule."""
    return KINDS.get(kind, kind)


def find(name: str) -> Rule:
    """Give a rule by its identifier, or by its key alone when only one rule has it; raises UnknownRule."""
    alone = [rule for rule in rules.all_rules().values() if rule.id.split(".", 1)[1] == name]
    return alone[0] if len(alone) == 1 else rules.rule(name)


def _line(rule: Rule, on: date) -> RuleLine:
    version = next((one for one in rule.versions if one.stands_on(on)), None)
    if version is None:
        gap = next((one.gap_reason or one.end_reason for one in rule.versions if one.gap_reason or one.end_reason), "")
        return RuleLine(rule, None, False, gap, ())
    stale = (on - version.verified_on).days > rules.STALE_AFTER_DAYS
    return RuleLine(rule, version, stale, "", texts.cited_by(version))
