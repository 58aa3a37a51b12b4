"""The seed of the recipient directory: whom to write to, at which address, and which entity is the wrong one.

The firm's own directory starts from it and prevails; an address from memory is never served without a check.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput, NotFound
from casefile.law import reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STALE_AFTER = timedelta(days=90)
ADDRESS, ENTITY = "postal_address", "legal_entity"
SEPARATOR = " | "
# A spreadsheet runs a cell that starts so: an apostrophe keeps it a text.
FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Recipient:
    """One recipient of notices, letters or writs. An empty field is unknown, not absent in law."""

    id: str
    name: str
    service: str
    legal_entity: str
    roles: tuple[str, ...]
    postal_address: str
    country: str
    channel: str
    notice_url: str
    review_policy_url: str
    identification_contact: str
    languages: tuple[str, ...]
    is_vlop: bool
    notes: str
    source: str
    checked_on: str
    is_verified: bool
    verified_fields: tuple[str, ...] = ()
    wrong_entities: tuple[str, ...] = ()

    @property
    def checked_day(self) -> date | None:
        """Give the day of the last check, None when nobody checked."""
        return date.fromisoformat(self.checked_on) if self.checked_on else None

    def is_stale(self, on: date) -> bool:
        """Tell whether nobody has checked the entry for ninety days."""
        return self.checked_day is None or on - self.checked_day > STALE_AFTER


def recipients() -> tuple[Recipient, ...]:
    """Give the seeded directory."""
    return tuple(_directory().values())


def recipient(recipient_id: str) -> Recipient:
    """Give one recipient; raises NotFound."""
    try:
        return _directory()[recipient_id]
    except KeyError as error:
        raise NotFound(f"Le destinataire « {recipient_id} » n’est pas dans l’annuaire.", field="recipient") from error


def warnings_about(known: Recipient, on: date, *, written_entity: str = "") -> tuple[str, ...]:
    """Say, in French, what must be checked before writing to a recipient, wrong entity first."""
    found = [*_entity_warnings(known, written_entity)]
    if known.is_stale(on):
        when = f"depuis le {known.checked_day:%d/%m/%Y}" if known.checked_day else "à ce jour"
        found.append(f"Fiche non contrôlée {when} : relisez l’entité et l’adresse au registre.")
    if not known.postal_address:
        found.append("Adresse inconnue : relevez-la au registre avant tout envoi.")
    elif ADDRESS not in known.verified_fields:
        found.append("Adresse de mémoire : contrôlez-la au registre le jour de la signification.")
    if ENTITY not in known.verified_fields:
        found.append("Entité de mémoire : contrôlez la dénomination au registre.")
    if known.country != "FR":
        found.append("Destinataire établi à l’étranger : prévoyez la signification hors de France et la traduction.")
    return tuple(found)


def to_csv(entries: Iterable[Recipient]) -> str:
    """Write entries as CSV, lists joined by « | », with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        writer.writerow({name: _as_cell(value) for name, value in asdict(entry).items()})
    return out.getvalue()


def from_csv(text: str) -> tuple[Recipient, ...]:
    """Read entries back; raises InvalidInput naming the line and the column at fault."""
    reader = csv.DictReader(io.StringIO(text))
    missing = set(COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise InvalidInput(f"La colonne « {min(missing)} » manque dans le fichier.", field=min(missing))
    return tuple(_from_row(row, line) for line, row in enumerate(reader, start=2))


COLUMNS = tuple(column.name for column in fields(Recipient))
_LISTS = frozenset({"roles", "languages", "verified_fields", "wrong_entities"})
_FLAGS = {"oui": True, "non": False}


@cache
def _directory() -> Mapping[str, Recipient]:
    return MappingProxyType({entry.id: entry for entry in reference.rows("recipients", Recipient)})


def _entity_warnings(known: Recipient, written: str) -> list[str]:
    if not written or _plain(written) == _plain(known.legal_entity):
        return []
    wrong = [name for name in known.wrong_entities if _plain(name) in _plain(written)]
    if wrong:
        why = "est la filiale commerciale française et n’héberge rien : elle est mise hors de cause."
        return [f"« {written} » {why} Visez {known.legal_entity}."]
    if known.country != "FR" and "france" in _plain(written).split():
        return [f"« {written} » semble une filiale française : l’entité qui héberge est {known.legal_entity}."]
    return [f"« {written} » n’est pas l’entité de la fiche ({known.legal_entity}) : vérifiez laquelle héberge."]


def _as_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    cell = SEPARATOR.join(value) if isinstance(value, tuple) else str(value)
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _from_row(row: Mapping[str, str | None], line: int) -> Recipient:
    values: dict[str, Any] = {}
    for column in COLUMNS:
        cell = (row.get(column) or "").strip()
        cell = cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
        if column in _LISTS:
            values[column] = tuple(part.strip() for part in cell.split("|") if part.strip())
        elif column in {"is_vlop", "is_verified"}:
            values[column] = _flag(cell, column, line)
        else:
            values[column] = cell
    _check_row(values, line)
    return Recipient(**values)


def _flag(cell: str, column: str, line: int) -> bool:
    if cell not in _FLAGS:
        raise InvalidInput(f"Ligne {line}, colonne « {column} » : écrivez oui ou non.", field=column)
    return _FLAGS[cell]


def _check_row(values: Mapping[str, Any], line: int) -> None:
    for column in ("id", "name", ENTITY):
        if not values[column]:
            raise InvalidInput(f"Ligne {line}, colonne « {column} » : la valeur manque.", field=column)
    try:
        _ = values["checked_on"] and date.fromisoformat(values["checked_on"])
    except ValueError as error:
        raise InvalidInput(
            f"Ligne {line}, colonne « checked_on » : écrivez une date AAAA-MM-JJ.", field="checked_on"
        ) from error


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in folded if not unicodedata.combining(letter)).split())
