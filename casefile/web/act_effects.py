"""What one type of act does to a limitation, with its authority, wherever such an act can be recorded or sent."""

from __future__ import annotations

from dataclasses import dataclass

from casefile import clock
from casefile.law.rules import all_rules, rule_at
from casefile.web.filters import typography

# Letters that the table of acts knows under another name.
ALIASES = {
    "relance_dsa": "notification_dsa",
    "plainte_cnil": "saisine_cnil",
    "mise_en_demeure_editeur": "mise_en_demeure",
    "conservation_donnees": "lrar",
    "rgpd_effacement": "lrar",
    "rgpd_dereferencement": "lrar",
    "lettre_prescription": "lettre_avocat",
    "mission_constat": "constat",
}


@dataclass(frozen=True)
class ActEffect:
    """The effect in words: tone and word for a badge, reason, advice, sources, status of the rule."""

    rule_id: str
    title: str
    tone: str
    word: str
    interrupts: bool
    why: str
    advice: str
    source: str


def act_effect(act_type: str) -> ActEffect | None:
    """Say what a type of act does today; None for what the law's table of acts does not know."""
    rule_id = f"interruption.{ALIASES.get(act_type, act_type)}"
    if rule_id not in all_rules():
        return None
    version = rule_at(rule_id, clock.today())
    interrupts = version.flag("prudent")
    tone, word = ("ok", "Interrompt") if interrupts else ("late", "N’interrompt pas")
    if not interrupts and version.flag("admitted"):
        tone, word = "soon", "Discuté"
    return ActEffect(
        rule_id=rule_id,
        title=typography(version.title),
        tone=tone,
        word=word,
        interrupts=interrupts,
        why=typography(version.text("why")),
        advice=typography(version.text("advice")),
        source=typography(version.citation),
    )
