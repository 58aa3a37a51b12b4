"""Fonts are evidence: a missing glyph in an insult is a lost element, so no capture starts without them."""

from __future__ import annotations

import shutil
import subprocess

from casefile.errors import CasefileError

# One character of each script that a page may hold, and the package that draws it.
_SAMPLES = {
    "emoji": ("1f621", "fonts-noto-color-emoji"),
    "chinois, japonais, coréen": ("674e", "fonts-noto-cjk"),
    "arabe": ("0627", "fonts-noto-core"),
}


class FontsMissing(CasefileError):
    """The machine would print empty boxes: it may not capture."""

    code = "fonts_missing"
    status = 503


def missing() -> dict[str, str]:
    """Give the scripts that this machine cannot draw, with the package to install."""
    command = shutil.which("fc-list")
    if command is None:
        return {script: package for script, (_, package) in _SAMPLES.items()}
    return {
        script: package
        for script, (code, package) in _SAMPLES.items()
        if not subprocess.run([command, f":charset={code}", "family"], capture_output=True, check=False).stdout.strip()  # noqa: S603 - fixed arguments
    }


def require() -> None:
    """Refuse to capture on a machine that would lose characters."""
    lacking = missing()
    if lacking:
        raise FontsMissing(
            f"Cette machine ne dessine pas certains caractères ({', '.join(lacking)}) : une capture les perdrait. "
            f"Installez {', '.join(sorted(set(lacking.values())))}."
        )
