"""A connection given by a host: an address, its port, an instant with its time zone; anything less is unusable."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from casefile.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

IPV4 = 4  # an IPv4 address is shared between subscribers, an IPv6 one is not
LAST_PORT = 65535
MISSING_PORT = "Sans le port, une adresse partagée entre abonnés (CGNAT) est inexploitable : redemandez-le."


@dataclass(frozen=True)
class Connection:
    """One connection; `at` is UTC. `warning` is said in French when the operator may not be able to answer."""

    address: str
    port: int | None
    at: datetime
    warning: str = ""


def read_connection(address: str, port: int | None, at: str, *, now: datetime) -> Connection:
    """Read what a host answered; refuses an instant without time zone or in the future, naming the field."""
    try:
        known = ipaddress.ip_address(address.strip())
    except ValueError as error:
        raise InvalidInput("L’adresse IP est illisible : recopiez-la telle que reçue.", field="address") from error
    if port is not None and not 0 < port <= LAST_PORT:
        raise InvalidInput(f"Le port doit être compris entre 1 et {LAST_PORT}.", field="port")
    shared = known.version == IPV4 and port is None
    return Connection(str(known), port, _instant(at, now), MISSING_PORT if shared else "")


def contradictions(answers: Iterable[Connection]) -> tuple[str, ...]:
    """Say, in French, which answers about the same instant name different sources."""
    by_instant: dict[datetime, set[tuple[str, int | None]]] = {}
    for answer in answers:
        by_instant.setdefault(answer.at, set()).add((answer.address, answer.port))
    return tuple(
        f"Deux réponses se contredisent pour le {instant:%d/%m/%Y à %H:%M:%S} UTC : conservez les deux et interrogez."
        for instant, sources in sorted(by_instant.items())
        if len(sources) > 1
    )


def _instant(text: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(
            "L’instant de connexion est illisible : écrivez AAAA-MM-JJTHH:MM:SS et le fuseau.", field="at"
        ) from error
    if at.tzinfo is None:
        raise InvalidInput(
            "L’instant de connexion n’a pas de fuseau horaire : sans lui, l’opérateur nommerait un autre abonné.",
            field="at",
        )
    if at > now:
        raise InvalidInput("L’instant de connexion est dans le futur : vérifiez-le.", field="at")
    return at.astimezone(UTC)
