"""Which authorities stamp: the installation's own, and those that the firm names; what each may be called on paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from casefile.errors import InvalidInput

EMBEDDED_NAME = "interne"
EMBEDDED_LABEL = "non qualifiée (autorité interne à l’installation)"
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,30}$")


@dataclass(frozen=True)
class Authority:
    """A configured outside authority; `qualified` is the firm's statement after matching the trusted list."""

    name: str
    url: str
    qualified: bool = False
    ca_bundle: Path | None = None
    policy: str | None = None
    credentials: str | None = None

    @property
    def label(self) -> str:
        """Give the words printed beside each of its tokens."""
        if self.qualified:
            return "déclarée qualifiée par le cabinet (eIDAS, art. 42), liste de confiance à joindre"
        return "non qualifiée (autorité extérieure)"


def parse_authorities(text: str) -> list[Authority]:
    """Read `CASEFILE_TSA`: entries separated by `;`.

    Each is `name,url[,ca=FILE][,policy=OID][,auth=USER:PASS][,qualified]`.
    """
    return [_parse_entry(entry.strip()) for entry in re.split(r"[;\n]", text) if entry.strip()]


def _parse_entry(entry: str) -> Authority:
    name, _, rest = entry.partition(",")
    url, *options = [part.strip() for part in rest.split(",")]
    values = dict(option.split("=", 1) for option in options if "=" in option)
    flags = {option for option in options if "=" not in option}
    unknown = (values.keys() - {"ca", "policy", "auth"}) | (flags - {"qualified", ""})
    if not _NAME.match(name.strip()) or name.strip() == EMBEDDED_NAME or not url.startswith("http") or unknown:
        raise InvalidInput(
            f"L’autorité d’horodatage « {entry} » est mal écrite : nom,https://adresse[,ca=fichier][,policy=OID]"
            "[,auth=nom:secret][,qualified]."
        )
    ca_bundle = Path(values["ca"]) if "ca" in values else None
    return Authority(name.strip(), url, "qualified" in flags, ca_bundle, values.get("policy"), values.get("auth"))


def label_of(name: str, authorities: list[Authority]) -> str:
    """Give the label of the authority whose short name begins a token's file name."""
    if name == EMBEDDED_NAME:
        return EMBEDDED_LABEL
    return next((a.label for a in authorities if a.name == name), "non qualifiée (statut non établi)")
