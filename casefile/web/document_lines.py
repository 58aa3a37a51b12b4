"""Letters, types and findings as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import g, url_for
from sqlalchemy import select

from casefile import clock
from casefile.documents import catalogue, letters
from casefile.documents.dossier import against, facts_of, named_by
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.findings import Preflight
from casefile.documents.inputs import defaults_of, is_asked
from casefile.documents.types.platform import form_fields
from casefile.models.ledger import Letter, LetterState
from casefile.models.matter import Party, PartyRole
from casefile.web.document_links import place_of
from casefile.web.filters import french_date, typography
from casefile.web.guards import db

STATES = {
    LetterState.DRAFT: ("soon", "Projet"),
    LetterState.VALIDATED: ("info", "Validée, à envoyer"),
    LetterState.SENT: ("ok", "Envoyée"),
    LetterState.ABANDONED: ("none", "Abandonnée"),
}
# The types by what they are for; a type that is named nowhere goes to the last group.
GROUPS = (
    ("lettres", "Écrire", range(1, 8)),
    ("actes", "Saisir le juge", range(8, 13)),
    ("dossier", "Client, preuve, accord", range(13, 100)),
)
FORM_LABELS = {
    "policy": ("Motif à cocher, règles de la plateforme", 500),
    "name": ("Nom du notifiant", 200),
    "email": ("Courriel", 200),
    "urls": ("Adresses des contenus", 2000),
    "words": ("Propos exacts", 5000),
    "explanation": ("Pourquoi le contenu est illicite", 1500),
}


def letter_lines() -> list[dict[str, Any]]:
    """List the letters of the dossier, the newest first."""
    rows = db().scalars(select(Letter).where(Letter.matter_id == g.matter.id).order_by(Letter.created_at.desc())).all()
    authors = db().scalars(select(Party).where(Party.matter_id == g.matter.id, Party.role == PartyRole.AUTHOR))
    names = {str(row.id): row.display_name for row in authors}
    return [letter_line(letter, names) for letter in rows]


def letter_line(letter: Letter, authors: Mapping[str, str]) -> dict[str, Any]:
    """Give one letter with its state, and what tells it from its like: the author written to, how many contents."""
    tone, word = STATES[letter.state]
    about = "commencée le" if letter.state is LetterState.DRAFT else "datée du"
    return {
        "letter": letter,
        "url": url_for("documents.show", matter_id=letter.matter_id, letter_id=letter.id),
        "tone": tone,
        "word": word,
        "detail": " · ".join([f"{about} {french_date(letter.dated_on)}", *_scope(letter, authors)]),
    }


def _scope(letter: Letter, authors: Mapping[str, str]) -> list[str]:
    name, count = authors.get(letter.inputs.get("author", "")), len(named_by(letter))
    return [*([f"à {name}"] if name else []), *([f"{count} contenus"] if count > 1 else [])]


def type_groups() -> list[dict[str, Any]]:
    """Give the types by what they are for."""
    lines = type_lines()
    return [
        {"id": key, "title": title, "types": [line for line in lines if line["number"] in numbers]}
        for key, title, numbers in GROUPS
    ]


def type_lines() -> list[dict[str, Any]]:
    """List every type with what the dossier lacks for it; what the letter's own form asks is not missing."""
    dossier = letters.dossier_of(db(), g.matter, None, {})
    lines = []
    for kind in catalogue.types().values():
        facts = facts_of(dossier, kind.id, defaults_of(kind.id))
        found = catalogue.check(kind.id, facts, clock.today())
        missing = [finding.message for finding in found.refusals if not is_asked(kind.id, finding)]
        lines.append(
            {
                "id": kind.id,
                "number": kind.number,
                "title": kind.title,
                "purpose": kind.opens or kind.does_not[0],
                "ready": not missing,
                "missing": list(dict.fromkeys(missing)),
                "url": url_for("documents.new", matter_id=g.matter.id, kind=kind.id),
            }
        )
    return lines


def findings_of(found: Preflight, kind: str, facts: Mapping[str, Any], letter: Letter) -> list[dict[str, Any]]:
    """Give what stops a letter, then what deserves a look, each with the page where it is mended."""
    rows = db().scalars(select(Party).where(Party.matter_id == g.matter.id).order_by(Party.created_at)).all()
    parties = list(against(rows, letter.inputs.get("author") or ""))
    return [
        {
            "blocking": blocking,
            "message": finding.message,
            "url": place_of(finding, kind, facts, parties, letter),
        }
        for blocking, findings in ((True, found.refusals), (False, found.warnings))
        for finding in findings
    ]


def plain_fields(kind: str, facts: Facts, on: date) -> list[dict[str, Any]]:
    """Give a DSA notice as the fields of a platform's form, each with its count of characters."""
    if kind != "notification_dsa":
        return []
    values = form_fields(Draft(facts, on))
    return [
        {"name": name, "label": typography(FORM_LABELS[name][0]), "text": text, "limit": FORM_LABELS[name][1]}
        for name, text in values.items()
    ]
