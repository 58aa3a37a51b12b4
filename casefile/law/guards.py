"""The guards that prevent nullity, on what the lawyer has chosen: pure, each with its French words and authority."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from casefile.law import reference
from casefile.law.citations import articles_cited, cites, first_article
from casefile.law.conditions import Truth, truth_of_all
from casefile.law.offences import offence_at, penalty_at
from casefile.law.questionnaire import checked_answers
from casefile.law.weighing import Fits, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from casefile.law.offences import Offence

HARASSMENT = "cyberharcelement"
ENOUGH = 2
CIVIL_FAULT = ("1240", "1382")


@dataclass(frozen=True)
class ChosenPassage:
    """Words and the qualification chosen for them; `start` and `end` are offsets in the publication's text.

    `dated_facts` and `knowing_authors` count what proves repetition: publications with their date, and authors
    of whom it is established that they knew of the repetition.
    """

    id: str
    words: str
    qualification: str
    facts_on: date
    answers: Mapping[str, str] = field(default_factory=dict)
    publication: str = ""
    start: int | None = None
    end: int | None = None
    dated_facts: int = 1
    knowing_authors: int = 1


@dataclass(frozen=True)
class DraftAct:
    """The texts that an act cites, as written: « 29 al. 1 », « art. 32, alinéa 1er », « 1240 »."""

    cited: tuple[str, ...]


@dataclass(frozen=True)
class Guard:
    """One guard as the reference states it; empty lists name every qualification."""

    id: str
    level: str
    text: str
    source: str
    qualifications: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    publicity: tuple[str, ...] = ()
    when: tuple[dict[str, list[str]], ...] = ()
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One guard raised: « block » or « warn », on which passages."""

    id: str
    level: str
    text: str
    source: str
    passages: tuple[str, ...]


def guards(passages: Sequence[ChosenPassage], act: DraftAct | None = None) -> tuple[Finding, ...]:
    """Give everything that would void the act or lose the action, blocking guards first.

    Raises UnknownRule for an unknown qualification, InvalidInput for an unknown answer.
    """
    found = [*_shared_words(passages)]
    for passage in passages:
        found += _on_passage(passage)
    if act is not None:
        found += _on_act(passages, act)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.level != "block"))


def guards_of_act(passages: Sequence[ChosenPassage], act: DraftAct) -> tuple[Finding, ...]:
    """Give what voids an act: its citations, words prosecuted twice, answers that no longer bear their choice.

    A passage without recorded answers is judged on the act alone. Raises UnknownRule for an unknown qualification,
    NoRuleInForce for one without a text that day.
    """
    found = [*_shared_words(passages), *_on_act(passages, act)]
    for passage in passages:
        if passage.answers:
            found += _on_passage(passage)
    return tuple(dict.fromkeys(found))


def same_words(first: ChosenPassage, second: ChosenPassage) -> bool:
    """Tell whether two passages share words: overlapping offsets, or the same text once spacing and case are gone."""
    if first.publication != second.publication:
        return False
    if None not in {first.start, first.end, second.start, second.end}:
        return _number(first.start) < _number(second.end) and _number(second.start) < _number(first.end)
    ours, theirs = _plain(first.words), _plain(second.words)
    return bool(ours and theirs) and (ours in theirs or theirs in ours)


def _shared_words(passages: Sequence[ChosenPassage]) -> Iterable[Finding]:
    for first, second in combinations(passages, 2):
        if not same_words(first, second):
            continue
        offences = [offence_at(passage.qualification, passage.facts_on) for passage in (first, second)]
        yield _finding(_shared_guard(offences), first, second)


def _shared_guard(offences: Sequence[Offence]) -> str:
    domains = {offence.domain for offence in offences}
    if len({offence.id for offence in offences}) == 1:
        return "passages_confondus"
    if domains == {"defamation", "insult"}:
        return "double_qualification"
    if "disparagement" in domains and any(offence.is_press for offence in offences):
        return "1240_exclu"
    return "une_qualification"


def _on_passage(passage: ChosenPassage) -> list[Finding]:
    answers = checked_answers(dict(passage.answers))
    offence = offence_at(passage.qualification, passage.facts_on)
    found = [_finding(guard.id, passage) for guard in _table().values() if _is_raised(guard, offence, answers)]
    if offence.id == HARASSMENT and max(passage.dated_facts, passage.knowing_authors) < ENOUGH:
        found.append(_finding("surqualification", passage))
    candidate = weigh(offence, answers)
    if candidate.fits is Fits.NO and not any(finding.level == "block" for finding in found):
        found.append(_finding("elements_contredits", passage, because=" ".join(candidate.why_not)))
    return found


def _is_raised(guard: Guard, offence: Offence, answers: Mapping[str, str]) -> bool:
    if not guard.when and not guard.unanswered:
        return False
    named = (
        (guard.qualifications, offence.id),
        (guard.domains, offence.domain),
        (guard.publicity, offence.publicity),
    )
    if any(listed and value not in listed for listed, value in named):
        return False
    if any(not answers.get(question) for question in guard.unanswered):
        return True
    return any(truth_of_all(conditions, answers) is Truth.FULFILLED for conditions in guard.when)


def _on_act(passages: Sequence[ChosenPassage], act: DraftAct) -> list[Finding]:
    cited = articles_cited(act.cited)
    press = [passage for passage in passages if offence_at(passage.qualification, passage.facts_on).is_press]
    found = []
    if press and any(number in CIVIL_FAULT for number, _ in cited):
        found.append(_finding("1240_exclu", *press))
    for passage in press:
        offence = offence_at(passage.qualification, passage.facts_on)
        found += [_finding(guard, passage) for guard in _citation_faults(offence, passage, cited)]
    return found


def _citation_faults(offence: Offence, passage: ChosenPassage, cited: frozenset[tuple[str, str]]) -> Iterable[str]:
    penalty = penalty_at(offence.id, passage.facts_on, passage.answers)
    if offence.domain in {"defamation", "insult"} and offence.family == "press" and not cites(cited, "29"):
        yield "definition_manquante"
    if penalty is None:
        return
    wanted, first = articles_cited([penalty.article]), first_article(penalty.article)
    # Article 34 punishes by 31 or 32: the act names the article that refers, and the one whose penalty is asked for.
    referred = {number for number, _ in wanted} - {first}
    if not cites(cited, first) or (referred and not any(cites(cited, number) for number in referred)):
        yield "peine_manquante"
    elif not any(cites(cited, number, paragraph) for number, paragraph in wanted):
        yield "alinea_de_la_peine"


def _finding(guard: str, *passages: ChosenPassage, because: str = "") -> Finding:
    found = _table()[guard]
    text = f"{found.text} {because}".strip()
    return Finding(found.id, found.level, text, found.source, tuple(passage.id for passage in passages))


def _table() -> dict[str, Guard]:
    return {guard.id: guard for guard in reference.rows("guards", Guard)}


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip().casefold()


def _number(offset: int | None) -> int:
    return -1 if offset is None else offset
