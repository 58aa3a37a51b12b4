"""What every HTML page owes its readers, checked on each page that any test fetches.

`CheckedClient` is the test client of the application: a page with invalid HTML, a control without a label,
a plain space before « ; » or a missing header fails the test that happened to fetch it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import html5lib
from flask.testing import FlaskClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from werkzeug.test import TestResponse

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
UNTOUCHED_TAGS = {"code", "pre", "script", "style", "textarea", "kbd"}
UNTOUCHED_CLASSES = {"verbatim", "quote"}
CONTROLS = {"input", "select", "textarea"}
UNLABELLED_INPUTS = {"hidden", "submit", "button", "image", "reset"}
FORGERY_TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]*')
VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
GOOD_PAGES: set[bytes] = set()
WEB_ADDRESS = re.compile(r"\b[a-z]+://\S+|\b[\w.+-]+@[\w.-]+")
TYPOGRAPHY = (
    (
        re.compile(r"[^\s\u202f;!?…«(\[][;!?](?=\s|$)|[ \u00a0][;!?]"),
        "a narrow no-break space (U+202F) stands before ; ! ?",
    ),
    (
        re.compile(r"[^\s\u00a0\d:]:(?=[\s\u00a0]|$)|[ \u202f]:(?=[\s\u00a0]|$)"),
        "a no-break space (U+00A0) stands before :",
    ),
    (re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"), "no-break spaces (U+00A0) stand inside « »"),
)


class CheckedClient(FlaskClient):
    """Opens pages the way FlaskClient does, and refuses any page that breaks the promise of the house."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data:
            faults = [*new_page_faults(response.get_data(as_text=True)), *header_faults(response)]
            assert not faults, f"{response.request.path}:\n  " + "\n  ".join(faults)
        return response


def new_page_faults(html: str) -> list[str]:
    """Lists the faults of a page, unless the same page was found good: tests open the same forms again and again.

    Two pages are the same when they differ by their anti-forgery token, and by identifiers and numbers that stand in
    the same places: the second number of both is the second, so that a repeated identifier stays a repeated one.
    """
    seen: dict[str, str] = {}
    same = VARYING.sub(lambda found: seen.setdefault(found[0], f"0{len(seen)}0"), FORGERY_TOKEN.sub("", html))
    digest = hashlib.sha256(same.encode()).digest()
    if digest in GOOD_PAGES:
        return []
    faults = page_faults(html)
    if not faults:
        GOOD_PAGES.add(digest)
    return faults


def header_faults(response: TestResponse) -> list[str]:
    """Lists what the headers of a page fail to promise."""
    headers = response.headers
    policy = {
        name: value.strip()
        for name, _, value in (
            part.strip().partition(" ") for part in headers.get("Content-Security-Policy", "").split(";")
        )
        if name
    }
    faults = [
        f"CSP {name} is {policy.get(name)!r}, not {value!r}" for name, value in CSP.items() if policy.get(name) != value
    ]
    faults += [f"CSP {name} says {value!r}" for name, value in policy.items() if "unsafe" in value or "*" in value]
    expected = {
        "X-Content-Type-Options": {"nosniff"},
        "Referrer-Policy": {"no-referrer", "same-origin"},
        "Cross-Origin-Opener-Policy": {"same-origin"},
    }
    faults += [
        f"{name} is {headers.get(name)!r}" for name, allowed in expected.items() if headers.get(name) not in allowed
    ]
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        faults.append("Permissions-Policy does not close the camera")
    if "no-store" not in headers.get("Cache-Control", ""):
        faults.append("Cache-Control lets a page be stored")
    return faults


