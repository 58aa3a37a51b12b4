import copy
import json
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from casefile.documents import catalogue
from casefile.documents.blocks import Quotation, Table, Url, plain_text, texts_of
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.findings import DocumentRefused
from casefile.documents.preview import preview
from casefile.errors import InvalidInput
from casefile.law.guards import ChosenPassage, DraftAct, guards_of_act
from casefile.law.rules import rules_of
from tests.documents.letters import FOLDER, TYPES, body_text, case, docx_text, made, pdf_text, squeezed


def test_every_type_has_a_fixture() -> None:
    assert sorted(catalogue.types()) == TYPES
    assert {kind.number for kind in catalogue.types().values()} == set(range(1, 22))


@pytest.mark.parametrize("name", TYPES)
def test_pdf_and_word_say_the_same_words_in_the_same_order(name: str) -> None:
    blocks, _, docx = made(name)
    expected = squeezed("\n".join(text for block in blocks for text in texts_of(block)))
    # Cells are read column by column, and a header is repeated on each page of its table: count letters, not order.
    extra = Counter(squeezed(body_text(pdf_text(name))))
    extra.subtract(Counter(expected))
    for block in blocks:
        header = Counter(squeezed("".join(cell.text for cell in block.header))) if isinstance(block, Table) else None
        while header and +extra and header <= +extra:
            extra.subtract(header)
    assert not +extra
    assert not -extra
    assert squeezed(docx_text(docx)) == expected


@pytest.mark.parametrize("name", TYPES)
def test_quotations_and_addresses_come_back_byte_for_byte(name: str) -> None:
    blocks, _, docx = made(name)
    text, word = pdf_text(name), docx_text(docx)
    for block in blocks:
        if isinstance(block, Quotation):
            assert block.verbatim in text
            assert block.verbatim in word
        elif isinstance(block, Url):
            assert block.url in text
            assert block.url in word


@pytest.mark.parametrize("name", TYPES)
def test_each_text_is_the_reviewed_one(name: str) -> None:
    """Set UPDATE_LETTERS=1 to write the texts anew, then read the difference before committing it."""
    import os

    file = FOLDER / f"{name}.txt"
    found = plain_text(made(name)[0]) + "\n"
    if os.environ.get("UPDATE_LETTERS"):
        file.write_text(found, "utf-8")
    assert file.read_text("utf-8") == found


@pytest.mark.parametrize("name", TYPES)
def test_the_preview_holds_every_text(name: str) -> None:
    blocks = made(name)[0]
    shown = preview(blocks)
    assert [item["texts"] for item in shown] == [texts_of(block) for block in blocks]
    assert len({item["id"] for item in shown}) == len(shown)
    json.dumps(shown)


@pytest.mark.parametrize("name", TYPES)
def test_each_required_fact_is_asked_for_when_absent(name: str) -> None:
    facts, on = case(name)
    for need in catalogue.type_of(name).required:
        values = copy.deepcopy(facts)
        target: Any = values
        *path, last = need.path.split(".")
        for part in path:
            target = target.get(part, {})
        target.pop(last, None)
        found = catalogue.check(name, values, on)
        assert need.path in [finding.field for finding in found.refusals], need.path
        with pytest.raises(DocumentRefused) as refused:
            catalogue.build(name, values, on)
        assert refused.value.exit_code == 3
        assert need.label in refused.value.message


def refusals(name: str, on: date | None = None, **changes: Any) -> set[str]:
    facts, day = case(name)
    values = copy.deepcopy(facts)
    for path, value in changes.items():
        target: Any = values
        *parts, last = path.split("__")
        for part in parts:
            target = target[int(part)] if part.isdigit() else target.setdefault(part, {})
        if isinstance(target, list):
            target[int(last)] = value
        else:
            target[last] = value
    return {finding.code for finding in catalogue.check(name, values, on or day).refusals}


