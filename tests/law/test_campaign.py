"""The pattern of a campaign by several accounts."""

from __future__ import annotations

from datetime import date

from casefile.law.campaign import CampaignItem, pattern_of

FIRST, SECOND = date(2026, 9, 3), date(2026, 9, 4)


def test_a_campaign_shows_its_accounts_its_days_and_its_shared_words():
    pattern = pattern_of(
        [
            CampaignItem("a", "compte1", "Fuyez ce médecin dangereux, il ment à tous", SECOND),
            CampaignItem("b", "compte2", "fuyez ce medecin dangereux : il ment à tous !", FIRST),
            CampaignItem("c", "compte1", "Accueil déplorable", FIRST),
            CampaignItem("d", "compte3", "Rien à voir avec les autres avis publiés", None),
        ]
    )
    assert (pattern.dated_facts, pattern.undated, pattern.authors) == (3, 1, 3)
    assert (pattern.first_on, pattern.last_on) == (FIRST, SECOND)
    assert pattern.by_author == (("compte1", 2), ("compte2", 1), ("compte3", 1))
    assert pattern.repeated_accounts == ("compte1",)
    assert pattern.by_day == ((FIRST, 2), (SECOND, 1))
    assert pattern.same_words == (("a", "b"),)


def test_short_texts_are_alike_only_when_they_are_the_same():
    pattern = pattern_of(
        [
            CampaignItem("a", "x", "À fuir", FIRST),
            CampaignItem("b", "y", "a fuir !!", FIRST),
            CampaignItem("c", "z", "Voleur, à fuir", FIRST),
            CampaignItem("d", "w", "⭐", FIRST),
            CampaignItem("e", "v", "⭐", FIRST),
        ]
    )
    assert pattern.same_words == (("a", "b"),)


def test_an_empty_campaign_has_no_days():
    pattern = pattern_of([])
    assert (pattern.first_on, pattern.last_on, pattern.authors) == (None, None, 0)


def test_texts_of_four_words_are_alike_from_four_fifths_of_shared_words():
    def alike(first, second):
        return bool(pattern_of([CampaignItem("a", "x", first, None), CampaignItem("b", "y", second, None)]).same_words)

    assert alike("Fuyez ce cabinet dangereux", "Fuyez ce cabinet dangereux maintenant"), "four words of five"
    assert not alike("Fuyez ce cabinet dangereux", "Fuyez ce cabinet dangereux dès maintenant"), "four of six"
    assert not alike("Fuyez ce cabinet", "Fuyez ce cabinet dangereux"), "three words are too few"


def test_the_first_day_is_the_first_and_equal_accounts_come_by_name():
    one_a_day = [CampaignItem("a", "zoe", "Un", FIRST), CampaignItem("b", "ada", "Deux", FIRST)]
    pattern = pattern_of([*one_a_day, CampaignItem("c", "max", "Trois", SECOND)])
    assert (pattern.first_on, pattern.last_on) == (FIRST, SECOND)
    assert pattern.by_author == (("ada", 1), ("max", 1), ("zoe", 1))
