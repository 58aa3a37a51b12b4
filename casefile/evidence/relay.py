"""The local relay through which Chromium must pass: no cache, no decryption, every connection checked and logged.

It is a proxy in the sense of NF Z67-147, and the report says so in one sentence. CONNECT is a blind tunnel, so the
certificate that the browser sees stays the site's own.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from casefile import clock
from casefile.errors import CasefileError
from casefile.evidence.fetch import Door, port_of

if TYPE_CHECKING:
    from casefile.evidence.address import Allowed

_HEAD_LIMIT = 64 * 1024
_CHUNK = 64 * 1024
# What Chromium asks for by itself whatever its flags: it would contradict « première page visitée ».
BROWSER_OWN_HOSTS = frozenset(
    {
        "update.googleapis.com",
        "clients2.google.com",
        "clientservices.googleapis.com",
        "optimizationguide-pa.googleapis.com",
        "content-autofill.googleapis.com",
        "safebrowsing.googleapis.com",
        "redirector.gvt1.com",
        "edgedl.me.gvt1.com",
        "android.clients.google.com",
        "mtalk.google.com",
    }
)
REFUSED_HEADER = "x-casefile-relay"
_REFUSAL = (
    f"HTTP/1.1 403 Forbidden\r\n{REFUSED_HEADER}: refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
)
_DROPPED_HEADERS = (b"proxy-", b"connection:", b"keep-alive:")


@dataclass
class Relay:
    """A filtering forward proxy on 127.0.0.1, running in its own thread."""

    door: Door = field(default_factory=Door)
    max_bytes: int = 200_000_000
    open_for_pages: bool = False
    log: list[dict[str, Any]] = field(default_factory=list)
    addresses: dict[tuple[str, int], str] = field(default_factory=dict)
    resolutions: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    received: int = 0

    def __enter__(self) -> Self:
        """Listen on a free local port."""
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="relais", daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and cut what is still open."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def overflowed(self) -> bool:
        """Tell whether the byte limit of the capture was reached."""
        return self.received > self.max_bytes

    def allowed(self) -> Allowed:
        """Give the exemptions in force, for the report."""
        return self.door.allow

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_LIMIT))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        entry: dict[str, Any] = {"at": _instant(), "sent": 0, "received": 0}
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
            await self._forward(head, reader, writer, entry)
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, ValueError) as problem:
            entry.setdefault("verdict", "coupé")
            entry.setdefault("reason", type(problem).__name__)
        finally:
            entry["ended"] = _instant()
            if "host" in entry:
                self.log.append(entry)
            writer.close()

    async def _forward(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, entry: dict[str, Any]
    ) -> None:
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        entry |= {"method": method, "host": parts.hostname or "", "port": parts.port or port_of(parts)}
        try:
            address = await self._admit(entry)
        except CasefileError as refused:
            entry |= {"verdict": "refusé", "reason": refused.message}
            writer.write(_REFUSAL)
            await writer.drain()
            return
        away_reader, away_writer = await asyncio.wait_for(
            asyncio.open_connection(address, entry["port"]), self.door.limits.connect_seconds
        )
        try:
            if tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                request = _origin_form(head)
                entry["sent"] += len(request)
                away_writer.write(request)
            await self._pump_both(reader, writer, away_reader, away_writer, entry)
        finally:
            away_writer.close()

    async def _admit(self, entry: dict[str, Any]) -> str:
        """Check the destination and give the address to connect to, resolved here and nowhere else."""
        if not self.open_for_pages:
            raise CasefileError("Connexion du navigateur lui-même, avant toute page.")
        if entry["host"] in BROWSER_OWN_HOSTS:
            raise CasefileError("Service du navigateur, étranger à la page.")
        if self.overflowed():
            raise CasefileError("La limite d’octets de la capture est atteinte.")
        resolution = await asyncio.to_thread(self.door.resolve, entry["host"], entry["port"])
        entry |= {"addresses": list(resolution.addresses), "address": resolution.addresses[0]}
        self.resolutions.append({"at": _instant(), "host": resolution.host, "answers": list(resolution.addresses)})
        self.addresses[entry["host"], entry["port"]] = resolution.addresses[0]
        entry["verdict"] = "exempté" if resolution.exempt else "admis"
        return resolution.addresses[0]

    async def _pump_both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        away_reader: asyncio.StreamReader,
        away_writer: asyncio.StreamWriter,
        entry: dict[str, Any],
    ) -> None:
        up = asyncio.create_task(self._pump(reader, away_writer, entry, "sent"))
        down = asyncio.create_task(self._pump(away_reader, writer, entry, "received"))
        _, rest = await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        if down in rest and not self.overflowed():
            # The client has finished speaking; the server may still answer.
            await asyncio.wait({down}, timeout=self.door.limits.seconds)
        for task in (up, down):
            task.cancel()
        await asyncio.gather(up, down, return_exceptions=True)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, entry: dict[str, Any], way: str
    ) -> None:
        while data := await source.read(_CHUNK):
            entry[way] += len(data)
            if way == "received":
                self.received += len(data)
                if self.overflowed():
                    entry |= {"verdict": "coupé", "reason": "La limite d’octets de la capture est atteinte."}
                    return
            sink.write(data)
            await sink.drain()


def _origin_form(head: bytes) -> bytes:
    """Rewrite a proxied plain request for its server: one request per connection, no proxy header."""
    first, *headers = head[:-4].split(b"\r\n")
    method, target, version = first.split(b" ", 2)
    parts = urlsplit(target.decode("latin-1"))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [line for line in headers if not line.lower().startswith(_DROPPED_HEADERS)]
    lines = [b" ".join((method, path.encode("latin-1"), version)), *kept, b"Connection: close", b"", b""]
    return b"\r\n".join(lines)


def _instant() -> str:
    return clock.now().isoformat(timespec="milliseconds")
