"""Every page, with believable facts, keeps the promises of the page checker."""

import pytest

from casefile import clock

from .preview import NOW
from .sample_pages import PAGES, gallery


@pytest.fixture(scope="module")
def client():
    with clock.frozen(NOW):
        yield gallery().test_client()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(client, name):
    assert client.get(f"/pages/{name}").status_code == 200


def test_the_blind_control_never_shows_the_recorded_date(client):
    page = client.get("/pages/controle").get_data(as_text=True)
    assert "3 septembre" not in page
    assert "2 décembre" not in page


def test_quoted_words_are_joined_exactly_as_captured(client):
    page = client.get("/pages/qualification").get_data(as_text=True)
    assert "retraite monsieur et vite. Il y a un âge pour tout.\n" in page
    assert "vital</mark>" in page or "vital<sup" in page
    assert " !! 😡" in page