P = "contents__0__passages__0__"


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("notification_dsa", {"contents": []}, "no_content"),
        ("notification_dsa", {"contents__0__url": ""}, "no_url"),
        ("notification_dsa", {"contents__0__url": "https://maps.example/a…"}, "truncated_url"),
        ("notification_dsa", {"contents__0__passages": []}, "no_passage"),
        ("notification_dsa", {P + "verbatim": " "}, "empty_passage"),
        ("notification_dsa", {P + "verbatim": "autre"}, "altered_passage"),
        ("notification_dsa", {P + "qualification": None}, "unqualified"),
        ("notification_dsa", {P + "validated_by": ""}, "not_validated"),
        ("notification_dsa", {P + "why": ""}, "not_explained"),
        ("notification_dsa", {"notifier__email": ""}, "no_email"),
        ("notification_dsa", {"good_faith_confirmed": False}, "no_good_faith"),
        ("notification_dsa", {"client_says_true": True}, "fact_is_true"),
        ("notification_dsa", {"contents__0__is_listing": True}, "listing_url"),
        ("relance_dsa", {"ticket": ""}, "no_ticket"),
        ("reclamation_dsa", {"decision_on": "2026-04-01"}, "too_late"),
        ("mise_en_demeure", {"client_agrees": False}, "no_client_consent"),
        ("mise_en_demeure", {"recipient__represented": True}, "represented"),
        ("mise_en_demeure", {"answer_before": "2026-12-25"}, "deadline_too_long"),
        ("mise_en_demeure", {"requests__0": "prévenir votre employeur"}, "threat"),
        ("mise_en_demeure", {"sum_for_silence": 500}, "blackmail"),
        ("mise_en_demeure", {"channel": "lre"}, "no_lre_consent"),
        ("mise_en_demeure", {"channel": "email"}, "email_unverified"),
        (
            "mise_en_demeure",
            {P + "qualification": ["diffamation_publique_particulier", "injure_publique_particulier"]},
            "double_qualification",
        ),
        ("mise_en_demeure", {P + "other_grounds": ["C. civ. 1240"]}, "mixed_grounds"),
        ("mise_en_demeure", {"references": ["lcen_6_iv"]}, "reference_out_of_force"),
        ("mise_en_demeure", {"paragraphs": ["au sens de l’article 6-I-5 de la LCEN"]}, "reference_out_of_force"),
        ("mise_en_demeure", {"paragraphs": ["le [nom à compléter]"]}, "placeholder"),
        ("mise_en_demeure", {"contents__0__capture__exhibit": 9}, "exhibit_absent"),
        ("mise_en_demeure", {"exhibits__0__health": True}, "health_data"),
        ("mise_en_demeure_editeur", {"asks_reply": True}, "mixed_reply"),
        ("mise_en_demeure_editeur", {"legal_notice_captured_on": ""}, "no_legal_notice"),
        ("droit_de_reponse", {"available_on": "2026-08-01"}, "too_late"),
        ("droit_de_reponse", {"reply": "mot " * 300}, "too_long"),
        ("droit_de_reponse", {"can_answer_directly": True}, "can_answer"),
        ("droit_de_reponse", {"mandate__online": False}, "no_mandate"),
        ("rgpd_effacement", {"client__kind": "company"}, "company"),
        ("rgpd_dereferencement", {"queries": ["pédiatre Lyon"]}, "query_without_name"),
        ("plainte_cnil", {"asked_on": "2026-12-10"}, "too_early"),
        ("conservation_donnees", {"categories__0": "nous transmettre l’adresse IP"}, "asks_for_ip"),
        ("conservation_donnees", {"paragraphs": ["Nous vous enjoignons de conserver."]}, "injunction"),
        ("requete_145", {"data__0__from": ""}, "unbounded"),
        ("requete_145", {"surprise": []}, "no_surprise"),
        ("paf_6_3", {"grounds": ["6-3", "835"]}, "mixed_grounds"),
        ("refere_145", {"defendants__0__commercial_subsidiary": True}, "wrong_entity"),
        ("plainte_simple", {"limitation__prudent_on": "2026-11-01"}, "expired"),
        ("plainte_simple", {"limitation__acknowledged_by": ""}, "not_acknowledged"),
        ("plainte_simple", {"limitation__interrupting_act_on": "2027-01-05"}, "no_interrupting_act"),
        ("pcpc", {"client__kind": "company"}, "no_accounts"),
        ("pcpc", {"limitation__start_proof": ""}, "no_start_proof"),
        ("citation_directe", {"election__city": "Villeurbanne"}, "election_elsewhere"),
        ("citation_directe", {"prosecutor_notified_on": "2026-12-17"}, "prosecutor_told_late"),
        ("citation_directe", {"hearing__on": "2026-12-10"}, "hearing_too_soon"),
        ("citation_directe", {"defendants__0__location": "hors_ue"}, "hearing_too_soon"),
        ("citation_directe", {"defendants": []}, "no_defendant"),
        ("citation_directe", {P + "why": "Une faute au sens de l’article 1240 du code civil."}, "1240_exclu"),
        ("assignation_fond", {P + "why": "Ces mots engagent sa responsabilité (C. civ., art. 1382)."}, "1240_exclu"),
        ("citation_directe", {P + "answers": {"est_public": "non"}}, "prive_qualifie_public"),
        ("plainte_simple", {P + "answers": {"est_public": "non"}}, "prive_qualifie_public"),
        ("mise_en_demeure", {P + "answers": {"est_public": "non"}}, "prive_qualifie_public"),
        ("notification_dsa", {P + "answers": {"est_public": "non"}}, "prive_qualifie_public"),
        ("assignation_refere", {"hearing__on": "2026-11-27"}, "hearing_too_soon"),
        ("assignation_fond", {"criminal_case": "PCPC du 1er octobre"}, "una_via"),
        ("mission_constat", {"steps__0": "dire si l’avis est diffamatoire"}, "qualification"),
        ("bordereau_pieces", {"exhibits__1__number": 3}, "gap"),
        ("bordereau_pieces", {"exhibits__1__number": 1}, "exhibit_twice"),
        ("bordereau_pieces", {"exhibits__0__between_lawyers": True}, "confidential"),
        ("convention_honoraires", {"conflict_check__closed": False}, "conflict"),
        ("convention_honoraires", {"fees__kind": "result_only"}, "result_only"),
        ("note_synthese", {"events__0__source": ""}, "no_source"),
        ("rapport_capture", {"steps__0": "constat de la page"}, "reserved_word"),
        ("rapport_capture", {"files__0__measured_sha256": "0" * 64}, "digest_mismatch"),
        ("rapport_capture", {"timestamp__verified": False}, "token_unverified"),
        ("rapport_capture", {"retouched": True}, "retouched"),
        ("reponse_publique", {"reply": "Lors de votre consultation, tout allait bien."}, "care"),
        ("reponse_publique", {"reply": "Notre avocat vous répondra."}, "procedure"),
        ("lettre_prescription", {"limitation__computed_from": "discovery"}, "from_discovery"),
        ("transaction", {"concessions__ours": []}, "one_sided"),
        ("transaction", {"clauses": ["Il s’engage à ne pas saisir l’ordre."]}, "silence"),
        ("offre_de_preuve", {"summons_served_on": "2026-11-10"}, "too_late"),
        ("contre_preuve", {"witnesses__0__profession": ""}, "witness"),
    ],
)
def test_what_must_be_refused_is_refused(name: str, changes: dict[str, Any], code: str) -> None:
    assert code in refusals(name, **changes)


