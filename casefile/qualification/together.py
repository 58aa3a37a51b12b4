"""One set of answers and one reason for several passages: each is judged by itself, kept or refused by name.

Nothing is copied unseen: a named lawyer confirms each passage, and what a guard forbids for one leaves the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casefile.errors import CasefileError, InvalidInput
from casefile.law.guards import Finding
from casefile.law.qualification import qualify
from casefile.law.questionnaire import checked_answers
from casefile.models.evidence import Passage, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Qualification, QualificationState
from casefile.qualification.choice import answer, choose, reopen
from casefile.qualification.record import facts_on, in_state
from casefile.qualification.safety import findings_for

UNDECIDED = "Les réponses ne désignent aucune qualification pour ce passage : répondez encore, ou choisissez-la."


@dataclass(frozen=True)
class Weighed:
    """What one passage would get from the common answers: a qualification, or none; what the guards say of it."""

    passage: Passage
    publication: Publication
    chosen: str | None
    findings: tuple[Finding, ...] = ()

    @property
    def is_blocked(self) -> bool:
        """Tell whether a guard forbids the choice."""
        return any(finding.level == "block" for finding in self.findings)


@dataclass(frozen=True)
class Kept:
    """How one passage ended: its choice, or the sentence that refused it."""

    passage: Passage
    qualification: Qualification | None
    refusal: str = ""


def weigh_each(
    session: Session, passages: Sequence[Passage], given: Mapping[str, str], chosen: str = ""
) -> Iterator[Weighed]:
    """Say what each passage would get, storing nothing; `chosen` is one qualification for all, or empty: the rules'."""
    answers = checked_answers({question: value for question, value in given.items() if value})
    for passage in passages:
        publication = session.get_one(Publication, passage.publication_id)
        wanted = chosen or qualify(answers, facts_on(publication)).proposed
        try:
            found = findings_for(session, passage, publication, wanted, answers) if wanted else ()
        except CasefileError as error:  # no text in force on the day of these facts, for instance
            found = (Finding("refused", "block", error.message, "loi en vigueur au jour des faits", ()),)
        yield Weighed(passage, publication, wanted, found)


def choose_each(
    session: Session,
    actor: Person,
    matter: Matter,
    passages: Sequence[Passage],
    given: Mapping[str, str],
    *,
    chosen: str = "",
    reasons: str,
    acknowledged: bool = False,
) -> list[Kept]:
    """Record the answers and the choice for each passage, in the lawyer's name; one refusal leaves the others kept.

    Raises InvalidInput without a passage or without a reason, which every choice made together must carry.
    """
    if not passages:
        raise InvalidInput("Cochez au moins un passage.", field="passages")
    if not reasons.strip():
        raise InvalidInput(
            "Écrivez pourquoi ces passages sont qualifiés ensemble : le motif suit chacun.", field="reason"
        )
    ended = []
    for passage in passages:
        try:
            with session.begin_nested():
                draft = _answered(session, actor, passage, given)
                wanted = chosen or draft.proposed
                if not wanted:
                    raise InvalidInput(UNDECIDED, field="chosen")
                made = choose(
                    session, actor, matter, draft, chosen=wanted, reasons=reasons.strip(), acknowledged=acknowledged
                )
        except CasefileError as error:
            ended.append(Kept(passage, None, error.message))
        else:
            ended.append(Kept(passage, made))
    return ended


def _answered(session: Session, actor: Person, passage: Passage, given: Mapping[str, str]) -> Qualification:
    publication = session.get_one(Publication, passage.publication_id)
    answer(session, actor, passage, publication, given)
    draft = in_state(session, passage, QualificationState.DRAFT)
    return draft or reopen(session, actor, passage, publication)
