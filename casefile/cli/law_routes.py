"""`casefile law routes`: which routes to the author are open, and until when identifying data are held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casefile.cli import print_json
from casefile.cli.law import read_facts
from casefile.cli.law_qualify import day_of, refuse_unknown_fields
from casefile.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from casefile.law.identification import Route, Routes, Situation
    from casefile.law.retention import Clock

FIELDS = ("qualification", "publication", "start_after_act", "on", "account_closed_on", "role", "platform", "answers")


@click.command("routes")
@click.argument("source", required=False)
def law_routes(source: str | None) -> None:
    """Dit quelles voies d'identification sont ouvertes, et jusqu'à quand les données sont conservées."""
    from casefile.law.identification import routes_for

    facts = read_facts(source)
    refuse_unknown_fields(facts, FIELDS)
    situation = situation_from_json(facts)
    print_json(routes_as_json(routes_for(situation), situation.on))


def situation_from_json(facts: dict[str, Any]) -> Situation:
    """Read a situation; raises InvalidInput naming the field."""
    from casefile.law.identification_facts import situation

    return situation(facts, day_of(facts, "on"), _closing_day(facts))


def routes_as_json(found: Routes, on: date) -> dict[str, Any]:
    """Give the routes and clocks in the shape of the contract, the two tests beside."""
    return {
        "routes": [_route_as_json(route) for route in found.routes],
        "clocks": [_clock_as_json(clock, on) for clock in found.clocks],
        "criminal_threshold": _threshold_as_json(found.criminal),
        "civil_threshold": _threshold_as_json(found.civil),
        "remains": found.remains,
    }


def _closing_day(facts: dict[str, Any]) -> date | None:
    if facts.get("account_closed_on") is None:
        return None
    day = day_of(facts, "account_closed_on")
    if day > day_of(facts, "on"):
        raise InvalidInput(
            "Le champ « account_closed_on » est postérieur au champ « on » : corrigez l'une des deux dates.",
            field="account_closed_on",
        )
    return day


def _route_as_json(route: Route) -> dict[str, Any]:
    return {
        "id": route.id,
        "title": route.title,
        "open": route.is_open,
        "state": route.state.value,
        "data": list(route.data),
        "yields": list(route.yields),
        "why": " ".join(route.why),
        "criminal_threshold": route.criminal_threshold.value,
        "civil_threshold": route.civil_threshold.value,
        "who_decides": route.who_decides,
        "usual_time": route.usual_time,
        "cost": route.cost,
        "conditions": route.conditions,
        "result": route.result,
        "next_step": route.next_step,
        "interrupts": route.interrupts,
        "basis": route.basis,
        "source": route.source,
        "status": route.status,
    }


def _clock_as_json(clock: Clock, on: date) -> dict[str, Any]:
    return {
        "id": clock.id,
        "data": clock.data,
        "label": clock.label,
        "held_until_earliest": clock.held_until_earliest and clock.held_until_earliest.isoformat(),
        "held_until_latest": clock.held_until_latest and clock.held_until_latest.isoformat(),
        "state": clock.on(on).value,
        "starts_from": clock.starts_from,
        "purpose": clock.purpose,
        "source": clock.source,
        "status": clock.status,
    }


def _threshold_as_json(threshold: Any) -> dict[str, str]:
    return {
        "state": threshold.access.value,
        "why": threshold.why,
        "source": threshold.source,
        "status": threshold.status,
    }
