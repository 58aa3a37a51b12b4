"""What a rule of each kind must state: written by hand, so that no key is dropped unseen."""

from __future__ import annotations

import pytest

from casefile.law import schema

REQUIRED = {
    "charge": "definition noun penalty regime",
    "holiday": "counts territories",
    "interruption": "admitted prudent role why",
    "limitation": "applies_to regime starts_from",
    "penalty": "article civil_threshold civil_threshold_source",
    "procedure": "by computation effect event event_title roll_forward",
    "qualification": "civil_court complaint complaint_source criminal_court defences domain excludes "
    "family publicity rank requires",
    "reference": "citation",
    "relative_date": "platforms reading why",
    "republication": "admitted why",
    "retention": "data holders months purpose starts_from",
    "route": "also basis conditions cost interrupts needs_running_action next_step opens_for "
    "result "
    "technical_test usual_time who_decides yields",
    "start": "text",
    "suspension": "admitted why",
    "threshold": "text",
}


@pytest.mark.parametrize("kind", REQUIRED)
def test_what_a_rule_of_each_kind_must_state(kind):
    assert set(REQUIRED) == set(schema.KINDS)
    stated = sorted(name for name, key in schema.KINDS[kind].keys.items() if key.required)
    assert stated == REQUIRED[kind].split()
