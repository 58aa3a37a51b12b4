"""The deadline journal on paper: one sealed PDF sheet per day, each carrying the seal of the one before.

A sheet is made once and kept as it is. It says who did what about which date, never a word that a person typed: a
reason may name somebody, and these sheets cross the walls between dossiers.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock, storage
from casefile.config import Settings
from casefile.deadlines import proof_check
from casefile.deadlines.wording import KIND_NAMES
from casefile.documents.blocks import Block, Exact, Strong, cell, heading, paragraph, table
from casefile.documents.pdf import Meta, render
from casefile.documents.typography import long_date
from casefile.models.ledger import JournalPage, JournalSheet
from casefile.models.people import Firm
from casefile.models.procedure import DeadlineKind

ACTIONS = {
    "deadline.entered": "échéance inscrite",
    "deadline.superseded": "échéance remplacée",
    "deadline.controlled": "date contrôlée",
    "deadline.done": "échéance faite",
    "deadline.waived": "échéance abandonnée",
    "deadline.delegated": "échéance confiée",
    "deadline.reopened": "échéance rouverte",
    "trigger.entered": "fait inscrit",
    "trigger.corrected": "fait corrigé",
    "trigger.withdrawn": "fait retiré",
    "act.recorded": "acte inscrit",
    "act.withdrawn": "acte retiré",
}
DAYS = {"prudent_on": "date prudente", "admitted_on": "date admise", "on": "le", "typed_on": "date ressaisie"}
README = """Journal des délais

Pour vérifier : « python verifier.py *.pdf » dans ce dossier. Rien d'autre n'est nécessaire.
Chaque feuille porte le sceau de la précédente : en modifier une rompt la chaîne.
"""


def write_sheets(session: Session, settings: Settings, now: datetime) -> int:
    """Make the sheet of each page that has none yet, in order; give how many."""
    last = session.scalar(select(JournalSheet).order_by(JournalSheet.number.desc()).limit(1))
    pages = session.scalars(
        select(JournalPage).where(JournalPage.number > (last.number if last else 0)).order_by(JournalPage.number)
    )
    firm, store = session.get(Firm, 1), storage.from_settings(settings)
    seal, written = last.seal if last else proof_check.GENESIS, 0
    for page in pages.all():
        content = sheet(page, seal, firm.name if firm else "Casefile")
        seal = proof_check.seal_of(content)
        row = JournalSheet(number=page.number, seal=seal, pdf_sha256=store.put(io.BytesIO(content))[0], made_at=now)
        session.add(row)
        session.flush()
        # The head of the trail is under the firm's key: so is, through it, the seal of the last sheet.
        audit.record(session, None, "journal.sealed", None, {"number": page.number, "day": page.day, "seal": seal})
        written += 1
    return written


def sheet(page: JournalPage, previous_seal: str, firm: str) -> bytes:
    """Give the sealed sheet of one page of the journal."""
    title = f"Journal des délais, feuille {page.number}"
    meta = Meta(title=title, author=firm, reference=long_date(page.day), created=page.day, subject=firm)
    made = render(_blocks(page, previous_seal, firm), meta)
    return proof_check.sealed(made, {"number": page.number, "day": page.day.isoformat(), "previous": previous_seal})


def bundle(session: Session, settings: Settings, begins: date, ends: date) -> bytes:
    """Give the sheets of some days with the program that verifies them, as one archive."""
    store, out = storage.from_settings(settings), io.BytesIO()
    rows = session.execute(
        select(JournalSheet, JournalPage.day)
        .join(JournalPage, JournalPage.number == JournalSheet.number)
        .where(JournalPage.day >= begins, JournalPage.day <= ends)
        .order_by(JournalSheet.number)
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("LISEZMOI.txt", README)
        made.writestr("verifier.py", Path(proof_check.__file__).read_bytes())
        for row, day in rows:
            with store.open(row.pdf_sha256) as content:
                made.writestr(file_name(row.number, day), content.read())
    return out.getvalue()


def file_name(number: int, day: date) -> str:
    """Name the file of a sheet so that files sort in the order of the chain."""
    return f"journal-{number:05d}-{day.isoformat()}.pdf"


def _blocks(page: JournalPage, previous_seal: str, firm: str) -> list[Block]:
    count = len(page.lines)
    said = "Aucune écriture ce jour." if not count else f"{count} écriture{'s' if count > 1 else ''}."
    rows = [_row(line) for line in page.lines]
    return [
        heading(f"Journal des délais du {long_date(page.day)}", 0),
        paragraph(f"Feuille {page.number} · ", Exact(firm), f". {said}"),
        *([table(("Heure", "Par", "Dossier", "Écriture"), rows, widths=(0.1, 0.24, 0.14, 0.52))] if rows else []),
        paragraph(Strong("Sceau de la feuille précédente"), style="note"),
        paragraph(Exact(previous_seal), style="note"),
        paragraph(Strong("Empreinte de la page au registre"), style="note"),
        paragraph(Exact(page.hash), style="note"),
        paragraph(
            "Le sceau de cette feuille est dans son fichier et sur la feuille suivante. « python verifier.py » le "
            "contrôle sans Casefile.",
            style="note",
        ),
    ]


def _row(line: Mapping[str, Any]) -> Sequence[Any]:
    at = clock.paris(datetime.fromisoformat(line["at"]))
    return (
        f"{at:%H:%M}",
        cell(Exact(line["by"])),
        cell(Exact(line["matter"] or "–")),
        cell(ACTIONS.get(line["action"], line["action"]).capitalize(), _facts(line)),
    )


def _facts(line: Mapping[str, Any]) -> str:
    facts: Mapping[str, Any] = line["facts"]
    kind = facts.get("kind")
    named = [KIND_NAMES[DeadlineKind(kind)]] if kind in set(DeadlineKind) else []
    days = [f"{words} {_day(facts[name])}" for name, words in DAYS.items() if facts.get(name)]
    verdict = ["concordante" if facts["matches"] else "discordante"] if "matches" in facts else []
    said = ", ".join([*named, *verdict, *days])
    return f" : {said}" if said else ""


def _day(value: str) -> str:
    return long_date(date.fromisoformat(value)).replace(" ", "\u00a0")  # a date is never cut at the end of a line
