"""Verify an exported deadline journal, with nothing but Python: `python journal_check.py journal.json`.

This file is put as it is into the archives that a firm hands over; it imports nothing of Casefile.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

GENESIS = "0" * 64


def digest_of(page: dict[str, Any]) -> str:
    """Hash a page's content, which includes the hash of the page before."""
    content = {name: page[name] for name in ("number", "day", "lines", "previous_hash")}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def faults(journal: dict[str, Any]) -> list[str]:
    """Name each altered, missing or misplaced page in French; an empty list when all is sound."""
    found: list[str] = []
    pages = journal.get("pages", [])
    for index, page in enumerate(pages):
        if digest_of(page) != page["hash"]:
            found.append(f"La page {page['number']} du {page['day']} a été modifiée.")
        expected = pages[index - 1]["hash"] if index else None
        if expected is not None and page["previous_hash"] != expected:
            found.append(f"La page {page['number']} du {page['day']} ne suit pas la page précédente.")
        if index and page["number"] != pages[index - 1]["number"] + 1:
            found.append(f"Il manque une ou plusieurs pages avant la page {page['number']}.")
        if page["number"] == 1 and page["previous_hash"] != GENESIS:
            found.append("La première page ne commence pas la chaîne.")
    return found


def main(file: str) -> int:
    """Print the verdict; 0 when sound, 1 when something is altered."""
    journal = json.loads(Path(file).read_text("utf-8"))
    found = faults(journal)
    lines = found or [f"Journal intact : {len(journal.get('pages', []))} pages, chaîne continue."]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
