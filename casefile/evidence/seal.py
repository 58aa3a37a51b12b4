"""Seals a directory and time-stamps its manifest: files first, token after, so that a silent authority delays nothing.

Order (crash-safe): write in a hidden work directory, flush, manifest, flush, rename; then tokens under `preuve/`.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import rfc8785

from casefile import clock
from casefile.errors import CasefileError
from casefile.evidence import bag
from casefile.evidence.authorities import EMBEDDED_LABEL, EMBEDDED_NAME
from casefile.evidence.fetch import Door

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from casefile.evidence.authorities import Authority
    from casefile.evidence.authority import EmbeddedAuthority
    from casefile.evidence.timestamp import Token

WORK = ".en-cours"
QUARANTINE = ".quarantaine"
TOMBSTONES = ".effacements"
_NAMESPACE = uuid.UUID("6f1d5f0e-3a57-4b3f-9c1d-5a6f2f0c9e11")

READ_ME_TEXT = """\
COMMENT VÉRIFIER CETTE CAPTURE SANS LE LOGICIEL QUI L'A FAITE

Ce dossier n'est pas un acte de commissaire de justice. Les empreintes et l'horodatage établissent que les fichiers
existaient à la date du jeton et n'ont pas changé depuis ; ils ne disent rien de la véracité de leur contenu.

Empreinte SHA-256 du manifeste : {MANIFESTE}

Linux et macOS (Terminal, dans ce dossier) :
  1.  sha256sum -c --quiet --strict manifest-sha256.txt          (macOS : shasum -a 256 -c manifest-sha256.txt)
  2.  openssl ts -verify -data manifest-sha256.txt -in preuve/manifest-sha256.txt.interne.tsr \\
          -CAfile preuve/manifest-sha256.txt.interne.pem
  3.  openssl ts -reply -in preuve/manifest-sha256.txt.interne.tsr -text      (date, politique, numéro)

Windows (PowerShell) :
  1.  Get-Content manifest-sha256.txt | ForEach-Object { $e,$f = $_ -split '  ',2;
          if ((Get-FileHash $f).Hash.ToLower() -ne $e) { "ALTÉRÉ : $f" } }
  2 et 3. les mêmes commandes openssl (fournies avec Git pour Windows)

Un autre jeton du dossier preuve/ se vérifie de même, en remplaçant « interne » par son nom.
Après l'expiration du certificat de l'autorité, ajoutez à la commande 2 : -attime SECONDES_UNIX de la date du jeton.
Le jeton « interne » vient de l'autorité de l'installation : elle n'est PAS qualifiée au sens du règlement eIDAS.
"""


@dataclass(frozen=True)
class Artifact:
    """One sealed file."""

    path: str
    sha256: str
    bytes: int
    media_type: str
    role: str


@dataclass(frozen=True)
class Stamp:
    """The result of asking one authority: a token's facts, or the reason why there is none yet."""

    authority: str
    label: str
    qualified: bool
    obtained: bool
    at: datetime | None = None
    serial: str | None = None
    expires: datetime | None = None
    reason: str | None = None


def capture_id(request_id: str) -> str:
    """Give the directory name of a request: the same request always has the same one."""
    try:
        return str(uuid.UUID(request_id))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, request_id))


def write_json(path: Path, value: Any) -> None:
    """Write canonical JSON (RFC 8785)."""
    path.write_bytes(rfc8785.dumps(value))


def seal(work: Path, final: Path, info: Mapping[str, str]) -> str:
    """Close a work directory and make it visible as sealed; give its manifest's digest."""
    (work / bag.PROOF).mkdir(exist_ok=True)
    sha256 = bag.write_bag_files(work, info, READ_ME_TEXT)
    final.parent.mkdir(parents=True, exist_ok=True)
    bag.publish(work, final)
    return sha256


