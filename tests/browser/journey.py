"""A lawyer's way through the application, with a mouse, with the keys alone, or with a thumb on a telephone.

What is done is the same and told once; each hand does it in its own way.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's own

from .harness import PHONE, WIDE, axe_faults, overflow

MOST_STOPS = 400
SOON = 2000  # milliseconds in which a press leads to another page, when it does
SELECT_WORDS = """(words) => {
  const source = document.querySelector("[data-passage-source]");
  const walker = document.createTreeWalker(source, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return true;
  }
  return false;
}"""
# Counts what a hand does: a press on a link, button, box or fold, and each field typed into, once a page.
COUNTER = """() => {
  const add = () => sessionStorage.setItem("gestes", Number(sessionStorage.getItem("gestes") || 0) + 1);
  const touched = new WeakSet();
  document.addEventListener("click", (event) => {
    if (event.target.closest("a, button, summary, input[type=radio], input[type=checkbox]")) add();
  }, true);
  document.addEventListener("input", (event) => {
    if (event.target.matches("input[type=radio], input[type=checkbox]") || touched.has(event.target)) return;
    touched.add(event.target);
    add();
  }, true);
}"""


class Journey:
    """A lawyer with a mouse; every page reached is checked for accessibility and overflow."""

    width, options = WIDE, {}

    def __init__(self, page, base):
        self.page, self.base, self.faults, self.seen = page, base, [], set()
        self.opened = 0
        page.add_init_script(f"({COUNTER})()")

    def go(self, path):
        self.opened += 1  # an address typed stands for the link that leads there
        self.page.goto(self.base + path)
        self.look()

    def gestures(self):
        return self.opened + int(self.page.evaluate("sessionStorage.getItem('gestes') || 0"))

    def press(self, name):
        self.click(self.page.get_by_role("button", name=name, exact=True).first)

    def follow(self, name):
        self.click(self.page.get_by_role("link", name=name).first)

    def click(self, locator):
        """Press what is shown, and look at the page that follows."""
        # A fold or a dialog opens where it is.
        with suppress(TimeoutError), self.page.expect_navigation(timeout=SOON, wait_until="commit"):
            self.touch(locator)
        self.page.wait_for_load_state()
        self.look()

    def touch(self, locator):
        locator.click()

    def confirm(self):
        """Answer the question that comes before what cannot be undone."""
        self.press("Continuer")

    def chosen(self):
        """Wait until the words just marked are shown."""
        self.page.wait_for_selector("[data-passage-chosen]:not([hidden])")

    def look(self):
        shape = re.sub(r"[0-9a-f-]{36}", "…", self.page.url)
        if shape in self.seen:
            return
        self.seen.add(shape)
        self.faults += [f"{shape}: {fault}" for fault in (*axe_faults(self.page), *overflow(self.page))]

    def fill(self, **fields):
        for name, value in fields.items():
            self.write_in(self.page.locator(f'[name="{name}"]').first, value)

    def write_in(self, locator, value):
        locator.fill(value)

    def tick(self, name):
        self.page.check(f'[name="{name}"]')

    def choose(self, name, value):
        """Choose an answer, whether it is shown as a list or as buttons."""
        field = self.page.locator(f'[name="{name}"]')
        if field.first.evaluate("node => node.tagName") == "SELECT":
            self.pick(field.first, value)
        else:
            self.answer(name, value)

    def pick(self, locator, value):
        locator.select_option(value)

    def answer(self, name, value):
        self.page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)

    def give(self, name, path):
        self.page.set_input_files(f'[name="{name}"]', str(path))

    def mark(self, words):
        """Select the words of a captured text."""
        assert self.page.evaluate(SELECT_WORDS, words)

    def download(self, name):
        with self.page.expect_download() as download:
            self.touch(self.page.get_by_role("link", name=name, exact=True).first)
        return Path(download.value.path())


class Thumb(Journey):
    """The same lawyer in a court corridor, on a telephone."""

    width, options = PHONE, {"has_touch": True, "is_mobile": True}

    def touch(self, locator):
        locator.tap()


class Keys(Journey):
    """The same lawyer without a mouse: every place is reached by Tab, and every choice made by a key."""

    def reach(self, locator):
        """Go from stop to stop to an element, as who cannot point does."""
        locator.first.wait_for(state="attached")
        with self.marked(locator):
            for _ in range(MOST_STOPS):
                if self.page.evaluate("document.activeElement?.hasAttribute('data-wanted') ?? false"):
                    return
                self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never reaches {locator}")

    @contextmanager
    def marked(self, locator):
        locator.evaluate_all("nodes => nodes.forEach((node) => node.setAttribute('data-wanted', ''))")
        yield
        self.page.evaluate(
            "document.querySelectorAll('[data-wanted]').forEach((node) => node.removeAttribute('data-wanted'))"
        )

    def touch(self, locator):
        self.reach(locator)
        self.page.keyboard.press("Enter")

    def write_in(self, locator, value):
        self.reach(locator)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(value)

    def tick(self, name):
        self.reach(self.page.locator(f'[name="{name}"]'))
        self.page.keyboard.press("Space")
        assert self.page.is_checked(f'[name="{name}"]')

    def pick(self, locator, value):
        self.reach(locator)
        self.page.keyboard.press("Home")
        for _ in range(locator.locator("option").count()):
            if locator.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key chooses {value}")

    def answer(self, name, value):
        group = self.page.locator(f'input[name="{name}"]')
        wanted = f'input[name="{name}"][value="{value}"]'
        self.reach(group)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if self.page.is_checked(wanted):
                return
            self.page.keyboard.press("ArrowDown")
        assert self.page.is_checked(wanted), f"no key answers {name} by {value}"

    def give(self, name, path):
        self.reach(self.page.locator(f'[name="{name}"]'))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(str(path))

    def mark(self, words):
        first = words.split()[0]
        self.reach(self.page.locator("[data-passage-source]"))
        self.until("ArrowRight", lambda chosen: chosen.strip().startswith(first) and self.stands_at(words))
        self.until("Shift+ArrowRight", lambda chosen: chosen.strip() == words)

    def until(self, key, reached):
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            if reached(self.page.evaluate("getSelection().toString()")):
                return
        raise AssertionError(f"{key} never selects these words")

    def stands_at(self, words):
        return self.page.evaluate(
            """(words) => { const range = getSelection().getRangeAt(0), node = range.startContainer;
              return node.data.slice(range.startOffset).trimStart().startsWith(words); }""",
            words,
        )


class Scriptless(Journey):
    """The same lawyer where scripts do not run: each thing said by a form, and nothing asked twice."""

    width, options = WIDE, {"script": False}

    def gestures(self):
        return self.opened

    def look(self):
        """Look at nothing: axe is a script."""

    def choose(self, name, value):
        if self.page.locator(f'select[name="{name}"]').count():
            self.pick(self.page.locator(f'select[name="{name}"]').first, value)
        else:
            self.answer(name, value)

    def confirm(self):
        """Confirm nothing: the question before an act is a script's, the act itself is the form's."""

    def chosen(self):
        """Wait for nothing: the words are found when they are sent."""

    def mark(self, words):
        first, last = words.split()[:4], words.split()[-4:]
        self.fill(first_words=" ".join(first), last_words=" ".join(last))
