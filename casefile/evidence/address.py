"""Which addresses of the network a capture may reach: the public ones, and nothing that hides a private one.

`ipaddress.is_global` alone is no filter: it says yes to NAT64 and 6to4 addresses that wrap 127.0.0.1, and to multicast.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from casefile.errors import InvalidInput

# Networks that translate, tunnel or are only locally meaningful: a public-looking wrapper around any address.
_WRAPPERS: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("64:ff9b::/96", "traduction NAT64"),
        ("64:ff9b:1::/48", "traduction NAT64 locale"),
        ("2002::/16", "tunnel 6to4"),
        ("2001::/32", "tunnel Teredo"),
        ("::/96", "IPv4 compatible"),
        ("fec0::/10", "adresse de site"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("100::/64", "rejet"),
    )
)
# Public in the registries, yet answered by the machine's own host: cloud metadata, 6to4 relays.
_LOCALLY_ANSWERED = tuple(ip_network(n) for n in ("168.63.129.16/32", "192.88.99.0/24", "100.100.100.200/32"))
_ISATAP = 0x5EFE


def refusal(text: str) -> str | None:
    """Say in French why an address may not be reached, or None when it is an ordinary public address."""
    try:
        address = ip_address(text)
    except ValueError:
        return "adresse illisible"
    if isinstance(address, IPv6Address):
        return _refusal_v6(address)
    return _refusal_v4(address)


def _refusal_v6(address: IPv6Address) -> str | None:
    if address.scope_id is not None:
        return "adresse de lien local"
    if address.ipv4_mapped is not None:
        inner = _refusal_v4(address.ipv4_mapped)
        return f"IPv4 dans IPv6 : {inner}" if inner else None
    for network, name in _WRAPPERS:
        if address in network and address not in (IPv6Address("::"), IPv6Address("::1")):
            return name
    if (int(address) >> 32) & 0xFFFF == _ISATAP:
        return "tunnel ISATAP"
    return _common_refusal(address)


def _refusal_v4(address: IPv4Address) -> str | None:
    if any(address in network for network in _LOCALLY_ANSWERED):
        return "adresse de service de l'hébergeur"
    return _common_refusal(address)


def _common_refusal(address: IPv4Address | IPv6Address) -> str | None:
    checks = (
        (address.is_unspecified, "adresse vide"),
        (address.is_loopback, "machine elle-même"),
        (address.is_link_local, "adresse de lien local"),
        (address.is_multicast, "multidiffusion"),
        (address.is_private, "réseau privé"),
        (address.is_reserved, "adresse réservée"),
        (not address.is_global, "adresse non publique"),
    )
    return next((reason for failed, reason in checks if failed), None)


@dataclass(frozen=True)
class Allowed:
    """The `host:port` pairs exempt from the public-address rule, by the firm's own setting; recorded in each report."""

    pairs: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Allowed:
        """Read `CASEFILE_CAPTURE_ALLOW`: `host:port` pairs separated by commas or spaces."""
        pairs = set()
        for item in text.replace(",", " ").split():
            host, _, port = item.rpartition(":")
            if not host or not port.isdigit():
                raise InvalidInput(
                    f"« {item} » n’est pas une paire hôte:port : écrivez par exemple « intranet.local:8080 »."
                )
            pairs.add((host.strip("[]").lower(), int(port)))
        return cls(frozenset(pairs))

    def covers(self, host: str, port: int) -> bool:
        """Tell whether this exact name and port are exempt."""
        return (host.strip("[]").lower(), port) in self.pairs

    def words(self) -> list[str]:
        """List the exemptions for the report, sorted."""
        return sorted(f"{host}:{port}" for host, port in self.pairs)
