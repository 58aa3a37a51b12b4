"""What a letter that leaves, and the answer that comes back, do to the steps of the contents it is about.

A person marks the letter sent or types the answer: nothing is typed a second time on the step.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.deadlines import settlement
from casefile.identification import answers, procedure
from casefile.identification.notices import ACKNOWLEDGED, REFUSALS
from casefile.law.identification_steps import StepState as LawState
from casefile.models.evidence import Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, StepState

# The documents that each step of the reference names, where the firm has their type.
LETTERS: dict[str, tuple[str, ...]] = {
    "S02": ("mission_constat",),
    "S06": ("conservation_donnees",),
    "S07": ("notification_dsa", "relance_dsa"),
    "S09": ("pcpc", "plainte_simple"),
    "S10": ("refere_145", "requete_145"),
    "S13": ("conservation_donnees", "refere_145", "requete_145"),
    "S15": ("mise_en_demeure", "citation_directe", "assignation_fond"),
    "S17": ("reclamation_dsa",),
    "S19": ("paf_6_3",),
    "S20": ("rgpd_effacement",),
    "S21": ("reponse_publique",),
}
RETURNED = "returned"


def letter_sent(session: Session, actor: Person, matter: Matter, letter: Letter, on: date) -> list[str]:
    """Start the first step that a letter serves and that may start, content by content; give the codes started."""
    started = []
    for content in _contents(session, matter, letter):
        prepared = {step.code: step for step in procedure.steps_of(session, matter, content)}
        if not prepared:
            continue
        lawful = procedure.lawful_steps(session, matter, content)
        for code, kinds in LETTERS.items():
            step = prepared[code]
            if letter.letter_type in kinds and step.state is StepState.PLANNED and lawful[code].state is LawState.READY:
                procedure.begin(session, actor, matter, step, on)
                started.append(code)
                break
    return list(dict.fromkeys(started))


def letter_answered(
    session: Session, actor: Person, matter: Matter, dispatch: Dispatch, *, kind: str, on: date
) -> list[str]:
    """Carry an answer to the step that waits for it and end the follow-up of the letter; give the codes that moved.

    What was just typed is `kind` on a day; an acknowledgement or a returned letter settles nothing.
    """
    if kind in {ACKNOWLEDGED, RETURNED}:
        return []
    letter = session.get_one(Letter, dispatch.letter_id)
    _end_follow_ups(session, actor, letter, on)
    meaning = answers.REFUSAL if kind in REFUSALS else answers.DONE
    moved: list[str] = []
    for content in _contents(session, matter, letter):
        for step in procedure.steps_of(session, matter, content):
            waits = step.state in {StepState.STARTED, StepState.ANSWERED}
            if waits and letter.letter_type in LETTERS.get(step.code, ()):
                details = {"note": dispatch.answer_note}
                done = answers.record_answer(session, actor, matter, step, meaning, on=on, details=details)
                moved += [step.code, *done.moved]
                break
    return list(dict.fromkeys(moved))


def _contents(session: Session, matter: Matter, letter: Letter) -> list[Publication]:
    """Give the content of a letter; a letter about the whole dossier is about each content it quotes."""
    if letter.publication_id:
        return [session.get_one(Publication, letter.publication_id)]
    quoted = {str(one.get("id")) for one in letter.facts.get("contents") or ()}
    rows = session.scalars(select(Publication).where(Publication.matter_id == matter.id))
    return [row for row in rows if str(row.id) in quoted]


def _end_follow_ups(session: Session, actor: Person, letter: Letter, on: date) -> None:
    rows = session.scalars(
        select(Deadline).where(
            Deadline.matter_id == letter.matter_id,
            Deadline.kind == DeadlineKind.FOLLOW_UP,
            Deadline.state == DeadlineState.OPEN,
        )
    )
    for row in rows:
        if row.facts.get("letter_id") == str(letter.id):
            settlement.mark_done(session, actor, row, f"Réponse reçue le {on:%d/%m/%Y}")
