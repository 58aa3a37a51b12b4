"""All the data of one dossier in one ZIP: for the client's right of access and portability (RGPD art. 15 and 20).

Rows as JSON, files as they were received. What concerns the firm's own people and working (the trail, walls, mail,
invitations, reminders) is left out on purpose, and the ZIP says so.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.models import Base
from casefile.models.belonging import of_matter
from casefile.models.desk import COPIES
from casefile.storage import Storage

LEFT_OUT = frozenset(
    {
        "audit_entry",
        "conflict_match",
        "invitation",
        "matter_erasure",
        "outgoing_mail",
        "reminder",
        "search_entry",
        "status_place",
        "team_member",
        "token_renewal",
        "token_retry",
    }
    | COPIES
    | {"form_draft", "import_line", "intake_link", "recent_change", "wall_entry", "watch", "webhook_delivery"}
)
PIECE = 1024 * 1024
FORMAT, VERSION = "casefile-dossier", 1
FORMULA = ("=", "+", "-", "@", "\t", "\r")

READ_ME = """\
DONNÉES D'UN DOSSIER

donnees.json   toutes les lignes du dossier, par table (les dates sont en temps universel)
csv/           les mêmes lignes, une feuille par table, séparées par des points-virgules, en UTF-8
               (une apostrophe précède ce qu'un tableur prendrait pour une formule)
schema.json    pour chaque table, ses colonnes, leur type, et la table et la colonne qu'elles désignent
fichiers/      chaque fichier, nommé par son empreinte SHA-256, que donnees.json cite

Pour relire : lire donnees.json ; suivre les colonnes que schema.json dit désigner une autre table ; une table
absente de donnees.json reste au cabinet, et son identifiant n'a de sens que chez lui. Une colonne dont le nom
finit par « sha256 » nomme un fichier quand il est là. Le numéro de version du format est dans donnees.json.

Ne s'y trouvent pas : le journal des accès, les cloisonnements, l'équipe, les messages et rappels internes du cabinet.

Avant de remettre ce fichier : il contient aussi des données d'autres personnes et les notes du cabinet.
Le droit d'obtenir copie ne porte pas atteinte aux droits d'autrui (RGPD, art. 15, § 4) : relisez-le.
"""


def write(session: Session, storage: Storage, matter_id: uuid.UUID, target: IO[bytes]) -> int:
    """Write the ZIP of a dossier and give how many files it holds."""
    rows = {table.name: _rows(session, query) for table, query in _queries(matter_id)}
    digests = sorted({value for lines in rows.values() for line in lines for value in _digests(line)})
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZ-MOI.txt", READ_ME)
        tables = {name: lines for name, lines in rows.items() if lines}
        content = {"format": FORMAT, "version": VERSION, "etabli_le": clock.now(), "tables": tables}
        for name, lines in tables.items():
            archive.writestr(f"csv/{name}.csv", "\ufeff" + _csv(lines))
        archive.writestr("schema.json", json.dumps(_schema(tables), ensure_ascii=False, indent=1))
        archive.writestr("donnees.json", json.dumps(content, ensure_ascii=False, indent=1, default=str))
        kept = [digest for digest in digests if storage.exists(digest)]
        for digest in kept:
            with storage.open(digest) as source, archive.open(f"fichiers/{digest}", "w") as copy:
                while piece := source.read(PIECE):
                    copy.write(piece)
    return len(kept)


def _queries(matter_id: uuid.UUID) -> Iterator[tuple[Table, Select[Any]]]:
    for table in Base.metadata.sorted_tables:
        mine = None if table.name in LEFT_OUT else of_matter(table, matter_id)
        if mine is not None:
            yield table, select(table).where(mine)


def _rows(session: Session, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(query).mappings()]


def _schema(names: Iterable[str]) -> dict[str, Any]:
    """Describe the tables of an export, so that another tool can link their rows without this program."""
    return {
        name: {
            column.name: {
                "type": column.type.python_type.__name__,
                "designe": next((key.target_fullname for key in column.foreign_keys), None),
            }
            for column in Base.metadata.tables[name].columns
        }
        for name in names
    }


def _csv(lines: list[dict[str, Any]]) -> str:
    """Write rows as a sheet whose cells no spreadsheet can run."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(lines[0])
    for line in lines:
        writer.writerow([_cell(value) for value in line.values()])
    return target.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _digests(line: dict[str, Any]) -> Iterator[str]:
    for name, value in line.items():
        if name.endswith("sha256") and isinstance(value, str):
            yield value
