"""Receives a deposited file: streamed to disk, judged, sealed untouched with its facts as class C evidence.

Viewable copies, text and OCR are derivatives: made by `reading` and `ocr`, kept elsewhere, replaceable.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from casefile import __version__, clock
from casefile.evidence import bag, seal, sniff
from casefile.evidence.capture import fresh_work, held
from casefile.evidence.fetch import Door
from casefile.evidence.provenance import Provenance, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from casefile.evidence.authorities import Authority
    from casefile.evidence.seal import Artifact, Stamp

_CHUNK = 1 << 20
MAX_BYTES = 500_000_000
MAX_VIDEO_BYTES = 2_000_000_000


@dataclass(frozen=True)
class SealedUpload:
    """A sealed file, as the application records it."""

    id: str
    directory: Path
    manifest_sha256: str
    provenance: Provenance
    original: Path
    name: str
    media_type: str
    sha256: str
    bytes: int
    warnings: tuple[str, ...]
    artifacts: tuple[Artifact, ...]
    stamps: tuple[Stamp, ...]


def receive(
    stream: IO[bytes],
    name: str,
    *,
    into: Path,
    authority: Path,
    operator: str,
    reference: str,
    request_id: str,
    provenance: Provenance = Provenance.UPLOAD,
    origin: str = "",
    tsas: Sequence[Authority] = (),
    custody_head: str | None = None,
    companions: Mapping[str, bytes] | None = None,
) -> SealedUpload:
    """Seal a deposited file; the same `request_id` gives the same result.

    `origin` is what the depositor declares; `companions` are small files sealed beside it, such as the DNS keys of a
    signed message.
    """
    from casefile.evidence.authority import EmbeddedAuthority

    if provenance in {Provenance.SYSTEM_PUBLIC, Provenance.SYSTEM_SESSION}:
        raise sniff.FileRefused("Un fichier déposé n’est jamais une capture automatique.")
    identity = seal.capture_id(request_id)
    final = into / identity
    with held(into, identity):
        if not final.exists():
            work = fresh_work(into, identity)
            try:
                facts = _take(stream, name, work)
                for companion, content in (companions or {}).items():
                    (work / "data" / sniff.safe_name(companion)).write_bytes(content)
            except (sniff.FileRefused, OSError):
                bag.destroy(work)  # a full disk gets its room back
                raise
            now = clock.now().isoformat(timespec="milliseconds")
            facts |= {
                "id": identity,
                "request_id": request_id,
                "reference": reference,
                "operator": operator,
                "origin_declared": origin,
                "received": now,
                "provenance": {"class": provenance.value, "words": provenance.words, "limit": provenance.limit},
                "custody_head": custody_head,
                "software": f"Casefile {__version__}",
            }
            _seal(work, final, facts)
        stamps = seal.stamp(final, EmbeddedAuthority.at(authority), tsas, Door())
    return load(final, stamps)


def load(directory: Path, stamps: Sequence[Stamp] = ()) -> SealedUpload:
    """Read a sealed file back from its directory."""
    facts = seal.read_facts(directory)
    original = facts["original"]
    return SealedUpload(
        facts["id"],
        directory,
        seal.manifest_digest(directory),
        Provenance(facts["provenance"]["class"]),
        directory / original["path"],
        original["name"],
        original["media_type"],
        original["sha256"],
        int(original["bytes"]),
        tuple(facts["warnings"]),
        tuple(seal.artifacts_of(directory)),
        tuple(stamps),
    )


def _take(stream: IO[bytes], name: str, work: Path) -> dict[str, Any]:
    """Write the stream to disk, never whole in memory, then judge what it is."""
    path = work / "data" / "original" / sniff.safe_name(name)
    path.parent.mkdir()
    sha256, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MAX_VIDEO_BYTES:
                raise sniff.FileRefused("Ce fichier dépasse 2 Go : découpez-le ou remettez-le sur un support.")
            sha256.update(chunk)
            file.write(chunk)
    media_type = sniff.true_type(path)
    if size > MAX_BYTES and not media_type.startswith("video/"):
        raise sniff.FileRefused("Ce fichier dépasse 500 Mo, limite de ce qui n’est pas une vidéo.")
    warnings = sniff.judge(path, media_type, name)
    original = {
        "path": f"data/original/{path.name}",
        "name": name,
        "media_type": media_type,
        "sha256": sha256.hexdigest(),
        "bytes": str(size),
    }
    return {"original": original, "warnings": warnings}


def _seal(work: Path, final: Path, facts: dict[str, Any]) -> None:
    original = facts["original"]
    facts["artifacts"] = {
        **{path: ["application/octet-stream", Role.RECORD.value] for path in bag.files_under(work, bag.PAYLOAD)},
        original["path"]: [original["media_type"], Role.ORIGINAL.value],
        "data/capture.json": ["application/json", Role.FACTS.value],
    }
    seal.write_json(work / "data" / "capture.json", facts)
    info = {
        "Source-Organization": "Casefile",
        "External-Identifier": facts["id"],
        "Internal-Sender-Identifier": facts["reference"],
        "Bagging-Date": facts["received"][:10],
        "Fichier": original["name"],
        "Deposant": facts["operator"],
        "Provenance": facts["provenance"]["words"],
    }
    seal.seal(work, final, info)
