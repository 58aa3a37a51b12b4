"""The limitation of each content: opened by its qualification, moved by acts, recomputed when a fact is corrected.

The dates come from the law; here they only meet the dossier. A publication's date is a TriggerEvent: a corrected date
is a new one that supersedes it, never an edit.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.deadlines import schedule
from casefile.deadlines.triggers import events_after, observe_publication, publication_facts
from casefile.errors import InvalidInput
from casefile.law import limitation
from casefile.law.limitation_input import facts_from_json
from casefile.law.rules import all_rules
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person
from casefile.models.procedure import (
    Deadline,
    DeadlineKind,
    DeadlineState,
    ProceduralAct,
    Qualification,
    Regularity,
    TriggerEvent,
)

DEFAULT_LEAD_DAYS = 5
COMPARED = ("prudent_on", "admitted_on", "last_useful_day", "starts_on", "trigger_id", "trace", "status")


def recompute_limitation(
    session: Session,
    actor: Person,
    matter: Matter,
    publication: Publication,
    qualification_id: str,
    *,
    reason: str,
    qualification: Qualification | None = None,
) -> Deadline:
    """Open the limitation of a content under a qualification, or supersede the one that stands.

    Gives the standing deadline untouched when nothing changes. `qualification` is the row behind the choice: when it
    supersedes another, that one's deadline is the one replaced. Raises InvalidInput or NoRuleInForce.
    """
    trigger = observe_publication(session, actor, matter, publication, reason)
    question = question_of(session, matter, publication, qualification_id)
    fresh = _deadline(matter, publication, trigger, question)
    fresh.qualification_id = qualification.id if qualification else None
    standing = _standing(session, publication, qualification_id, qualification)
    if standing is None:
        return schedule.put_on(session, actor, fresh, reason=reason)
    fresh.responsible_id = standing.responsible_id
    if qualification is None:
        fresh.qualification_id = standing.qualification_id
    if _same(standing, fresh):
        standing.qualification_id = fresh.qualification_id
        return standing
    return schedule.replace(session, actor, standing, fresh, reason)


def foresee(
    session: Session, matter: Matter, publication: Publication, qualification_id: str
) -> limitation.LimitationResult:
    """Compute the limitation that a qualification would open, and store nothing.

    Raises NoRuleInForce, or InvalidInput when the content's date cannot be read.
    """
    return limitation.compute(*facts_from_json(question_of(session, matter, publication, qualification_id)))


def open_limitations(session: Session, matter: Matter, publication: Publication | None = None) -> list[Deadline]:
    """List the standing limitations of a dossier, or of one of its contents."""
    query = select(Deadline).where(
        Deadline.matter_id == matter.id,
        Deadline.kind == DeadlineKind.LIMITATION,
        Deadline.state == DeadlineState.OPEN,
    )
    if publication is not None:
        query = query.where(Deadline.publication_id == publication.id)
    return list(session.scalars(query.order_by(Deadline.prudent_on)))


def record_act(
    session: Session,
    actor: Person,
    matter: Matter,
    act_type: str,
    done_on: date,
    *,
    publication: Publication | None = None,
    regularity: Regularity = Regularity.REGULAR,
    is_proved: bool = False,
    proof_capture_id: uuid.UUID | None = None,
    note: str = "",
) -> tuple[ProceduralAct, list[Deadline]]:
    """Record an act (or a step that people take for one) and recompute what it may move.

    Gives the act and the limitations that stand afterwards. Without a publication the act counts for all of them.
    """
    if f"interruption.{act_type}" not in all_rules():
        raise InvalidInput("Choisissez un acte de la liste.", field="act_type")
    if done_on > clock.today():
        raise InvalidInput("Un acte à venir ne s'enregistre pas : créez une tâche à cette date.", field="done_on")
    act = ProceduralAct(
        matter_id=matter.id,
        publication_id=publication.id if publication else None,
        act_type=act_type,
        done_on=done_on,
        regularity=regularity,
        is_proved=is_proved,
        proof_capture_id=proof_capture_id,
        note=note,
        entered_by_id=actor.id,
    )
    session.add(act)
    session.flush()
    audit.record(session, actor, "act.recorded", act, {"type": act_type, "on": done_on, "regularity": regularity})
    title = all_rules()[f"interruption.{act_type}"].title
    return act, recompute_all(session, actor, matter, f"Acte enregistré : {title}", publication)


def withdraw_act(session: Session, actor: Person, matter: Matter, act: ProceduralAct, reason: str) -> list[Deadline]:
    """Take an act out of the computation, as entered by mistake; the row stays."""
    if not reason.strip():
        raise InvalidInput("Indiquez pourquoi cet acte est retiré.", field="reason")
    act.withdrawn_at = clock.now()
    audit.record(session, actor, "act.withdrawn", act, {"reason": reason})
    publication = session.get(Publication, act.publication_id) if act.publication_id else None
    return recompute_all(session, actor, matter, f"Acte retiré : {reason}", publication)


def record_event(
    session: Session,
    actor: Person,
    matter: Matter,
    publication: Publication,
    kind: str,
    *,
    facts: dict[str, Any],
    proof: str = "",
) -> list[Deadline]:
    """Record a `republication` ({type, date}) or a `suspension` ({type, from, to?}) and recompute."""
    if f"{kind}.{facts.get('type')}" not in all_rules():
        raise InvalidInput("Choisissez un événement de la liste.", field="type")
    day = date.fromisoformat(str(facts.get("date") or facts.get("from")))
    if day > clock.today():
        raise InvalidInput("Un événement à venir ne s'enregistre pas : revenez quand il sera survenu.", field="day")
    event = TriggerEvent(
        matter_id=matter.id,
        publication_id=publication.id,
        kind=kind,
        occurred_on=day,
        facts=facts,
        proof=proof,
        entered_by_id=actor.id,
    )
    session.add(event)
    session.flush()
    audit.record(session, actor, "trigger.entered", event, {"kind": kind, "on": day})
    return recompute_all(session, actor, matter, f"Événement enregistré : {facts['type']}", publication)


def correct_trigger(
    session: Session, actor: Person, matter: Matter, publication: Publication, reason: str
) -> list[Deadline]:
    """After the publication's date was changed: supersede its trigger and every limitation that hangs on it."""
    if not reason.strip():
        raise InvalidInput("Indiquez pourquoi la date de publication est corrigée.", field="reason")
    observe_publication(session, actor, matter, publication, reason)
    return recompute_all(session, actor, matter, reason, publication)