def stamp(
    directory: Path, embedded: EmbeddedAuthority, authorities: Sequence[Authority] = (), door: Door | None = None
) -> list[Stamp]:
    """Ask every authority that has not answered yet; one that fails is reported, to be asked again later."""
    from casefile.evidence import timestamp

    manifest = (directory / bag.MANIFEST).read_bytes()
    stamps = []
    if not _stamped(directory, EMBEDDED_NAME):
        token = timestamp.obtain_embedded(embedded, manifest)
        stamps.append(_keep(directory, EMBEDDED_NAME, EMBEDDED_LABEL, token, qualified=False))
    for authority in authorities:
        if _stamped(directory, authority.name):
            continue
        try:
            token = timestamp.obtain(door or Door(), authority, manifest)
            stamps.append(_keep(directory, authority.name, authority.label, token, qualified=authority.qualified))
        except (CasefileError, OSError) as problem:
            reason = getattr(problem, "message", str(problem))
            stamps.append(Stamp(authority.name, authority.label, authority.qualified, obtained=False, reason=reason))
    return stamps


def erase(directory: Path, *, by: str, basis: str) -> dict[str, Any]:
    """Destroy a whole capture and leave a tombstone: ids, digests, dates, who and why; no content, no address.

    The caller has checked that no hold is active and that two people agreed.
    """
    tokens = [json.loads(p.read_bytes()) for p in sorted((directory / bag.PROOF).rglob(f"{bag.MANIFEST}.*.json"))]
    tombstone = {
        "id": directory.name,
        "manifest_sha256": manifest_digest(directory),
        "tokens": [{key: token[key] for key in ("authority", "at", "serial")} for token in tokens],
        "erased": clock.now().isoformat(timespec="seconds"),
        "by": by,
        "basis": basis,
    }
    place = directory.parent / TOMBSTONES / f"{directory.name}.json"
    place.parent.mkdir(exist_ok=True)
    write_json(place, tombstone)
    bag.flush(place)
    # Out of sight first: a crash half-way never leaves a mutilated capture among the sealed ones.
    doomed = directory.rename(directory.parent / TOMBSTONES / directory.name)
    bag.destroy(doomed)
    return tombstone


def repair(directory: Path) -> None:
    """Finish what a crash interrupted under `preuve/`: half-written tokens are removed, to be asked again.

    The tag manifest is rewritten only when every file that it lists is intact: an alteration is never covered up.
    """
    proof = directory / bag.PROOF
    for path in list(proof.rglob("*")):
        half_token = path.suffix in {".tsr", ".pem"} and not path.with_suffix(".json").exists()
        if path.is_file() and (path.name.startswith(".") or half_token):
            path.unlink()
    listed = bag.read_manifest((directory / bag.TAG_MANIFEST).read_text(encoding="utf-8"))
    present = {p.name for p in directory.iterdir() if p.is_file() and p.name != bag.TAG_MANIFEST}
    present |= set(bag.files_under(directory, bag.PROOF))
    kept = {name: sha256 for name, sha256 in listed.items() if name in present or not name.startswith(bag.PROOF)}
    if kept.keys() == present == listed.keys():
        return
    if all((directory / name).is_file() and bag.digest(directory / name) == sha256 for name, sha256 in kept.items()):
        bag.write_tag_manifest(directory)


def artifacts_of(directory: Path) -> list[Artifact]:
    """List the sealed files with their types and roles, as `capture.json` states them."""
    digests = bag.read_manifest((directory / bag.MANIFEST).read_text(encoding="utf-8"))
    described = read_facts(directory).get("artifacts", {})
    found = []
    for path, sha256 in digests.items():
        media_type, role = described.get(path, ("application/json", "facts"))
        found.append(Artifact(path, sha256, (directory / path).stat().st_size, media_type, role))
    return found


def read_facts(directory: Path) -> dict[str, Any]:
    """Read the facts sealed in a capture."""
    facts: dict[str, Any] = json.loads((directory / bag.PAYLOAD / "capture.json").read_bytes())
    return facts


def manifest_digest(directory: Path) -> str:
    """Give the digest that a report prints."""
    return bag.digest(directory / bag.MANIFEST)


