"""The proof that a dossier was destroyed, as a PDF to keep: number, dates, counts and digests; no name of a client."""

from __future__ import annotations

from datetime import date, datetime

from casefile import clock
from casefile.documents.blocks import Block, bullets, heading, paragraph, table
from casefile.documents.pdf import Meta, render
from casefile.documents.typography import long_date
from casefile.models.erasure import ErasureGround, MatterErasure
from casefile.models.people import Firm

TITLE = "Preuve de destruction d'un dossier"
GROUNDS = {
    ErasureGround.TERM: "Durée de conservation échue (RGPD, art. 5, § 1, e)",
    ErasureGround.REQUEST: "Demande d'effacement de la personne concernée (RGPD, art. 17)",
}
# What the rows were, in the words of the trade; the tables not named here are counted together.
KINDS = {
    "party": "Parties",
    "team_member": "Places dans l'équipe",
    "artifact": "Fichiers de captures",
    "passage": "Passages",
    "qualification": "Qualifications",
    "answer": "Réponses aux questions",
    "deadline": "Échéances",
    "trigger_event": "Faits générateurs",
    "procedural_act": "Actes",
    "identification_step": "Étapes d'identification",
    "letter": "Lettres",
    "letter_version": "Versions de lettres",
    "dispatch": "Envois",
    "exhibit": "Pièces",
    "note": "Notes",
    "filed_mail": "Messages reçus",
    "mail_part": "Pièces jointes",
    "outgoing_mail": "Messages du cabinet",
    "reminder": "Rappels",
    "public_reply": "Réponses publiques",
    "prevention_tick": "Lignes de prévention vues avec le client",
    "conflict_match": "Rapprochements de conflits",
    "search_entry": "Entrées de la recherche",
}
BACKUPS = (
    "Les sauvegardes chiffrées faites avant ce jour contiennent encore le dossier jusqu'à leur propre suppression ; "
    "une sauvegarde antérieure qui serait restaurée oblige à détruire le dossier de nouveau."
)


def pdf(firm: Firm, row: MatterErasure, names: dict[str, str]) -> bytes:
    """Draw the certificate; `names` gives the members of the firm by identifier."""
    decided = row.decided_at or row.created_at
    meta = Meta(
        title=f"{TITLE} {row.certificate['reference']}",
        author=firm.name,
        reference=row.certificate["reference"],
        created=clock.day_of(decided),
        subject=TITLE,
    )
    return render(_blocks(firm, row, names), meta)


def counted(row: MatterErasure) -> list[tuple[str, int]]:
    """List what was destroyed, in words."""
    rows: dict[str, int] = row.certificate["rows"]
    found = [(title, rows[name]) for name, title in KINDS.items() if rows.get(name)]
    others = sum(count for name, count in rows.items() if name not in KINDS)
    return [*found, ("Autres lignes", others)] if others else found


def _blocks(firm: Firm, row: MatterErasure, names: dict[str, str]) -> list[Block]:
    content = row.certificate
    facts = [
        ("Cabinet", firm.name),
        (
            "Dossier",
            f"{content['reference']}, ouvert le {_day(content['opened_on'])}, clos le {_day(content['closed_on'])}",
        ),
        ("Motif", GROUNDS[row.ground]),
        ("Demandée par", f"{names[content['asked_by']]}, le {_instant(content['asked_at'])}"),
        ("Décidée par", f"{names[content['decided_by']]}, le {_instant(content['decided_at'])}"),
        ("Fichiers", f"{content['files']}. Empreinte de leur liste (SHA-256) : {content['files_sha256']}"),
        ("Achevée", _instant(row.finished_at.isoformat()) if row.finished_at else "fichiers en cours de destruction"),
        ("Comptes d'externes effacés", str(content["guests"])),
    ]
    captures = [f"{one['manifest']}, scellée le {_instant(one['sealed_at'])}" for one in content["captures"]]
    return [
        heading(TITLE, 0),
        table(("Mention", "Contenu"), facts, widths=(0.25, 0.75)),
        heading("Lignes détruites"),
        table(("Nature", "Nombre"), [(title, str(count)) for title, count in counted(row)], widths=(0.75, 0.25)),
        *([heading("Captures détruites (empreinte du manifeste)"), bullets(*captures)] if captures else []),
        heading("Ce qui demeure"),
        bullets(
            "Le numéro du dossier, ses dates d'ouverture et de clôture, cette preuve.",
            "Le journal scellé et le registre de conservation des captures : identifiants, instants, empreintes ; "
            "ni nom de client ni propos.",
            BACKUPS,
        ),
        heading("Vérifier"),
        paragraph(f"Empreinte de cette preuve, inscrite au journal scellé (matter.erased) : {row.digest}"),
        paragraph("La commande « casefile verify » compare la preuve, le journal et les tables.", style="note"),
    ]


def _day(written: str | None) -> str:
    return long_date(date.fromisoformat(written)) if written else "–"


def _instant(written: str) -> str:
    instant = datetime.fromisoformat(written)
    return f"{long_date(clock.day_of(instant))} à {clock.paris(instant):%H h %M}"
