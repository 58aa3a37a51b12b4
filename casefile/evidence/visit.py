"""One visit of one page: go, look, refuse, load, keep. Everything is written as files of the work directory."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error as PlaywrightError

from casefile import __version__
from casefile.evidence import outcome, traffic
from casefile.evidence.fetch import UPLOAD_INSTEAD, ForbiddenAddress, Unreachable
from casefile.evidence.gestures import Gestures, readable, script
from casefile.evidence.relay import Relay


class Visit:
    """One navigation and everything kept of it."""

    def __init__(self, job: dict[str, Any], data: Path, context: Any, relay: Relay) -> None:
        self.job, self.data, self.context, self.relay = job, data, context, relay
        self.recorder = traffic.Recorder()
        self.page = context.pages[0] if context.pages else context.new_page()
        deadline = time.monotonic() + job["seconds"] * 0.6
        self.hands = Gestures(self.page, data, self.recorder, deadline)
        self.durations: dict[str, float] = {}

    def run(self) -> dict[str, Any]:
        """Do it all in order and give what was measured."""
        self.hands.log("ouverture", "page vide, profil neuf", blank=self.page.url)
        self.recorder.listen(self.context)
        self.page.on("dialog", self._dismiss)
        session = self.context.new_cdp_session(self.page)
        self.recorder.measure(session)
        self.relay.open_for_pages = True
        self._timed("navigation", self._go)
        self._timed("arrivee", lambda: self.hands.view("arrivee"))
        left = self._timed("traceurs", self.hands.refuse_cookies)
        self.recorder.fetch_bodies()
        self._timed("chargement", self.hands.load_all)
        measure = self.page.evaluate(script("measure"))
        self.hands.view("chargee")
        tiles = self._timed("images", lambda: self.hands.tiles(measure))
        text = self._timed("texte", self._keep_texts)
        self._timed("pdf", self._keep_pdf)
        self._timed("reseau", lambda: self._keep_network(session))
        return self._conclude(text, measure, left, tiles)

    def _timed(self, name: str, act: Any) -> Any:
        begun = time.monotonic()
        try:
            return act()
        finally:
            self.durations[name] = round(time.monotonic() - begun, 3)

    def _go(self) -> None:
        url = self.job["url"]
        self.hands.log("navigation", "adresse saisie", target=url)
        try:
            self.page.goto(url, wait_until="commit", timeout=30_000)
        except PlaywrightError as problem:
            if not self.recorder.documents(self.page.main_frame):
                raise Unreachable(self._why(str(problem))) from problem
            # An error answer without a body: Chromium raises, yet the server did answer.
            self.hands.cuts.append("réponse sans contenu : l’image montre la page d’erreur du navigateur, non le site")
        self._require_admitted()
        for state, milliseconds in (("domcontentloaded", 20_000), ("load", 10_000), ("networkidle", 2_000)):
            try:
                self.page.wait_for_load_state(state, timeout=milliseconds)
            except PlaywrightError:
                self.hands.log("attente", f"état « {state} » non atteint en {milliseconds // 1000} s")
                if self.relay.overflowed():
                    break

    def _require_admitted(self) -> None:
        """Stop when the page has led where the relay does not go."""
        refused = self.recorder.refused(self.page.main_frame)
        if refused is None:
            return
        host = urlsplit(refused).hostname
        reasons = [str(e["reason"]) for e in self.relay.log if e["host"] == host and e.get("verdict") == "refusé"]
        raise ForbiddenAddress(reasons[-1] if reasons else f"L’adresse « {refused} » a été refusée par le relais.")

    def _why(self, problem: str) -> str:
        refused = next((e for e in self.relay.log if e.get("verdict") == "refusé" and e.get("reason")), None)
        if "ERR_CERT" in problem or "ERR_SSL" in problem:
            return f"Le certificat de sécurité du site n’est pas valable : la page n’est pas capturée. {UPLOAD_INSTEAD}"
        if refused:
            return str(refused["reason"])
        return f"La page ne s’ouvre pas ({problem.splitlines()[0][:160]}). {UPLOAD_INSTEAD}"

    def _dismiss(self, dialog: Any) -> None:
        self.hands.log("fermeture", "message de la page", message=dialog.message[:500], kind=dialog.type)
        dialog.dismiss()

    def _keep_texts(self) -> str:
        text: str = self.page.evaluate("() => document.body ? document.body.innerText : ''")
        (self.data / "texte.txt").write_text(text, encoding="utf-8", newline="")
        (self.data / "dom.html").write_text(self.page.content(), encoding="utf-8", newline="")
        write_json(self.data / "positions.json", self.page.evaluate(script("positions")))
        frames = [f for f in self.page.frames if f != self.page.main_frame]
        write_json(self.data / "cadres.json", [found for f in frames[:30] if readable(f) and (found := _frame_text(f))])
        return text

    def _keep_pdf(self) -> None:
        footer = (
            '<div style="font-size:6px;width:100%;padding:0 8mm;word-break:break-all"><span class="url"></span> – '
            '<span class="pageNumber"></span>/<span class="totalPages"></span></div>'
        )
        try:
            self.page.pdf(
                path=self.data / "page.pdf",
                format="A4",
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=footer,
                margin={"top": "8mm", "bottom": "14mm", "left": "8mm", "right": "8mm"},
            )
        except PlaywrightError as problem:
            self.hands.log("PDF impossible", str(problem).splitlines()[0][:300])

    def _keep_network(self, session: Any) -> None:
        self.recorder.fetch_bodies()
        addresses = self.relay.addresses
        software = f"Casefile {__version__}"
        self.exchanges = traffic.write_warc(self.data / "reseau.warc.gz", self.recorder.exchanges, addresses, software)
        failed = [{"url": e.request.url, "why": e.failure} for e in self.recorder.exchanges if e.failure]
        write_lines(self.data / "echecs.jsonl", failed)
        write_lines(self.data / "console.jsonl", self.recorder.console)
        self.addresses = {f"{host}:{port}": address for (host, port), address in addresses.items()}
        write_json(self.data / "dns.json", self.relay.resolutions)
        self.certificates = _keep_certificates(session, self.data, self.recorder)

    def _conclude(self, text: str, measure: dict[str, Any], left: str | None, tiles: list[str]) -> dict[str, Any]:
        self._require_admitted()
        documents = self.recorder.documents(self.page.main_frame)
        last = documents[-1].response if documents else None
        if self.relay.overflowed():
            self.hands.cuts.append("limite d’octets de la capture atteinte")
        complete = outcome.completeness(text, measure["items"])
        status = last.status if last else None
        signals = outcome.Signals(
            self.job["url"], self.page.url, status, text, measure, left, list(dict.fromkeys(self.hands.cuts))
        )
        verdict, reasons = outcome.judge(signals, complete)
        self.hands.log("fin", "capture terminée", outcome=verdict.value)
        return {
            "outcome": verdict.value,
            "reasons": reasons,
            "final_url": self.page.url,
            "title": measure["title"],
            "status": status,
            "headers": traffic.header_list(last) if last else [],
            "security": last.security_details() if last else None,
            "server_address": self._server_address(),
            "addresses": self.addresses,
            "certificates": self.certificates,
            "redirects": [{"status": e.response.status, "url": e.request.url} for e in documents],
            "completeness": {**complete.__dict__, "complete": complete.complete, "words": complete.words},
            "measure": {k: v for k, v in measure.items() if k != "frames"},
            "tiles": tiles,
            "views": self.hands.views,
            "cookies_choice": _cookie_words(left, refused=self.hands.refused_banner),
            "popups": self.hands.popups,
            "requests": len(self.recorder.exchanges),
            "exchanges": self.exchanges,
            "durations": self.durations,
        }

    def _server_address(self) -> str | None:
        parts = urlsplit(self.page.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return self.addresses.get(f"{parts.hostname}:{port}")


def _cookie_words(left: str | None, *, refused: bool) -> str:
    if refused:
        return "refusés"
    return "bandeau laissé en place, aucun refus proposé" if left else "aucun bandeau reconnu"


def _keep_certificates(session: Any, data: Path, recorder: traffic.Recorder) -> dict[str, list[str]]:
    """Keep the chain of each secure origin, as this very session received it."""
    kept: dict[str, list[str]] = {}
    origins = {urlsplit(e.request.url)[:2] for e in recorder.exchanges if e.response is not None}
    for scheme, host in sorted(origins):
        if scheme != "https":
            continue
        try:
            chain = session.send("Network.getCertificate", {"origin": f"https://{host}"})["tableNames"]
        except PlaywrightError:
            continue
        for number, encoded in enumerate(chain):
            name = f"tls/{host.replace(':', '_')}-{number}.der"
            (data / "tls").mkdir(exist_ok=True)
            (data / name).write_bytes(base64.b64decode(encoded))
            kept.setdefault(host, []).append(name)
    return kept


def _frame_text(frame: Any) -> dict[str, str] | None:
    try:
        return {"url": frame.url, "text": frame.evaluate("() => document.body ? document.body.innerText : ''")}
    except PlaywrightError:
        return None


def write_json(path: Path, value: Any) -> None:
    """Write one JSON document, French letters unescaped."""
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def write_lines(path: Path, values: list[dict[str, Any]]) -> None:
    """Write one JSON object a line."""
    text = "".join(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n" for value in values)
    path.write_text(text, encoding="utf-8")
