"""Captures one page as sealed evidence: the door is checked, a separate process looks, this one seals.

The same request always gives the same capture. What is visible in the store is sealed and whole; work in progress
stays in a hidden directory, and what a crash left there is adopted or quarantined at start-up.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casefile import __version__, clock
from casefile.errors import CasefileError, Conflict
from casefile.evidence import bag, seal
from casefile.evidence.address import Allowed
from casefile.evidence.fetch import UPLOAD_INSTEAD, Door, port_of, web_address
from casefile.evidence.machine import NTP_SERVERS
from casefile.evidence.provenance import Outcome, Provenance, Role
from casefile.evidence.seal import QUARANTINE, WORK, Artifact, Stamp
from casefile.evidence.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from casefile.evidence.authorities import Authority

_TYPES: dict[str, tuple[str, Role]] = {
    "data/etapes.jsonl": ("application/jsonl", Role.STEPS),
    "data/page.pdf": ("application/pdf", Role.PDF),
    "data/dom.html": ("text/html", Role.DOM),
    "data/texte.txt": ("text/plain", Role.TEXT),
    "data/positions.json": ("application/json", Role.POSITIONS),
    "data/reseau.warc.gz": ("application/warc", Role.NETWORK),
    "data/capture.json": ("application/json", Role.FACTS),
}


class CaptureFailed(CasefileError):
    """The browser could not finish: nothing was sealed."""

    code = "capture_failed"
    status = 502

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Keep the worker's own code when it gave one."""
        super().__init__(message)
        if code:
            self.code = code  # type: ignore[misc]


@dataclass(frozen=True)
class Budget:
    """What one capture may cost."""

    seconds: float = 180.0
    max_bytes: int = 200_000_000
    ntp_servers: tuple[str, ...] = NTP_SERVERS


@dataclass(frozen=True)
class SealedCapture:
    """A sealed capture, as the application records it."""

    id: str
    directory: Path
    manifest_sha256: str
    outcome: Outcome
    reasons: tuple[str, ...]
    provenance: Provenance
    url: str
    final_url: str
    started: datetime
    ended: datetime
    artifacts: tuple[Artifact, ...]
    completeness: dict[str, Any]
    text: str
    facts: dict[str, Any] = field(repr=False)
    stamps: tuple[Stamp, ...] = ()


def capture_page(
    url: str,
    *,
    into: Path,
    authority: Path,
    operator: str,
    reference: str,
    request_id: str,
    allow: Allowed | None = None,
    tsas: Sequence[Authority] = (),
    custody_head: str | None = None,
    declared: Mapping[str, str] | None = None,
    budget: Budget | None = None,
) -> SealedCapture:
    """Capture a public page into a sealed directory of `into`; the same `request_id` gives the same capture.

    `authority` is the directory of the installation's own time-stamping keys; `declared` holds what the firm states
    of its network (never confused with what is measured). Raises a `CasefileError` in French when nothing was sealed.
    """
    from casefile.evidence.authority import EmbeddedAuthority

    allow, budget = allow or Allowed(), budget or Budget()
    identity = seal.capture_id(request_id)
    final = into / identity
    with held(into, identity):
        if not final.exists():
            parts = web_address(url)
            Door(allow).resolve(parts.hostname or "", port_of(parts))
            work = fresh_work(into, identity)
            observed = _run_worker(work, url, allow, budget)
            facts = {
                "id": identity,
                "request_id": request_id,
                "reference": reference,
                "operator": operator,
                "url": url,
                "provenance": _provenance(Provenance.SYSTEM_PUBLIC),
                "declared": dict(declared or {}),
                "custody_head": custody_head,
                "software": f"Casefile {__version__}",
                **observed,
            }
            _seal(work, final, facts)
        stamps = seal.stamp(final, EmbeddedAuthority.at(authority), tsas, Door(allow))
    return load(final, stamps)


def load(directory: Path, stamps: Sequence[Stamp] = ()) -> SealedCapture:
    """Read a sealed capture of a page back from its directory."""
    facts = seal.read_facts(directory)
    return SealedCapture(
        id=facts["id"],
        directory=directory,
        manifest_sha256=seal.manifest_digest(directory),
        outcome=Outcome(facts["outcome"]),
        reasons=tuple(facts["reasons"]),
        provenance=Provenance(facts["provenance"]["class"]),
        url=facts["url"],
        final_url=facts["final_url"],
        started=datetime.fromisoformat(facts["started"]),
        ended=datetime.fromisoformat(facts["ended"]),
        artifacts=tuple(seal.artifacts_of(directory)),
        completeness=facts["completeness"],
        text=(directory / "data" / "texte.txt").read_bytes().decode("utf-8"),
        facts=facts,
        stamps=tuple(stamps),
    )


