"""What an act or a letter does to a limitation is said with its authority, and invented for none."""

from __future__ import annotations

import pytest
from flask import render_template_string

from casefile.documents import catalogue
from casefile.law.rules import all_rules
from casefile.web.act_effects import ALIASES, act_effect

SHOWN = '{% import "law/act_effects.html" as acts %}{{ acts.warning(act_effect(name)) }}'


def shown(app, name):
    with app.test_request_context():
        return render_template_string(SHOWN, name=name)


@pytest.mark.parametrize("name", ["plainte_simple", "mise_en_demeure", "notification_dsa", "plainte_cnil", "constat"])
def test_what_does_not_interrupt_says_so_with_its_authority(app, name):
    page = shown(app, name)
    effect = act_effect(name)
    assert "n’interrompt pas la prescription" in page
    assert effect.source in page.replace("&#39;", "'")
    assert f"/droit/{effect.rule_id}" in page


@pytest.mark.parametrize("name", ["pcpc", "citation_directe", "inconnu", "<script>"])
def test_nothing_is_said_of_what_interrupts_or_is_unknown(app, name):
    assert shown(app, name).strip() == ""


def test_a_disputed_act_is_called_disputed():
    assert act_effect("placement_assignation").word == "Discuté"


def test_every_alias_leads_from_a_letter_to_a_rule_that_does_not_interrupt():
    for letter, act in ALIASES.items():
        assert letter in catalogue.types()
        assert f"interruption.{act}" in all_rules()
        assert not act_effect(letter).interrupts


def test_no_letter_that_the_law_says_inert_claims_to_interrupt():
    for name, kind in catalogue.types().items():
        effect = act_effect(name)
        if effect is not None and kind.interrupts:
            assert effect.interrupts, name
