"""The stylesheet: contrast of every pair of tokens in use, light and dark, and nothing fetched from elsewhere."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "casefile" / "static"
SHEET = (STATIC / "casefile.css").read_text()
TEXT, EDGE = 4.5, 3.0
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "muted") for ground in ("paper", "sheet", "sunk", "hover")),
    *((tone, f"{tone}-bg", TEXT) for tone in ("late", "crit", "soon", "ok", "info")),
    *(("ink", f"{tone}-bg", TEXT) for tone in ("late", "crit", "soon", "ok", "info")),
    *(("muted", f"{tone}-bg", TEXT) for tone in ("soon", "info")),
    *((tone, "sheet", TEXT) for tone in ("link", "brand", "late", "crit", "soon", "ok", "info")),
    *(("link", ground, TEXT) for ground in ("paper", "hover", "sunk", "info-bg", "soon-bg")),
    ("late", "paper", TEXT),
    ("brand", "sunk", TEXT),
    ("brand-ink", "brand", TEXT),
    ("sheet", "ink", TEXT),
    ("ink", "mark", TEXT),
    ("ink", "mark-on", TEXT),
    ("edge", "sheet", EDGE),
    ("edge", "paper", EDGE),
    ("link", "sheet", EDGE),
]


def tokens(scheme: int) -> dict[str, str]:
    return {name: pair[scheme] for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", SHEET)}


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_the_one_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_pair_in_use_can_be_read(scheme):
    colours = tokens(scheme)
    weak = {
        f"{front} on {back}": round(contrast(colours[front], colours[back]), 2)
        for front, back, least in PAIRS
        if contrast(colours[front], colours[back]) < least
    }
    assert not weak


def test_nothing_is_fetched_from_elsewhere():
    for name in ("casefile.css", "casefile.js"):
        assert not re.findall(r"(?:https?:)?//[\w-]+\.\w+", (STATIC / name).read_text()), name


def test_every_file_named_by_the_stylesheet_exists():
    named = re.findall(r"url\(([^)]+)\)", SHEET)
    assert named
    assert [path for path in named if not (STATIC / path).is_file()] == []


def test_the_script_stays_small():
    assert len((STATIC / "casefile.js").read_text().splitlines()) < 250


def test_templates_write_no_inline_style_script_or_unsafe_filter():
    templates = STATIC.parents[1] / "templates"
    for page in set(templates.rglob("*.html")) - set(
        (templates / "mail").rglob("*")
    ):  # mail readers know no stylesheet
        text = page.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! src=)|\|\s*safe\b", text), page.name
        assert not re.search(r">[^<{}]*\w'\w[^<{}]*<", text) or page.name == "composants.html", f"{page.name}: write ’"
        assert "..." not in text, f"{page.name}: write …"


def test_only_a_table_is_widened():
    """A wide cell of a table that folds would push the other columns out of sight."""
    assert not re.search(r"(?<!table)\.wide \{ min-inline-size: (?!0)", SHEET)
