"""The page of components in Chromium: clean for axe, no sideways scroll, usable by keyboard, script or not."""

import pytest
from playwright.sync_api import expect

from casefile import clock
from tests.web.preview import NOW, preview

from .harness import PHONE, WIDE, check, keyboard_faults, opened, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address():
    with clock.frozen(NOW), serving(preview(WTF_CSRF_ENABLED=False)) as address:
        yield f"{address}/composants"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_components_are_accessible_and_fit(browser, address, width, scheme):
    with opened(browser, width=width, scheme=scheme) as page:
        page.goto(address)
        check(page, f"composants-{width}-{scheme}")


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_components_fit_other_widths(browser, address, width):
    with opened(browser, width=width) as page:
        page.goto(address)
        check(page, f"composants-{width}")


def test_a_refused_form_is_accessible_and_takes_the_focus(browser, address):
    with opened(browser) as page:
        page.goto(address)
        page.get_by_label("Adresse de la page").fill("ftp://x")
        page.get_by_role("button", name="Enregistrer").first.click()
        page.wait_for_selector(".errsum")
        assert page.evaluate("document.activeElement.className") == "errsum"
        check(page, "composants-erreurs")
        page.get_by_role("link", name="L’adresse doit commencer").click()
        assert page.evaluate("document.activeElement.id") == "url"


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_every_stop_of_the_keyboard_shows_where_it_is(browser, address, width):
    with opened(browser, width=width) as page:
        page.goto(address)
        stops, faults = keyboard_faults(page)
        assert stops > 30
        assert not faults, faults


def test_shortcuts_open_search_help_and_palette(browser, address):
    with opened(browser) as page:
        page.goto(address)
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "recherche"
        page.keyboard.type("?")
        assert page.locator("#raccourcis[open]").count() == 0
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        assert page.locator("#raccourcis[open]").count() == 1
        check(page, "composants-aide")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.wait_for_selector("#palette [role=option]")
        check(page, "composants-palette")


def test_single_keys_can_be_switched_off(browser, address):
    with opened(browser) as page:
        page.goto(address)
        page.keyboard.press("?")
        page.get_by_label("Touches seules actives").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("#raccourcis[open]").count() == 0


def test_a_confirmation_is_asked_before_the_act(browser, address):
    with opened(browser) as page:
        page.goto(address)
        sent = []
        page.on("request", lambda request: sent.append(request.method))
        page.get_by_role("button", name="Prendre en charge").click()
        page.wait_for_selector("#confirmation[open]")
        check(page, "composants-confirmation")
        page.get_by_role("button", name="Annuler").last.click()
        assert "POST" not in sent
        page.get_by_role("button", name="Prendre en charge").click()
        with page.expect_request(lambda request: request.method == "POST"):
            page.get_by_role("button", name="Continuer").click()
        page.wait_for_load_state()


PASSAGE = "n'a pas voulu prendre ma carte vital"


def test_words_selected_with_the_mouse_become_a_passage(browser, address):
    with opened(browser) as page:
        page.goto(address)
        page.evaluate(
            """(words) => { const node = document.querySelector("#source").lastChild;
              const range = document.createRange(), at = node.data.indexOf(words);
              range.setStart(node, at); range.setEnd(node, at + words.length);
              getSelection().removeAllRanges(); getSelection().addRange(range); }""",
            PASSAGE,
        )
        page.wait_for_selector("[data-passage-chosen]:visible")
        fields = page.evaluate(
            "Object.fromEntries(['exact','prefix','suffix','start','end'].map((name) => "
            "[name, document.querySelector('[data-passage-form]').elements[name].value]))"
        )
        text = page.evaluate(
            """(() => { const copy = document.querySelector("#source").cloneNode(true);
              copy.querySelectorAll("[data-passage-ignore]").forEach((node) => node.remove());
              return copy.textContent; })()"""
        )
        assert fields["exact"] == PASSAGE
        assert text[int(fields["start"]) : int(fields["end"])] == PASSAGE  # code points: two emoji stand before
        assert text[: int(fields["start"])].endswith(fields["prefix"])
        check(page, "composants-passage")


def test_words_are_chosen_by_the_keyboard_alone(browser, address):
    with opened(browser) as page:
        page.goto(address)
        page.focus("#source")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        expect(page.locator("[data-passage-shown]")).to_have_text("Il faut")


def test_the_page_works_without_script(browser, address):
    with opened(browser, script=False) as page:
        page.goto(address)
        assert page.get_by_label("Premiers mots").is_visible()
        page.get_by_role("link", name="Raccourcis du clavier").click()
        assert page.get_by_role("heading", name="Raccourcis du clavier").is_visible()
        page.get_by_role("button", name="Enregistrer").first.click()
        assert page.get_by_role("heading", name="2 points à corriger").is_visible()


def test_forced_colours_keep_edges_states_and_places(browser, address):
    with opened(browser, forced_colors="active") as page:
        page.goto(address)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        edgeless = page.evaluate(
            """[...document.querySelectorAll(".badge, .notice, .thedate, .button, main button, input, select")]
              .filter((node) => node.checkVisibility() && getComputedStyle(node).borderLeftStyle === "none"
                && !node.closest(".vh, .seg") && !node.matches(".vh, [type=radio], [type=checkbox], [type=file]"))
              .map((node) => node.outerHTML.slice(0, 100))"""
        )
        assert edgeless == []
        stops, faults = keyboard_faults(page)
        assert stops > 20
        assert faults == []
