"""One defence: where it is written, what stands there without it, and the test that must see it go."""

from __future__ import annotations

from dataclasses import dataclass

WEB, SECRET = "tests/web/", "tests/security/"
SENSITIVE = "tests/security/test_sensitive_acts.py::"
EVERYWHERE = "tests/security/test_sentinel_everywhere.py::"


@dataclass(frozen=True, slots=True)
class Defence:
    """What protects, where it is written, what stands there without it, and the test that must see it go."""

    name: str
    file: str
    written: str
    without: str
    test: str
