"""The firm's own wording: a closed language, required mentions that stay, hostile words that come out as words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casefile.documents import catalogue, clauses, pdf
from casefile.documents import docx as word
from casefile.documents.blocks import Numbered, Paragraph, plain_text
from casefile.documents.clause_checks import problems
from casefile.documents.typography import typeset
from casefile.documents.variables import VARIABLES, unknown_in

from .letters import TYPES, case, docx_text, made, read_pdf, squeezed

DAY = date(2026, 11, 23)
HOSTILE = (
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "{client.__class__.__mro__}",
    "{0}",
    "{client!r}",
    "{client:>99999999}",
    "${7*7}",
    "#{7*7}",
    "{texte.dsa_16.__init__}",
    "{texte.../../etc/passwd}",
    "{avocat:a/b/c}",
    "{self}",
    "{",
    "}",
    "{client",
    "{cli{client}ent}",
)


def worded(name: str, clause: str, words: str) -> dict[str, Any]:
    facts, _ = case(name)
    return {**facts, "wording": {clause: words}}


def wrong(kind: str, name: str, words: str) -> str:
    return " ".join(problems(kind, clauses.clauses_of(kind)[name], words, DAY))


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_has_passages_of_the_firm_or_says_why_not(kind: str) -> None:
    blocks = {block.id for block in made(kind)[0] if block.id.startswith(clauses.PREFIX)}
    declared = clauses.clauses_of(kind)
    assert bool(declared) != bool(clauses.why_none(kind))
    shown = {name for name, one in declared.items() if not one.when or case(kind)[0].get(one.when)}
    assert {block.removeprefix(clauses.PREFIX) for block in blocks} == shown


@pytest.mark.parametrize("kind", TYPES)
def test_every_original_passes_its_own_checks(kind: str) -> None:
    found = {name: list(problems(kind, one, one.words, DAY)) for name, one in clauses.clauses_of(kind).items()}
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_no_variable_is_refused_by_name(words: str) -> None:
    kept = "La présente n’emporte aucune renonciation. "
    assert "n’est pas une variable connue" in wrong("notification_dsa", "reserve", kept + words)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_of_a_dossier_are_never_read_as_variables(words: str) -> None:
    facts = worded("mise_en_demeure", "opening", "Je suis le conseil de {client} et de **{personne}**.")
    facts["client"] = {**facts["client"], "last_name": words}
    blocks = catalogue.build("mise_en_demeure", facts, case("mise_en_demeure")[1])
    opening = next(block for block in blocks if block.id == "clause-opening")
    assert isinstance(opening, Paragraph)
    assert squeezed(opening.text).count(squeezed(typeset(words))) >= 2


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=40))
@example("{client}{client}")
def test_no_text_is_known_unless_it_is_on_the_list(text: str) -> None:
    named = f"{{{text}}}"
    if text not in VARIABLES and not text.startswith(("client:", "avocat:")):
        assert unknown_in(named, frozenset()) or "{client}" in named


@pytest.mark.parametrize(
    ("kind", "name", "words", "said"),
    [
        ("notification_dsa", "reserve", "Rien.", "« renonciation » ne se retirent pas"),
        ("notification_dsa", "opening", "Je vous notifie au nom de {personne}.", "{texte.dsa_16} ne se retire pas"),
        ("notification_dsa", "reserve", "  ", "ne se supprime pas"),
        ("notification_dsa", "reserve", "Sans renonciation, selon l’article 29.", "écrit à la main"),
        ("notification_dsa", "reserve", "Sans renonciation, sous 24 heures.", "aucun délai fixe"),
        ("notification_dsa", "reserve", "Sans renonciation, selon {texte.cpc_145}.", "pas une variable connue"),
        ("notification_dsa", "reserve", "Sans renonciation [à compléter].", "n’est pas achevé"),
        ("notification_dsa", "reserve", "Sans renonciation \U0001fae8\U00013000.", "Aucune police"),
        ("mise_en_demeure", "outcome", "Sans renonciation, je préviendrai votre employeur.", "menace"),
        ("notification_dsa", "reserve", "Sans renonciation. " + "a" * 4000, "dépasse"),
    ],
)
def test_what_a_wording_may_not_do_is_said(kind: str, name: str, words: str, said: str) -> None:
    assert said in wrong(kind, name, words)


def test_the_firms_words_are_filled_agreed_and_contracted() -> None:
    words = (
        "{client} reste {client:ouvert/ouverte}. **À défaut** ({texte.rin_8_2}), l’avis de {personne} vaut.\n\nSuite."
    )
    facts, on = worded("mise_en_demeure", "amicable", words), case("mise_en_demeure")[1]
    blocks = catalogue.build("mise_en_demeure", facts, on)
    first, second = (block for block in blocks if block.id.startswith("clause-amicable"))
    assert isinstance(first, Paragraph)
    assert first.text.startswith("Le docteur Anne Lemaire reste ouverte. À défaut (article")
    assert "l’avis du docteur Anne Lemaire" in first.text
    assert [run.text for run in first.runs if run.bold] == ["À défaut"]
    assert plain_text([second]) == "Suite."


def test_a_list_keeps_one_item_a_line_in_both_files() -> None:
    words = "retirer cet avis ;\nnotifier une décision motivée et les voies de recours à {courriel_notifiant}."
    facts, on = worded("notification_dsa", "requests", words), case("notification_dsa")[1]
    blocks, meta = catalogue.build("notification_dsa", facts, on), catalogue.meta("notification_dsa", facts, on)
    items = next(block for block in blocks if block.id == "clause-requests")
    assert isinstance(items, Numbered)
    assert len(items.items) == 2
    for text in (read_pdf(pdf.render(blocks, meta)), docx_text(word.render(blocks, meta))):
        assert "retirer cet avis" in text
        assert facts["notifier"]["email"] in text


def test_a_variable_that_the_dossier_lacks_refuses_the_letter_and_names_the_field() -> None:
    facts = worded("notification_dsa", "reserve", "Sans renonciation, décision du {decision_le}.")
    found = catalogue.check("notification_dsa", facts, case("notification_dsa")[1])
    assert [(one.code, one.field) for one in found.refusals] == [("wording_variable", "decision_on")]
    assert "{decision_le}" in found.refusals[0].message


@pytest.mark.parametrize("words", HOSTILE)
def test_a_wording_that_came_another_way_refuses_the_letter_and_is_never_run(words: str) -> None:
    found = catalogue.check("notification_dsa", worded("notification_dsa", "reserve", words), DAY)
    assert {one.code for one in found.refusals} & {"wording_unknown", "reference_out_of_force", "placeholder"}


def test_a_reference_out_of_force_at_the_date_of_the_act_is_refused() -> None:
    """The wording of the firm follows the dated law: before the regulation applied, the notice could not cite it."""
    facts = worded("notification_dsa", "opening", "Selon {texte.dsa_16}, pour {personne}.")
    found = catalogue.check("notification_dsa", facts, date(2020, 1, 2))
    assert "reference_out_of_force" in {one.code for one in found.refusals}


def test_a_locked_mention_is_never_a_passage_of_the_firm() -> None:
    for kind in TYPES:
        assert not [block for block in made(kind)[0] if block.locked and block.id.startswith(clauses.PREFIX)]


def test_an_unknown_passage_among_the_facts_changes_nothing() -> None:
    facts, on = case("relance_dsa")
    same = catalogue.build("relance_dsa", {**facts, "wording": {"nothing": "{client}"}}, on)
    assert same == [replace(block) for block in made("relance_dsa")[0]]
