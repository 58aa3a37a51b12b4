"""Verify a « dossier de preuve », an exported deadline journal or its sealed sheets, with nothing but Python.

`python verifier.py` beside the unpacked files, `python verifier.py journal.json`, or `python verifier.py *.pdf`. This
file goes as it is into the archives that a firm hands over; it imports nothing of Casefile.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
# After the end of the PDF: a comment that says which sheet it is, then the SHA-256 of all the bytes before.
SHEET, SEAL = b"%CASEFILE-JOURNAL ", b"%CASEFILE-SEAL "


def digest_of(page: dict[str, Any]) -> str:
    """Hash a journal page's content, which includes the hash of the page before."""
    return _canonical({name: page[name] for name in ("number", "day", "lines_digest", "previous_hash")})


def lines_digest(lines: list[Any]) -> str:
    """Hash the lines of a journal page, each by its own digest, so that some may be withheld and still counted."""
    return _canonical([line["digest"] if "digest" in line else line_digest(line) for line in lines])


def line_digest(line: dict[str, Any]) -> str:
    """Hash one line of a journal page."""
    return _canonical(line)


def journal_faults(journal: dict[str, Any]) -> list[str]:
    """Name each altered, missing or misplaced page in French; an empty list when all is sound."""
    found: list[str] = []
    before: dict[str, Any] | None = None
    for page in journal.get("pages", []):
        name = f"La page {page['number']} du {page['day']}"
        if lines_digest(page["lines"]) != page["lines_digest"] or digest_of(page) != page["hash"]:
            found.append(f"{name} a été modifiée.")
        if before is not None and page["number"] != before["number"] + 1:
            found.append(f"Il manque une ou plusieurs pages avant la page {page['number']}.")
        elif before is not None and page["previous_hash"] != before["hash"]:
            found.append(f"{name} ne suit pas la page précédente.")
        if page["number"] == 1 and page["previous_hash"] != GENESIS:
            found.append("La première page ne commence pas la chaîne.")
        before = page
    return found


def audit_faults(trail: dict[str, Any]) -> list[str]:
    """Name each altered line of the trail; lines of other dossiers are not here, so gaps are not faults."""
    found: list[str] = []
    hashes: dict[int, str] = {}
    last = 0
    for entry in trail.get("entries", []):
        content = {name: value for name, value in entry.items() if name != "hash"}
        if _canonical(content) != entry["hash"]:
            found.append(f"La ligne {entry['seq']} du journal d'audit a été modifiée.")
        if entry["seq"] <= last:
            found.append(f"La ligne {entry['seq']} du journal d'audit n'est pas à sa place.")
        if entry["seq"] - 1 in hashes and entry["previous"] != hashes[entry["seq"] - 1]:
            found.append(f"La ligne {entry['seq']} du journal d'audit ne suit pas la précédente.")
        hashes[entry["seq"]], last = entry["hash"], entry["seq"]
    return found


def folder_faults(folder: Path) -> list[str]:
    """Check every file of an unpacked archive against its manifest, then the two chains."""
    manifest = json.loads((folder / "MANIFESTE.json").read_text("utf-8"))
    found = []
    for name, expected in manifest["files"].items():
        file = folder / name
        if not file.is_file():
            found.append(f"Le fichier {name} manque.")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            found.append(f"Le fichier {name} a été modifié.")
    for name, check in (("journal.json", journal_faults), ("audit.json", audit_faults)):
        if (folder / name).is_file():
            found += check(json.loads((folder / name).read_text("utf-8")))
    return found


def sealed(pdf: bytes, place: dict[str, Any]) -> bytes:
    """Close a sheet of the journal: its number, its day and the seal of the one before, then its own seal."""
    told = json.dumps(place, sort_keys=True, separators=(",", ":")).encode()
    content = pdf.rstrip() + b"\n" + SHEET + told + b"\n"
    return content + SEAL + hashlib.sha256(content).hexdigest().encode() + b"\n"


def seal_of(sheet: bytes) -> str:
    """Read the seal that a sheet carries; an empty text when it has none."""
    content, found, seal = sheet.rpartition(SEAL)
    return seal.strip().decode("ascii", "replace") if found and content else ""


def sheets_faults(sheets: Iterable[tuple[str, bytes]]) -> list[str]:
    """Name each altered, missing or misplaced sheet, given as file name and bytes, in any order."""
    found: list[str] = []
    read = []
    for name, sheet in sheets:
        content, _, _ = sheet.rpartition(SEAL)
        head, mark, told = content.rpartition(SHEET)
        try:
            place = json.loads(told)
            read.append((int(place["number"]), str(place["previous"]), seal_of(sheet), name))
        except (ValueError, KeyError, TypeError):
            found.append(f"{name} n'est pas une feuille scellée du journal.")
            continue
        after_seal = sheet[len(content) :].strip() != SEAL.strip() + b" " + seal_of(sheet).encode()
        if not (mark and head) or after_seal or hashlib.sha256(content).hexdigest() != seal_of(sheet):
            found.append(f"{name} a été modifiée.")
    return found + _chain_faults(sorted(read))


def _chain_faults(sheets: list[tuple[int, str, str, str]]) -> list[str]:
    found: list[str] = []
    before: tuple[int, str, str, str] | None = None
    for one in sheets:
        number, previous, _, name = one
        if before is None:
            if number == 1 and previous != GENESIS:
                found.append("La première feuille ne commence pas la chaîne.")
        elif number == before[0]:
            found.append(f"{name} double la feuille {number}.")
        elif number != before[0] + 1:
            found.append(f"Il manque une ou plusieurs feuilles avant la feuille {number}.")
        elif previous != before[2]:
            found.append(f"{name} ne suit pas la feuille précédente.")
        before = one
    return found


def main(arguments: list[str]) -> int:
    """Print the verdict; 0 when sound, 1 when something is altered."""
    if arguments and arguments[0].lower().endswith(".pdf"):
        found = sheets_faults((name, Path(name).read_bytes()) for name in arguments)
    elif arguments:
        found = journal_faults(json.loads(Path(arguments[0]).read_text("utf-8")))
    else:
        found = folder_faults(Path(__file__).resolve().parent)
    sys.stdout.write("\n".join(found or ["Tout est intact."]) + "\n")
    return 1 if found else 0


def _canonical(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
