"""The one door out of the evidence engine.

A name is resolved once; every answer must be public; the connection goes to the checked address itself, so that a
name that changes its mind (rebinding) gains nothing. Redirects pass the same check; bytes and time are bounded.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import SplitResult, urljoin, urlsplit

from casefile.errors import CasefileError
from casefile.evidence.address import Allowed, refusal

Resolver = Callable[[str, int], list[str]]
_LAST_PRIVILEGED_PORT = 1023
_WEB_PORTS = frozenset({80, 443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024
UPLOAD_INSTEAD = "Vous pouvez déposer vous-même une copie (capture d’écran, PDF, page complète)."


class Unreachable(CasefileError):
    """The page cannot be fetched: the sentence says why and what to do instead."""

    code = "capture_unreachable"
    status = 422


class ForbiddenAddress(Unreachable):
    """The address is not public: nothing was connected."""

    code = "capture_address_refused"


@dataclass(frozen=True)
class Limits:
    """How much of a foreign server's answer is accepted."""

    max_bytes: int = 50_000_000
    seconds: float = 60.0
    connect_seconds: float = 10.0
    redirects: int = 10


@dataclass(frozen=True)
class Resolution:
    """What one name answered, once, and whether the firm exempted it."""

    host: str
    port: int
    addresses: tuple[str, ...]
    exempt: bool


@dataclass(frozen=True)
class Answer:
    """One HTTP answer with what proves where it came from; `body` is as sent, never decompressed."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    address: str
    certificate: bytes | None
    hops: tuple[tuple[int, str], ...] = ()


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system's resolver and keep each address once, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Door:
    """A door with its exemptions, its limits and its resolver."""

    allow: Allowed = field(default_factory=Allowed)
    limits: Limits = field(default_factory=Limits)
    resolver: Resolver = system_resolver

    user_agent: ClassVar[str] = "Casefile"

    def resolve(self, host: str, port: int) -> Resolution:
        """Resolve once and refuse unless every answer is public or the exact pair is exempt."""
        host = host.strip("[]").rstrip(".").lower()
        exempt = self.allow.covers(host, port)
        if not exempt and port <= _LAST_PRIVILEGED_PORT and port not in _WEB_PORTS:
            raise ForbiddenAddress(f"Le port {port} n’est pas celui d’un site web : la capture est refusée.")
        try:
            addresses = tuple(self.resolver(host, port))
        except (OSError, UnicodeError) as problem:
            raise Unreachable(
                f"Le nom « {host} » n’a pas d’adresse connue : vérifiez l’adresse de la page. {UPLOAD_INSTEAD}"
            ) from problem
        if not addresses:
            raise Unreachable(f"Le nom « {host} » n’a pas d’adresse connue. {UPLOAD_INSTEAD}")
        if not exempt:
            _require_public(host, addresses)
        return Resolution(host, port, addresses, exempt)

    def dial(self, resolution: Resolution) -> tuple[socket.socket, str]:
        """Connect to a checked address of the resolution, in order; never resolve again."""
        last: OSError | None = None
        for address in resolution.addresses[:4]:
            try:
                return socket.create_connection(
                    (address, resolution.port), timeout=self.limits.connect_seconds
                ), address
            except OSError as problem:
                last = problem
        raise Unreachable(f"Le serveur « {resolution.host} » ne répond pas. {UPLOAD_INSTEAD}") from last

    def get(self, url: str, *, headers: dict[str, str] | None = None) -> Answer:
        """Fetch a URL, following checked redirects."""
        hops: list[tuple[int, str]] = []
        deadline = time.monotonic() + self.limits.seconds
        for _ in range(self.limits.redirects + 1):
            answer = self._exchange("GET", url, None, headers or {}, deadline)
            target = {k.lower(): v for k, v in answer.headers}.get("location")
            if answer.status not in _REDIRECTS or target is None:
                return Answer(**{**answer.__dict__, "hops": tuple(hops)})
            hops.append((answer.status, url))
            url = urljoin(url, target)
        raise Unreachable(f"La page renvoie sans fin d’une adresse à l’autre. {UPLOAD_INSTEAD}")

    def post(self, url: str, body: bytes, content_type: str, *, headers: dict[str, str] | None = None) -> Answer:
        """Send a body once; a redirect is an answer like another, never followed."""
        deadline = time.monotonic() + self.limits.seconds
        return self._exchange("POST", url, body, {"Content-Type": content_type, **(headers or {})}, deadline)

    def _exchange(self, method: str, url: str, body: bytes | None, headers: dict[str, str], deadline: float) -> Answer:
        parts = web_address(url)
        resolution = self.resolve(parts.hostname or "", port_of(parts))
        raw, address = self.dial(resolution)
        try:
            raw.settimeout(max(0.1, min(self.limits.connect_seconds, deadline - time.monotonic())))
            certificate = None
            if parts.scheme == "https":
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=resolution.host)
                certificate = raw.getpeercert(binary_form=True)
            connection = http.client.HTTPConnection(resolution.host, resolution.port)
            connection.sock = raw
            sent = {"User-Agent": self.user_agent, "Accept-Encoding": "identity", "Connection": "close", **headers}
            connection.request(method, _target(parts), body, sent)
            response = connection.getresponse()
            content = self._read(response, deadline)
            return Answer(url, response.status, tuple(response.getheaders()), content, address, certificate)
        except ssl.SSLCertVerificationError as problem:
            raise Unreachable(
                f"Le certificat de « {resolution.host} » n’est pas valable ({problem.verify_message})."
            ) from problem
        except (OSError, http.client.HTTPException) as problem:
            raise Unreachable(f"L’échange avec « {resolution.host} » s’est interrompu. {UPLOAD_INSTEAD}") from problem
        finally:
            raw.close()

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        content = bytearray()
        while chunk := response.read1(_CHUNK):
            content += chunk
            if len(content) > self.limits.max_bytes:
                raise Unreachable(
                    f"La réponse dépasse la limite de {self.limits.max_bytes // 1_000_000} Mo. {UPLOAD_INSTEAD}"
                )
            if time.monotonic() > deadline:
                raise Unreachable(f"La réponse dure plus de {self.limits.seconds:.0f} secondes. {UPLOAD_INSTEAD}")
        return bytes(content)


def web_address(url: str) -> SplitResult:
    """Split an http(s) URL, or refuse it with what to write instead."""
    if len(url) > 8000 or any(ord(c) <= 32 or ord(c) == 127 for c in url):  # noqa: PLR2004 - spaces and controls
        raise ForbiddenAddress("L’adresse contient un espace ou un caractère interdit : collez-la de nouveau, entière.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise ForbiddenAddress("L’adresse de la page est illisible : collez-la de nouveau, entière.") from problem
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ForbiddenAddress("L’adresse doit commencer par https:// ou http:// et désigner un site.")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddress("L’adresse contient un identifiant ou un mot de passe : retirez-les.")
    return parts


def port_of(parts: SplitResult) -> int:
    """Give the port of a checked URL."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _require_public(host: str, addresses: tuple[str, ...]) -> None:
    for address in addresses:
        reason = refusal(address)
        if reason is not None:
            raise ForbiddenAddress(
                f"L’adresse « {host} » n’est pas publique ({reason}) : seule une page du web public peut être "
                "capturée. Pour un site interne, déposez une copie ou demandez une exemption à l’administrateur."
            )
