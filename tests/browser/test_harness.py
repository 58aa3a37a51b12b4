"""The harness itself: what it must refuse, it refuses."""

import pytest

from .harness import PHONE, axe_faults, keyboard_faults, moving, nameless, opened, overflow

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="fr"><title>T</title><style>a { display: block; height: 40px }
.card { width: 100px; overflow: clip } .wide { width: 180px } a:focus { outline: 3px solid }</style>
<main><h1>T</h1><a href="#a">un</a><a href="#b" id="b">deux</a><div class="card"><p>étroit</p></div></main></html>"""


@pytest.fixture
def page(browser):
    with opened(browser, width=PHONE) as page:
        page.set_content(PAGE)
        yield page


def test_a_sound_page_passes(page):
    assert overflow(page) == []
    assert axe_faults(page) == []
    assert keyboard_faults(page) == (2, [])


def test_what_leaves_the_page_is_seen(page):
    page.evaluate("document.querySelector('h1').style.width = '900px'")
    assert "<h1" in overflow(page)[0]


def test_what_a_card_cuts_is_seen(page):
    page.evaluate("document.querySelector('p').className = 'wide'")
    assert "<p" in overflow(page)[0]


def test_a_control_without_name_is_seen(page):
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(fault.startswith("label") for fault in axe_faults(page))


def test_a_stop_without_outline_is_seen(page):
    page.add_style_tag(content="#b:focus { outline: none }")
    stops, faults = keyboard_faults(page)
    assert stops == 2
    assert faults == ["no outline: A#b. deux"]


def test_an_error_of_the_page_fails_its_test(browser):
    def visit():
        with opened(browser) as page:
            page.set_content(PAGE)
            page.evaluate("setTimeout(() => { throw new Error('pas bon') })")
            page.wait_for_timeout(50)

    with pytest.raises(AssertionError, match="pas bon"):
        visit()


def test_what_has_no_name_or_moves_is_found(browser):
    with opened(browser) as page:
        page.set_content(
            "<button></button><button>Oui</button><a href='#'></a><label>Nom<input></label><input><img alt='' src=''>"
        )
        assert nameless(page) == [
            f"{role} without a name in the accessibility tree" for role in ("button", "link", "textbox")
        ]
        assert moving(page) == []
        page.evaluate("document.querySelector('button').animate([{opacity: 0}, {opacity: 1}], 60000)")
        assert len(moving(page)) == 1
