"""Warnings beside a limitation at the very day where each begins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casefile.law.french import typeset
from casefile.law.limitation import compute
from casefile.law.limitation_facts import Act, LimitationFacts, Publication, Regularity
from casefile.law.limitation_warnings import RENEW
from casefile.law.offences import not_yet_in_force, offence_exists, offences_at
from casefile.law.rule_model import NoRuleInForce

LIBEL = "diffamation_publique_particulier"
EXACT = Publication.exact(date(2026, 8, 23))


def said(on, *acts, publication=EXACT):
    return compute(LimitationFacts(LIBEL, publication, acts=tuple(acts)), on)


def test_the_action_is_not_called_out_of_time_on_its_last_day():
    last = said(date(2026, 9, 1)).admitted_on
    assert last is not None
    on_it, after = said(last), said(last + timedelta(days=1))
    assert not any("date admise est passée" in warning for warning in on_it.warnings)
    assert any("date prudente est passée" in warning for warning in on_it.warnings)
    assert any("date admise est passée" in warning for warning in after.warnings)


def test_only_an_act_that_moves_the_prudent_date_owes_a_renewal():
    filed = Act("pcpc", date(2026, 10, 1), proved=True)
    void = Act("pcpc", date(2026, 10, 1), proved=True, regularity=Regularity.VOID)
    assert typeset(RENEW) in said(date(2026, 11, 1), filed).warnings
    assert typeset(RENEW) in said(date(2026, 11, 1), filed, void).warnings
    assert typeset(RENEW) not in said(date(2026, 11, 1), void).warnings


def test_the_earliest_of_the_acts_before_the_end_of_the_interval_is_named():
    between = Publication.between(date(2026, 8, 1), date(2026, 9, 30))
    acts = [Act("pcpc", date(2026, 9, day), proved=True) for day in (20, 5)]
    (warned,) = [one for one in said(date(2026, 10, 1), *acts, publication=between).warnings if "précède la fin" in one]
    assert "5 septembre 2026" in warned.replace("\u00a0", " ")


def test_the_law_of_1881_starts_on_its_day():
    assert offences_at(date(1881, 7, 29))
    with pytest.raises(NoRuleInForce):
        offences_at(date(1881, 7, 28))


def test_an_offence_exists_from_its_text_on_and_the_others_say_why_not():
    early = date(1950, 1, 1)
    missing = not_yet_in_force(early)
    assert missing
    for offence, why in missing.items():
        assert "." not in offence
        assert why
        assert not offence_exists(offence, early)
        assert offence_exists(offence, date(2026, 11, 23))
    assert offence_exists(LIBEL, early) is (LIBEL not in missing)
