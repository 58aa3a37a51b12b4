"""The articles held: word for word, dated, found from a rule's citations; a changed word is refused."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from casefile.errors import NotFound
from casefile.law import rules, texts
from casefile.law.rule_model import Source
from casefile.law.texts import BrokenText, article, articles, cited_by, read_article

TRUE_TEXT = "Tout délai expire le dernier jour à vingt-quatre heures."


def file_of(text: str, *, digest: str = "", extra: str = "", name: str = "cpc-1") -> str:
    sha = digest or hashlib.sha256(text.encode()).hexdigest()
    return (
        f'+++\nid = "{name}"\ntitle = "Article 1"\ncode = "CPC"\nversion = "2026"\nstatus = "verified"\n'
        f'excerpt = false\nsource = "Légifrance"\nnote = ""\n{extra}sha256 = "{sha}"\n+++\n\n{text}\n'
    )


def test_every_article_held_is_readable_and_dated() -> None:
    assert len(articles()) >= 88
    for found in articles().values():
        assert found.text
        assert found.version
        assert found.source
        assert found.status in {"verified", "unverified", "disputed"}


def test_article_642_is_word_for_word() -> None:
    assert article("cpc-642").paragraphs == (
        "Tout délai expire le dernier jour à vingt-quatre heures.",
        (
            "Le délai qui expirerait normalement un samedi, un dimanche ou un jour férié ou chômé est prorogé jusqu'au "
            "premier jour ouvrable suivant."
        ),
    )


def test_article_65_says_its_version_and_that_it_is_an_excerpt() -> None:
    found = article("loi-1881-65")
    assert found.version_from == date(1993, 1, 5)
    assert found.excerpt
    assert "trois mois révolus" in found.text
    assert article("loi-1881-65-3").status == "unverified"


def test_an_article_that_was_not_read_is_not_invented() -> None:
    with pytest.raises(NotFound, match="mot à mot"):
        article("loi-1881-55")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("cpc-1.md", TRUE_TEXT, "en-tête"),
        ("cpc-1.md", file_of(TRUE_TEXT).replace("vingt-quatre", "vingt-cinq"), "empreinte"),
        ("cpc-1.md", file_of(TRUE_TEXT, digest="0" * 64), "empreinte"),
        ("cpc-2.md", file_of(TRUE_TEXT), "nom du fichier"),
        ("cpc-1.md", file_of(TRUE_TEXT, extra='colour = "red"\n'), "clé"),
        ("cpc-1.md", file_of(TRUE_TEXT).replace('source = "Légifrance"\n', ""), "clé"),
        ("cpc-1.md", file_of(TRUE_TEXT).replace('version = "2026"', "version = "), "illisible"),
    ],
)
def test_a_broken_file_is_refused_by_its_name(name: str, content: str, why: str) -> None:
    with pytest.raises(BrokenText, match=why) as refused:
        read_article(name, content)
    assert refused.value.field == name


def test_a_sound_file_is_read() -> None:
    assert read_article("cpc-1.md", file_of(TRUE_TEXT)).text == TRUE_TEXT


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        ("loi du 29 juillet 1881, art. 65 al. 2", ["loi-1881-65"]),
        ("art. 65-3 de la loi du 29 juillet 1881", ["loi-1881-65-3"]),
        ("art. 640, 641, 642, 643, 644 C. pr. civ.", ["cpc-640", "cpc-641", "cpc-642", "cpc-643", "cpc-644"]),
        ("art. 481-1 C. pr. civ.", ["cpc-481-1"]),
        ("art. L. 34-1 II bis 3° CPCE", ["cpce-l34-1"]),
        ("art. 2228 C. civ.", ["code-civil-2228"]),
        ("art. R. 621-1 C. pén.", ["code-penal-r621-1"]),
        ("décret n° 2020-1717, art. 43", []),
        ("art. 2044 du code civil", ["code-civil-2044"]),
        ("art. 641 C. pr. civ.\u202f; art. 801 C. pr. pén.", ["cpc-641", "cpp-801"]),
        ("art. L. 121-2 du code de la consommation", ["code-conso-l121-2"]),
        ("art. R. 211-3-26 du code de l'organisation judiciaire", ["coj-r211-3-26"]),
        ("art. L. 100 du code des postes et des communications électroniques", ["cpce-l100"]),
        ("loi du 29 juillet 1881, art. 24 al. 29 ou 32", []),
        ("art. L. 538 C. pr. civ. exéc.", []),
        ("art. 145 C. pr. civ., version du 1er janvier 2020", ["cpc-145"]),
    ],
)
def test_a_citation_names_its_articles(citation: str, expected: list[str]) -> None:
    assert [one for one in texts._named(citation) if one in articles()] == expected


def test_a_rule_links_to_the_articles_that_it_cites() -> None:
    version = rules.rule_at("procedure.appel_civil", date(2026, 11, 23))
    assert [one.id for one in cited_by(version)] == [
        "cpc-538",
        "cpc-640",
        "cpc-641",
        "cpc-642",
        "cpc-643",
        "cpc-644",
    ]


def test_every_article_held_and_cited_as_such_is_linked() -> None:
    linked = {one.id for rule in rules.all_rules().values() for version in rule.versions for one in cited_by(version)}
    assert {"loi-1881-65", "loi-1881-65-2", "loi-1881-65-3", "cpc-754", "cpc-612", "cpce-l34-1"} <= linked


def test_a_decision_is_no_article() -> None:
    assert str(Source("decision", "Cass. crim.", number="1")) == "Cass. crim., n° 1"


def test_an_article_is_cited_with_its_code_and_its_version() -> None:
    read = read_article("cpc-1.md", file_of(TRUE_TEXT))
    assert read.citation == "Article 1, CPC (2026)"


@pytest.mark.parametrize("content", ["id = 1\n+++\n\nMots", "+++\nid = 1\n", f"{file_of(TRUE_TEXT)}\n+++\nreste"])
def test_a_file_whose_head_is_not_fenced_is_refused(content: str) -> None:
    with pytest.raises(BrokenText, match="en-tête"):
        read_article("cpc-1.md", content)
