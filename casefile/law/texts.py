"""The articles of law themselves, word for word, with the version that was read; the texts stand in `texts/*.md`.

An article that is not here was not read word for word: nobody may quote it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from casefile.errors import CasefileError, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casefile.law.rule_model import RuleVersion

FENCE = "+++\n"
# How the codes are written in citations; the first words found decide, the longest names come first.
_CODES = (
    ("cpcex", r"C\. pr\. civ\. ex[ée]c|proc[ée]dures civiles d.ex[ée]cution"),
    ("code-penal", r"C\. p[ée]n|code p[ée]nal"),
    ("cpp", r"\bCPP\b|C\. pr\. p[ée]n|code de proc[ée]dure p[ée]nale"),
    ("cpc", r"\bCPC\b|C\. pr\. civ|code de proc[ée]dure civile"),
    ("code-civil", r"C\. civ|code civil"),
    ("cpce", r"\bCPCE\b|code des postes"),
    ("code-conso", r"C\. conso|code de la consommation"),
    ("coj", r"\bCOJ\b|organisation judiciaire"),
    ("lcen", r"\bLCEN\b"),
    ("loi-1881", r"1881"),
)
_LAW_DATES = re.compile(r"\bloi\b.*?\b1881\b|n°\s*[0-9-]+|\b[0-9]{1,2}(?:er)?\s+[a-zéû]{3,9}\.?\s+[0-9]{4}\b")
_PARTS = re.compile(r"\b(?:al\.|alin[ée]as?|§)\s*[0-9-]+(?:\s*(?:à|et|ou|,)\s*[0-9]+)?|§\s*[0-9]+|[0-9]+°")
_NUMBER = re.compile(r"\b(?:([LR])\.?\s?)?([0-9]+(?:-[0-9]+)*)\b")


class BrokenText(CasefileError):
    """An article's file that does not say what it must, or whose words have changed."""

    code = "broken_text"
    status = 500


@dataclass(frozen=True)
class Article:
    """One article as it was read: `excerpt` when parts are missing, `status` as for rules."""

    id: str
    title: str
    code: str
    version: str
    version_from: date | None
    version_until: date | None
    status: str
    excerpt: bool
    source: str
    note: str
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Give the article's lines, trimmed for display; `text` stays verbatim."""
        return tuple(line.strip() for line in self.text.splitlines() if line.strip())

    @property
    def citation(self) -> str:
        """Name the article with its code and the version read."""
        return f"{self.title}, {self.code} ({self.version})"


def article(article_id: str) -> Article:
    """Give one article by its identifier (`cpc-641`, `loi-1881-65`); raises NotFound."""
    try:
        return articles()[article_id]
    except KeyError as error:
        raise NotFound(
            f"L’article « {article_id} » n’est pas au recueil : il n’a pas été lu mot à mot.", field="article"
        ) from error


def cited_by(version: RuleVersion) -> tuple[Article, ...]:
    """Give the articles held that a rule's sources cite, in the order of the citations."""
    found = [identifier for source in version.sources if source.kind == "article" for identifier in _named(source.name)]
    return tuple(articles()[identifier] for identifier in dict.fromkeys(found) if identifier in articles())


@cache
def articles() -> Mapping[str, Article]:
    """Load every article of the package once; raises BrokenText when a file's words have changed."""
    directory = resources.files("casefile.law") / "texts"
    files = sorted((file for file in directory.iterdir() if file.name.endswith(".md")), key=lambda file: file.name)
    return MappingProxyType({file.name[:-3]: read_article(file.name, file.read_text("utf-8")) for file in files})


def read_article(name: str, content: str) -> Article:
    """Read one file: a TOML front matter between two fences, then the article's words."""
    if not content.startswith(FENCE) or content.count(f"\n{FENCE}") != 1:
        raise _broken(name, "l’en-tête n’est pas entre deux lignes « +++ »")
    header, body = content.removeprefix(FENCE).split(f"\n{FENCE}", 1)
    try:
        front = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        raise _broken(name, f"en-tête illisible : {error}") from error
    text, digest = body.strip("\n"), front.pop("sha256", "")
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        raise _broken(name, "les mots ne correspondent plus à leur empreinte")
    if f"{front.get('id')}.md" != name:
        raise _broken(name, "le nom du fichier n’est pas l’identifiant")
    front = {"version_from": None, "version_until": None, **front}
    try:
        return Article(text=text, **front)
    except TypeError as error:
        raise _broken(name, "une clé manque ou n’est pas prévue") from error


def _named(citation: str) -> list[str]:
    """Read the identifiers in a citation: « art. 641 et 642 C. pr. civ. » names two articles.

    Parts of an article (« al. 2 », « 1° ») are left out, and so are the numbers and dates of laws.
    """
    found: list[str] = []
    for part in re.split(r"\s*;\s*", citation):
        code = next((slug for slug, pattern in _CODES if re.search(pattern, part, re.IGNORECASE)), None)
        if code is None:
            continue
        bare = _PARTS.sub(" ", _LAW_DATES.sub(" ", part))
        found += [f"{code}-{(letter or '').lower()}{number}" for letter, number in _NUMBER.findall(bare)]
    return found


def _broken(name: str, why: str) -> BrokenText:
    return BrokenText(f"Texte de loi défectueux dans {name} : {why}.", field=name)
