"""The guards that prevent nullity: each is raised on its case, silent on the neighbouring one."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.law.citations import articles_cited, cites
from casefile.law.guards import ChosenPassage, DraftAct, guards, guards_of_act, same_words
from casefile.law.offences import known_offences, offence_at

DAY = date(2026, 9, 3)
DEFAMATION = "diffamation_publique_particulier"
INSULT = "injure_publique_particulier"
ANSWERS = {
    "est_public": "oui",
    "personne_visee": "personne_physique",
    "identifiable": "oui",
    "fait_precis": "oui",
    "atteinte_honneur": "oui",
    "qualite_victime": "professionnel_sante",
    "lie_aux_fonctions": "non",
    "motif_discriminatoire": "aucun",
}
INSULTING = {**ANSWERS, "fait_precis": "non", "atteinte_honneur": "non", "terme_outrageant": "oui"}


def passage(qualification: str = DEFAMATION, **changes) -> ChosenPassage:
    return ChosenPassage(
        **{
            "id": "p1",
            "words": "Ce médecin s'est trompé dans les dosages",
            "qualification": qualification,
            "facts_on": DAY,
            "answers": INSULTING if qualification == INSULT else ANSWERS,
            **changes,
        }
    )


def raised(*passages: ChosenPassage, act: DraftAct | None = None) -> dict[str, str]:
    return {finding.id: finding.level for finding in guards(passages, act)}


def test_a_sound_passage_in_a_sound_act_raises_nothing():
    act = DraftAct(("loi du 29 juillet 1881, art. 29 al. 1er et art. 32 al. 1er",))
    assert raised(passage(), act=act) == {}


def test_the_same_words_as_defamation_and_insult_are_blocked_with_the_authority():
    found = guards([passage(), passage(INSULT, id="p2", words="ce médecin s'est  trompé dans les dosages ")])
    assert found[0].id == "double_qualification"
    assert found[0].level == "block"
    assert "15 févr. 2013" in found[0].source
    assert found[0].passages == ("p1", "p2")


def test_words_that_overlap_by_their_offsets_are_the_same_words():
    first = passage(words="abcdef", start=0, end=6)
    assert same_words(first, passage(words="efgh", start=4, end=8))
    assert not same_words(first, passage(words="abc", start=6, end=9))
    assert not same_words(first, passage(words="abcdef", start=0, end=6, publication="autre"))


@pytest.mark.parametrize(
    ("second", "guard"),
    [
        (DEFAMATION, "passages_confondus"),
        ("denigrement", "1240_exclu"),
        ("usurpation_identite", "une_qualification"),
    ],
)
def test_one_qualification_per_passage_and_per_act(second, guard):
    assert raised(passage(), passage(second, id="p2", answers={}))[guard] == "block"


@pytest.mark.parametrize(
    ("qualification", "changes", "guard", "level"),
    [
        (INSULT, {"fait_precis": "oui", "atteinte_honneur": "oui"}, "injure_absorbee", "warn"),
        (INSULT, {"terme_outrageant": "non"}, "opinion_sans_outrage", "block"),
        (INSULT, {"fait_precis": "discutable"}, "opinion_discutee", "warn"),
        (DEFAMATION, {"fait_precis": "non"}, "opinion", "block"),
        (DEFAMATION, {"fait_precis": "discutable"}, "opinion_discutee", "warn"),
        (DEFAMATION, {"personne_visee": "produits_services"}, "diffamation_d_un_produit", "block"),
        (DEFAMATION, {"est_public": "non"}, "prive_qualifie_public", "block"),
        (DEFAMATION, {"est_public": "discutable"}, "publicite_discutee", "warn"),
        (DEFAMATION, {"vrai_selon_client": "oui"}, "fait_vrai", "warn"),
        (DEFAMATION, {"qualite_victime": ""}, "qualite_sans_reponse", "warn"),
        (DEFAMATION, {"identifiable": "non"}, "elements_contredits", "block"),
        (
            DEFAMATION,
            {"qualite_victime": "chargee_mission_service_public", "lie_aux_fonctions": "oui"},
            "article_32_a_tort",
            "block",
        ),
        (
            DEFAMATION,
            {"qualite_victime": "chargee_mission_service_public", "lie_aux_fonctions": "discutable"},
            "qualite_discutee",
            "warn",
        ),
        ("diffamation_publique_fonctionnaire", {}, "article_31_a_tort", "block"),
        ("denigrement", {}, "denigrement_d_une_personne", "block"),
        ("denigrement", {"personne_visee": "produits_services"}, "service_et_probite", "warn"),
        ("diffamation_non_publique", {}, "public_qualifie_prive", "block"),
        ("outrage_professionnel_sante", {}, "public_qualifie_prive", "block"),
    ],
)
def test_a_guard_is_raised_on_its_case(qualification, changes, guard, level):
    base = INSULTING if qualification == INSULT else ANSWERS
    assert raised(passage(qualification, answers={**base, **changes}))[guard] == level
    assert guard not in raised(passage())


def test_harassment_needs_two_dated_facts_or_two_knowing_authors():
    answers = {"repetition": "oui", "degradation_conditions_vie": "oui"}
    one = passage("cyberharcelement", answers=answers)
    assert raised(one)["surqualification"] == "block"
    assert "surqualification" not in raised(passage("cyberharcelement", answers=answers, dated_facts=2))
    assert "surqualification" not in raised(passage("cyberharcelement", answers=answers, knowing_authors=2))


@pytest.mark.parametrize(
    ("cited", "guard"),
    [
        (("29 al. 1",), "peine_manquante"),
        (("art. 29 al. 1", "art. 32 al. 2"), "alinea_de_la_peine"),
        (("art. 29 al. 1", "art. 32"), "alinea_de_la_peine"),
        (("32, alinéa 1er",), "definition_manquante"),
        (("art. 29 al. 1 et 32 al. 1", "C. civ., art. 1240"), "1240_exclu"),
        (("art. 29 al. 1 et 32 al. 1", "art. 1382 du code civil"), "1240_exclu"),
    ],
)
def test_an_act_that_cites_the_wrong_texts_is_blocked(cited, guard):
    assert raised(passage(), act=DraftAct(cited))[guard] == "block"


@pytest.mark.parametrize(
    ("cited", "lacks"),
    [
        (("art. 29 al. 1", "art. 34"), True),  # refers to a penalty that is not named
        (("art. 29 al. 1", "art. 32"), True),  # the penalty of the living
        (("art. 29 al. 1", "art. 34", "art. 31"), False),
        (("art. 29 al. 1", "art. 34 et 32"), False),
    ],
)
def test_the_memory_of_the_dead_is_defended_by_article_34_and_the_penalty_it_refers_to(cited, lacks):
    dead = passage("diffamation_memoire_morts", answers={**ANSWERS, "personne_visee": "personne_decedee"})
    assert ("peine_manquante" in raised(dead, act=DraftAct(cited))) is lacks


@pytest.mark.parametrize("cited", ["art. 24 al. 7", "art. 24 al. 8", "art. 24 al. 7 ou 8"])
def test_one_of_two_paragraphs_names_the_penalty_of_provocation(cited):
    """Found on rereading: « al. 7 ou 8 » was read as an article 8, which every act then lacked."""
    found = raised(passage("provocation_haine"), act=DraftAct((cited,)))
    assert not {"peine_manquante", "alinea_de_la_peine"} & set(found)


def test_article_1240_alone_is_right_for_disparagement():
    sound = passage("denigrement", answers={"personne_visee": "produits_services", "est_public": "oui"})
    assert raised(sound, act=DraftAct(("C. civ., art. 1240",))) == {}


def test_the_date_of_the_law_is_not_taken_for_an_article():
    cited = articles_cited(["loi du 29 juillet 1881, art. 32 al. 1er", "loi n° 2004-575 du 21 juin 2004, art. 6-3"])
    assert cites(cited, "32", "1")
    assert cites(cited, "6-3")
    assert not cites(cited, "29")
    assert not cites(cited, "2004-575")
    assert cites(articles_cited(["C. pén., art. R. 621-1"]), "R621-1")


@pytest.mark.parametrize("qualification", known_offences())
def test_no_guard_fails_on_a_passage_without_answers(qualification):
    offence = offence_at(qualification, DAY)
    levels = raised(passage(qualification, answers={}, dated_facts=2))
    assert "block" not in levels.values(), offence.title


def test_an_act_without_recorded_answers_is_judged_on_its_words_and_texts_alone():
    unanswered = passage(answers={})
    twice = passage(INSULT, id="p2", answers={})
    assert guards_of_act([unanswered], DraftAct(("art. 29 al. 1 et 32 al. 1",))) == ()
    found = {one.id for one in guards_of_act([unanswered, twice], DraftAct(("art. 29 al. 1 et 32 al. 1",)))}
    assert found == {"double_qualification", "peine_manquante"}


def test_an_act_is_judged_on_the_answers_that_were_recorded():
    private = passage(answers={**ANSWERS, "est_public": "non"})
    found = {one.id for one in guards_of_act([private], DraftAct(("art. 29 al. 1 et 32 al. 1",)))}
    assert "prive_qualifie_public" in found


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("un escroc", "c'est un escroc", True),
        ("c'est un escroc", "un escroc", True),
        ("un escroc", "un menteur", False),
        ("", "un menteur", False),
        ("un menteur", "", False),
        ("", "", False),
    ],
)
def test_words_without_offsets_are_the_same_when_one_holds_the_other(first, second, same):
    assert same_words(passage(words=first), passage(words=second)) is same


def test_what_blocks_is_told_before_what_warns():
    doubtful = passage(answers={**ANSWERS, "vrai_selon_client": "oui"})
    levels = [finding.level for finding in guards([doubtful], DraftAct(("art. 29 al. 1",)))]
    assert levels == sorted(levels)
    assert set(levels) == {"block", "warn"}


def test_words_that_begin_where_others_end_are_other_words():
    first = passage(words="abcdef", start=0, end=6)
    assert same_words(passage(words="gh", start=6, end=8), first) is False
    assert same_words(first, passage(words="gh", start=6, end=8)) is False
    assert same_words(first, passage(publication="autre")) is False


def test_a_missing_element_is_blocked_once_by_the_guard_that_names_it():
    private = passage(answers={**ANSWERS, "est_public": "non", "vrai_selon_client": "oui"})
    found = raised(private)
    assert found["prive_qualifie_public"] == "block"
    assert "elements_contredits" not in found
    unnamed = passage(answers={**ANSWERS, "identifiable": "non", "vrai_selon_client": "oui"})
    assert raised(unnamed)["elements_contredits"] == "block"
