"""Where each thing that a document lacks is mended: the page of the field that a finding names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import g, url_for

from casefile.documents.dossier_acts import AGAINST_HOST
from casefile.documents.dossier_people import RECIPIENT_ROLES
from casefile.documents.findings import Finding
from casefile.documents.inputs import PASSAGE_FIELDS, asked_by
from casefile.models.ledger import Letter
from casefile.models.matter import Party, PartyRole
from casefile.web.shell import known_url

_PASSAGE = re.compile(r"contents\.(\d+)\.passages\.(\d+)\.?(\w*)")
_CONTENT = re.compile(r"contents\.(\d+)\.?(\w*)")


def place_of(finding: Finding, kind: str, facts: Mapping[str, Any], parties: list[Party], letter: Letter | None) -> Any:
    """Give the address of the page where a finding is mended, or None when there is none."""
    field = finding.field
    asked = {question.path: question.name for question in asked_by(kind)}
    if field in asked and letter is not None:
        return f"{_edit(letter)}#{asked[field]}"
    if match := _PASSAGE.fullmatch(field):
        return _passage(facts, match, letter)
    if match := _CONTENT.fullmatch(field):
        return _content(facts, int(match[1]), match[2])
    head = field.partition(".")[0]
    if head in {"client", "recipient"}:
        role = PartyRole.CLIENT if head == "client" else RECIPIENT_ROLES.get(kind, PartyRole.OTHER)
        return _party(parties, role)
    if head in {"defendants", "other_party"}:
        return _party(parties, PartyRole.HOST if kind in AGAINST_HOST else PartyRole.AUTHOR)
    return _section(head) or (_edit(letter) if letter is not None else None)


def _section(head: str) -> str | None:
    here = {"matter_id": g.matter.id}
    match head:
        case "firm":
            return known_url("firm.index")
        case "contents":
            return url_for("publications.index", **here)
        case "exhibits" | "cited_exhibits":
            return known_url("exhibits.index", **here)
        case "limitation":
            return known_url("deadlines.matter", **here) or url_for("qualification.index", **here)
        case _:
            return None


def _passage(facts: Mapping[str, Any], match: re.Match[str], letter: Letter | None) -> str | None:
    passage = facts["contents"][int(match[1])]["passages"][int(match[2])]
    if match[3] in {name for name, _, _ in PASSAGE_FIELDS} and letter is not None:
        return f"{_edit(letter)}#p{passage['id']}_{match[3]}"
    return url_for("qualification.show", matter_id=g.matter.id, passage_id=passage["id"])


def _content(facts: Mapping[str, Any], rank: int, field: str) -> str:
    endpoint = "publications.show" if field in {"capture", "passages"} else "publications.edit"
    return url_for(endpoint, matter_id=g.matter.id, publication_id=facts["contents"][rank]["id"])


def _party(parties: list[Party], role: PartyRole) -> str:
    known = next((party for party in parties if party.role is role), None)
    if known is not None:
        return url_for("parties.edit", matter_id=g.matter.id, party_id=known.id)
    return url_for("parties.new", matter_id=g.matter.id, qualite=role.value)


def _edit(letter: Letter) -> str:
    return url_for("documents.edit", matter_id=letter.matter_id, letter_id=letter.id)
