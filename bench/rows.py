"""The rows of the bench: each names its floor, its limit, and prepares both sides over the same data.

A row is added by writing one function under `@row`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import rendering
from bench.data import SHOWN, word_at
from bench.floors import agenda, deadlines, dossier, dossiers, home, notifications
from bench.floors import search as search_by_hand
from bench.floors.desk import Desk
from bench.ground import Ground
from bench.mailing import draining, draining_ready
from bench.measure import Act, Pair
from bench.pages import first_matter, paging, paging_by_hand, rows_shown, sections_shown
from bench.recount import recounting
from bench.signing_in import signing_in
from casefile import audit, clock, search
from casefile.law.calendar import add_months
from casefile.models.base import keys_of
from casefile.models.ledger import Note
from casefile.storage import verify_blob

Prepare = Callable[[Ground], Pair]
ROWS: list[tuple[str, str, float | None, Prepare]] = []

HASHED_BYTES = 64 * 1024 * 1024
PAGE = 20
COMMON, RARE = (3, 7, 11, 15, 19, 25, 31, 40), (900, 1500, 2600, 4000, 6100, 9000, 12_000, 15_000)


def row(name: str, floor: str, limit: float | None) -> Callable[[Prepare], Prepare]:
    """Register one row."""

    def register(prepare: Prepare) -> Prepare:
        ROWS.append((name, floor, limit, prepare))
        return prepare

    return register


@row("empreinte d'un fichier", "sha256sum des mêmes octets", 1.2)
def hashing(ground: Ground) -> Pair:
    """Hash a file as an upload is hashed."""
    file = _big_file(ground)

    def ours(_number: int) -> object:
        with file.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()

    return Pair(
        lambda _number: _sha256sum(file), ours, rounds=12, warm_up=2, same=lambda left, right: left == right, waits=True
    )


@row("relecture d'un fichier chiffré", "sha256sum des mêmes octets", 1.2)
def reading_sealed(ground: Ground) -> Pair:
    """Open, authenticate and hash a blob, as `casefile verify` does."""
    file = _big_file(ground)
    with file.open("rb") as source:
        sha256, _ = ground.storage.put(source)
    return Pair(
        lambda _number: _sha256sum(file), lambda _number: verify_blob(ground.storage, sha256), 12, 2, waits=True
    )


@row("enregistrement avec journal et index", "INSERT + COMMIT nus, même synchronous", 3.0)
def saving(ground: Ground) -> Pair:
    """Save one note with its audit entry and its place in the index.

    The floor's notes are not encrypted: the dossier that takes them is one whose page nobody asks for.
    """
    matter, person = ground.matters[-1], ground.person
    statement = "INSERT INTO note (id, matter_id, author_id, body, created_at) VALUES (?, ?, ?, ?, ?)"

    def floor(number: int) -> object:
        values = (uuid.uuid4().hex, matter.hex, person.id.hex, f"note {number}", clock.now().isoformat(" "))
        ground.raw.execute("BEGIN IMMEDIATE")
        ground.raw.execute(statement, values)
        return ground.raw.execute("COMMIT")

    def ours(number: int) -> object:
        with ground.database.transaction() as session:
            note = Note(matter_id=matter, author_id=person.id, body=f"note {number}")
            session.add(note)
            audit.record(session, person, "note.added", note)
        return None

    return Pair(floor, ours, waits=True)


# The same answer as ours, written by hand: same columns, same wall, an extract cut by FTS5 itself.
RAW_SEARCH = (
    "SELECT e.id, e.kind, e.object_id, e.matter_id, e.happened_at, m.reference, m.title, "
    "snippet(search_text, 0, '[', ']', '…', 24) FROM search_text t "
    "JOIN search_entry e ON e.id = t.rowid JOIN matter m ON m.id = e.matter_id "
    "WHERE search_text MATCH ? AND EXISTS (SELECT 1 FROM team_member tm WHERE tm.matter_id = m.id "
    "AND tm.person_id = ? AND (tm.until IS NULL OR tm.until > ?)) AND NOT EXISTS (SELECT 1 FROM wall_entry w "
    "WHERE w.matter_id = m.id AND w.person_id = ? AND w.lifted_at IS NULL) ORDER BY t.rowid DESC LIMIT ?"
)


def found_in(ground: Ground, ranks: tuple[int, ...]) -> Act:
    """Search these words in turn, as the page does."""
    session = ground.reading()
    return lambda number: search.find(session, ground.person, word_at(ranks[number % len(ranks)]), limit=PAGE)


def _searching(ground: Ground, ranks: tuple[int, ...]) -> Pair:
    def floor(number: int) -> object:
        word = keys_of(ground.database.engine.dialect).blind(word_at(ranks[number % len(ranks)]))
        asked, reader = f'stems : "{word}"', ground.person.id.hex
        values = (asked, reader, clock.now().isoformat(" "), reader, PAGE + 1)
        return [(uuid.UUID(found[2]), found[5]) for found in ground.raw.execute(RAW_SEARCH, values)]

    def same(left: object, right: object) -> bool:
        assert isinstance(left, list)
        assert isinstance(right, search.Page)
        return left[:PAGE] == [(hit.object_id, hit.reference) for hit in right.hits]

    return Pair(floor, found_in(ground, ranks), same=same)


@row("recherche, mots courants", "requête FTS5 nue, avec mur et extrait", 2.0)
def searching_common(ground: Ground) -> Pair:
    """Search the commonest words."""
    return _searching(ground, COMMON)


@row("recherche, mots rares", "requête FTS5 nue, avec mur et extrait", 2.0)
def searching_rare(ground: Ground) -> Pair:
    """Search rare words."""
    return _searching(ground, RARE)


@row("recherche : mot le plus courant", "le plus rare, par la même fonction", 5.0)
def searching_evenly(ground: Ground) -> Pair:
    """Compare our own search with itself: a common word must not cost more than a rare one."""
    return Pair(found_in(ground, RARE[-1:]), found_in(ground, COMMON[:1]))


def _big_file(ground: Ground) -> Path:
    file = ground.directory / "big"
    if not file.exists():
        file.write_bytes(os.urandom(HASHED_BYTES))
    return file


def _sha256sum(file: Path) -> str:
    return subprocess.run(["sha256sum", str(file)], capture_output=True, text=True, check=True).stdout[:64]


LISTINGS: dict[str, tuple[str, Callable[[Desk], str]]] = {
    "page « À traiter »": ("/", home.view),
    "page « Dossiers »": ("/dossiers", dossiers.view),
    "page « Délais »": ("/delais", deadlines.view),
    "page « Agenda »": ("/agenda?vue=liste", agenda.view),
    "page « Notifications »": ("/notifications", notifications.view),
}
DOSSIER, SECTIONS = "page du dossier", 8
SEARCH = "page « Recherche »"
OTHERS = {
    SEARCH: f"/recherche?q={word_at(COMMON[0])}",
    DOSSIER: "/dossiers/{first}",
}
BY_HAND, REPLAYED = "écrite à la main : SQL nu, même gabarit", "ses requêtes rejouées + son gabarit"


DRAWINGS: tuple[tuple[str, str, float, Callable[[], Pair]], ...] = (
    ("lettre PDF étiquetée, deux pages", "les mêmes blocs par Platypus nu", 1.6, rendering.letter),
    ("lettre Word", "python-docx, paragraphes sans style", 1.5, rendering.word),
    ("300 pièces cachetées et réunies", "pikepdf seul : cachet posé sans regarder", 1.2, rendering.stamped),
    ("300 pièces réunies", "réunion par pikepdf sans cachet", 2.0, rendering.exhibits),
)


def _alone(prepare: Callable[[], Pair]) -> Prepare:
    return lambda _ground: prepare()


def rounds_of(path: str) -> int:
    """Say how often a page is asked for: who searches more than 120 times a minute is told to wait, which is cheap."""
    return 100 if path.startswith("/recherche") else 120


def _by_hand(path: str, write: Callable[[Desk], str]) -> Prepare:
    def prepare(ground: Ground) -> Pair:
        pair = paging_by_hand(ground, path, write, rounds_of(path))
        assert rows_shown(str(pair.ours(0))) == SHOWN
        return pair

    return prepare


def _replayed(path: str) -> Prepare:
    return lambda ground: paging(ground, path.format(first=first_matter(ground)), rounds_of(path))


for _name, (_path, _write) in LISTINGS.items():
    row(_name, BY_HAND, 2.0)(_by_hand(_path, _write))
    row(f"{_name}, réponse connue", REPLAYED, None)(_replayed(_path))


@row(DOSSIER, BY_HAND, 2.0)
def showing(ground: Ground) -> Pair:
    """Show the full dossier, its eight sections filled."""
    pair = paging_by_hand(ground, OTHERS[DOSSIER].format(first=first_matter(ground)), dossier.view)
    assert sections_shown(str(pair.ours(0))) == SECTIONS
    return pair


row(SEARCH, BY_HAND, 2.0)(_by_hand(OTHERS[SEARCH], search_by_hand.view))
for _name, _path in OTHERS.items():
    row(f"{_name}, réponse connue", REPLAYED, None)(_replayed(_path))

row("connexion", "même argon2, INSERT + COMMIT nus", 2.0)(signing_in)
for _name, _floor, _limit, _drawing in DRAWINGS:
    row(_name, _floor, _limit)(_alone(_drawing))


def _publications(count: int) -> tuple[list[date], list[Any]]:
    from casefile.law.limitation_input import facts_from_json

    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(count)]
    asked = {"qualification": "diffamation_publique_particulier", "acts": [], "territory": "metropole"}
    published = ({"kind": "exact", "date": day.isoformat()} for day in days)
    return days, [facts_from_json({**asked, "publication": day, "on": "2026-11-23"}) for day in published]


@row("prescription de 200 publications", "boucle qui n'ajoute que des mois", 20.0)
def limitation(ground: Ground) -> Pair:  # noqa: ARG001 - the law needs no data
    """Count limitations again, as after a change of rule: their three dates, the last of which the floor gives too."""
    from casefile.law.limitation import dates

    days, asked = _publications(200)

    def ours(_number: int) -> object:
        return [dates(facts, on)[2] for facts, on in asked]

    return Pair(lambda _number: [add_months(day, 3) for day in days], ours, same=lambda left, right: left == right)


@row("prescription de 2 000 publications", "dix fois 200 d'entre elles", 1.2)
def limitation_linear(ground: Ground) -> Pair:  # noqa: ARG001 - the law needs no data
    """Count ten times as many: ten times the cost, no more."""
    from casefile.law.limitation import dates

    _days, asked = _publications(2000)

    def few(_number: int) -> object:
        return [[dates(facts, on) for facts, on in asked[:200]] for _ in range(10)]

    def many(_number: int) -> object:
        return [dates(facts, on) for facts, on in asked]

    return Pair(few, many, rounds=30, warm_up=2, same=lambda left, right: left[0] == right[:200])  # type: ignore[index] # lists


@row("prescription de 200, motifs compris", "boucle qui n'ajoute que des mois", None)
def limitation_reasoned(ground: Ground) -> Pair:  # noqa: ARG001 - the law needs no data
    """Compute limitations as a page shows them: dates, trace, warnings, rules."""
    from casefile.law.limitation import compute

    days, asked = _publications(200)

    def ours(_number: int) -> object:
        return [compute(facts, on).admitted_on for facts, on in asked]

    return Pair(
        lambda _number: [add_months(day, 3) for day in days], ours, 30, 2, same=lambda left, right: left == right
    )


# What these leave behind would weigh on the pages: they come last.
row("rappels échus, jusqu'au serveur de courriel", "les mêmes, écrits et envoyés par smtplib", 2.0)(draining)
row("les mêmes rappels", "messages déjà écrits, par smtplib", None)(draining_ready)
row("recalcul de la prescription de chaque dossier", "lecture nue des mêmes lignes", 20)(recounting)
