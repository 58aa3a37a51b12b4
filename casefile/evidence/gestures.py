"""What the capture does on the page, in order: each gesture is logged with its cause, none pretends to be a person."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PlaywrightError

from casefile import clock
from casefile.evidence.tiles import TILE, VIEWPORT

if TYPE_CHECKING:
    from pathlib import Path

    from casefile.evidence.traffic import Recorder

MAX_HEIGHT = 60_000
MAX_STEPS = 400
_QUIET_SECONDS = 0.8
_PAUSE_MS = 100
_INNER_VIEWS = 40
_SHOT_MS = 20_000
_TILES_SECONDS = 45


def script(name: str) -> str:
    """Read one of the small scripts run in the page."""
    return files("casefile.evidence").joinpath("page", f"{name}.js").read_text(encoding="utf-8").split("\n", 1)[1]


def readable(frame: Any) -> bool:
    """Tell whether a frame holds a document: one that was refused would never answer a script."""
    return bool(frame.url.startswith(("http://", "https://", "about:srcdoc")))


@dataclass
class Gestures:
    """The hands of one capture on one page."""

    page: Any
    data: Path
    recorder: Recorder
    deadline: float
    steps: list[dict[str, Any]] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    cuts: list[str] = field(default_factory=list)
    popups: list[str] = field(default_factory=list)
    refused_banner: bool = False

    def log(self, action: str, cause: str, **detail: Any) -> None:
        """Add one step, written to disk at once so that an interrupted capture leaves its trace."""
        step = {
            "seq": len(self.steps) + 1,
            "at": clock.now().isoformat(timespec="milliseconds"),
            "action": action,
            "cause": cause,
            "url": self.page.url,
            **detail,
        }
        self.steps.append(step)
        with (self.data / "etapes.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(step, ensure_ascii=False, sort_keys=True) + "\n")

    def view(self, label: str) -> None:
        """Keep what the window shows now, in order."""
        name = f"vues/{len(self.views) * 10:03d}-{label}.png"
        try:
            self.page.screenshot(path=self.data / name, timeout=_SHOT_MS)
        except PlaywrightError as problem:
            self.cuts.append("une vue n’a pas pu être prise")
            self.log("vue manquante", _first_line(problem), file=name)
            return
        self.views.append(name)
        self.log("vue", label, file=name)

    def refuse_cookies(self) -> str | None:
        """Close a cookie banner by refusing; give its text when only accepting was offered."""
        left = None
        for frame in filter(readable, self.page.frames):
            try:
                found = frame.evaluate(script("consent"))
            except PlaywrightError:
                continue
            if found["clicked"]:
                self.refused_banner = True
                self.log("clic", "bandeau de traceurs : refus", label=found["clicked"], banner=found["seen"])
                self.page.wait_for_timeout(400)
                self.view("apres-refus")
                return None
            left = left or found["seen"]
        if left:
            self.log("observation", "bandeau de traceurs sans refus proposé : laissé en place", banner=left)
        return left

    def load_all(self) -> None:
        """Scroll and open until nothing new comes, then return to the top."""
        self._scroll_until_stable()
        opened = self._open_texts()
        if opened:
            self._scroll_until_stable()
            self._open_texts()
        self.page.evaluate("() => window.scrollTo({top: 0, behavior: 'instant'})")
        self.page.wait_for_timeout(_PAUSE_MS)

    def tiles(self, measure: dict[str, Any]) -> list[str]:
        """Keep the whole page as tiles of 4,000 pixels."""
        height, width = measure["height"], max(measure["width"], 1)
        if height > MAX_HEIGHT:
            self.cuts.append(f"page de {height} pixels de haut, vues arrêtées à {MAX_HEIGHT}")
            height = MAX_HEIGHT
        names: list[str] = []
        until = time.monotonic() + _TILES_SECONDS
        for number, top in enumerate(range(0, max(height, 1), TILE), 1):
            name = f"vues/page-{number:03d}.png"
            clip = {"x": 0, "y": top, "width": min(width, 4 * VIEWPORT[0]), "height": min(TILE, max(height - top, 1))}
            if time.monotonic() > until:
                self.cuts.append(f"vues de la page arrêtées à {top} pixels, faute de temps")
                break
            try:
                self.page.screenshot(path=self.data / name, full_page=True, clip=clip, timeout=_SHOT_MS)
            except PlaywrightError as problem:
                self.cuts.append("une partie de l’image de la page manque")
                self.log("vue manquante", _first_line(problem), file=name)
                continue
            names.append(name)
        self.log("vues de la page entière", f"{len(names)} images de {TILE} pixels au plus", height=height)
        return names

    def close_popups(self) -> None:
        """Close the windows that the page opened by itself."""
        for other in self.page.context.pages:
            if other != self.page:
                self.popups.append(other.url)
                self.log("fermeture", "fenêtre ouverte par la page", popup=other.url)
                other.close()

    def _scroll_until_stable(self) -> None:
        last: tuple[int, int] | None = None
        quiet_since = time.monotonic()
        for step in range(1, MAX_STEPS + 1):
            self.close_popups()
            found = self.page.evaluate(script("scroll"))
            size = (found["height"], found["nodes"])
            if found["moved"] or size != last or self.recorder.in_flight():
                # A page that never rests must not be waited for: only what changes the page counts as life.
                quiet_since = time.monotonic() if found["moved"] or size != last else quiet_since
            if found["inner"] and step <= _INNER_VIEWS:
                self.view("defilement")
            last = size
            if found["height"] > MAX_HEIGHT * 2:
                self._cut("page sans fin : défilement arrêté", step)
                return
            if time.monotonic() - quiet_since > _QUIET_SECONDS and not self._waiting(quiet_since):
                self.log("défilement", "jusqu’à ce que rien ne se charge plus", steps=step, height=found["height"])
                return
            if time.monotonic() > self.deadline:
                break
            self.page.wait_for_timeout(_PAUSE_MS)
        self._cut("temps de défilement épuisé", MAX_STEPS)

    def _waiting(self, quiet_since: float) -> bool:
        """Tell whether an answer on its way may still change the page: waited for three more seconds at most."""
        return self.recorder.in_flight() > 0 and time.monotonic() - quiet_since < _QUIET_SECONDS + 3

    def _cut(self, why: str, steps: int) -> None:
        self.cuts.append(why)
        self.log("défilement", why, steps=steps)

    def _open_texts(self) -> int:
        before = self.page.url
        try:
            opened: list[str] = self.page.evaluate(script("expand"))
        except PlaywrightError as problem:
            self.log("ouverture impossible", _first_line(problem))
            return 0
        if opened:
            self.page.wait_for_timeout(200)
            self.log("clic", "textes tronqués ouverts", labels=sorted(set(opened)), count=len(opened))
        if self.page.url.split("#")[0] != before.split("#")[0]:
            self.cuts.append("un clic a quitté la page")
        return len(opened)


def _first_line(problem: Exception) -> str:
    return str(problem).splitlines()[0][:300]
