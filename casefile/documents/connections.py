"""A connection in a letter to an operator: refused when it could name nobody, written in two time zones."""

from __future__ import annotations

from datetime import date, datetime

from casefile import clock
from casefile.documents.blocks import Block, table
from casefile.documents.checks import Found, refuse, warn
from casefile.documents.dossier_connections import in_paris, universal
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.law.calendar import add_months

HELD_MONTHS, LATE_MONTHS = 12, 10


def connections_are_usable(facts: Facts, on: date) -> Found:
    """Refuse a letter to an operator without a usable connection: port, instant and zone, less than a year old."""
    if facts.text("addressee") != "isp":
        return
    rows = facts.rows("connections")
    if not rows:
        message = "Aucune adresse IP n’est enregistrée : saisissez la réponse de l’hébergeur à son étape."
        yield refuse("no_connection", message, "connections")
    for rank, row in enumerate(rows):
        where, at = f"connections.{rank}", datetime.fromisoformat(str(row["connected_at"]))
        if not row.get("port") and ":" not in str(row["address"]):
            message = f"L’adresse {row['address']} est donnée sans son port : partagée, elle ne désigne personne."
            yield refuse("no_port", message, f"{where}.port")
        last = add_months(clock.day_of(at), HELD_MONTHS)
        if on > last:
            message = f"La connexion du {at:%d/%m/%Y} a plus d’un an : la table de l’opérateur est effacée."
            yield refuse("erased", message, f"{where}.connected_at")
        elif on > add_months(clock.day_of(at), LATE_MONTHS):
            message = f"La table de l’opérateur est effacée après le {last:%d/%m/%Y} : saisissez le juge sans attendre."
            yield warn("nearly_erased", message, f"{where}.connected_at")


def connection_table(draft: Draft) -> list[Block]:
    """Write each connection as received, with its port, in universal time and on a Paris clock."""
    rows = []
    for row in draft.facts.rows("connections"):
        at = datetime.fromisoformat(str(row["connected_at"]))
        port = str(row["port"]) if row.get("port") else "sans objet (IPv6)"
        rows.append([str(row["address"]), port, f"{universal(at)} UTC", in_paris(at)])
    if not rows:
        return []
    return [table(["Adresse IP source", "Port source", "Instant (UTC)", "Heure de Paris"], rows, widths=[3, 2, 3, 4])]
