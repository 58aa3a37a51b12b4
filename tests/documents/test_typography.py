from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.documents import civility
from casefile.documents.typography import amount, date_in_words, long_date, long_instant, number_in_words, typeset


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Pourquoi ?", "Pourquoi\u202f?"),
        ("Pourquoi?", "Pourquoi\u202f?"),
        ("fin ; suite", "fin\u202f; suite"),
        ("Objet : rien", "Objet\u00a0: rien"),
        ("le mot « exact » ici", "le mot «\u00a0exact\u00a0» ici"),
        ("n°22-82.838", "n°\u00a022-82.838"),
        ("art. 53", "art.\u00a053"),
        ("l'avis d'un", "l’avis d’un"),
        ("2ème chambre", "2e chambre"),
        ("le 3 mars 2026", "le 3\u00a0mars\u00a02026"),
        ("à 15h42", "à 15\u00a0h\u00a042"),
        ("12 000 €", "12\u202f000\u00a0€"),
        ("M. Durand et Me Roche", "M.\u00a0Durand et Me\u00a0Roche"),
        ("A défaut de retrait", "À défaut de retrait"),
        ("Etat", "État"),
        ("etc...", "etc."),
        ("https://a.example/x?y=1;z !", "https://a.example/x?y=1;z\u202f!"),
        ("quoi ?!", "quoi\u202f?!"),
        ("a:b", "a:b"),
        ("Pièce n° 7", "Pièce\u00a0n°\u00a07"),
        ("« il a dit « oui » hier »", "«\u00a0il a dit “oui” hier\u00a0»"),
    ],
)
def test_french_rules(typed: str, printed: str) -> None:
    assert typeset(typed).removeprefix(", ") == printed


@settings(max_examples=300)
@given(st.text(alphabet="aàEeét’' .:;!?«»\u00a0\u202f0123456789%€n°M.(/-…\n“”hx", max_size=40))
def test_typesetting_twice_changes_nothing(text: str) -> None:
    once = typeset(text)
    assert typeset(once) == once


@given(st.text(alphabet="abc?=&;!:/.-_", min_size=1, max_size=30))
def test_an_address_is_never_touched(path: str) -> None:
    address = "https://avis.example/" + path
    assert typeset(f"Voir {address} ici") == f"Voir {address} ici"


def test_dates_are_written_as_in_a_letter() -> None:
    assert long_date(date(2026, 3, 1)) == "1er\u00a0mars\u00a02026"
    assert date_in_words(date(2026, 11, 23)) == "vingt-trois novembre deux mille vingt-six"
    assert long_instant(datetime(2026, 11, 6, 14, 42, tzinfo=UTC)).startswith("6\u00a0novembre\u00a02026 à 15")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (21, "vingt et un"),
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (100, "cent"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (1000, "mille"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (1881, "mille huit cent quatre-vingt-un"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert number_in_words(number) == words


def test_amounts() -> None:
    assert amount("12000") == "12\u202f000\u00a0€"
    assert amount("2.5") == "2,50\u00a0€"
    assert amount("1234567.8") == "1\u202f234\u202f567,80\u00a0€"


@pytest.mark.parametrize(
    ("person", "word"),
    [
        ({"gender": "F"}, "née"),
        ({"gender": "M"}, "né"),
        ({"kind": "company"}, "née"),
        ({}, "né ou née"),
    ],
)
def test_participles_agree_with_the_person(person: dict[str, str], word: str) -> None:
    assert civility.agree(person, "né", "née") == word


@pytest.mark.parametrize(
    ("person", "call"),
    [
        ({"civility": "Madame", "gender": "F"}, "Madame"),
        ({"civility": "Docteur", "gender": "F"}, "Docteur"),
        ({"civility": "Maître", "gender": "M"}, "Maître"),
        ({"function": "procureur", "gender": "F"}, "Madame la Procureure de la République"),
        ({"kind": "company", "name": "X"}, "Madame, Monsieur"),
        ({"civility": "non précisée"}, "Madame, Monsieur"),
    ],
)
def test_the_closing_repeats_the_call(person: dict[str, str], call: str) -> None:
    assert civility.salutation(person) == call
    assert call in civility.closing(person)


def test_devoted_is_kept_for_colleagues() -> None:
    assert civility.closing({}, colleague=True, writer={"gender": "F"}) == "Votre bien dévouée,"
    assert "dévoué" not in civility.closing({"civility": "Madame", "gender": "F"})
