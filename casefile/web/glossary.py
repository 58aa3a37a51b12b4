"""The glossary: each word of the trade with its anchor, its source when the law gives it, found by any word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from flask import Blueprint, render_template, request

from casefile.access import Permission
from casefile.web.guards import access
from casefile.web.guide import read
from casefile.words import fold, words_of

blueprint = Blueprint("glossary", __name__, url_prefix="/aide/glossaire")

LONGEST = 200  # signs of a search
# The words that the pages of a capability take for known; each leads to its place in the glossary.
WORDS = {
    "publications": ("mise-en-ligne", "capture", "passage"),
    "dating": ("mise-en-ligne", "date-prudente", "date-admise"),
    "evidence": ("capture", "empreinte", "horodatage", "manifeste", "constat"),
    "constats": ("constat", "capture", "empreinte"),
    "passages": ("passage", "capture", "qualification"),
    "qualification": ("diffamation", "injure", "denigrement", "propos-non-publics", "provocation", "qualification"),
    "campaign": ("diffamation", "injure", "denigrement", "qualification"),
    "deadlines": ("prescription", "acte-interruptif", "date-prudente", "date-admise", "dernier-jour-utile"),
    "controls": ("double-controle", "date-prudente"),
    "agenda": ("dernier-jour-utile", "controle-du-soir", "prise-en-charge"),
    "deadline_journal": ("journal-des-delais", "double-controle"),
    "identification": ("donnees-de-connexion", "identite-civile", "hebergeur", "fai", "requete", "refere"),
    "notifications": ("notification", "hebergeur", "dsa", "reclamation-interne"),
    "documents": ("mise-en-demeure", "notification", "droit-de-reponse", "citation-directe", "assignation"),
    "exhibits": ("piece", "bordereau", "cachet"),
    "replies": ("secret-professionnel", "provocation"),
    "diligences": ("diligence",),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One word: `status` says whether its source was read, and is empty for a word that is only ours."""

    id: str
    term: str
    meaning: str
    also: tuple[str, ...]
    source: str
    status: str

    @property
    def letter(self) -> str:
        """Give the letter under which it is filed."""
        return fold(self.term)[:1].upper()


@blueprint.get("")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Show the words under their letter, or those that hold what is looked for."""
    asked = request.args.get("q", "")[:LONGEST].strip()
    found = search(asked)
    letters = sorted({one.letter for one in found})
    return render_template(
        "guide/glossary.html",
        asked=asked,
        letters=[(letter, [one for one in found if one.letter == letter]) for letter in letters],
        count=len(found),
        as_of=as_of(),
    )


def search(asked: str) -> list[Term]:
    """Find the words that hold every word asked, whatever the case, accents and endings; all of them for nothing."""
    wanted = {word.stem for word in words_of(asked)}
    return [one for one in terms() if wanted <= _stems(one)]


@cache
def terms() -> tuple[Term, ...]:
    """Read the words in the order of the dictionary, accents apart."""
    rows = (
        Term(
            id=row["id"],
            term=row["term"],
            meaning=row["meaning"],
            also=tuple(row.get("also", ())),
            source=row.get("source", ""),
            status=row.get("status", ""),
        )
        for row in read("glossary")["term"]
    )
    return tuple(sorted(rows, key=lambda one: [fold(word) for word in one.term.split()]))


def page_words() -> list[Term]:
    """Give the words that the page being shown takes for known, in their order there."""
    known = {one.id: one for one in terms()}
    return [known[word] for word in WORDS.get(request.blueprint or "", ())]


def as_of() -> date:
    """Tell on which day the firm's reference was last read for these words."""
    found: date = read("glossary")["as_of"]
    return found


@cache
def _stems(one: Term) -> frozenset[str]:
    return frozenset(word.stem for text in (one.term, *one.also, one.meaning, one.source) for word in words_of(text))
