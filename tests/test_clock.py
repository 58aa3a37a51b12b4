"""The clock: aware, in Paris, frozen in tests."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import casefile
from casefile import clock

# The clock itself; the law, which knows no clock; a typed day; a day of the machine's, in its own words.
DATED_ELSEWHERE = {"clock.py", "law/candidates.py", "cli/deadlines.py", "evidence/machine.py"}


def test_a_legal_day_is_a_day_in_paris():
    with clock.frozen(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 24)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_no_module_takes_the_day_of_an_instant_but_through_the_clock():
    # Between midnight and two in the morning the UTC day is yesterday's: an exhibit was once dated so.
    root = Path(casefile.__file__).parent
    taken = [
        f"{path.relative_to(root)}:{node.lineno}: clock.day_of(instant) gives the day in Paris"
        for path in sorted(root.rglob("*.py"))
        if str(path.relative_to(root)) not in DATED_ELSEWHERE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not node.args
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "local")
    ]
    assert taken == []
