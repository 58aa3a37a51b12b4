"""The package given to the other side: one ZIP that `sha256sum` and `openssl` alone can verify.

The ZIP is canonical (stored, sorted, one date, one mode): the same content gives the same bytes, so that a change
of the container itself is found too.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from typing import IO, TYPE_CHECKING, Any

from casefile.evidence import bag
from casefile.evidence.tree import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SUMS = "SHA256SUMS"
CUSTODY = "journal-conservation.jsonl"
SCRIPT = "verifier.sh"
READ_ME = "LISEZ-MOI.txt"
CAPTURE = "capture"

_SCRIPT_TEXT = """\
#!/bin/sh
# Vérifie ce dossier avec sha256sum et openssl seulement. Chaque commande est affichée avant d'être exécutée.
cd "$(dirname "$0")" || exit 2
faute=0
essai() { echo "\\$ $*"; "$@" || faute=1; }
essai sha256sum -c --quiet --strict SHA256SUMS
cd capture || exit 2
essai sha256sum -c --quiet --strict manifest-sha256.txt
essai sha256sum -c --quiet --strict tagmanifest-sha256.txt
heure() { { date -d "$(openssl ts -reply -in "$1" -text | sed -n 's/^Time stamp: //p')" +%s; } 2>/dev/null; }
jeton() { # jeton, fichier horodaté ; vérifié à sa propre date, pour qu'un certificat expiré depuis n'égare pas
  instant=$(heure "$1")
  essai openssl ts -verify -data "$2" -in "$1" -CAfile "${1%.tsr}.pem" ${instant:+-attime "$instant"}
  openssl ts -reply -in "$1" -text 2>/dev/null | grep 'Time stamp'
}
for piece in preuve/*.tsr; do
  [ -e "$piece" ] || { echo "Aucun jeton d'horodatage : en attente."; break; }
  jeton "$piece" manifest-sha256.txt
done
for liste in preuve/renouvellement-*/manifest-sha256.txt; do
  [ -e "$liste" ] || break
  essai sha256sum -c --quiet --strict "$liste"
  for piece in "$liste".*.tsr; do jeton "$piece" "$liste"; done
done
[ "$faute" = 0 ] && echo "INTACT : aucun fichier n'a changé depuis l'horodatage." || echo "ALTÉRÉ : voir ci-dessus."
exit "$faute"
"""

_READ_ME_TEXT = """\
DOSSIER DE PREUVE – À LIRE D'ABORD

capture/                      les fichiers scellés (data/), leur manifeste et les jetons d'horodatage (preuve/)
journal-conservation.jsonl    les événements de conservation, chaînés par empreintes
SHA256SUMS                    l'empreinte de chaque fichier de ce dossier
verifier.sh                   les commandes de vérification, à lire avant de les lancer

Vérifier en trois commandes, sans aucun logiciel de l'expéditeur :
  sha256sum -c --quiet --strict SHA256SUMS
  cd capture && sha256sum -c --quiet --strict manifest-sha256.txt
  openssl ts -verify -data manifest-sha256.txt -in preuve/manifest-sha256.txt.interne.tsr \\
      -CAfile preuve/manifest-sha256.txt.interne.pem

Ce que cela établit : les fichiers existaient à la date du jeton et n'ont pas changé depuis.
Ce que cela n'établit pas : la véracité des propos, ni l'identité de leur auteur. Un jeton de l'autorité « interne »
n'est pas qualifié (règlement eIDAS, art. 41 et 42) : sa date repose sur l'installation qui l'a émis. Comparez
l'empreinte de la racine, ci-dessous, avec celle que l'expéditeur communique par une autre voie.
Ce dossier n'est pas un acte de commissaire de justice.