def renew_before(directory: Path) -> datetime | None:
    """Give the instant before which the tokens must be renewed: the first expiry in the latest generation of tokens."""
    found = (directory / bag.PROOF).rglob(f"{bag.MANIFEST}.*.json")
    return first_expiry({path.relative_to(directory).as_posix(): path.read_bytes() for path in found})


def first_expiry(files: Mapping[str, bytes]) -> datetime | None:
    """Give the same instant from the facts of the tokens, by path."""
    generations: dict[str, list[datetime]] = {}
    for path, content in files.items():
        expires = json.loads(content).get("expires")
        if expires:
            generations.setdefault(path.rpartition("/")[0], []).append(datetime.fromisoformat(expires))
    # « preuve » comes before « preuve/renouvellement-2041-01 », years and ranks in their order.
    return min(generations[max(generations)]) if generations else None


def renew(
    directory: Path,
    embedded: EmbeddedAuthority,
    authorities: Sequence[Authority] = (),
    door: Door | None = None,
    *,
    all_must_answer: bool = False,
) -> list[Stamp]:
    """Time-stamp the manifest again with every earlier token, before those expire (RFC 4998 in plain files).

    Outside authorities are asked first: with `all_must_answer`, one that is silent leaves everything as it was, to
    be tried again while there is time.
    """
    from casefile.evidence import timestamp

    earlier = {p: bag.digest(directory / p) for p in (bag.MANIFEST, *bag.files_under(directory, bag.PROOF))}
    listing = bag.manifest_lines(earlier).encode()
    tokens: list[tuple[Authority, Token]] = []
    silent: list[Stamp] = []
    for authority in authorities:
        try:
            tokens.append((authority, timestamp.obtain(door or Door(), authority, listing)))
        except (CasefileError, OSError) as problem:
            reason = getattr(problem, "message", str(problem))
            silent.append(Stamp(authority.name, authority.label, authority.qualified, obtained=False, reason=reason))
    if silent and all_must_answer:
        return silent
    base = f"{_next_renewal(directory)}/{bag.MANIFEST}"
    own = timestamp.obtain_embedded(embedded, listing)
    bag.add_proof(directory, base, listing)
    stamps = [_keep(directory, EMBEDDED_NAME, EMBEDDED_LABEL, own, qualified=False, base=base)]
    stamps += [_keep(directory, a.name, a.label, token, qualified=a.qualified, base=base) for a, token in tokens]
    return stamps + silent


def _next_renewal(directory: Path) -> str:
    """Name the next generation of tokens: names in order of time, twice in one year included."""
    year = clock.paris(clock.now()).year
    made = len(list((directory / bag.PROOF).glob(f"renouvellement-{year}-*")))
    return f"renouvellement-{year}-{made + 1:02d}"


def _stamped(directory: Path, name: str) -> bool:
    return (directory / bag.PROOF / f"{bag.MANIFEST}.{name}.json").exists()


def _keep(directory: Path, name: str, label: str, token: Token, *, qualified: bool, base: str = bag.MANIFEST) -> Stamp:
    """Write token, chain, then facts: the facts file says that the two others are whole."""
    stem = f"{base}.{name}"
    for suffix, content in ((".tsr", token.reply), (".pem", token.chain)):
        stale = directory / bag.PROOF / f"{stem}{suffix}"
        # Left by a crash between two files: no facts file vouches for it yet.
        stale.unlink(missing_ok=True)
        bag.add_proof(directory, stale.relative_to(directory / bag.PROOF).as_posix(), content)
    facts = Stamp(name, label, qualified, obtained=True, at=token.at, serial=token.serial, expires=token.expires)
    values = {k: v.isoformat() if k in {"at", "expires"} else v for k, v in asdict(facts).items()}
    values |= {"policy": token.policy, "signer": token.signer, "root_sha256": token.root_sha256}
    bag.add_proof(directory, f"{stem}.json", rfc8785.dumps(values))
    return facts
