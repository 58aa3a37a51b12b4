"""The passages of each type that a firm may word its own way: their original, and what no wording may lose."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from casefile.documents.blocks import Block, numbered, paragraph
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.findings import Finding
from casefile.documents.variables import fill, missing_in, references_in, unknown_in

_DATA = Path(__file__).with_name("data") / "clauses.toml"
PREFIX = "clause-"


@dataclass(frozen=True, slots=True)
class Clause:
    """One passage: its original words, the variables and the words that every wording keeps."""

    name: str
    label: str
    words: str
    needs: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    when: str = ""
    is_list: bool = False


def clauses_of(kind: str) -> Mapping[str, Clause]:
    """Give the clauses of a type, in the order of the file; none for a type that says why it has none."""
    return _plan().get(kind, MappingProxyType({}))


def why_none(kind: str) -> str:
    """Say why a type has no clause."""
    return str(tomllib.loads(_DATA.read_text("utf-8"))["without"].get(kind, ""))


def clause(draft: Draft, name: str) -> list[Block]:
    """Make the blocks of a clause in the firm's words, or in the original ones."""
    chosen = clauses_of(draft.kind)[name]
    if chosen.when and draft.facts.get(chosen.when) is None:
        return []
    return blocks_of(chosen, draft.facts.text(f"wording.{name}") or chosen.words, draft)


def blocks_of(chosen: Clause, words: str, draft: Draft) -> list[Block]:
    """Make the blocks of a wording: a list has one item a line, a blank line parts paragraphs."""
    ident = f"{PREFIX}{chosen.name}"
    if chosen.is_list:
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        return [replace(numbered(*(fill(line, draft) for line in lines)), id=ident)]
    parts = [part.strip() for part in re.split(r"\n\s*\n", words) if part.strip()]
    return [
        replace(paragraph(*fill(part, draft)), id=ident if rank == 1 else f"{ident}-{rank}")
        for rank, part in enumerate(parts, start=1)
    ]


def cited_by(kind: str) -> set[str]:
    """Give the references that the original clauses of a type cite."""
    return {name for one in clauses_of(kind).values() for name in references_in(one.words)}


def cited_in(kind: str, facts: Facts) -> list[str]:
    """Give the references that the clauses of a letter cite, in the firm's words or in the original ones."""
    worded = (facts.text(f"wording.{name}") or one.words for name, one in clauses_of(kind).items())
    return sorted({name for words in worded for name in references_in(words)})


def lacking(kind: str, draft: Draft) -> Iterator[Finding]:
    """Refuse a variable of the firm's wording that the dossier leaves empty, with the field that fills it."""
    own = draft.facts
    for name, chosen in clauses_of(kind).items():
        words = own.text(f"wording.{name}")
        if not words or (chosen.when and own.get(chosen.when) is None):
            continue
        if unknown := unknown_in(words, frozenset(references_in(words))):
            message = f"La formule « {chosen.label} » emploie « {unknown[0]} », qui n’est pas une variable connue."
            yield Finding("wording_unknown", message, f"wording.{name}")
            continue
        for variable, known in missing_in(words, draft):
            message = (
                f"La formule « {chosen.label} » du cabinet emploie {{{variable}}}, {known.label}, que le dossier ne "
                "donne pas : complétez-le."
            )
            yield Finding("wording_variable", message, known.path)


@cache
def _plan() -> Mapping[str, Mapping[str, Clause]]:
    plan: dict[str, dict[str, Clause]] = {}
    for row in tomllib.loads(_DATA.read_text("utf-8"))["clause"]:
        made = Clause(
            row["name"],
            row["label"],
            row["words"].strip(),
            tuple(row.get("needs", ())),
            tuple(row.get("keeps", ())),
            row.get("when", ""),
            bool(row.get("list")),
        )
        for kind in row["types"]:
            plan.setdefault(kind, {})[made.name] = made
    return MappingProxyType({kind: MappingProxyType(clauses) for kind, clauses in plan.items()})
