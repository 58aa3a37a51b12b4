"""The guards of the law put to a drafted act or letter: texts cited, civil fault beside the law of 1881, words taken
twice, answers that no longer bear the choice (a content made private since, another choice on the same words).

What the act will cite by itself is read from the draft, then what its author typed; the law judges, not this module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from casefile.documents.checks import Found, own_words, refuse, warn
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts, as_day
from casefile.law.guards import ENOUGH, ChosenPassage, DraftAct, guards_of_act
from casefile.law.rule_model import NoRuleInForce, UnknownRule

CIVIL_FAULT = "1240_exclu"
# A letter need not cite the texts that article 53 wants in an act.
OF_ACTS_ALONE = frozenset({"definition_manquante", "peine_manquante", "alinea_de_la_peine"})
_TYPED = re.compile(r"(?:\bart(?:icle)?s?\b\.?|\bC\. civ\.)[^;\n]{1,60}|\b\d{1,4}\s+du\s+code\s+civil", re.IGNORECASE)


def act_is_guarded(facts: Facts, on: date) -> Found:
    """Refuse an act voided by the texts that it cites; a text not in force is said by another check."""
    yield from _told(facts, on, (*_drafted(facts, on), *_typed(facts)))


def letter_is_guarded(facts: Facts, on: date) -> Found:
    """Refuse a letter whose choices would void the act that follows it; what it cites loosely is only warned of."""
    for level, finding in _told(facts, on, _typed(facts)):
        if finding.code not in OF_ACTS_ALONE:
            yield ("warning" if finding.code == CIVIL_FAULT else level), finding


def _told(facts: Facts, on: date, cited: Sequence[str]) -> Found:
    try:
        found = guards_of_act(_chosen(facts, on), DraftAct(tuple(cited)))
    except (NoRuleInForce, UnknownRule):
        return
    for finding in found:
        where = f"{finding.passages[0]}.qualification" if finding.passages else "contents"
        told = refuse if finding.level == "block" else warn
        yield told(finding.id, f"{finding.text} ({finding.source})", where)


def _chosen(facts: Facts, on: date) -> list[ChosenPassage]:
    """One qualification each: several on the same words are refused by the check of the words."""
    return [
        ChosenPassage(
            id=path,
            words=str(passage.get("verbatim") or ""),
            qualification=passage["qualification"],
            facts_on=as_day(passage.get("facts_on") or content.get("first_online_on") or content.get("published_on"))
            or on,
            answers=passage.get("answers") or {},
            publication=str(content.get("url") or ""),
            dated_facts=ENOUGH,  # repetition is a matter of the whole dossier: it was weighed at the choice
        )
        for path, content, passage in facts.passages()
        if isinstance(passage.get("qualification"), str) and passage["qualification"]
    ]


def _drafted(facts: Facts, on: date) -> list[str]:
    draft = Draft(facts, on)
    return [draft.charge(passage.qualification)[1] for passage in _chosen(facts, on)]


def _typed(facts: Facts) -> list[str]:
    return [cited for _path, text in own_words(facts.values) for cited in _TYPED.findall(text)]
