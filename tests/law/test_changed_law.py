"""Facts whose day is uncertain: the earliest law commands, what the later one changes is told."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.law.changed_law import another_proposal, changes_of, law_day

OUTRAGE = {
    "est_public": "non",
    "personne_visee": "personne_physique",
    "identifiable": "oui",
    "fait_precis": "non",
    "atteinte_honneur": "non",
    "terme_outrageant": "oui",
    "qualite_victime": "professionnel_sante",
    "motif_discriminatoire": "aucun",
    "adresse_directement_non_public": "oui",
}
ELECTED, HEALTH = "injure_publique_fonctionnaire_corps", "outrage_professionnel_sante"


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_community_service_of_march_2024_is_told_when_the_facts_straddle_it():
    (told,) = changes_of(ELECTED, date(2024, 3, 1), date(2024, 4, 1))
    assert "1er mars 2024" in plain(told)
    assert "travail d’intérêt général" in told
    assert "La première est retenue" in told


@pytest.mark.parametrize(("earliest", "latest"), [("2024-03-23", "2026-11-01"), ("2023-01-01", "2024-03-22")])
def test_nothing_is_told_when_the_law_did_not_change(earliest, latest):
    assert changes_of(ELECTED, date.fromisoformat(earliest), date.fromisoformat(latest)) == ()


def test_a_longer_limitation_is_told_beside_the_shorter():
    told = plain(" ".join(changes_of("injure_publique_raciale", date(2004, 3, 1), date(2004, 3, 20))))
    assert "3 mois le 1er mars 2004, 1 an le 20 mars 2004" in told


def test_a_text_that_came_in_between_is_told():
    (told,) = changes_of(HEALTH, date(2025, 6, 1), date(2025, 8, 1))
    assert "Aucun texte" in told
    assert law_day(HEALTH, date(2025, 6, 1), date(2025, 8, 1)) == date(2025, 7, 11)
    assert law_day(HEALTH, date(2025, 7, 20), date(2025, 8, 1)) == date(2025, 7, 20)
    assert law_day(HEALTH, date(2024, 6, 1), date(2024, 8, 1)) == date(2024, 6, 1)


def test_the_later_law_may_propose_another_qualification():
    told = plain(another_proposal(OUTRAGE, date(2025, 6, 1), date(2025, 8, 1)))
    assert "1er août 2025" in told
    assert "Outrage à un professionnel de santé" in told
    assert another_proposal(OUTRAGE, date(2025, 8, 1), date(2025, 9, 1)) == ""
    assert another_proposal({}, date(2025, 6, 1), date(2025, 8, 1)) == ""
