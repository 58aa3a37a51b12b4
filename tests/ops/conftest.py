"""A firm's files and rows, ready to be checked, copied or searched."""

from __future__ import annotations

import pytest

from tests.ops import firm


@pytest.fixture
def partner(database, storage, tmp_path):
    """Build the firm and give its partner."""
    with database.transaction() as session:
        return firm.build(session, storage, tmp_path)
