"""Web, worker and database killed in the middle of the work: nothing acknowledged is lost (`bench/siege.py`, short)."""

from __future__ import annotations

import pytest

from bench import siege

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("kind", "victim"), [("sqlite", "web"), ("postgresql", "database")])
def test_nothing_acknowledged_is_lost_when_it_dies_under_the_work(kind, victim):
    report = siege.besiege(1, kind, victims=(victim,))
    assert report["ok"], report
    assert report["killed"] == {victim: 1}
    assert report["acknowledged"].get("dossiers", 0) > 0
