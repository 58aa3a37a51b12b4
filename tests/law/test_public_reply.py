"""A public reply is reviewed on each count: the aggressive one is stopped, the constructive one passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.law.health_arguments import health_paragraphs
from casefile.law.public_reply import MODEL, ReplyContext, review, word_count

REPLIES = Path(__file__).parents[2] / "fixtures" / "law" / "public-replies"
AGGRESSIVE = (REPLIES / "aggressive.txt").read_text("utf-8")
CONSTRUCTIVE = (REPLIES / "constructive.txt").read_text("utf-8")


def counts(text: str, **context) -> set[str]:
    return {warning.id for warning in review(text, ReplyContext(**context))}


@pytest.mark.parametrize(
    "count",
    ["medical_detail", "confirmation_of_care", "threat", "irony", "second_person_attack", "length", "date_of_care"],
)
def test_the_aggressive_reply_is_flagged_on_each_count(count):
    assert count in counts(AGGRESSIVE)


@pytest.mark.parametrize("text", [CONSTRUCTIVE, MODEL])
def test_a_constructive_reply_passes(text):
    assert review(text) == ()
    assert 60 <= word_count(text) <= 90


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Nous n’avons aucune trace de votre passage.", "confirmation_of_care"),
        ("Vous n'êtes jamais venu au cabinet.", "confirmation_of_care"),
        ("Je vous ai reçue en urgence.", "confirmation_of_care"),
        ("Nous vous avons pourtant bien soigné.", "confirmation_of_care"),
        ("Aucun de nos patients ne porte ce nom.", "confirmation_of_care"),
        ("L’antibiotique était adapté.", "medical_detail"),
        ("La dose de 500 mg est usuelle.", "medical_detail"),
        ("L’IRM ne montrait rien.", "medical_detail"),
        ("C’était le 3 mars.", "date_of_care"),
        ("Mardi dernier, le cabinet était fermé.", "date_of_care"),
        ("Nous engagerons des poursuites.", "threat"),
        ("Vous aurez de mes nouvelles.", "threat"),
        ("Quelle imagination, chapeau.", "irony"),
        ("Incroyable ?!", "irony"),
        ("Vous êtes de mauvaise foi.", "second_person_attack"),
        ("Votre ignorance est étonnante.", "second_person_attack"),
        ("La facture reste impayée.", "counter_accusation"),
        ("Un geste commercial est possible si vous supprimez votre avis.", "bargain"),
        ("Réservez sur https://exemple.fr", "advertising"),
        ("Chère Martine, écrivez-nous.", "named_person"),
        ("Contrairement à ce que dit cet avis, tout allait bien.", "justification"),
        ("Merci pour cet avis.", "no_private_channel"),
        ("   ", "empty"),
    ],
)
def test_each_forbidden_turn_is_recognised(sentence, count):
    assert count in counts(sentence)


def test_a_warning_points_at_the_words_as_written():
    warning = next(found for found in review("Écrivez-nous. VOUS ÊTES VENUE hier.") if found.start)
    assert warning.excerpt == "VOUS ÊTES VENUE"
    assert "Écrivez-nous. VOUS ÊTES VENUE hier."[warning.start : warning.end] == warning.excerpt


def test_the_name_shown_with_the_review_may_not_be_written():
    assert "named_person" in counts("Bonjour Durand, écrivez au cabinet.", shown_author="Paul Durand")
    assert "named_person" not in counts("Écrivez au cabinet.", shown_author="M NP")


def test_medical_secrecy_binds_health_professionals_only():
    sentence = "Lors de votre visite, tout allait bien. Écrivez-nous."
    assert "confirmation_of_care" in counts(sentence)
    assert "confirmation_of_care" not in counts(sentence, is_health_professional=False)
    assert "threat" in counts("Mon avocat vous répondra.", is_health_professional=False)


def test_what_surrounds_the_reply_is_said():
    assert counts(MODEL, earlier_replies=1, same_text_elsewhere=True, action_pending=True) == {
        "second_reply",
        "copied",
        "action_pending",
    }
    assert counts(MODEL, action_pending=True, validated_by_lawyer=True) == set()


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_the_review_fail_and_offsets_stay_inside(text):
    for warning in review(text):
        assert text[warning.start : warning.end] == warning.excerpt


def test_each_paragraph_for_health_professionals_names_its_source_and_certainty():
    assert len(health_paragraphs()) >= 5
    for paragraph in health_paragraphs():
        assert paragraph.source
        assert paragraph.status in {"verified", "unverified", "disputed"}
    assert {paragraph.id for paragraph in health_paragraphs("rgpd")} >= {"fiche_chambery"}
