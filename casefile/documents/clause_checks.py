"""What a wording of the firm is tried on before it is kept: language, required mentions, law, glyphs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from casefile.documents import edit_checks
from casefile.documents.blocks import numbered, paragraph
from casefile.documents.catalogue import type_of
from casefile.documents.clauses import Clause, cited_by
from casefile.documents.draft import Draft
from casefile.documents.edits import flat
from casefile.documents.facts import Facts
from casefile.documents.variables import example_of, names_in, unknown_in
from casefile.law.rule_model import NoRuleInForce

LONGEST = 4000
_TRIED: tuple[dict[str, str], ...] = ({"gender": "F"}, {"gender": "M"}, {"kind": "company"}, {})


def allowed_references(kind: str) -> frozenset[str]:
    """Give the references that a wording of this type may cite: its own, and those of its original passages."""
    return frozenset({*type_of(kind).references, *cited_by(kind)})


def problems(kind: str, clause: Clause, words: str, on: date) -> Iterator[str]:
    """Say in French each thing that keeps a wording from being kept, and how to mend it."""
    if not words.strip():
        yield "Écrivez la formule, ou rétablissez l’original : un passage du modèle ne se supprime pas."
        return
    if len(words) > LONGEST:
        yield f"La formule dépasse {LONGEST} signes : coupez-la."
    unknown = unknown_in(words, allowed_references(kind))
    for name in unknown:
        shown = name if name in "{}" else f"{{{name}}}"
        yield f"« {shown} » n’est pas une variable connue : choisissez dans la liste, sans autre accolade."
    yield from _lost(clause, words)
    if match := edit_checks.ARTICLE.search(_outside(words)):
        yield f"« {match[0]} » est écrit à la main : citez le texte par sa variable, qui suit la loi en vigueur."
    for finding in edit_checks.refused(kind, flat(_outside(words))):
        yield finding.message
    if not unknown:
        yield from _tried(kind, clause, words, on)


def _lost(clause: Clause, words: str) -> Iterator[str]:
    named = set(names_in(words))
    for name in clause.needs:
        if name not in named:
            yield f"Mention obligatoire : la variable {{{name}}} ne se retire pas."
    for kept in clause.keeps:
        if flat(kept).casefold() not in flat(words).casefold():
            yield f"Mention obligatoire : les mots « {kept} » ne se retirent pas."


def _outside(words: str) -> str:
    """Give the firm's own words, without what stands between braces."""
    for name in names_in(words):
        words = words.replace(f"{{{name}}}", "…")
    return words


def _tried(kind: str, clause: Clause, words: str, on: date) -> Iterator[str]:
    """Write the wording with invented values, for each gender, and look for what no face can draw."""
    from casefile.documents.fonts import MissingGlyph, check_drawable

    for person in _TRIED:
        facts = {"client": person, "lawyer": person, "recipient": {}, "firm": {}}
        draft = Draft(Facts(facts), on, kind=kind)
        try:
            lines = words.splitlines() if clause.is_list else [words]
            made = [example_of(line, draft) for line in lines if line.strip()]
            check_drawable([numbered(*made)] if clause.is_list else [paragraph(*parts) for parts in made])
        except (MissingGlyph, NoRuleInForce) as error:
            yield error.message
            return
