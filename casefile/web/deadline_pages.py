"""What the deadline pages read and say: rows with what they need loaded, effects of acts in words."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casefile import clock
from casefile.access import child_of
from casefile.deadlines import territory
from casefile.law.rules import rule_at, rules_of
from casefile.models.matter import Matter, TeamMember
from casefile.models.people import Person, PersonState
from casefile.models.procedure import Deadline, ProceduralAct
from casefile.web.guards import db


def deadlines_of_matter() -> list[Deadline]:
    """List every deadline of the dossier, nearest first, undetermined ones before all."""
    return list(
        db().scalars(
            select(Deadline)
            .where(Deadline.matter_id == g.matter.id)
            .options(joinedload(Deadline.matter), joinedload(Deadline.responsible), joinedload(Deadline.publication))
            .order_by(Deadline.prudent_on.is_not(None), Deadline.prudent_on, Deadline.created_at)
        )
    )


def deadline_named(deadline_id: uuid.UUID) -> Deadline:
    """Load one deadline of the dossier with what its page shows."""
    row = child_of(db(), g.matter, Deadline, deadline_id)
    db().refresh(row, ["matter", "responsible", "publication"])
    return row


def follow_territory(matter: Matter, changed: list[str]) -> None:
    """Count the open dates again when the dossier went to another court's territory, and say so."""
    if "territory" in changed and territory.follow(db(), g.person, matter):
        flash("Les délais ont été recomptés pour ce territoire ; les anciens restent visibles, remplacés.")


def acts_of_matter() -> list[ProceduralAct]:
    """List the acts that stand, oldest first."""
    return list(
        db().scalars(
            select(ProceduralAct)
            .where(ProceduralAct.matter_id == g.matter.id, ProceduralAct.withdrawn_at.is_(None))
            .order_by(ProceduralAct.done_on)
        )
    )


def act_lines(acts: list[ProceduralAct], limitations: list[Deadline], titles: dict[str, str]) -> list[dict[str, Any]]:
    """Say of each act what it did to the limitations that run."""
    told = {
        (effect["type"], effect["date"]): effect for row in limitations for effect in (row.facts or {}).get("acts", ())
    }
    found = []
    for act in acts:
        effect = told.get((act.act_type, act.done_on.isoformat()), {})
        why = effect.get("why") or "Aucune prescription ouverte ne le compte."
        label = titles.get(act.act_type, act.act_type)
        found.append({"act": act, "label": label, "interrupts": effect.get("interrupts", False), "why": why})
    return found


def effect_sentence(act: ProceduralAct, standing: list[Deadline]) -> str:
    """Tell in one sentence what an act just recorded moved."""
    effects = [
        effect
        for row in standing
        for effect in (row.facts or {}).get("acts", ())
        if (effect["type"], effect["date"]) == (act.act_type, act.done_on.isoformat())
    ]
    if any(effect["interrupts"] for effect in effects):
        return "Acte enregistré : il interrompt la prescription, un nouveau délai court."
    if any(effect["moves_admitted"] for effect in effects):
        return "Acte enregistré : il ne déplace que la date admise. La date prudente ne bouge pas."
    return "Acte enregistré : il n'interrompt pas la prescription. Aucune date n'a bougé."


def effects() -> list[dict[str, str]]:
    """Say, for each type of act, what it does to a limitation today, with its authority."""
    found = []
    for rule in rules_of("interruption"):
        version = rule_at(rule.id, clock.today())
        word = "interrompt" if version.flag("prudent") else "discuté" if version.flag("admitted") else "sans effet"
        tone = {"interrompt": "ok", "discuté": "soon", "sans effet": "none"}[word]
        found.append(
            {"title": rule.title, "tone": tone, "word": word, "why": version.text("why"), "source": version.citation}
        )
    return sorted(found, key=lambda line: line["title"])


def team() -> list[Person]:
    """List the people who work on the dossier."""
    return list(
        db().scalars(
            select(Person)
            .join(TeamMember, TeamMember.person_id == Person.id)
            .where(
                TeamMember.matter_id == g.matter.id,
                Person.state == PersonState.ACTIVE,
                TeamMember.until.is_(None),  # neither a guest nor a passing reader
            )
            .order_by(Person.full_name)
        )
    )
