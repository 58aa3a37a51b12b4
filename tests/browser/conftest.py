"""One Chromium for all browser tests of a worker."""

import pytest

from .harness import launched


@pytest.fixture(scope="session")
def browser():
    with launched() as browser:
        yield browser