"""


def export(
    bag_dir: Path, target: Path, custody_lines: Iterable[str] = (), extras: Mapping[str, bytes] | None = None
) -> str:
    """Write the ZIP of one sealed capture and give its SHA-256.

    `extras` are further files (the capture report in PDF, a WACZ), placed at the root and covered by SHA256SUMS.
    """
    names = [f"{CAPTURE}/{p.relative_to(bag_dir).as_posix()}" for p in bag_dir.rglob("*") if p.is_file()]
    small: dict[str, bytes] = {
        CUSTODY: "".join(f"{line}\n" for line in custody_lines).encode(),
        SCRIPT: _SCRIPT_TEXT.encode(),
        READ_ME: (_READ_ME_TEXT + _summary(bag_dir)).encode(),
        **(extras or {}),
    }
    digests = {name: bag.digest(bag_dir / name.removeprefix(f"{CAPTURE}/")) for name in names}
    digests |= {name: hashlib.sha256(content).hexdigest() for name, content in small.items()}
    small[SUMS] = bag.manifest_lines(digests).encode()
    partial = target.with_name(f".{target.name}.partiel")
    with partial.open("wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted((*names, *small), key=str.encode):
            source: IO[bytes]
            source = io.BytesIO(small[name]) if name in small else _open_in(bag_dir, name)
            with source, archive.open(entry(name), "w", force_zip64=False) as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    bag.flush(partial)
    partial.replace(target)
    return bag.digest(target)


def entry(name: str) -> zipfile.ZipInfo:
    """Give the only form that an entry of our ZIP takes."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.create_system = 3
    info.compress_type = zipfile.ZIP_STORED
    info.external_attr = (0o755 if name == SCRIPT else 0o644) << 16
    return info


def container_changes(file: IO[bytes]) -> list[str]:
    """Say where a ZIP differs from the one its own content would give: headers, order, dates, trailing bytes."""
    with zipfile.ZipFile(file) as archive:
        names = [e.filename for e in archive.infolist()]
        comparer = _Comparer(file)
        with zipfile.ZipFile(comparer, "w", zipfile.ZIP_STORED) as again:  # type: ignore[call-overload]
            for name in sorted(names, key=str.encode):
                comparer.current = name
                with archive.open(name) as source, again.open(entry(name), "w", force_zip64=False) as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
            comparer.current = "répertoire central"
    return comparer.differences()


class _Comparer:
    """A writable file that compares what is written with what is there, and keeps nothing."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._position = 0
        self._end = 0
        self._bad: dict[int, tuple[int, str]] = {}
        self.current = ""

    def write(self, data: Any) -> int:
        block = bytes(data)
        start, stop = self._position, self._position + len(block)
        # A header written again replaces the judgement of its first writing.
        self._bad = {s: b for s, b in self._bad.items() if not (start <= s and s + b[0] <= stop)}
        resume = self._file.tell()
        self._file.seek(start)
        if self._file.read(len(block)) != block:
            self._bad[start] = (len(block), self.current)
        self._file.seek(resume)
        self._position = stop
        self._end = max(self._end, stop)
        return len(block)

    def differences(self) -> list[str]:
        self._file.seek(0, 2)
        found = [f"en-tête de « {name} »" for _, name in self._bad.values()]
        return found + (["octets ajoutés ou retirés à la fin"] if self._file.tell() != self._end else [])

    def seek(self, offset: int, whence: int = 0) -> int:
        self._position = offset if whence == 0 else (self._position if whence == 1 else self._end) + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def seekable(self) -> bool:
        return True

    def flush(self) -> None:
        return None


def _open_in(bag_dir: Path, name: str) -> IO[bytes]:
    return (bag_dir / name.removeprefix(f"{CAPTURE}/")).open("rb")


def _summary(bag_dir: Path) -> str:
    manifest = bag.digest(bag_dir / bag.MANIFEST)
    groups = " ".join(manifest[i : i + 8] for i in range(0, 64, 8))
    info = (bag_dir / "bag-info.txt").read_text(encoding="utf-8")
    tokens = "".join(
        f"Jeton {path.name} : {path.read_text(encoding='utf-8')}\n"
        for path in sorted((bag_dir / bag.PROOF).glob("*.json"))
    )
    return f"Empreinte du manifeste (SHA-256) : {groups}\n\n{info}\n{tokens or 'Horodatage en attente.'}\n"
