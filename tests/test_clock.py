"""The clock: aware, in Paris, frozen in tests."""

from datetime import UTC, date, datetime

import pytest

from casefile import clock


def test_a_legal_day_is_a_day_in_paris():
    with clock.frozen(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 24)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
