"""The sealed directory: a BagIt bag (RFC 8493) whose `manifest-sha256.txt` is the time-stamped object.

A bag is written in a hidden work directory, flushed to disk, then renamed in one step: what is visible is whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING

from casefile.errors import CasefileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
READ_ME = "LISEZMOI-VERIFIER.txt"
PAYLOAD = "data"
PROOF = "preuve"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"^([0-9a-f]{64})  (\S.*)$")


class SealBroken(CasefileError):
    """A sealed directory does not hold what its manifest says."""

    code = "seal_broken"
    status = 409


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, streamed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_under(directory: Path, top: str) -> Iterator[str]:
    """List the relative POSIX paths of the files under a sub-directory, sorted by their bytes."""
    found = [p.relative_to(directory).as_posix() for p in (directory / top).rglob("*") if p.is_file()]
    yield from sorted(found, key=str.encode)


def manifest_lines(digests: Mapping[str, str]) -> str:
    """Write digests in the format that `sha256sum -c` reads, sorted by path."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests, key=str.encode))


def read_manifest(text: str) -> dict[str, str]:
    """Read a manifest strictly: lower-case digests, two spaces, one path a line, sorted, nothing twice."""
    digests: dict[str, str] = {}
    if text and not text.endswith("\n"):
        raise SealBroken("Le manifeste est tronqué.")
    for number, line in enumerate(text.split("\n")[:-1], 1):
        match = _LINE.match(line)
        if match is None or match[2] in digests:
            raise SealBroken(f"La ligne {number} du manifeste est illisible ou répétée.")
        digests[match[2]] = match[1]
    if manifest_lines(digests) != text:
        raise SealBroken("Les lignes du manifeste ne sont plus dans leur ordre.")
    return digests


def write_bag_files(directory: Path, info: Mapping[str, str], read_me: str) -> str:
    """Write everything of a bag but its payload and give the digest of its manifest."""
    digests = {path: digest(directory / path) for path in files_under(directory, PAYLOAD)}
    octets = sum((directory / path).stat().st_size for path in digests)
    lines = [f"{key}: {_one_line(value)}" for key, value in info.items()]
    lines.append(f"Payload-Oxum: {octets}.{len(digests)}")
    manifest = manifest_lines(digests)
    (directory / MANIFEST).write_text(manifest, encoding="utf-8", newline="\n")
    (directory / "bagit.txt").write_text(_DECLARATION, encoding="utf-8", newline="\n")
    (directory / "bag-info.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    sha256 = hashlib.sha256(manifest.encode()).hexdigest()
    (directory / READ_ME).write_text(read_me.replace("{MANIFESTE}", sha256), encoding="utf-8", newline="\n")
    write_tag_manifest(directory)
    return sha256


def write_tag_manifest(directory: Path) -> None:
    """Rewrite the list of the files around the payload; it grows with `preuve/` and so is not itself sealed."""
    names = [p.name for p in directory.iterdir() if p.is_file() and p.name != TAG_MANIFEST]
    paths = [*names, *files_under(directory, PROOF)] if (directory / PROOF).is_dir() else names
    fresh = directory / f".{TAG_MANIFEST}"
    fresh.write_text(manifest_lines({p: digest(directory / p) for p in paths if p != fresh.name}), encoding="utf-8")
    fresh.chmod(0o444)
    flush(fresh)
    fresh.replace(directory / TAG_MANIFEST)
    flush(directory)


def publish(work: Path, final: Path) -> None:
    """Make a finished work directory visible under its final name, in one step, read-only and on disk."""
    for path in sorted(work.rglob("*"), key=lambda p: len(p.parts), reverse=True):
        if path.is_dir():
            flush(path)
            # `preuve/` stays writable: tokens are added there without touching the seal.
            path.chmod(0o755 if path.name == PROOF else 0o555)
        else:
            path.chmod(0o444)
            flush(path)
    flush(work)
    work.rename(final)
    flush(final.parent)


def flush(path: Path) -> None:
    """Force a file or a directory to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def add_proof(directory: Path, name: str, content: bytes) -> Path:
    """Add one file under `preuve/`, never over another, and renew the tag manifest."""
    target = directory / PROOF / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise SealBroken(f"La preuve « {name} » existe déjà : elle n’est jamais remplacée.")
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.chmod(0o444)
    flush(fresh)
    os.link(fresh, target)
    fresh.unlink()
    flush(target.parent)
    write_tag_manifest(directory)
    return target


def destroy(directory: Path) -> None:
    """Remove a whole bag from disk, its read-only modes lifted first: for erasure and for abandoned work only."""
    for path in (directory, *directory.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(directory)


def _one_line(value: str) -> str:
    return " ".join(value.split())
