"""The capture worker: one process, one fresh browser, one page. It writes files and measures; it seals nothing.

Run as `python -m casefile.evidence.browser JOB.json`; the job names the work directory, the answer is
`observed.json` inside it. The parent kills the whole group when time is out.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from casefile import clock
from casefile.errors import CasefileError
from casefile.evidence import fonts, machine
from casefile.evidence.address import Allowed
from casefile.evidence.fetch import Door
from casefile.evidence.relay import Relay
from casefile.evidence.tiles import VIEWPORT
from casefile.evidence.visit import Visit, write_json, write_lines

LOCALE, TIME_ZONE = "fr-FR", "Europe/Paris"
_EXECUTABLES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-pings",
    "--dns-prefetch-disable",
    "--force-color-profile=srgb",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_PR_SET_PDEATHSIG = 1


class BrowserMissing(CasefileError):
    """No Chromium on this machine."""

    code = "browser_missing"
    status = 503


def executable() -> str:
    """Find the system's Chromium."""
    found = next((path for name in _EXECUTABLES if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserMissing("Aucun navigateur Chromium n’est installé sur cette machine : installez-le (make setup).")
    return found


def observe(job: dict[str, Any]) -> dict[str, Any]:
    """Capture the page of a job into its work directory and give what was measured."""
    fonts.require()
    work = Path(job["work"])
    data = work / "data"
    (data / "vues").mkdir(parents=True, exist_ok=True)
    profile = work / "profil"
    profile.mkdir()
    surroundings = {"machine": machine.describe(), "clock_before": machine.clock_offset(tuple(job["ntp_servers"]))}
    started = clock.now()
    with Relay(Door(Allowed.parse(job["allow"])), max_bytes=job["max_bytes"]) as relay, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=executable(),
            headless=True,
            chromium_sandbox=os.geteuid() != 0,
            proxy={"server": f"http://127.0.0.1:{relay.port}"},
            args=list(_FLAGS),
            env={k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")},
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
            device_scale_factor=1,
            locale=LOCALE,
            timezone_id=TIME_ZONE,
            service_workers="block",
            accept_downloads=False,
        )
        try:
            browser = _describe_browser(context, profile)
            seen = Visit(job, data, context, relay).run()
        finally:
            context.close()
    ended = clock.now()
    shutil.rmtree(profile, ignore_errors=True)
    relayed = relay.log
    write_lines(data / "journal-relais.jsonl", relayed)
    return {
        **seen,
        "started": started.isoformat(timespec="milliseconds"),
        "ended": ended.isoformat(timespec="milliseconds"),
        "machine": surroundings["machine"],
        "clock": {"before": surroundings["clock_before"], "after": _clock_after(surroundings, job)},
        "browser": browser,
        "relay": {
            "words": "relais local sans cache ni déchiffrement, journal joint",
            "exemptions": relay.allowed().words(),
            "exempted_used": sorted({f"{e['host']}:{e['port']}" for e in relayed if e.get("verdict") == "exempté"}),
            "refused": sorted({f"{e['host']}:{e['port']}" for e in relayed if e.get("verdict") == "refusé"}),
            "bytes": relay.received,
        },
    }


def _describe_browser(context: Any, profile: Path) -> dict[str, Any]:
    """Read from the very process that captures what it is and how it was started."""
    session = context.new_cdp_session(context.pages[0])
    version = session.send("Browser.getVersion")
    return {
        "product": version["product"],
        "revision": version.get("revision"),
        "user_agent": version["userAgent"],
        "protocol": version["protocolVersion"],
        "command_line": _command_line(profile),
        "window": list(VIEWPORT),
        "pixel_ratio": 1,
        "language": LOCALE,
        "time_zone": TIME_ZONE,
        "profile": "répertoire neuf et vide à l’ouverture, détruit à la fermeture",
        "cookies_at_start": len(context.cookies()),
        "extensions": "désactivées (--disable-extensions)",
        "service_workers": "bloqués",
        "sandbox": os.geteuid() != 0,
    }


def _command_line(profile: Path) -> list[str]:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = process.read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if any(str(profile) in a for a in arguments) and not any(a.startswith("--type=") for a in arguments):
            return [a.replace(str(profile), "PROFIL") for a in arguments if a]
    return []


def _clock_after(surroundings: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """Measure again, unless no server answered a moment ago."""
    before: dict[str, Any] = surroundings["clock_before"]
    return before if before["offset"] is None else machine.clock_offset(tuple(job["ntp_servers"]))


def main() -> None:
    """Run one job; an expected failure is an answer, in French."""
    # When the parent dies, this process dies, and the browser with it.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        answer: dict[str, Any] = {"observed": observe(job)}
    except CasefileError as problem:
        answer = {"error": {"code": problem.code, "message": problem.message}}
    write_json(Path(job["work"]) / "observed.json", answer)


if __name__ == "__main__":
    main()