def page_faults(html: str) -> list[str]:
    """Lists every broken promise of one page; an empty list is a good page."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(html)
    invalid = [f"HTML {name} at {position} {detail}" for position, name, detail in parser.errors]
    return [*invalid, *(fault for check in CHECKS for fault in check(root))]


def _structure(root: Element) -> Iterator[str]:
    if root.get("lang") != "fr":
        yield "html lang is not fr"
    titles = len(root.findall(".//h1"))
    if titles != 1:
        yield f"{titles} h1 instead of one"
    if not _text(root.find("head/title")):
        yield "the title is empty"
    if root.find(".//main") is None:
        yield "no main"


def _identifiers(root: Element) -> Iterator[str]:
    seen: set[str] = set()
    for element in root.iter():
        name = element.get("id")
        if name is not None and (name in seen or not name or re.search(r"\s", name)):
            yield f"id {name!r} is repeated or malformed"
        seen.add(name or "")
    for element in root.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list"):
            for name in (element.get(attribute) or "").split():
                if name not in seen:
                    yield f"{attribute}={name!r} leads nowhere"
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and target[1:] not in seen:
            yield f"href={target!r} leads nowhere"


def _inline(root: Element) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"inline {element.tag}"
        yield from (
            f"{name} on {element.tag}" for name in element.attrib if name == "style" or str(name).startswith("on")
        )
        if (element.get("href") or element.get("action") or "").strip().lower().startswith("javascript:"):
            yield f"javascript: address on {element.tag}"


def _labels(root: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in root.iter("label")}
    inside = {control for label in root.iter("label") for control in label.iter() if control.tag in CONTROLS}
    for element in root.iter():
        if element.tag not in CONTROLS or element.get("type") in UNLABELLED_INPUTS:
            continue
        if element not in inside and element.get("id") not in labelled and not element.get("aria-labelledby"):
            yield f"{element.tag} {element.get('name') or element.get('id')!r} has no label"
    for fieldset in root.iter("fieldset"):
        if fieldset.find("legend") is None or not _text(fieldset.find("legend")):
            yield "a fieldset has no legend"


def _names(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag in {"a", "button", "summary", "h1", "h2", "h3", "caption"} and not _name(element):
            yield f"{element.tag} {element.get('href') or ''} has no name"
        if element.tag == "img" and element.get("alt") is None:
            yield f"img {element.get('src')} has no alt"
        if element.get("role") == "img" and not (element.get("aria-label") or element.get("aria-labelledby")):
            yield "a drawing with role=img has no name"


def _tables(root: Element) -> Iterator[str]:
    for table in root.iter("table"):
        if table.find("caption") is None and not (table.get("aria-label") or table.get("aria-labelledby")):
            yield "a table has neither caption nor label"
        if not list(table.iter("th")):
            yield "a table has no header cell"
        yield from (f"th {_text(cell)!r} has no scope" for cell in table.iter("th") if not cell.get("scope"))


def _typography(root: Element) -> Iterator[str]:
    for text in _own_words(root):
        bare = WEB_ADDRESS.sub("", text)
        yield from (f"{advice}: {text.strip()[:90]!r}" for pattern, advice in TYPOGRAPHY if pattern.search(bare))


CHECKS = (_structure, _identifiers, _inline, _labels, _names, _tables, _typography)


def _own_words(element: Element) -> Iterator[str]:
    """Walks the words that are ours: quoted words, code and what the person typed are never judged."""
    classes = set((element.get("class") or "").split())
    ours = isinstance(element.tag, str) and element.tag not in UNTOUCHED_TAGS and not classes & UNTOUCHED_CLASSES
    if ours and element.get("data-typed") is None:
        yield from (
            element.get(name, "") for name in ("alt", "aria-label", "placeholder", "title") if element.tag != "abbr"
        )
        if element.text:
            yield element.text
        for child in element:
            yield from _own_words(child)
            if child.tail:
                yield child.tail


def _text(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _name(element: Element) -> str:
    images = [image.get("alt") or image.get("aria-label") or "" for image in element.iter() if image is not element]
    return (element.get("aria-label") or element.get("aria-labelledby") or _text(element) or "".join(images)).strip()
