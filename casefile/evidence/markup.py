"""The markup inside a sealed file, taken out for looking at: a page, a saved page, the rich form of a message.

The copy loses what makes a browser look up or reach a host although a policy forbids requests: hints (`link`), moves
(`meta`, `base`), links and frames, whose host Chromium reaches before it reads the policy. The sealed bytes are never
touched. Where the copy may be opened is decided elsewhere: see `web.vault`.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from dataclasses import dataclass
from typing import Any

from casefile.evidence.sniff import EMAIL, MHTML

MAXIMUM = 30_000_000
HTML = "text/html"
OPENED = frozenset({HTML, MHTML, EMAIL})
_REACHING = re.compile(
    rb"(</?)(?=(?:link|base|meta|a|area|iframe|frame|fencedframe|portal|object|embed|form)\b)", re.IGNORECASE
)
_LABEL = re.compile(r"[\w.:-]{1,40}", re.ASCII)


@dataclass(frozen=True)
class Markup:
    """Bytes to show and the type they are shown under."""

    content: bytes
    content_type: str


def markup_of(media_type: str, content: bytes) -> Markup | None:
    """Give the markup of a sealed file, disarmed; None for a file that has none."""
    if media_type not in OPENED or len(content) > MAXIMUM:
        return None
    if media_type == HTML:
        return Markup(disarmed(content), f"text/html; charset={_charset(content)}")
    return _html_part(email.message_from_bytes(content, policy=email.policy.default))


def disarmed(markup: bytes) -> bytes:
    """Give a copy where nothing that resolves, connects or leads away is an element any more."""
    if markup[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:  # a browser believes these marks above any header
        markup = markup.decode("utf-16", "replace").encode()
    return _REACHING.sub(rb"\1x-", markup)


def _html_part(message: Any) -> Markup | None:
    for part in message.walk():
        if part.get_content_type() == HTML and not part.get_filename():
            body = part.get_payload(decode=True) or b""
            return Markup(disarmed(body), f"text/html; charset={_known(part.get_content_charset() or '')}")
    return None


def _charset(content: bytes) -> str:
    found = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", content[:4096], re.IGNORECASE)
    return _known(found[1].decode("ascii", "replace") if found else "")


def _known(name: str) -> str:
    """Give an ASCII-compatible charset: one that hides `<` would hide an element from `disarmed`."""
    try:
        return name if _LABEL.fullmatch(name) and "<a>".encode(name) == b"<a>" else "utf-8"
    except (LookupError, UnicodeError):
        return "utf-8"
