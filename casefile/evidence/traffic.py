"""Records every request and answer of the browser, and writes them as a WARC that public tools read.

Bodies come decoded from the browser: the headers that described their transfer are kept as `X-Orig-…`, and the
WARC says so. The server's address comes from the relay, the only one to have connected.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import Error as PlaywrightError
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from casefile.evidence.fetch import port_of
from casefile.evidence.relay import REFUSED_HEADER

if TYPE_CHECKING:
    from pathlib import Path

_MOVED = {"content-encoding", "transfer-encoding", "content-length"}
_MAX_BODY = 50_000_000


@dataclass
class Exchange:
    """One request, its answer if any, and its body once fetched."""

    request: Any
    response: Any = None
    failure: str | None = None
    body: bytes | None = None
    finished: bool = False


@dataclass
class Recorder:
    """Listens to a browser context; bodies are fetched between steps, never inside an event."""

    exchanges: list[Exchange] = field(default_factory=list)
    console: list[dict[str, Any]] = field(default_factory=list)
    _decoded: dict[str, int] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)
    _by_request: dict[Any, Exchange] = field(default_factory=dict)

    def listen(self, context: Any) -> None:
        """Attach to every page of the context."""
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("requestfinished", self._on_end)
        context.on("requestfailed", self._on_failure)
        context.on("console", lambda m: self._say(m.type, m.text))
        context.on("weberror", lambda e: self._say("erreur", str(e.error)))

    def measure(self, session: Any) -> None:
        """Measure decoded sizes through the page's debugging session: a bomb is small on the wire."""
        session.on("Network.responseReceived", lambda e: self._urls.update({e["requestId"]: e["response"]["url"]}))
        session.on("Network.dataReceived", self._on_data)
        session.send("Network.enable")

    def in_flight(self) -> int:
        """Count the requests that have not ended."""
        return sum(not e.finished for e in self.exchanges)

    def fetch_bodies(self) -> None:
        """Fetch the bodies of what has ended and is not yet kept."""
        for exchange in self.exchanges:
            if exchange.body is not None or exchange.response is None or not exchange.finished or exchange.failure:
                continue
            if self._decoded.get(exchange.request.url, 0) > _MAX_BODY:
                exchange.body, exchange.failure = b"", "contenu décodé démesuré, non conservé"
                continue
            try:
                exchange.body = exchange.response.body()
            except PlaywrightError:
                # A redirect has no body; a page that has been left has lost its own.
                exchange.body = b""

    def documents(self, frame: Any) -> list[Exchange]:
        """Give the answers to the navigations of a frame, in order."""
        return [e for e in self.exchanges if e.response is not None and _is_document(e.request, frame)]

    def refused(self, frame: Any) -> str | None:
        """Give the address of the frame's last navigation when the relay refused it."""
        asked = [e for e in self.exchanges if _is_document(e.request, frame)]
        return asked[-1].request.url if asked and asked[-1].failure == "refusée par le relais" else None

    def _on_data(self, event: dict[str, Any]) -> None:
        url = self._urls.get(event["requestId"], "")
        self._decoded[url] = self._decoded.get(url, 0) + int(event["dataLength"])

    def _on_request(self, request: Any) -> None:
        exchange = Exchange(request)
        self._by_request[request] = exchange
        self.exchanges.append(exchange)

    def _on_response(self, response: Any) -> None:
        exchange = self._by_request.get(response.request)
        if exchange is None:
            return
        if REFUSED_HEADER in response.headers:
            # Our own relay spoke, not the site: it is a refusal, never an answer kept as evidence.
            exchange.finished, exchange.failure = True, "refusée par le relais"
        else:
            exchange.response = response

    def _on_end(self, request: Any) -> None:
        if request in self._by_request:
            self._by_request[request].finished = True

    def _on_failure(self, request: Any) -> None:
        exchange = self._by_request.get(request)
        if exchange is not None:
            exchange.finished = True
            exchange.failure = exchange.failure or request.failure or "interrompue"

    def _say(self, kind: str, text: str) -> None:
        if len(self.console) < 1000:  # noqa: PLR2004 - a page can speak for ever
            self.console.append({"type": kind, "text": text[:2000]})


def write_warc(path: Path, exchanges: list[Exchange], addresses: dict[tuple[str, int], str], software: str) -> int:
    """Write the exchanges that have an answer and give their number."""
    written = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(
            writer.create_warcinfo_record(
                path.name,
                {
                    "software": software,
                    "format": "WARC File Format 1.0",
                    "description": "Corps décodés par le navigateur ; en-têtes de transfert conservés en X-Orig-.",
                },
            )
        )
        for exchange in exchanges:
            if exchange.response is not None and urlsplit(exchange.request.url).scheme in {"http", "https"}:
                _write_pair(writer, exchange, addresses)
                written += 1
    return written


def _write_pair(writer: Any, exchange: Exchange, addresses: dict[tuple[str, int], str]) -> None:
    request, response = exchange.request, exchange.response
    body = exchange.body or b""
    headers = [(_kept_name(h["name"]), _one_line(h["value"])) for h in _headers(response)]
    headers.append(("Content-Length", str(len(body))))
    status = StatusAndHeaders(f"{response.status} {response.status_text}".strip(), headers, protocol="HTTP/1.1")
    extra = {"WARC-Date": _started(request)}
    parts = urlsplit(request.url)
    address = addresses.get((parts.hostname or "", port_of(parts)))
    if address:
        extra["WARC-IP-Address"] = address
    answered = writer.create_warc_record(
        request.url, "response", payload=io.BytesIO(body), http_headers=status, warc_headers_dict=extra
    )
    sent = [(h["name"], _one_line(h["value"])) for h in _headers(request) if not h["name"].startswith(":")]
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    line = StatusAndHeaders(f"{request.method} {target} HTTP/1.1", sent, is_http_request=True)
    asked = writer.create_warc_record(
        request.url,
        "request",
        payload=io.BytesIO(request.post_data_buffer or b""),
        http_headers=line,
        warc_headers_dict={"WARC-Date": extra["WARC-Date"]},
    )
    writer.write_request_response_pair(asked, answered)


def _headers(message: Any) -> list[dict[str, str]]:
    try:
        found: list[dict[str, str]] = message.headers_array()
    except PlaywrightError:
        return [{"name": k, "value": v} for k, v in message.headers.items()]
    return found


def header_list(message: Any) -> list[list[str]]:
    """Give the headers as pairs, in their order."""
    return [[h["name"], h["value"]] for h in _headers(message)]


def _kept_name(name: str) -> str:
    return f"X-Orig-{name}" if name.lower() in _MOVED else name


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", ", ")


def _started(request: Any) -> str:
    milliseconds = request.timing.get("startTime") or 0
    instant = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_document(request: Any, frame: Any) -> bool:
    try:
        return bool(request.is_navigation_request() and request.frame == frame)
    except PlaywrightError:
        return False
