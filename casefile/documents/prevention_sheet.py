"""The sheet of prevention of one client, as a PDF to hand over: each line, its source, and when it was seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casefile import clock
from casefile.documents.blocks import Block, heading, paragraph, table
from casefile.documents.pdf import Meta, render
from casefile.documents.typography import long_date
from casefile.models.matter import Matter, Party
from casefile.models.people import Firm
from casefile.prevention import Seen, SheetLine, as_of, sheet

TITLE = "Fiche de prévention"


def pdf(firm: Firm, matter: Matter, client: Party, seen: Mapping[str, Seen], on: date) -> bytes:
    """Draw the sheet as it stands on a day."""
    meta = Meta(title=TITLE, author=firm.name, reference=matter.reference, created=on, subject=TITLE)
    return render(_blocks(firm, client, seen, on), meta)


def _blocks(firm: Firm, client: Party, seen: Mapping[str, Seen], on: date) -> list[Block]:
    parts: list[Block] = []
    for part in sheet():
        rows = [(_mark(seen.get(line.id)), _words(line)) for line in part.lines]
        parts += [heading(part.title), table(("Vu", "Ligne"), rows, widths=(0.24, 0.76))]
    return [
        heading(TITLE, 0),
        paragraph(f"{firm.name}, pour {client.display_name}, le {long_date(on)}."),
        *parts,
        paragraph(
            f"État du droit au {long_date(as_of())}. Ce qui est noté « non vérifié » est cité de mémoire ou discuté.",
            style="note",
        ),
    ]


def _mark(found: Seen | None) -> str:
    if found is None:
        return "À voir"
    day = long_date(clock.day_of(found.tick.created_at))
    note = f". {found.tick.note}" if found.tick.note else ""
    return f"{day}, {found.person}{note}"


def _words(line: SheetLine) -> str:
    doubt = "" if line.status == "verified" else ", non vérifié"
    return f"{line.text} ({line.source}{doubt})"
