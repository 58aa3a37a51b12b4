"""« À traiter aujourd’hui » by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flask import render_template

from bench.floors import deadlines
from bench.floors.desk import MINE, SEEN, Desk, Matter, dashed
from casefile import clock
from casefile.web.day import Few, Health
from casefile.web.deadline_lines import Counter
from casefile.web.paging import Pager

OPEN_COUNT = f"SELECT count(*), count(k.next_prudent_on) FROM desk_matter k WHERE {MINE} AND k.state = 'open'"
REMINDED = (
    "SELECT d.id, d.label, m.id, m.reference, m.title, max(r.sent_at), count(*) OVER () FROM reminder r "
    "JOIN deadline d ON d.id = r.deadline_id JOIN matter m ON m.id = d.matter_id WHERE r.recipient_id = :me "
    f"AND r.state = 'sent' AND r.sent_at IS NOT NULL AND d.state = 'open' AND {SEEN} AND NOT EXISTS "
    "(SELECT 1 FROM acknowledgement a WHERE a.deadline_id = d.id AND a.created_at >= r.sent_at) "
    "GROUP BY d.id ORDER BY max(r.sent_at) DESC, d.id LIMIT 12"
)
GONE = (
    "SELECT p.title, p.removed_on, m.id, m.reference, count(*) OVER () FROM publication p "
    f"JOIN matter m ON m.id = p.matter_id WHERE p.removed_on >= :lately AND {SEEN} "
    "ORDER BY p.removed_on DESC, p.id LIMIT 12"
)
SILENT = (
    "SELECT m.id, m.reference, f.total FROM (SELECT k.matter_id, k.year, k.number, count(*) OVER () AS total "
    f"FROM desk_matter k WHERE {MINE} AND k.state = 'open' AND k.is_quiet = 0 AND k.matter_id NOT IN "
    "(SELECT d.matter_id FROM desk_deadline d WHERE d.person_id = :me AND d.is_critical = 1 "
    "AND d.prudent_on >= :today) ORDER BY k.year, k.number LIMIT 12) f JOIN matter m ON m.id = f.matter_id "
    f"WHERE {SEEN} ORDER BY f.year, f.number"
)
HANDED_IN = (
    "SELECT m.id, m.reference, count(*) FROM client_delivery c JOIN matter m ON m.id = c.matter_id "
    f"WHERE c.settled_at IS NULL AND {SEEN} AND NOT EXISTS (SELECT 1 FROM team_member r WHERE r.matter_id = m.id "
    "AND r.person_id = :me AND r.function = 'reader') GROUP BY m.id ORDER BY min(c.created_at)"
)
CONFLICTS = (
    "SELECT count(*) FROM conflict_match c WHERE c.state = 'awaited' AND EXISTS (SELECT 1 FROM team_member t "
    "WHERE t.matter_id = c.other_matter_id AND t.person_id = :me AND (t.until IS NULL OR t.until > :now)) "
    "AND NOT EXISTS (SELECT 1 FROM wall_entry w WHERE w.matter_id IN (c.matter_id, c.other_matter_id) "
    "AND w.person_id = :me AND w.lifted_at IS NULL)"
)


class Silent(NamedTuple):
    """A dossier in which nothing runs."""

    id: str
    reference: str


def view(desk: Desk) -> str:
    """Answer « / »."""
    read = deadlines.found(desk, "/?vue=miens&", mine=True)
    open_count, running = desk.rows(OPEN_COUNT)[0]
    silent = desk.rows(SILENT)
    if desk.rows(REMINDED) or desk.rows(GONE, lately=(desk.today - timedelta(14)).isoformat()):
        raise NotImplementedError("this floor draws no reminder and no content gone")
    shell = desk.shell("/")
    backup = int((desk.now - desk.beats["backup"]).total_seconds() // 3600)
    control = ("info", read.awaited, "Contrôle attendu", "par une seconde personne", "/?vue=miens&controle=attendu")
    return render_template(
        "home/index.html",
        day=desk.today,
        open_count=open_count,
        running_count=running,
        has_matters=open_count > 0,
        may_open=True,
        tally=[*read.tally, Counter(*control, current=False)],
        groups=read.groups,
        pager=Pager(1, read.total, noun="échéance"),
        filters={"vue": "miens", "nature": "", "controle": "", "etat": ""},
        natures=deadlines.KINDS,
        to_acknowledge=Few([], 0),
        watched=Few([], 0),
        silent=Few([Silent(dashed(key), reference) for key, reference, _ in silent], silent[0][-1] if silent else 0),
        handed_in=[(Matter(dashed(key), reference, ""), count, None) for key, reference, count in desk.rows(HANDED_IN)],
        conflicts=desk.number(CONFLICTS),
        to_control=desk.number(deadlines.TO_CONTROL),
        health=[
            Health("ok", f"Rappels {clock.paris(desk.beats['worker']):%H:%M}"),
            Health("ok", f"Sauvegarde\u00a0: il y a {backup}\u00a0h"),
        ],
        shell=shell,
    )
