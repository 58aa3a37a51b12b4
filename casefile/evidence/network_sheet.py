"""What the firm declares of its network: printed in every report as declared, never as measured.

No outside service is asked for the public address: the firm states it, dated, and confirms it again.
"""

from __future__ import annotations

import ipaddress

from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.errors import InvalidInput
from casefile.models.people import Firm, Person

KEY = "network"


def declared_network(session: Session) -> dict[str, str]:
    """Give the declaration, empty when there is none."""
    firm = session.get(Firm, 1)
    kept = (firm.settings.get(KEY) or {}) if firm else {}
    return {name: str(value) for name, value in kept.items() if value}


def declare(session: Session, actor: Person, firm: Firm, *, public_address: str, network: str) -> None:
    """Keep what the firm declares, with the day of the declaration."""
    address = public_address.strip()
    if address:
        try:
            public = ipaddress.ip_address(address).is_global
        except ValueError:
            public = False
        if not public:
            raise InvalidInput("Écrivez une adresse IP publique, ou laissez le champ vide.", field="public_address")
    declared = {"public_address": address, "network": network.strip(), "declared_on": clock.today().isoformat()}
    firm.settings = {**firm.settings, KEY: declared if address or network.strip() else {}}
    audit.record(session, actor, "firm.network_declared", firm)