def sealed_captures(root: Path) -> list[Path]:
    """List the sealed directories of a store: whatever is not hidden."""
    return sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")) if root.is_dir() else []


def adopt_or_quarantine(root: Path) -> dict[str, list[str]]:
    """Settle, at start-up, what a crash left: whole work is adopted as sealed, the rest is set aside, never shown.

    A capture still running in another process is left alone.
    """
    settled: dict[str, list[str]] = {"adopted": [], "quarantined": [], "running": []}
    for work in sorted((root / WORK).glob("*/")) if (root / WORK).is_dir() else []:
        try:
            with held(root, work.name, wait=False):
                adopted = _adopt(work, root / work.name)
                if not adopted:
                    _quarantine(root, work)
                settled["adopted" if adopted else "quarantined"].append(work.name)
        except Conflict:
            settled["running"].append(work.name)
    for directory in sealed_captures(root):
        seal.repair(directory)
    return settled


def _adopt(work: Path, final: Path) -> bool:
    if final.exists() or not (work / bag.TAG_MANIFEST).exists():
        return False
    if not verify(work).intact:
        return False
    bag.publish(work, final)
    return True


def _quarantine(root: Path, work: Path) -> None:
    place = root / QUARANTINE / f"{work.name}-{clock.now():%Y%m%dT%H%M%S%f}"
    place.parent.mkdir(exist_ok=True)
    work.rename(place)


@contextlib.contextmanager
def held(root: Path, identity: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of one capture; the kernel frees it when the process dies."""
    (root / WORK).mkdir(parents=True, exist_ok=True)
    with (root / WORK / f"{identity}.verrou").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as problem:
            raise Conflict("Cette capture est en cours dans un autre processus.") from problem
        yield


def fresh_work(into: Path, identity: str) -> Path:
    """Give an empty work directory; what an earlier attempt left is set aside."""
    work = into / WORK / identity
    if work.exists():
        _quarantine(into, work)
    (work / "data").mkdir(parents=True)
    return work


def _run_worker(work: Path, url: str, allow: Allowed, budget: Budget) -> dict[str, Any]:
    job = {
        "work": str(work.resolve()),
        "url": url,
        "allow": " ".join(allow.words()),
        "seconds": budget.seconds,
        "max_bytes": budget.max_bytes,
        "ntp_servers": list(budget.ntp_servers),
    }
    (work / "job.json").write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-m", "casefile.evidence.browser", str(work / "job.json")]
    with (work / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own module
        try:
            process.wait(budget.seconds)
        except subprocess.TimeoutExpired as problem:
            raise CaptureFailed(
                f"La capture a dépassé {budget.seconds:.0f} secondes et a été arrêtée. {UPLOAD_INSTEAD}"
            ) from problem
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    try:
        answer = json.loads((work / "observed.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise CaptureFailed(f"Le navigateur s’est arrêté avant la fin de la capture. {UPLOAD_INSTEAD}") from problem
    if "error" in answer:
        bag.destroy(work)
        raise CaptureFailed(answer["error"]["message"], code=answer["error"]["code"])
    observed: dict[str, Any] = answer["observed"]
    for name in ("job.json", "worker.log", "observed.json"):
        (work / name).unlink()
    return observed


def _seal(work: Path, final: Path, facts: dict[str, Any]) -> None:
    facts["artifacts"] = {path: _described(path) for path in bag.files_under(work, bag.PAYLOAD)}
    facts["artifacts"]["data/capture.json"] = _described("data/capture.json")
    seal.write_json(work / "data" / "capture.json", facts)
    info = {
        "Source-Organization": "Casefile",
        "External-Identifier": facts["id"],
        "Internal-Sender-Identifier": facts["reference"],
        "Bagging-Date": facts["ended"][:10],
        "URL": facts["url"],
        "URL-Finale": facts["final_url"],
        "Operateur": facts["operator"],
        "Debut": facts["started"],
        "Fin": facts["ended"],
        "Provenance": facts["provenance"]["words"],
        "Resultat": Outcome(facts["outcome"]).words,
    }
    seal.seal(work, final, info)


def _described(path: str) -> list[str]:
    if path in _TYPES:
        media_type, role = _TYPES[path]
        return [media_type, role.value]
    if path.startswith("data/vues/"):
        return ["image/png", (Role.TILE if "/page-" in path else Role.VIEW).value]
    if path.startswith("data/tls/"):
        return ["application/pkix-cert", Role.CERTIFICATE.value]
    return ["application/jsonl" if path.endswith("l") else "application/json", Role.RECORD.value]


def _provenance(provenance: Provenance) -> dict[str, str]:
    return {"class": provenance.value, "words": provenance.words, "limit": provenance.limit}
