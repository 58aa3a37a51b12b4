"""Every page in Chromium: clean for axe and without sideways scroll, wide and narrow, light and dark."""

import pytest

from casefile import clock
from tests.web.preview import NOW
from tests.web.sample_pages import PAGES, gallery

from .harness import PHONE, WIDE, check, keyboard_faults, opened, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address():
    with clock.frozen(NOW), serving(gallery()) as address:
        yield f"{address}/pages"


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light")])
def test_pages_are_accessible_and_fit(browser, address, width, scheme):
    with opened(browser, width=width, scheme=scheme) as page:
        for name in PAGES:
            page.goto(f"{address}/{name}")
            check(page, f"{name}-{width}-{scheme}")


@pytest.mark.parametrize("name", ["accueil", "qualification", "passage"])
def test_the_main_pages_are_walked_by_keyboard(browser, address, name):
    with opened(browser) as page:
        page.goto(f"{address}/{name}")
        stops, faults = keyboard_faults(page)
        assert stops > 15
        assert not faults, faults
