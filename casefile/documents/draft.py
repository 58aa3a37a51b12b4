"""The facts of a document on one day, and the references in force on that day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casefile.documents.facts import Facts
from casefile.law.rules import rule_at


@dataclass(frozen=True)
class Draft:
    """The facts on one day, and the references in force on that day."""

    facts: Facts
    on: date
    title: str = ""
    kind: str = ""

    def ref(self, name: str) -> str:
        """Give the words of a reference in force on the day of the act; raises NoRuleInForce."""
        return str(rule_at(f"reference.{name}", self.on).values["citation"])

    def of(self, name: str) -> str:
        """Give the reference after « de »."""
        return contracted("de", self.ref(name))

    def refs(self, *names: str) -> str:
        """Cite several references at once."""
        return together(*(self.ref(name) for name in names))

    def aside(self, *names: str) -> str:
        """Cite in brackets, without the article: « (article 21 du règlement…) »."""
        return re.sub(r"^(?:l'|les |le )", "", self.refs(*names))

    def charge(self, qualification: str) -> tuple[str, str]:
        """Give the noun of a qualification, and its definition and penalty as one phrase after « de »."""
        values = rule_at(f"charge.{qualification}", self.on).values
        first, second = self.ref(values["definition"]), self.ref(values["penalty"])
        return str(values["noun"]), together(first, second)

    def charge_words(self, qualification: str) -> str:
        """Write a qualification and its texts: « une diffamation publique…, au sens des articles 29… et 32… »."""
        noun, texts = self.charge(qualification)
        masculine = ("dénigrement", "outrage", "harcèlement", "chantage")
        article = "des" if noun == "menaces" else "un" if noun.startswith(masculine) else "une"
        return f"{article} {noun}, au sens {contracted('de', texts)}"

    @property
    def client(self) -> Mapping[str, Any]:
        """Give the client."""
        return self.facts.part("client")

    @property
    def lawyer(self) -> Mapping[str, Any]:
        """Give the lawyer who signs."""
        return self.facts.part("lawyer")

    @property
    def clickable(self) -> bool:
        """Say whether addresses open on a click: in letters, not in acts."""
        return not self.facts.flag("_act")


def contracted(preposition: str, noun: str) -> str:
    """Join a preposition and a noun: « de » + « le décret » is « du décret », « de » + « auteur » is « d’auteur »."""
    forms = {("de", "le "): "du ", ("de", "les "): "des ", ("à", "le "): "au ", ("à", "les "): "aux "}
    for (word, article), contraction in forms.items():
        if word == preposition and noun.startswith(article):
            return contraction + noun.removeprefix(article)
    if preposition == "de" and noun[:1].lower() in "aàâeéèêëiîoôuh" and noun:
        return f"d’{noun}"
    return f"{preposition} {noun}"


def together(*citations: str) -> str:
    """Cite articles of one text at once: « les articles 29, alinéa 1er, et 32, alinéa 1er, de la loi… »."""
    unique = list(dict.fromkeys(citations))
    cut = re.compile(r"^l'article (.+?) (d[eu]s? (?:la loi|code|règlement).*)$")
    found = [match for match in map(cut.match, unique) if match]
    if len(unique) > 1 and len(found) == len(unique) and len({match[2] for match in found}) == 1:
        numbers = [match[1] for match in found]
        head = " ".join(number if number.endswith(",") else f"{number}," for number in numbers[:-1])
        return f"les articles {head if ',' in numbers[0] else head.rstrip(',')} et {numbers[-1]} {found[0][2]}"
    return " et ".join(unique)
