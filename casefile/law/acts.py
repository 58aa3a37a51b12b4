"""Judge each recorded act before any counting: which reading it may renew, and why.

An act of an instance lives on the writ that opened it: with a void writ nothing moves, with a disputed one
the prudent date stays. A withdrawal (désistement, caducité, péremption, rejet) undoes the acts before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casefile.law.limitation_facts import Act, Regularity
from casefile.law.rules import rule_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casefile.law.rules import RuleVersion

COMPLAINT, DEPOSIT = "pcpc", "versement_consignation"
ORDER = {Regularity.VOID: 0, Regularity.DISPUTED: 1, Regularity.REGULAR: 2}


@dataclass(frozen=True)
class Judged:
    """One act, the readings that it may renew if it comes in time, and the reason in French."""

    act: Act
    rule: RuleVersion
    prudent: bool
    admitted: bool
    why: str


def judge(acts: Sequence[Act], on: date) -> list[Judged]:
    """Judge every act, in the order given; the caller then counts those that may renew."""
    return [_judge_one(act, acts, on) for act in acts]


def _judge_one(act: Act, acts: Sequence[Act], on: date) -> Judged:
    rule = rule_at(f"interruption.{act.type}", act.date)
    why = rule.text("why")
    prudent, admitted = rule.flag("prudent"), rule.flag("admitted")
    if not admitted:
        return Judged(act, rule, prudent=False, admitted=False, why=why)
    caveats = (
        _future(act, on),
        _undone(act, acts, on),
        _own_standing(act),
        _standing_of_deposit(act, acts, on),
        _standing_of_writ(act, rule, acts, on),
    )
    for caveat in caveats:
        if caveat:
            reason, leaves_admitted = caveat
            prudent, admitted = False, admitted and leaves_admitted
            why = f"{why} {reason}"
    return Judged(act, rule, prudent, admitted, why)


def _future(act: Act, on: date) -> tuple[str, bool] | None:
    if act.date > on:
        return "Cet acte est postérieur au jour du calcul : un acte à venir ne compte pas.", False
    return None


def _undone(act: Act, acts: Sequence[Act], on: date) -> tuple[str, bool] | None:
    for later in acts:
        if later.regularity is Regularity.VOID or not act.date <= later.date <= on:
            continue
        withdrawal = rule_at(f"interruption.{later.type}", later.date)
        if act.type in withdrawal.texts("undoes"):
            certain = later.regularity is Regularity.REGULAR and later.proved
            return f"Effet non avenu : {withdrawal.title.lower()} ({withdrawal.citation}).", not certain
    return None


def _own_standing(act: Act) -> tuple[str, bool] | None:
    if act.regularity is Regularity.VOID:
        return "Acte nul : il ne renouvelle aucun délai.", False
    if act.regularity is Regularity.DISPUTED:
        return "Acte discuté : il ne déplace que la date admise.", True
    if not act.proved:
        return "Acte sans preuve jointe : il ne déplace que la date admise.", True
    return None


def _standing_of_deposit(act: Act, acts: Sequence[Act], on: date) -> tuple[str, bool] | None:
    """A civil-party complaint lives on the payment of its deposit in time (art. 88 C. pr. pén.)."""
    paid = _deposits_of(act, acts, on)
    if not paid or max(paid) == ORDER[Regularity.REGULAR]:
        return None
    if max(paid) == ORDER[Regularity.VOID]:
        why = "La consignation n'a pas été valablement versée dans le délai : la plainte n'interrompt pas"
        return f"{why} (Crim. 30 mars 2016, référence P12).", False
    return "Le versement de la consignation dans le délai est discuté : la date prudente ne bouge pas.", True


def _standing_of_writ(act: Act, rule: RuleVersion, acts: Sequence[Act], on: date) -> tuple[str, bool] | None:
    if rule.text("role") != "instance":
        return None
    standing = [
        min(_standing(other), *_deposits_of(other, acts, on), ORDER[Regularity.REGULAR])
        for other in acts
        if other.date <= act.date and _opens_an_instance(other)
    ]
    if not standing or max(standing) == ORDER[Regularity.REGULAR]:
        return None
    if max(standing) == ORDER[Regularity.VOID]:
        return "L'acte qui a ouvert l'instance est nul : l'acte qui en dépend ne renouvelle rien.", False
    return "L'acte qui a ouvert l'instance est discuté : la date prudente ne bouge pas.", True


def _standing(act: Act) -> int:
    return min(ORDER[act.regularity], ORDER[Regularity.REGULAR if act.proved else Regularity.DISPUTED])


def _deposits_of(act: Act, acts: Sequence[Act], on: date) -> list[int]:
    """Give how the payment of a complaint's deposit stands, once for all its payments; nothing when none is known."""
    if act.type != COMPLAINT:
        return []
    paid = [_standing(other) for other in acts if other.type == DEPOSIT and act.date <= other.date <= on]
    return [max(paid)] if paid else []


def _opens_an_instance(act: Act) -> bool:
    return rule_at(f"interruption.{act.type}", act.date).text("role") == "origin" or act.type in {
        "requisitoire_introductif",
        "mandement_citation",
    }
