"""The page of one passage, put together: questions, proposal, what follows, defences, guards, choices on record."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import g, request, url_for
from sqlalchemy import select

from casefile import passages, qualification
from casefile.access import Permission, may
from casefile.law.changed_law import another_proposal
from casefile.law.guards import Finding
from casefile.law.qualification import CONCLUSIONS, Conclusion, Outcome, qualify
from casefile.law.questionnaire import GROUP_TITLES, DecidedCase, Question, examples_of, is_worth_asking, questions
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.people import Person
from casefile.models.procedure import Answer, Qualification
from casefile.web.filters import french_date, typography
from casefile.web.gallery import place_of
from casefile.web.guards import db
from casefile.web.matter_frame import render_matter
from casefile.web.passages import segments_of
from casefile.web.qualification_law import candidate_lines, consequences_lines, defence_lines, strength_lines
from casefile.web.qualification_lines import PassageRow, choice_title, proposal_of, rows_of

EXAMPLES = 4
FIRST_GROUP = "elements"
LEVELS = {"block": "late", "warn": "crit"}
PROVOCATION = {"oui": "Vous la tenez pour antérieure.", "non": "Vous la tenez pour postérieure."}


def passage_page(passage: Passage, publication: Publication, form: Any, review: Any) -> str:
    """Draw the page of one passage."""
    row = qualification.current(db(), passage)
    answered = qualification.latest_answers(db(), row)
    answers, on = form.answers(), qualification.facts_on(publication)
    outcome = qualify(answers, on)
    capture = db().get_one(Capture, passage.capture_id)
    siblings = passages.kept_in(db(), capture)
    people = _people(passage, answered)
    lines = question_lines(form, outcome, answers, answered, people)
    return render_matter(
        "qualification/show.html",
        publication=publication,
        capture=capture,
        passage=passage,
        passages=_sibling_lines(siblings, passage),
        segments=segments_of(capture.text, siblings, passage.id),
        place=place_of(capture, passage),
        form=form,
        one=_one(lines, outcome),
        all_questions=len(lines),
        groups=grouped(_asked(lines, outcome), outcome, alone=request.args.get("une") is not None),
        answered=len(answers),
        proposal=proposal_of(outcome, answers),
        conclusion=typography(CONCLUSIONS[outcome.conclusion]),
        candidates=candidate_lines(outcome, publication, answers),
        **_what_follows(outcome, publication, answers),
        conflicts=_conflict_lines(outcome, passage, publication, answers),
        provocation=_provocation(publication, answers),
        review=review,
        **_on_record(passage, row, people),
        **_neighbours(siblings, passage),
    )


def kept_by(outcome: Outcome) -> str | None:
    """Give the qualification that the page offers to keep: the proposal, otherwise the prudent reading."""
    if outcome.conclusion is Conclusion.NOTHING:
        return qualification.NOTHING
    return outcome.proposed or (outcome.prudent.qualification if outcome.prudent else None)


def _what_follows(outcome: Outcome, publication: Publication, answers: dict[str, str]) -> dict[str, Any]:
    chosen = kept_by(outcome)
    dated = another_proposal(answers, *qualification.facts_days(publication))
    if chosen is None or chosen == qualification.NOTHING:
        undated = [dated] if dated else []
        return {"kept": chosen, "consequences": None, "strength": None, "defences": [], "evidence": undated}
    evidence = [*(outcome.prudent.evidence if outcome.prudent and not outcome.proposed else ()), dated]
    return {
        "kept": chosen,
        "consequences": consequences_lines(publication, chosen, outcome.on, answers),
        "strength": strength_lines(chosen, answers, outcome.on),
        "defences": defence_lines(chosen, answers, outcome.on),
        "evidence": [typography(text) for text in evidence if text],
    }


def _on_record(passage: Passage, row: Qualification | None, people: dict[uuid.UUID, str]) -> dict[str, Any]:
    made = qualification.choices_of(db(), passage)
    standing = qualification.standing(db(), passage)
    lines = [
        {
            "label": choice_title(choice.chosen or qualification.NOTHING),
            "who": people.get(choice.chosen_by_id, "") if choice.chosen_by_id else "",
            "when": choice.chosen_at,
            "reason": choice.reasons,
            "stands": standing is not None and choice.id == standing.id,
            "reviewed": _reviewed(choice, people),
        }
        for choice in made
    ]
    decided = next((line for line in lines if line["stands"]), None)
    may_choose = may(db(), g.person, g.matter, Permission.QUALIFY)
    mine = standing is not None and standing.chosen_by_id == g.person.id
    return {
        "decided": decided,
        "reworked": decided is not None and row is not None and standing is not None and row.id != standing.id,
        "former": [line for line in lines if not line["stands"]],
        "may_choose": may_choose,
        "may_review": decided is not None and may_choose and not mine and g.person.is_lawyer,
    }


def _reviewed(choice: Qualification, people: dict[uuid.UUID, str]) -> dict[str, Any] | None:
    if choice.reviewed_by_id is None:
        return None
    return {"who": people.get(choice.reviewed_by_id, ""), "when": choice.reviewed_at, "note": choice.review_note}


def _people(passage: Passage, answered: dict[str, Answer]) -> dict[uuid.UUID, str]:
    ids = {row.answered_by_id for row in answered.values()}
    for choice in qualification.choices_of(db(), passage):
        ids |= {found for found in (choice.chosen_by_id, choice.reviewed_by_id) if found}
    rows = db().execute(select(Person.id, Person.full_name).where(Person.id.in_(ids)))
    return {row.id: row.full_name for row in rows}


def question_lines(
    form: Any,
    outcome: Outcome,
    answers: dict[str, str],
    answered: dict[str, Answer],
    people: dict[uuid.UUID, str],
) -> list[dict[str, Any]]:
    """Give the questions worth asking, with their help and who answered each."""
    lines = []
    for question in questions().values():
        if question.id not in answers and not is_worth_asking(question, answers):
            continue
        given = answered.get(question.id)
        lines.append(
            {
                "id": question.id,
                "field": form[question.id],
                "hint": typography(question.source),
                "help": typography(question.help),
                "evidence": typography(question.evidence),
                "examples": _examples(question),
                "who": people.get(given.answered_by_id, "") if given else None,
                "when": given.answered_at if given else None,
                "todo": question.id == outcome.next_question,
            }
        )
    return lines


def _examples(question: Question) -> list[dict[str, str]]:
    """Take decided cases that answered differently first, so that the frontier shows."""
    found: list[DecidedCase] = []
    for option in question.options:
        found += [case for case in examples_of(question.id, option) if case.is_real][: EXAMPLES // 2]
    return [
        {
            "words": case.words,
            "court": typography(f"{case.court}, {_day(case.date)}{f', n° {case.number}' if case.number else ''}"),
            "answer": typography(question.label_of(case.answers[question.id])),
        }
        for case in found[:EXAMPLES]
    ]


def _day(text: str) -> str:
    try:
        return french_date(date.fromisoformat(text))
    except ValueError:  # some decisions are dated by their month only
        return french_date(date.fromisoformat(f"{text}-01")).split(" ", 1)[1]


def _one(lines: list[dict[str, Any]], outcome: Outcome) -> dict[str, Any] | None:
    """Say which single question is put, and its neighbours; None when all are put at once."""
    asked = request.args.get("une")
    if asked is None or not lines:
        return None
    ids = [line["id"] for line in lines]
    wanted = asked if asked in ids else outcome.next_question if outcome.next_question in ids else ids[0]
    place = ids.index(wanted)
    return {
        "id": wanted,
        "place": place + 1,
        "total": len(ids),
        "previous": ids[place - 1] if place else None,
        "next": ids[place + 1] if place + 1 < len(ids) else None,
    }


def _asked(lines: list[dict[str, Any]], outcome: Outcome) -> list[dict[str, Any]]:
    one = _one(lines, outcome)
    return lines if one is None else [line for line in lines if line["id"] == one["id"]]


def grouped(lines: list[dict[str, Any]], outcome: Outcome, *, alone: bool) -> list[dict[str, Any]]:
    """Put the questions of one subject together; the first subject is unfolded, and those being answered."""
    groups = []
    for group, title in GROUP_TITLES.items():
        asked = [line for line in lines if questions()[line["id"]].group == group]
        begun = any(line["when"] or line["field"].errors for line in asked)
        begun = begun or (outcome.proposed is None and any(line["todo"] for line in asked))
        if asked:
            unfolded = alone or begun or group == FIRST_GROUP
            groups.append({"title": typography(title), "lines": asked, "open": unfolded})
    return groups


def _conflict_lines(
    outcome: Outcome, passage: Passage, publication: Publication, answers: dict[str, str]
) -> list[dict[str, str]]:
    chosen = kept_by(outcome)
    found = qualification.findings_for(db(), passage, publication, chosen, answers) if chosen else ()
    told: list[tuple[str, str, str]] = [(one.effect, one.text, one.source) for one in outcome.conflicts]
    told += [_told(finding) for finding in (*found, *qualification.conflicts(db(), publication))]
    return [
        {"tone": LEVELS[level], "title": typography(text), "detail": typography(source)}
        for level, text, source in sorted(dict.fromkeys(told), key=lambda one: one[0] != "block")
    ]


def _told(finding: Finding) -> tuple[str, str, str]:
    return finding.level, finding.text, finding.source


def _provocation(publication: Publication, answers: dict[str, str]) -> dict[str, str] | None:
    """Flag the client's own public reply: published before the insult, it may excuse it."""
    if not publication.client_reply.strip():
        return None
    said = PROVOCATION.get(answers.get("provocation_prealable", ""), "La question reste sans réponse.")
    return {"reply": publication.client_reply, "said": typography(said)}


def _sibling_lines(siblings: list[Passage], current: Passage) -> list[dict[str, Any]]:
    lines = rows_of([PassageRow(other, qualification.standing(db(), other)) for other in siblings])
    return [{**line, "current": line["passage"].id == current.id} for line in lines]


def _neighbours(siblings: list[Passage], passage: Passage) -> dict[str, str | None]:
    place = next((index for index, other in enumerate(siblings) if other.id == passage.id), 0)
    return {"previous_url": _address(siblings, place - 1), "next_url": _address(siblings, place + 1)}


def _address(siblings: list[Passage], position: int) -> str | None:
    if not 0 <= position < len(siblings):
        return None
    return url_for("qualification.show", matter_id=g.matter.id, passage_id=siblings[position].id)
