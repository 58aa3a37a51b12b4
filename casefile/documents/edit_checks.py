"""What is looked for in the words that a lawyer types over a draft: lost edits, blanks, dead references, threats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casefile.documents.edits import Edit, flat
from casefile.documents.findings import Finding
from casefile.documents.types.author import holds_threat

# References that the reference says never to write (law-documents.md § 0.1).
_DEAD = re.compile(r"6[-,. ]+I[-,. ]+[458]\b|6[-,. ]+IV\b|myriam|2011-219|en la forme des référés", re.IGNORECASE)
_BLANK = re.compile(r"à compléter|\[[^\]…]*\]|X{3,}|_{3,}|\{\{|\{%|lorem ipsum", re.IGNORECASE)
ARTICLE = re.compile(r"\bart(?:icles?|\.)\s*(?:L\.|R\.|D\.)?\s*\d[\w.-]*", re.IGNORECASE)
_HOURS = re.compile(r"\b(?:24|48)\s*h(?:eures)?\b|vingt-quatre heures|quarante-huit heures", re.IGNORECASE)
_LETTERS_TO_PEOPLE = frozenset({"mise_en_demeure", "mise_en_demeure_editeur", "transaction"})
_TO_HOST = frozenset({"notification_dsa", "relance_dsa", "reclamation_dsa"})


def found_in(kind: str, edits: Sequence[Edit], stale: Sequence[Edit]) -> tuple[list[Finding], list[Finding]]:
    """Give what refuses the rewritten letter, and what its lawyer must read again."""
    refusals = [
        Finding(
            "edit_lost",
            f"Le passage que vous aviez réécrit a changé avec le dossier : « {_short(edit.was)} ».",
            "texte",
        )
        for edit in stale
    ]
    warnings: list[Finding] = []
    for edit in edits:
        refusals += refused(kind, flat(edit.now))
        warnings += _warned(edit)
    return list(dict.fromkeys(refusals)), list(dict.fromkeys(warnings))


def refused(kind: str, words: str) -> Iterator[Finding]:
    """Give what no words of ours may say in a type: blanks, dead references, threats, an hour that no law sets."""
    if _BLANK.search(words):
        yield Finding("blank", f"Un passage réécrit n’est pas achevé : « {_short(words)} ».", "texte")
    if match := _DEAD.search(words):
        yield Finding("dead_reference", f"La référence « {match[0]} » n’est plus en vigueur : retirez-la.", "texte")
    if kind in _LETTERS_TO_PEOPLE and holds_threat(words):
        message = "Un passage réécrit contient une menace étrangère au litige, interdite par l’article 8.2 du RIN."
        yield Finding("threat", message, "texte")
    if kind in _TO_HOST and (match := _HOURS.search(words)):
        message = f"« {match[0]} » : la loi n’impose aucun délai fixe de retrait à la plateforme. Retirez-le."
        yield Finding("no_legal_hours", message, "texte")


def _warned(edit: Edit) -> Iterator[Finding]:
    before = flat(edit.was) if not edit.added else ""
    for match in ARTICLE.finditer(flat(edit.now)):
        if match[0] not in before:
            message = f"« {match[0]} » est écrit à la main : le référentiel daté ne le contrôle pas, vérifiez-le."
            yield Finding("typed_reference", message, "texte")


def _short(words: str) -> str:
    words = flat(words)
    return words if len(words) < 70 else words[:67].rstrip() + "…"
