"""Verifies a sealed directory or an exported package and names what is altered: the file, the token or the line."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casefile.errors import CasefileError, InvalidInput
from casefile.evidence import bag, custody, package
from casefile.evidence.authorities import label_of
from casefile.evidence.tree import DirectoryTree, Tree, UnsafePackage, ZipTree, read_small

if TYPE_CHECKING:
    from pathlib import Path

    from casefile.evidence.timestamp import Token

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Problem:
    """One thing altered: `kind` is file, manifest, token, custody or container."""

    kind: str
    name: str
    detail: str


@dataclass
class Report:
    """What verification found; intact when there is no problem."""

    capture: str | None = None
    manifest_sha256: str | None = None
    files: int = 0
    tokens: list[dict[str, Any]] = field(default_factory=list)
    custody_lines: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Tell whether nothing is altered."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Give the JSON of `casefile evidence verify`."""
        return {
            "status": "intact" if self.intact else "altered",
            "capture": self.capture,
            "manifest_sha256": self.manifest_sha256,
            "files": self.files,
            "tokens": self.tokens,
            "timestamp": "obtained" if self.tokens else "pending",
            "custody_lines": self.custody_lines,
            "problems": [problem.__dict__ for problem in self.problems],
        }

    def blame(self, kind: str, name: str, detail: str) -> None:
        """Add one problem, once for each thing altered."""
        if not any(p.kind == kind and p.name == name for p in self.problems):
            self.problems.append(Problem(kind, name, detail))


def verify(path: Path) -> Report:
    """Verify a bag directory, an unpacked package or a ZIP; an unsafe or missing one raises."""
    if path.is_dir():
        return _verify_tree(DirectoryTree(path))
    if not path.is_file():
        raise InvalidInput(f"« {path} » n’existe pas : donnez un dossier scellé ou un fichier ZIP exporté.")
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            report = _verify_tree(ZipTree(archive))
            for change in _container_changes(file):
                report.blame("container", change, "Le conteneur ZIP n’est plus celui qui a été exporté.")
            return report
    except (zipfile.BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError) as problem:
        return Report(problems=[Problem("container", path.name, f"L’archive est illisible ({problem}).")])


def _container_changes(file: Any) -> list[str]:
    try:
        return package.container_changes(file)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError) as problem:
        return [f"structure ({problem})"]


def _verify_tree(tree: Tree) -> Report:
    report = Report()
    names = set(tree.names())
    if package.SUMS in names:
        _check_package(tree, names, report)
        prefix = f"{package.CAPTURE}/"
    else:
        prefix = ""
        if bag.MANIFEST not in names:
            if any(n.startswith(f"{package.CAPTURE}/") for n in names):
                report.blame("manifest", package.SUMS, "La liste des empreintes a disparu.")
                prefix = f"{package.CAPTURE}/"
            else:
                raise InvalidInput("Ce n’est ni un dossier scellé ni un paquet exporté : il n’y a pas de manifeste.")
    inside = {n.removeprefix(prefix) for n in names if n.startswith(prefix)}
    _Bag(tree, prefix, inside, report).check()
    return report


def _check_package(tree: Tree, names: set[str], report: Report) -> None:
    listed = _listing(tree, package.SUMS, report)
    _compare(tree, "", listed, names - {package.SUMS}, report)
    if package.CUSTODY not in names:
        report.blame("custody", package.CUSTODY, "Le journal de conservation a disparu.")
        return
    text = _text(read_small(tree, package.CUSTODY))
    lines = text.split("\n")
    if lines.pop() != "":
        report.blame("custody", f"{package.CUSTODY}, dernière ligne", "ligne tronquée")
    report.custody_lines = len(lines)
    head = _facts(tree, f"{package.CAPTURE}/", names).get("custody_head")
    for fault in custody.breaks(lines, head=head):
        report.blame("custody", f"{package.CUSTODY}, ligne {fault.line}", fault.why)