def recompute_all(
    session: Session, actor: Person, matter: Matter, reason: str, publication: Publication | None = None
) -> list[Deadline]:
    """Recompute the standing limitations of a dossier, or of one content; give those that stand afterwards."""
    done = []
    for deadline in open_limitations(session, matter, publication):
        content = publication or session.get_one(Publication, deadline.publication_id)
        done.append(
            recompute_limitation(session, actor, matter, content, str(deadline.facts["qualification"]), reason=reason)
        )
    return done


def question_of(session: Session, matter: Matter, publication: Publication, qualification_id: str) -> dict[str, Any]:
    """State what the dossier knows of a content, as the law's question of limitation."""
    acts = session.scalars(
        select(ProceduralAct)
        .where(
            ProceduralAct.matter_id == matter.id,
            or_(ProceduralAct.publication_id == publication.id, ProceduralAct.publication_id.is_(None)),
            ProceduralAct.withdrawn_at.is_(None),
        )
        .order_by(ProceduralAct.done_on, ProceduralAct.created_at)
    )
    events = events_after(session, publication)
    firm = session.get(Firm, 1)
    return {
        "qualification": qualification_id,
        "publication": publication_facts(publication)[0],
        "acts": [
            {
                "type": act.act_type,
                "date": act.done_on.isoformat(),
                "regularity": act.regularity.value,
                "proved": act.is_proved,
            }
            for act in acts
        ],
        "republications": [dict(event.facts) for event in events if event.kind == "republication"],
        "suspensions": [dict(event.facts) for event in events if event.kind == "suspension"],
        "territory": matter.territory,
        "lead_days": firm.bailiff_lead_days if firm else DEFAULT_LEAD_DAYS,
        "on": clock.today().isoformat(),
    }


def _deadline(matter: Matter, publication: Publication, trigger: TriggerEvent, question: dict[str, Any]) -> Deadline:
    result = limitation.compute(*facts_from_json(question))
    answer = result.to_json()
    return Deadline(
        matter_id=matter.id,
        publication_id=publication.id,
        trigger_id=trigger.id,
        kind=DeadlineKind.LIMITATION,
        rule_id=result.duration.rule_id,
        rule_version=result.duration.version,
        label=f"Prescription · {result.duration.title}",
        starts_on=result.earliest,
        prudent_on=result.prudent_on,
        admitted_on=result.admitted_on,
        last_useful_day=result.last_useful_day,
        status=answer["status"],
        trace=answer.pop("trace"),
        facts={"qualification": question["qualification"], "question": question, **answer},
        is_critical=True,
        is_provisional=not publication.date_proof.strip(),
        responsible_id=matter.responsible_id,
        state=DeadlineState.OPEN,
    )


def _standing(
    session: Session, publication: Publication, qualification_id: str, qualification: Qualification | None
) -> Deadline | None:
    standing = session.scalars(
        select(Deadline).where(
            Deadline.publication_id == publication.id,
            Deadline.kind == DeadlineKind.LIMITATION,
            Deadline.state == DeadlineState.OPEN,
        )
    )
    older = qualification.supersedes_id if qualification else None
    found = list(standing)
    replaced = next((one for one in found if older is not None and one.qualification_id == older), None)
    return replaced or next((one for one in found if one.facts.get("qualification") == qualification_id), None)


def _same(standing: Deadline, fresh: Deadline) -> bool:
    same_law = standing.facts.get("qualification") == fresh.facts["qualification"]
    return same_law and all(getattr(standing, name) == getattr(fresh, name) for name in COMPARED)
