"""Connections that hosts gave, as a letter to the operator must name them: address, port, instant and its time zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.models.matter import Matter
from casefile.models.procedure import IdentificationStep

TO_OPERATOR = "isp"
SUBSCRIBER = "identité de l’abonné à qui chacune des adresses ci-dessus était attribuée à l’instant indiqué"


def connections_of(session: Session, matter: Matter) -> tuple[dict[str, Any], ...]:
    """List the connections received in a dossier, each once, with the content that they published."""
    steps = session.scalars(
        select(IdentificationStep)
        .where(IdentificationStep.matter_id == matter.id)
        .order_by(IdentificationStep.created_at, IdentificationStep.position)
    )
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for step in steps:
        for entry in (step.answer or {}).get("answers", ()):
            if entry.get("kind") == "connection":
                row = {name: entry.get(name) for name in ("address", "port", "connected_at", "as_given")}
                row["content"] = str(step.publication_id)
                found.setdefault((step.publication_id, *row.values()), row)
    return tuple(found.values())


def operator_facts(known: Iterable[Mapping[str, Any]], contents: Iterable[str]) -> dict[str, Any]:
    """Give what a letter to the operator says: its connections in two time zones, the period, the data."""
    ours = set(contents)
    rows = [row for row in known if row["content"] in ours]
    if not rows:
        return {"connections": []}
    instants = sorted(datetime.fromisoformat(str(row["connected_at"])) for row in rows)
    return {
        "connections": [dict(row) for row in rows],
        "categories": [SUBSCRIBER],
        "range": {"from": universal(instants[0]), "to": universal(instants[-1]), "zone": "temps universel (UTC)"},
    }


def universal(at: datetime) -> str:
    """Write an instant in universal time, to the second."""
    return f"{at:%d/%m/%Y} à {at:%H:%M:%S}"


def in_paris(at: datetime) -> str:
    """Write the same instant on a Paris wall clock, with its distance from universal time."""
    local = clock.paris(at)
    return f"{local:%d/%m/%Y} à {local:%H:%M:%S} (UTC{local:%z})"
