"""Fields: French dates, addresses, required answers, and every English sentence of the libraries translated."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from werkzeug.datastructures import MultiDict

from casefile import clock
from casefile.errors import InvalidInput
from casefile.web.checks import bare_name
from casefile.web.fields import Choice, Choices, FrenchDate, Line, Segmented, Url
from casefile.web.forms import CasefileForm, VersionedForm
from casefile.web.messages import FRENCH

from .preview import preview


class Form(CasefileForm):
    day = FrenchDate("Jour", past=True)
    due = FrenchDate("Échéance")
    url = Url("Adresse")
    name = Line("Nom")


TWO = (("a", "Un"), ("b", "Deux"))


class Listed(CasefileForm):
    side = Segmented("Côté", choices=TWO)
    one = Choice("Une", choices=TWO)
    some = Choices("Plusieurs", choices=TWO)


@pytest.fixture(autouse=True)
def request_context():
    with clock.frozen(datetime(2026, 11, 23, 12, tzinfo=UTC)), preview(WTF_CSRF_ENABLED=False).test_request_context():
        yield


def filled(**values):
    form = Form(MultiDict(values))
    form.validate()
    return form


@pytest.mark.parametrize("typed", ["12/03/2026", "12 3 2026", "2026-03-12", " 12.03.2026 ", "12-3-2026"])
def test_a_date_is_read_as_the_french_write_it(typed):
    form = filled(day=typed)
    assert form.day.data == date(2026, 3, 12)
    assert not form.day.errors


def test_a_date_is_read_from_three_inputs():
    form = filled(**{"day-jour": "12", "day-mois": "3", "day-annee": "2026"})
    assert form.day.data == date(2026, 3, 12)
    assert [part.value for part in form.day.parts] == ["12", "3", "2026"]


def test_three_empty_inputs_are_no_date():
    form = filled(**{"day-jour": "", "day-mois": "", "day-annee": ""})
    assert form.day.data is None
    assert not form.day.errors


def test_a_stored_date_fills_the_three_inputs():
    form = Form(data={"day": date(2026, 3, 1)})
    assert [part.value for part in form.day.parts] == ["1", "3", "2026"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("31/02/2026", "n’existe pas"),
        ("12/03/26", "en chiffres"),
        ("bientôt", "en chiffres"),
        ("12/03/1881", "entre le"),
        ("12/03/3026", "à venir"),
        ("24/11/2026", "à venir"),
        ("٣/3/2026", "en chiffres"),
        ("9" * 10_000, "en chiffres"),
    ],
)
def test_an_absurd_date_is_refused_and_kept(typed, told):
    form = filled(day=typed)
    assert told in form.day.errors[0]
    assert form.day.data is None
    assert form.day.parts[0].value


def test_a_due_date_may_be_ahead_but_not_absurd():
    assert filled(due="12/03/2027").due.data == date(2027, 3, 12)
    assert filled(due="12/03/3026").due.errors


@pytest.mark.parametrize(
    "url", ["https://x.com/a/status/1?b=c#d", "http://exemple.fr:8080/é", "https://[::1]/", "http://localhost:8000/a"]
)
def test_a_web_address_is_accepted_as_it_is(url):
    form = filled(url=f" {url}\n")
    assert not form.url.errors
    assert form.url.data == url


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("maps.google.com/?cid=1", "commencer par"),
        ("javascript:alert(1)", "commencer par"),
        ("https://moi:secret@exemple.fr", "mot de passe"),
        ("https://google.com@exemple.fr", "identifiant"),
        ("https://exemple.fr/a b", "espace"),
        ("https://exemple.fr/\u202egpj", "invisible"),
        ("https://", "nom de site"),
        ("https://exemple", "nom de site"),
        ("https://exemple.fr:99999/", "port"),
        ("https://[::1", "nom de site"),
        ("https://exemple.fr/" + "a" * 3000, "dépasse"),
    ],
)
def test_a_bad_web_address_is_refused_with_its_repair(url, told):
    assert told in filled(url=url).url.errors[0]


def test_our_words_are_trimmed_and_composed():
    assert filled(name="  Re\u0301mi ").name.data == "Rémi"


def test_a_verb_refusal_stands_beside_its_field_or_on_top():
    form = filled()
    form.refuse(InvalidInput("Ce nom est pris.", field="name"))
    form.refuse(InvalidInput("Le dossier est clos."))
    assert [(error.target, error.message) for error in form.error_list()] == [
        ("contenu", "Le dossier est clos."),
        ("name", "Ce nom est pris."),
    ]


@pytest.mark.parametrize(("sent", "version"), [("3", 3), ("", 0), ("-1", 0), ("x", 0), ("٣", 0)])
def test_a_version_that_was_tampered_with_is_zero(sent, version):
    assert VersionedForm(MultiDict({"version": sent})).seen_version() == version


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\avis.png", "avis.png"),
        ("a\x00b\u202egnp.exe", "abgnp.exe"),
        ("..", "fichier"),
        ("", "fichier"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_file_name_is_never_a_path(name, bare):
    assert bare_name(name) == bare


def test_every_english_sentence_of_the_libraries_has_a_french_one():
    said = set()
    for package in (wtforms, flask_wtf):
        for module in Path(package.__file__).parent.rglob("*.py"):
            for call in re.findall(r"(?:n?gettext|ValidationError)\(\s*((?:\"[^\"]+\",?\s*)+)", module.read_text()):
                said |= set(re.findall(r'"([^"]+)"', call))
    assert len(said) > 30
    assert said - set(FRENCH) == set()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hier", date(2026, 11, 22)),
        ("aujourd’hui", date(2026, 11, 23)),
        ("+15j", date(2026, 12, 8)),
        ("12 mars 2027", date(2027, 3, 12)),
        ("lundi", date(2026, 11, 30)),
    ],
)
def test_a_day_is_typed_quickly_and_shown_as_it_was_understood(typed, expected):
    form = filled(**{"due-jour": typed, "due-mois": "", "due-annee": ""})
    assert form.due.data == expected
    assert [part.value for part in form.due.parts] == [str(expected.day), str(expected.month), str(expected.year)]


@pytest.mark.parametrize("parts", [("12/03", "", ""), ("12", "03", "")])
def test_a_day_without_its_year_is_never_guessed(parts):
    names = ("due-jour", "due-mois", "due-annee")
    form = filled(**dict(zip(names, parts, strict=True)))
    assert form.due.data is None
    assert form.due.errors == ["Ajoutez l’année, par exemple 12 03 2026 ou 12 03 2027."]
    assert [part.value for part in form.due.parts] == list(parts), "what was typed stays"


@pytest.mark.parametrize("typed", ["12/03/26", "1er décembre", "bientôt", "3/2026", "hier soir"])
def test_what_is_not_a_whole_day_is_refused(typed):
    assert filled(due=typed).due.data is None


@pytest.mark.parametrize("sent", [[], [("side", " "), ("one", "\t"), ("some", " ")], [("some", " "), ("some", "a")]])
def test_blanks_are_no_answer(sent):
    form = Listed(MultiDict(sent))
    assert form.validate()
    assert not form.side.data
    assert not form.one.data
    assert form.some.data == [value for _, value in sent if value == "a"]


@pytest.mark.parametrize("name", ["side", "one", "some"])
@pytest.mark.parametrize("sent", [["z"], ["z", "a"], [" ", "z"]])
def test_what_is_in_no_list_is_refused_even_behind_a_blank(name, sent):
    form = Listed(MultiDict([(name, value) for value in sent]))
    accepted = form.validate()
    assert "z" not in (form[name].data or []) or not accepted
