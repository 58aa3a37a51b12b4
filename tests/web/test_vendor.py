"""Files that we carry but did not write: their digests, licences and the characters that French needs."""

import hashlib
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parents[2] / "casefile" / "static"
VENDOR = STATIC / "vendor"
ROW = re.compile(r"^\| (\S+) \| [^|]+ \| [^|]+ \| ([^|,]+), (\S+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)
FONTS = sorted(VENDOR.glob("fonts/*.woff2"))
NEEDED = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ"
    "’‘“”«»–—…·•°§€№✓→←‹›×\u00a0\u202f"
)


def declared() -> dict[str, str]:
    return {path: digest for path, _licence, _text, digest in ROW.findall((VENDOR / "LICENCES.md").read_text())}


def listed_code_points() -> set[int]:
    points: set[int] = set()
    for line in (VENDOR / "codepoints.txt").read_text().split():
        first, _, last = line.removeprefix("U+").partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def test_every_carried_file_is_declared_with_its_digest():
    carried = {f"fonts/{font.name}" for font in FONTS} | {"../icons.svg"}
    assert set(declared()) == carried
    for path, digest in declared().items():
        assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == digest, path


def test_every_licence_text_is_carried():
    for _path, _licence, text, _digest in ROW.findall((VENDOR / "LICENCES.md").read_text()):
        assert (VENDOR / text).stat().st_size > 500, text


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_a_font_covers_every_listed_character(font: Path):
    covered = set(TTFont(font).getBestCmap())
    missing = listed_code_points() - covered
    assert not missing, "".join(map(chr, sorted(missing)))


def test_the_list_holds_what_french_needs():
    missing = {character for character in NEEDED if ord(character) not in listed_code_points()}
    assert not missing, f"{font_names()} lack {missing}"


def font_names() -> list[str]:
    return [font.stem for font in FONTS]


def test_templates_use_only_icons_that_exist():
    known = set(re.findall(r'symbol id="([a-z-]+)"', (STATIC / "icons.svg").read_text()))
    called = set()
    for page in (Path(__file__).parents[2] / "templates").rglob("*.html"):
        called |= set(re.findall(r'(?:ui\.)?icon\("([a-z-]+)"\)', page.read_text()))
    assert called
    assert called <= known