def test_a_reference_out_of_force_on_the_day_of_the_act_is_refused() -> None:
    assert "reference_out_of_force" in refusals("droit_de_reponse", on=date(2024, 5, 1))
    assert "reference_out_of_force" in refusals("citation_directe", on=date(2029, 1, 2))


def test_the_same_words_under_two_qualifications_are_refused() -> None:
    facts, on = case("citation_directe")
    values = copy.deepcopy(facts)
    twin = {**values["contents"][0]["passages"][0], "qualification": "injure_publique_particulier"}
    values["contents"][0]["passages"].append(twin)
    assert "double_qualification" in {one.code for one in catalogue.check("citation_directe", values, on).refusals}


def test_types_answer_to_number_and_english_name() -> None:
    assert catalogue.type_of("3").id == catalogue.type_of("formal_notice").id == "mise_en_demeure"
    with pytest.raises(InvalidInput, match="n’existe pas"):
        catalogue.type_of("poème")


@pytest.mark.parametrize(
    "values", [{"contents": "x"}, {"contents": [1]}, {"client": []}, {"limitation": {"prudent_on": "demain"}}]
)
def test_malformed_facts_are_said_so(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        catalogue.check("mise_en_demeure", values, date(2026, 11, 9))


def test_every_finding_speaks_french_typography_free_of_codes() -> None:
    for name in TYPES:
        for finding in catalogue.check(name, {}, date(2026, 11, 9)).refusals:
            assert re.search(r"[.!]$", finding.message), finding
            assert finding.field


@pytest.mark.parametrize("qualification", [rule.id.split(".")[1] for rule in rules_of("charge")])
def test_the_texts_that_an_act_cites_for_a_charge_satisfy_the_guards_of_the_law(qualification):
    day = date(2026, 11, 23)
    texts = Draft(Facts({}), day).charge(qualification)[1]
    assert guards_of_act([ChosenPassage("p", "mots", qualification, day)], DraftAct((texts,))) == ()