@dataclass
class _Bag:
    """The checks of one bag inside a tree."""

    tree: Tree
    prefix: str
    inside: set[str]
    report: Report

    def check(self) -> None:
        payload = _listing(self.tree, f"{self.prefix}{bag.MANIFEST}", self.report)
        _compare(self.tree, self.prefix, payload, {n for n in self.inside if n.startswith("data/")}, self.report)
        tags = _listing(self.tree, f"{self.prefix}{bag.TAG_MANIFEST}", self.report)
        around = {n for n in self.inside if not n.startswith("data/")} - {bag.TAG_MANIFEST}
        _compare(self.tree, self.prefix, tags, around, self.report)
        self.report.files = len(payload)
        if bag.MANIFEST not in self.inside:
            return
        manifest = read_small(self.tree, f"{self.prefix}{bag.MANIFEST}")
        self.report.manifest_sha256 = hashlib.sha256(manifest).hexdigest()
        facts = _facts(self.tree, self.prefix, {f"{self.prefix}{n}" for n in self.inside})
        self.report.capture = facts.get("id")
        self._check_tokens()

    def _check_tokens(self) -> None:
        from casefile.evidence import timestamp

        for name in sorted(n for n in self.inside if n.startswith("preuve/") and n.endswith(".tsr")):
            stem = name.removesuffix(".tsr")
            object_name = stem.rpartition(".")[0]
            object_name = bag.MANIFEST if object_name == f"preuve/{bag.MANIFEST}" else object_name
            try:
                token = timestamp.check(
                    read_small(self.tree, f"{self.prefix}{name}"),
                    read_small(self.tree, f"{self.prefix}{object_name}"),
                    read_small(self.tree, f"{self.prefix}{stem}.pem"),
                )
            except (CasefileError, KeyError, OSError, zipfile.BadZipFile) as problem:
                self.report.blame("token", f"{self.prefix}{name}", getattr(problem, "message", "pièce manquante"))
                continue
            self.report.tokens.append(self._describe(name, stem, token))

    def _describe(self, name: str, stem: str, token: Token) -> dict[str, Any]:
        short = stem.rpartition(".")[2]
        label = label_of(short, [])
        if f"{stem}.json" in self.inside:
            stated = _json(self.tree, f"{self.prefix}{stem}.json")
            label = str(stated.get("label", label))
            if stated.get("serial") != token.serial or stated.get("at") != token.at.isoformat():
                self.report.blame("token", f"{self.prefix}{stem}.json", "La fiche du jeton ne lui correspond pas.")
        return {
            "file": name,
            "authority": short,
            "label": label,
            "at": token.at.isoformat(),
            "serial": token.serial,
            "signer": token.signer,
            "root_sha256": token.root_sha256,
            "expires": token.expires.isoformat(),
        }


def _listing(tree: Tree, name: str, report: Report) -> dict[str, str]:
    try:
        return bag.read_manifest(_text(read_small(tree, name)))
    except (bag.SealBroken, UnsafePackage) as problem:
        report.blame("manifest", name, problem.message)
    except (OSError, KeyError):
        report.blame("manifest", name, "Le fichier a disparu.")
    except zipfile.BadZipFile:
        report.blame("manifest", name, "Le fichier est altéré dans l’archive.")
    return {}


def _compare(tree: Tree, prefix: str, listed: dict[str, str], present: set[str], report: Report) -> None:
    for name in sorted(listed.keys() - present):
        report.blame("file", f"{prefix}{name}", "Le fichier a disparu.")
    for name in sorted(present - listed.keys()):
        report.blame("file", f"{prefix}{name}", "Le fichier n’est dans aucun manifeste.")
    for name in sorted(listed.keys() & present):
        try:
            actual = _digest(tree, f"{prefix}{name}")
        except (zipfile.BadZipFile, EOFError, OSError):
            actual = ""
        if actual != listed[name]:
            report.blame("file", f"{prefix}{name}", "L’empreinte ne correspond pas : le fichier a changé.")


def _digest(tree: Tree, name: str) -> str:
    sha256 = hashlib.sha256()
    with tree.open(name) as file:
        while chunk := file.read(_CHUNK):
            sha256.update(chunk)
    return sha256.hexdigest()


def _facts(tree: Tree, prefix: str, names: set[str]) -> dict[str, Any]:
    name = f"{prefix}data/capture.json"
    return _json(tree, name) if name in names else {}


def _json(tree: Tree, name: str) -> dict[str, Any]:
    """Read an object, or an empty one when it is altered: its digest already names it."""
    try:
        value = json.loads(read_small(tree, name))
    except (ValueError, zipfile.BadZipFile, UnsafePackage):
        return {}
    return value if isinstance(value, dict) else {}


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
