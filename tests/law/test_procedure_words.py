"""What a procedural limit says of its own counting: the numbers, their plurals, what is added and what follows."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.errors import InvalidInput
from casefile.law.procedure import Event, deadlines_after, events
from casefile.law.rules import rules_of


def counted(key, event, on, party=None):
    found = deadlines_after(Event(event, date.fromisoformat(on), "metropole", party))
    return next(one for one in found if one.rule.key == key)


def words(found):
    return " ".join(step.as_json()["text"] for step in found.trace)


@pytest.mark.parametrize(
    ("key", "event", "said"),
    [
        ("offre_de_preuve", "citation_directe", "10 jours, le 15/12/2026 ne comptant pas"),
        ("denonciation_parquet_audience", "audience_correctionnelle", "à rebours de 1 jour : "),
        ("contre_preuve_audience", "audience_correctionnelle", "à rebours de 3 jours francs : "),
        ("citation_avant_audience", "audience_correctionnelle", "à rebours de 20 jours et un jour de prudence"),
        ("appel_civil", "signification_jugement_civil", "1 mois de quantième à quantième"),
    ],
)
def test_a_limit_says_how_it_was_counted(key, event, said):
    assert said in words(counted(key, event, "2026-12-15")).replace("\u00a0", " ").replace("\u202f", " ")


def test_years_are_said_in_years():
    shown = {}
    for rule in rules_of("procedure"):
        version = rule.versions[-1]
        if version.number("years") and not version.number("months"):
            found = counted(version.key, version.text("event"), "2026-12-15")
            shown[version.number("years")] = words(found)
    assert "1 an de quantième à quantième" in shown[1]
    assert "5 ans de quantième à quantième" in shown[5]
    assert "10 ans de quantième à quantième" in shown[10]


def test_the_months_of_distance_are_added_to_those_of_the_appeal_or_stand_alone():
    assert "1 + 2 mois (" in words(counted("appel_civil", "signification_jugement_civil", "2026-12-15", "etranger"))
    alone = words(counted("appel_refere", "signification_ordonnance_refere", "2026-12-15", "etranger"))
    assert "2 mois de distance" in alone
    assert "0 + 2" not in alone


def test_a_limit_names_the_event_that_comes_next_or_none():
    assert counted("offre_de_preuve", "citation_directe", "2026-12-15").as_json()["then"] == "offre_de_preuve"
    last = counted("contre_preuve_audience", "audience_correctionnelle", "2026-12-15")
    assert last.then == ""
    assert last.as_json()["then"] is None


def test_the_last_useful_day_is_a_working_day_where_the_party_lives_too():
    """The abolition of slavery is a holiday in Reunion on 20 December, a Monday in 2027: nobody serves a writ there."""
    there = counted("appel_civil", "signification_jugement_civil", "2027-10-20", "la_reunion")
    assert there.counted_on == date(2027, 12, 20)
    assert there.last_useful_day == date(2027, 12, 17)
    here = counted("appel_civil", "signification_jugement_civil", "2027-11-20")
    assert here.last_useful_day == date(2027, 12, 20)


def test_an_event_mistyped_is_answered_by_at_most_six_neighbours():
    with pytest.raises(InvalidInput) as refused:
        deadlines_after(Event("signification_jugement", date(2026, 11, 23)))
    named = [event for event in events() if event in refused.value.message.replace(",", " ").replace(".", " ").split()]
    assert "signification_jugement_civil" in named
    assert len(named) == 6
