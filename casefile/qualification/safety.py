"""The guards of the law on the choices of a dossier: what blocks a choice, what its lawyer must acknowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casefile.errors import InvalidInput, Refused
from casefile.law.changed_law import law_day
from casefile.law.guards import ChosenPassage, Finding, guards
from casefile.models.evidence import Passage, Publication
from casefile.models.procedure import Qualification, QualificationState
from casefile.qualification.record import NOTHING, answers_of, facts_days


class Blocked(Refused):
    """A choice that would void the act or lose the action; `findings` say why, each with its authority."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(told(finding) for finding in findings))
        self.findings = tuple(findings)


class Unacknowledged(InvalidInput):
    """Warnings that the lawyer has not yet said to have read."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        sentences = " ".join(told(finding) for finding in findings)
        super().__init__(
            f"{sentences} Cochez « J’ai lu les avertissements » pour retenir malgré tout.", field="acknowledged"
        )
        self.findings = tuple(findings)


def told(finding: Finding) -> str:
    """Write a finding with its authority."""
    return f"{finding.text} ({finding.source})"


def conflicts(session: Session, publication: Publication) -> tuple[Finding, ...]:
    """Say what, among the choices made for one content, could void an act."""
    return guards(_comparable(_chosen_of(session, publication)))


def findings_for(
    session: Session, passage: Passage, publication: Publication, chosen: str, answers: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Say what the guards find against choosing a qualification for a passage, beside the other choices made."""
    if chosen == NOTHING:
        return ()
    others = [(other, row) for other, row in _chosen_of(session, publication) if other.id != passage.id]
    facts = _facts_of(session, passage, publication, chosen=chosen, answers=answers)
    found = guards(_comparable([*others, (passage, facts)]))
    return tuple(finding for finding in found if str(passage.id) in finding.passages)


def _chosen_of(session: Session, publication: Publication) -> list[tuple[Passage, ChosenPassage]]:
    rows = session.execute(
        select(Passage, Qualification)
        .join(Qualification, Qualification.passage_id == Passage.id)
        .where(
            Passage.publication_id == publication.id,
            Passage.withdrawn_at.is_(None),
            Qualification.state == QualificationState.CHOSEN,
            Qualification.chosen != NOTHING,
        )
    ).all()
    return [
        (
            passage,
            _facts_of(
                session, passage, publication, chosen=row.chosen or "", answers=answers_of(session, row), row=row
            ),
        )
        for passage, row in rows
    ]


def _facts_of(
    session: Session,
    passage: Passage,
    publication: Publication,
    *,
    chosen: str,
    answers: Mapping[str, str],
    row: Qualification | None = None,
) -> ChosenPassage:
    # What the record of the content says prevails: a private message stays private whatever was answered.
    given = dict(answers) if publication.is_public else {**answers, "est_public": "non"}
    facts, authors = _campaign(session, publication)
    return ChosenPassage(
        id=str(passage.id),
        words=passage.exact,
        qualification=chosen,
        facts_on=row.facts_on if row else law_day(chosen, *facts_days(publication)),
        answers=given,
        publication=str(publication.id),
        start=passage.start,
        end=passage.end,
        dated_facts=facts,
        knowing_authors=authors if answers.get("plusieurs_auteurs") == "oui" else 1,
    )


def _campaign(session: Session, publication: Publication) -> tuple[int, int]:
    """Count the dated publications of the dossier that hold a retained passage, and their authors."""
    dated = or_(
        Publication.published_on.is_not(None),
        Publication.published_from.is_not(None),
        Publication.relative_seen_on.is_not(None),
    )
    facts, authors = session.execute(
        select(func.count(Publication.id.distinct()), func.count(Publication.shown_author.distinct()))
        .join(Passage, Passage.publication_id == Publication.id)
        .where(Publication.matter_id == publication.matter_id, Passage.withdrawn_at.is_(None), dated)
    ).one()
    return int(facts), int(authors)


def _comparable(rows: Sequence[tuple[Passage, ChosenPassage]]) -> list[ChosenPassage]:
    """Offsets compare within one captured text only; across captures of a content, the words themselves do."""
    one_text = len({passage.source_sha256 for passage, _ in rows}) <= 1
    return [facts if one_text else replace(facts, start=None, end=None) for _, facts in rows]
