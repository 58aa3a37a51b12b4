"""The system Chromium on a real server: pages opened as people see them, and what each page owes them there.

Screenshots go to the directory named by CASEFILE_SCREENSHOTS, never into the tree; without it none is taken.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

WIDE, PHONE = 1440, 390
ZOOMED = WIDE // 2  # what a page has left at 200 %
HEIGHTS = {WIDE: 900, PHONE: 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_STOPS = 250
STOP = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const ring = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  };
  const top = document.querySelector(".top");
  const box = node.getBoundingClientRect(), bar = top?.getBoundingClientRect();
  const sticky = top && getComputedStyle(top).position === "sticky" && !node.closest(".top, .skip");
  node.dataset.visited = String(Number(node.dataset.visited || 0) + 1);
  return {
    name: `${node.tagName}#${node.id}.${node.className} ${(node.textContent || node.value || "").trim().slice(0, 40)}`,
    visits: Number(node.dataset.visited),
    ring: Math.max(ring(node), node.parentElement ? ring(node.parentElement) : 0),
    hidden: Boolean(sticky) && box.bottom <= bar.bottom + 1 && box.height > 0,
    outside: box.bottom <= 0 || box.top >= innerHeight,
  };
}"""


def chromium() -> str:
    """Finds the system's browser; the run fails, and does not skip, when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    raise AssertionError("No Chromium on this system: install it (apt-get install chromium), then run again.")


@contextmanager
def launched() -> Iterator[Browser]:
    """Starts one browser for many pages."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    """Serves any WSGI application on a free local port; gives its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # one line per picture hides what failed
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)


@contextmanager
def opened(
    browser: Browser, *, width: int = WIDE, scheme: str = "light", script: bool = True, **options: Any
) -> Iterator[Page]:
    """Opens a tab that fails the test on any console error or failed request of the page."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        color_scheme=scheme,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        java_script_enabled=script,
        **options,
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(f"{request.url}: {request.failure}"))
    yield page
    context.close()
    unexpected = [text for text in troubles if "status of 4" not in text and "ERR_ABORTED" not in text]
    assert not unexpected, unexpected


def axe_faults(page: Page) -> list[str]:
    """Lists the accessibility violations that axe finds, each with the element at fault."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Lists what sticks out of the page or of its card, where it would be cut; boxes that scroll are allowed."""
    return page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth, scrolls = ".scroll, .tabs, .vh, svg";
          const edge = (node) => node.closest(".card, .file")?.getBoundingClientRect().right ?? wide;
          return [...document.querySelectorAll("body *")].filter((node) => !node.closest(scrolls)
            && node.getBoundingClientRect().right > Math.min(edge(node), wide) + 1)
            .slice(0, 5).map((node) => node.outerHTML.slice(0, 140));
        }"""
    )


NAMED = (
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "checkbox",
    "radio",
    "img",
    "table",
    "dialog",
    "spinbutton",
)
NAMELESS = re.compile(rf"^\s*- (?:'|\")?({'|'.join(NAMED)})(?: \[[^\]]*\])*:?(?:'|\")?$", re.MULTILINE)


def nameless(page: Page) -> list[str]:
    """Lists what a screen reader would announce without a name, read in the browser's accessibility tree."""
    return [
        f"{role} without a name in the accessibility tree"
        for role in NAMELESS.findall(page.locator("body").aria_snapshot())
    ]


def moving(page: Page) -> list[str]:
    """Lists what still moves for a person who asked for less motion, as every page opened here does."""
    return page.evaluate("document.getAnimations().map((one) => `moves: ${one.effect.target.outerHTML.slice(0, 80)}`)")


def keyboard_faults(page: Page) -> tuple[int, list[str]]:
    """Presses Tab to the end of the page: each stop must show its outline, inside the view, clear of the bar."""
    faults, stops = [], 0
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["visits"] > 1:
            break
        stops += 1
        if stop["ring"] < 2:
            faults.append(f"no outline: {stop['name']}")
        if stop["hidden"] or stop["outside"]:
            faults.append(f"out of sight: {stop['name']}")
    return stops, faults


def screenshot(page: Page, name: str) -> None:
    """Keeps a picture for the eye, outside the repository, when a directory is named for it."""
    folder = os.environ.get("CASEFILE_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def check(page: Page, name: str) -> None:
    """Asks of one page in its present state all that can be asked without moving."""
    page.evaluate("document.fonts.ready")
    screenshot(page, name)
    faults = [*axe_faults(page), *(f"overflow: {part}" for part in overflow(page))]
    assert not faults, f"{name}:\n  " + "\n  ".join(faults)
