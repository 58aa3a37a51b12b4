"""Each act of the contract: what it moves, what it does not, and the reason given to the lawyer."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.law import rules
from casefile.law.limitation import compute
from casefile.law.limitation_facts import Act, LimitationFacts, Publication, Regularity, Republication

DEFAMATION = "diffamation_publique_particulier"
PUBLISHED = date(2026, 8, 23)
ON = date(2026, 12, 1)
NOTHING = (date(2026, 11, 22), date(2026, 11, 23))
BOTH, ADMITTED, NEITHER = "both", "admitted", "neither"

ACTS = {
    "plainte_simple": NEITHER,
    "aide_juridictionnelle": NEITHER,
    "soit_transmis": NEITHER,
    "requisitions_enquete_articulees": BOTH,
    "rappel_a_la_loi": NEITHER,
    "pcpc": BOTH,
    "versement_consignation": NEITHER,
    "requisitoire_introductif": BOTH,
    "acte_instruction": BOTH,
    "demande_acte": ADMITTED,
    "citation_directe": BOTH,
    "renvoi_contradictoire": BOTH,
    "assignation": BOTH,
    "placement_assignation": ADMITTED,
    "conclusions_demandeur_notifiees": BOTH,
    "conclusions_deposees_non_notifiees": ADMITTED,
    "conclusions_sans_adversaire_constitue": NEITHER,
    "conclusions_defendeur": NEITHER,
    "conclusions_defendeur_appelant": ADMITTED,
    "communication_pieces": ADMITTED,
    "declaration_appel": BOTH,
    "signification_decision": ADMITTED,
    "notification_arret_cassation": BOTH,
    "demande_report_cloture": BOTH,
    "mise_en_etat": NEITHER,
    "ordonnance_cloture": ADMITTED,
    "jugement": BOTH,
    "mise_en_demeure": NEITHER,
    "notification_dsa": NEITHER,
    "reclamation_dsa": NEITHER,
    "constat": NEITHER,
    "droit_de_reponse": NEITHER,
    "requete_145": NEITHER,
    "refere_145": NEITHER,
    "paf_6_3": NEITHER,
    "mediation": NEITHER,
    "denonciation_parquet": NEITHER,
    "audition_enquete": NEITHER,
    "audience_debats": BOTH,
    "jugement_consignation": BOTH,
    "mandement_citation": BOTH,
    "assignation_refere": BOTH,
}
SUSPENSIONS = ("consignation", "rappel_a_la_loi", "delibere", "cloture", "obstacle_de_droit")
DAY = date(2026, 10, 10)
RENEWED = (date(2027, 1, 9), date(2027, 1, 10))


def answer(*acts, on=ON):
    return compute(LimitationFacts(DEFAMATION, Publication.exact(PUBLISHED), acts=acts), on)


def dates(*acts, on=ON):
    result = answer(*acts, on=on)
    return result.prudent_on, result.admitted_on


@pytest.mark.parametrize(("kind", "moves"), ACTS.items())
def test_each_act_of_the_contract_moves_what_the_reference_says(kind, moves):
    result = answer(Act(kind, DAY))
    assert result.prudent_on == (RENEWED if moves == BOTH else NOTHING)[0]
    assert result.admitted_on == (NOTHING if moves == NEITHER else RENEWED)[1]
    effect = result.acts[0].as_json()
    assert effect["interrupts"] is (moves == BOTH)
    assert effect["moves_admitted"] is (moves != NEITHER)
    assert len(effect["why"]) > 40
    assert effect["source"]


@pytest.mark.parametrize("kind", ACTS)
def test_a_void_act_moves_nothing_and_a_doubtful_one_only_the_admitted_date(kind):
    admitted = NOTHING[1] if ACTS[kind] == NEITHER else RENEWED[1]
    assert dates(Act(kind, DAY, Regularity.VOID)) == NOTHING
    assert dates(Act(kind, DAY, Regularity.DISPUTED)) == (NOTHING[0], admitted)
    assert dates(Act(kind, DAY, proved=False)) == (NOTHING[0], admitted)


@pytest.mark.parametrize("kind", SUSPENSIONS)
def test_each_suspension_of_the_contract_is_known(kind):
    assert rules.rule_at(f"suspension.{kind}", DAY).flag("admitted")


def test_the_reason_says_why_a_doubtful_act_moves_nothing_prudent():
    assert "Acte nul" in answer(Act("pcpc", DAY, Regularity.VOID)).acts[0].why
    disputed = answer(Act("pcpc", DAY, Regularity.DISPUTED))
    assert "Acte discuté" in disputed.acts[0].why
    assert any("régularité discutée" in warning for warning in disputed.warnings)
    unproved = answer(Act("pcpc", DAY, proved=False))
    assert "sans preuve" in unproved.acts[0].why
    assert any("joindre la preuve" in warning for warning in unproved.warnings)
    assert not any("joindre la preuve" in warning for warning in disputed.warnings)


def test_a_simple_complaint_is_refused_with_its_authority():
    effect = answer(Act("plainte_simple", DAY)).acts[0].as_json()
    assert effect["interrupts"] is False
    assert "22-81.814" in effect["source"]


def test_an_act_on_the_last_day_renews_and_one_the_day_after_revives_nothing():
    assert dates(Act("citation_directe", date(2026, 11, 23))) == (date(2027, 2, 22), date(2027, 2, 23))
    late = answer(Act("citation_directe", date(2026, 11, 24)))
    assert (late.prudent_on, late.admitted_on) == NOTHING
    assert "les deux lectures" in late.acts[0].why
    assert not late.acts[0].moves_admitted


def test_an_act_in_time_for_the_admitted_reading_alone_moves_it_alone():
    acts = (Act("placement_assignation", date(2026, 11, 1)), Act("citation_directe", date(2026, 12, 1)))
    result = answer(*acts)
    assert (result.prudent_on, result.admitted_on) == (NOTHING[0], date(2027, 3, 1))
    assert (result.acts[1].moves_prudent, result.acts[1].moves_admitted) == (False, True)
    assert "une des deux lectures" in result.acts[1].why


def test_after_a_late_act_the_following_ones_are_late_too():
    acts = (Act("citation_directe", date(2026, 11, 24)), Act("jugement", date(2026, 11, 25)))
    assert dates(*acts) == NOTHING


def test_a_republication_after_a_late_act_lets_the_next_act_count_again():
    facts = LimitationFacts(
        DEFAMATION,
        Publication.exact(PUBLISHED),
        acts=(Act("citation_directe", date(2026, 11, 24)), Act("citation_directe", date(2026, 12, 15))),
        republications=(Republication("reedition", date(2026, 11, 30)),),
    )
    assert compute(facts, date(2027, 1, 1)).admitted_on == date(2027, 3, 15)


def test_acts_renew_one_after_the_other_whatever_their_order_in_the_file():
    acts = (Act("jugement", date(2027, 1, 5)), Act("assignation", DAY))
    result = answer(*acts, on=date(2027, 2, 1))
    assert (result.prudent_on, result.admitted_on) == (date(2027, 4, 4), date(2027, 4, 5))
    assert [effect.judged.act.type for effect in result.acts] == ["jugement", "assignation"]


def test_an_act_to_come_or_older_than_the_publication_does_not_count():
    future = answer(Act("citation_directe", DAY), on=date(2026, 10, 9))
    assert (future.prudent_on, future.admitted_on) == NOTHING
    assert "à venir" in future.acts[0].why
    assert dates(Act("citation_directe", DAY), on=DAY) == RENEWED
    assert dates(Act("citation_directe", date(2026, 8, 22))) == NOTHING
    assert dates(Act("citation_directe", PUBLISHED)) == NOTHING
    assert answer(Act("citation_directe", PUBLISHED)).acts[0].moves_prudent
    assert not answer(Act("citation_directe", date(2026, 8, 22))).acts[0].moves_prudent


def test_an_act_within_an_uncertain_publication_counts_in_both_readings():
    publication = Publication.between(date(2026, 8, 1), date(2026, 9, 30))
    facts = LimitationFacts(DEFAMATION, publication, acts=(Act("citation_directe", date(2026, 9, 1)),))
    result = compute(facts, ON)
    assert (result.prudent_on, result.admitted_on) == (date(2026, 11, 30), date(2026, 12, 1))


@pytest.mark.parametrize("writ", ["pcpc", "citation_directe", "assignation", "assignation_refere"])
def test_what_lives_on_a_void_writ_falls_with_it(writ):
    child = Act("conclusions_demandeur_notifiees", date(2026, 11, 1))
    moved = (date(2027, 1, 31), date(2027, 2, 1))
    assert dates(Act(writ, DAY), child) == moved
    assert dates(Act(writ, DAY, Regularity.VOID), child) == NOTHING
    assert dates(Act(writ, DAY, Regularity.DISPUTED), child) == (NOTHING[0], moved[1])
    assert dates(Act(writ, DAY, proved=False), child) == (NOTHING[0], moved[1])
    assert dates(child) == moved


def test_a_void_writ_does_not_stain_an_older_act_nor_a_second_regular_writ():
    child = Act("conclusions_demandeur_notifiees", date(2026, 11, 1))
    void_later = Act("assignation", date(2026, 11, 2), Regularity.VOID)
    assert dates(child, void_later) == (date(2027, 1, 31), date(2027, 2, 1))
    void, regular = Act("assignation", DAY, Regularity.VOID), Act("assignation", date(2026, 10, 20))
    assert dates(void, regular, child) == (date(2027, 1, 31), date(2027, 2, 1))
    same_day = Act("conclusions_demandeur_notifiees", DAY)
    assert dates(void, same_day) == NOTHING


def test_a_regular_application_of_the_prosecutor_saves_a_void_complaint():
    void = Act("pcpc", date(2026, 9, 1), Regularity.VOID)
    saved = (void, Act("requisitoire_introductif", DAY), Act("acte_instruction", date(2026, 11, 1)))
    assert dates(*saved) == (date(2027, 1, 31), date(2027, 2, 1))


@pytest.mark.parametrize("kind", ["desistement", "caducite", "peremption"])
def test_a_withdrawal_undoes_the_civil_acts_before_it(kind):
    writ, later = Act("assignation", DAY), date(2026, 11, 10)
    assert dates(writ, Act(kind, later)) == NOTHING
    assert dates(writ, Act(kind, later, Regularity.VOID)) == RENEWED
    assert dates(writ, Act(kind, later, Regularity.DISPUTED)) == (NOTHING[0], RENEWED[1])
    assert dates(writ, Act(kind, later, proved=False)) == (NOTHING[0], RENEWED[1])
    assert dates(Act("citation_directe", DAY), Act(kind, later)) == RENEWED
    assert dates(Act(kind, date(2026, 10, 1)), writ) == RENEWED
    assert dates(writ, Act(kind, date(2026, 12, 2))) == RENEWED
    assert "non avenu" in answer(writ, Act(kind, later)).acts[0].why


def test_a_rejected_summary_application_leaves_the_writ_on_the_merits():
    rejected = Act("rejet_definitif_refere", date(2026, 11, 10))
    assert dates(Act("assignation_refere", DAY), rejected) == NOTHING
    assert dates(Act("assignation", DAY), rejected) == RENEWED


def test_the_press_claimant_is_told_to_renew():
    assert any("repart en entier" in warning for warning in answer(Act("assignation", DAY)).warnings)
    assert not any("repart en entier" in warning for warning in answer(Act("constat", DAY)).warnings)


@pytest.mark.parametrize(("qualification", "word"), [("cyberharcelement", "procédure pénale"), ("denigrement", "2241")])
def test_outside_the_press_law_the_table_of_acts_is_said_to_be_narrower(qualification, word):
    facts = LimitationFacts(qualification, Publication.exact(PUBLISHED), acts=(Act("assignation", DAY),))
    assert any(word in warning for warning in compute(facts, ON).warnings)
    bare = LimitationFacts(qualification, Publication.exact(PUBLISHED))
    assert not any(word in warning for warning in compute(bare, ON).warnings)


def test_with_an_unknown_publication_an_act_keeps_its_own_nature():
    facts = LimitationFacts(
        DEFAMATION, Publication.unknown(PUBLISHED), acts=(Act("citation_directe", DAY), Act("constat", DAY))
    )
    result = compute(facts, ON)
    assert [effect.moves_prudent for effect in result.acts] == [True, False]
    assert [effect.moves_admitted for effect in result.acts] == [True, False]


def test_every_act_rule_says_why_in_a_french_sentence():
    for rule in rules.rules_of("interruption"):
        version = rule.versions[-1]
        assert version.text("why").endswith(".")
        assert not (version.flag("prudent") and not version.flag("admitted"))
        assert set(version.texts("undoes")) <= {other.id.split(".")[1] for other in rules.rules_of("interruption")}


@pytest.mark.parametrize(
    ("regularity", "proved", "moves"),
    [
        (Regularity.REGULAR, True, (True, True)),
        (Regularity.DISPUTED, True, (False, True)),
        (Regularity.REGULAR, False, (False, True)),
        (Regularity.VOID, True, (False, False)),
    ],
)
def test_p12_a_complaint_lives_on_its_deposit_paid_in_time(regularity, proved, moves):
    acts = (
        Act("pcpc", date(2026, 3, 2)),
        Act("versement_consignation", date(2026, 3, 20), regularity, proved),
        Act("acte_instruction", date(2026, 4, 1)),
    )
    known = LimitationFacts("diffamation_publique_particulier", Publication.exact(date(2026, 1, 10)), acts=acts)
    complaint, _, investigation = compute(known, date(2026, 5, 1)).acts
    assert (complaint.moves_prudent, complaint.moves_admitted) == moves
    assert (investigation.moves_prudent, investigation.moves_admitted) == moves


def test_p12_a_second_payment_in_time_saves_the_complaint():
    acts = (
        Act("pcpc", date(2026, 3, 2)),
        Act("versement_consignation", date(2026, 3, 10), Regularity.VOID),
        Act("versement_consignation", date(2026, 3, 20)),
    )
    known = LimitationFacts("diffamation_publique_particulier", Publication.exact(date(2026, 1, 10)), acts=acts)
    assert compute(known, date(2026, 5, 1)).acts[0].moves_prudent


def test_an_act_lives_on_the_best_of_the_writs_before_it():
    """A void writ beside a disputed one leaves the later act disputed, not void."""

    def dates(*standings):
        writs = [Act("assignation", date(2026, 9, 10), proved=True, regularity=one) for one in standings]
        later = Act("conclusions_demandeur_notifiees", date(2026, 10, 15), proved=True)
        found = compute(LimitationFacts(DEFAMATION, Publication.exact(PUBLISHED), acts=(*writs, later)), ON)
        return found.prudent_on, found.admitted_on

    void, disputed = Regularity.VOID, Regularity.DISPUTED
    assert dates(void) == NOTHING
    assert dates(disputed)[0] == NOTHING[0]
    assert dates(disputed)[1] > NOTHING[1]
    assert dates(void, disputed) == dates(disputed, void) == dates(disputed)
    assert dates(void, Regularity.REGULAR) == dates(Regularity.REGULAR)
