"""The guards of the law put to a drafted act: texts cited, civil fault beside the law of 1881, words taken twice.

What the act will cite by itself is read from the draft, then what its author typed; the law judges, not this module.
"""

from __future__ import annotations

import re
from datetime import date

from casefile.documents.checks import Found, own_words, refuse, warn
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts, as_day
from casefile.law.guards import ChosenPassage, DraftAct, guards_of_act
from casefile.law.rule_model import NoRuleInForce, UnknownRule

_TYPED = re.compile(r"(?:\bart(?:icle)?s?\b\.?|\bC\. civ\.)[^;\n]{1,60}|\b\d{1,4}\s+du\s+code\s+civil", re.IGNORECASE)


def act_is_guarded(facts: Facts, on: date) -> Found:
    """Refuse an act voided by the texts that it cites; a text not in force is said by another check."""
    passages = _chosen(facts, on)
    try:
        found = guards_of_act(passages, DraftAct((*_drafted(facts, on), *_typed(facts))))
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
            facts_on=as_day(content.get("first_online_on") or content.get("published_on")) or on,
            publication=str(content.get("url") or ""),
        )
        for path, content, passage in facts.passages()
        if isinstance(passage.get("qualification"), str) and passage["qualification"]
    ]


def _drafted(facts: Facts, on: date) -> list[str]:
    draft = Draft(facts, on)
    return [draft.charge(passage.qualification)[1] for passage in _chosen(facts, on)]


def _typed(facts: Facts) -> list[str]:
    return [cited for _path, text in own_words(facts.values) for cited in _TYPED.findall(text)]
