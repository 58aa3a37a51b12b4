"""The catalogue of documents: what each type needs, refuses, warns of, cites, and how it is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

from casefile.documents import clauses
from casefile.documents.blocks import Block, identified
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.findings import DocumentRefused, Finding, Preflight
from casefile.documents.letter_parts import colour_of
from casefile.documents.letterhead import logo_of
from casefile.documents.pdf import Meta
from casefile.errors import InvalidInput
from casefile.law.rule_model import NoRuleInForce, UnknownRule
from casefile.law.rules import rule_at

_FAMILIES = (
    "platform",
    "platform_decision",
    "preservation",
    "author",
    "publisher",
    "reply",
    "privacy",
    "identification",
    "complaint",
    "summons",
    "writ",
    "mission",
    "exhibit_list",
    "client",
    "limitation_letter",
    "capture_report",
    "public_reply",
    "settlement",
    "proof_offer",
)


@cache
def types() -> Mapping[str, DocumentType]:
    """Give every type by its identifier, in the order of the reference."""
    found = [kind for family in _FAMILIES for kind in import_module(f"casefile.documents.types.{family}").TYPES]
    return {kind.id: kind for kind in sorted(found, key=lambda kind: kind.number)}


def type_of(name: str) -> DocumentType:
    """Find a type by its identifier, one of its other names, or its number in the reference."""
    for kind in types().values():
        if name == kind.id or name in kind.aliases:
            return kind
    for kind in types().values():
        if name == str(kind.number):
            return kind
    raise InvalidInput(
        f"Le type de document « {name} » n’existe pas : demandez la liste par « casefile document types ».",
        field="type",
    )


def check(name: str, values: Mapping[str, Any], on: date) -> Preflight:
    """Run the pre-flight of a type over facts, as of the day of the act. Malformed facts raise InvalidInput."""
    kind, facts = type_of(name), Facts(values)
    found: list[tuple[str, Finding]] = []
    for need in kind.required:
        found += need.check(facts)
    for rule in kind.checks:
        found += rule(facts, on)
    found += (("refusal", finding) for finding in clauses.lacking(kind.id, Draft(facts, on, kind.title, kind.id)))
    for reference in dict.fromkeys((*kind.references, *clauses.cited_in(kind.id, facts))):
        try:
            rule_at(f"reference.{reference}", on)
        except (NoRuleInForce, UnknownRule) as error:
            found.append(("refusal", Finding("reference_out_of_force", error.message, "on")))
    return Preflight(
        kind.id,
        tuple(dict.fromkeys(finding for level, finding in found if level == "refusal")),
        tuple(dict.fromkeys(finding for level, finding in found if level == "warning")),
    )


def build(name: str, values: Mapping[str, Any], on: date) -> list[Block]:
    """Make the blocks of a document; raises DocumentRefused, which lists in French what is missing."""
    preflight = check(name, values, on)
    if not preflight.ok:
        raise DocumentRefused(preflight)
    return identified(_locked(type_of(name).build(draft_of(name, values, on))))


def draft_of(name: str, values: Mapping[str, Any], on: date) -> Draft:
    """Give the facts of a type on a day, as its passages read them."""
    kind = type_of(name)
    return Draft(Facts({**values, "_act": kind.is_act}), on, kind.title, kind.id)


def meta(name: str, values: Mapping[str, Any], on: date) -> Meta:
    """Give the properties, footer and colours that go around the blocks."""
    kind, facts = type_of(name), Facts(values)
    return Meta(
        title=kind.title,
        author=facts.text("lawyer.name"),
        reference=f"Dossier {facts.text('matter.reference')}",
        created=on,
        subject=f"{kind.title} – dossier {facts.text('matter.reference')}",
        watermark="DÉMONSTRATION" if facts.flag("demonstration") else "",
        colour=colour_of(facts),
        logo=logo_of(facts),
    )


def _locked(blocks: list[Block]) -> list[Block]:
    """Lock what comes from the dossier: exact words, digests and addresses are never edited in a draft."""
    reason = "Vient du dossier : corrigez la fiche de la publication, pas la lettre."
    exact = {"Quotation", "Url"}
    return [replace(block, locked=reason) if type(block).__name__ in exact else block for block in blocks]
