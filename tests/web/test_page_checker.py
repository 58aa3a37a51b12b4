"""The checker itself: a good page passes, and each fault is seen."""

import pytest
from flask import Flask

from .page_checker import CheckedClient, page_faults

GOOD = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Bon</title></head>
<body><main><h1>Bon\u202f!</h1><p>«\u00a0Oui\u00a0»\u00a0: il est 12:30\u202f; v. https://exemple.fr/?a=b;c et 3:4.</p>
<p class="verbatim">« faux ! » ; vrai</p><label for="a">A</label><input id="a">
<textarea aria-labelledby="t">non !</textarea><span id="t">T</span>
<table><caption>T</caption><tbody><tr><th scope="row">r</th><td>1</td></tr></tbody></table>
<img src="x" alt=""></main></body></html>"""


def test_a_good_page_has_no_fault():
    assert page_faults(GOOD) == []


FAULTS = {
    "no doctype": ("<!doctype html>", "", "doctype"),
    "unclosed": ("</main>", "</div></main>", "HTML"),
    "language": ('lang="fr"', 'lang="en"', "lang"),
    "two h1": ("<label", "<h1>Deux</h1><label", "h1"),
    "no h1": ("<h1>Bon\u202f!</h1>", "", "h1"),
    "empty title": ("<title>Bon</title>", "<title> </title>", "title"),
    "repeated id": ('<span id="t">', '<span id="a"></span><span id="t">', "repeated"),
    "no label": ('<label for="a">A</label>', "", "no label"),
    "label of nothing": ('for="a"', 'for="b"', "leads nowhere"),
    "inline script": ("<label", "<script>1</script><label", "inline script"),
    "inline style": ("<img ", '<img style="x" ', "style on img"),
    "handler": ("<img ", '<img onerror="x" ', "onerror on img"),
    "javascript address": ("<label", '<a href="javascript:x">x</a><label', "javascript:"),
    "dead anchor": ("<label", '<a href="#nulle">x</a><label', "leads nowhere"),
    "plain space before !": ("Bon\u202f!</h1>", "Bon !</h1>", "U+202F"),
    "no space before ;": ("12:30\u202f;", "12:30;", "U+202F"),
    "wide space before ;": ("12:30\u202f;", "12:30\u00a0;", "U+202F"),
    "plain space before :": ("\u00a0»\u00a0:", "\u00a0» :", "U+00A0"),
    "no space before :": ("\u00a0»\u00a0:", "\u00a0»:", "U+00A0"),
    "narrow guillemet": ("«\u00a0Oui", "« Oui", "inside"),
    "closing guillemet": ("Oui\u00a0»", "Oui »", "inside"),
    "typography in an attribute": ('alt=""', 'alt="Attention !"', "U+202F"),
    "no alt": (' alt=""', "", "alt"),
    "nameless link": ("<label", '<a href="/x"></a><label', "no name"),
    "nameless button": ("<label", "<button></button><label", "no name"),
    "no scope": (' scope="row"', "", "scope"),
    "no caption": ("<caption>T</caption>", "", "caption"),
    "no legend": ("<label", "<fieldset><p>x</p></fieldset><label", "legend"),
    "nameless drawing": ("<label", '<svg role="img"></svg><label', "drawing"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_seen(name: str):
    before, after, expected = FAULTS[name]
    assert before in GOOD
    faults = page_faults(GOOD.replace(before, after, 1))
    assert any(expected in fault for fault in faults), faults


def client(headers: dict[str, str]) -> CheckedClient:
    app = Flask("bare")
    app.test_client_class = CheckedClient
    app.add_url_rule("/", "page", lambda: (GOOD, 200, headers))
    return app.test_client()  # type: ignore[return-value]


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "no-store",
}


def test_a_page_with_every_header_opens():
    assert client(HEADERS).get("/").status_code == 200


@pytest.mark.parametrize("missing", HEADERS)
def test_a_missing_header_fails_the_test_that_fetched_the_page(missing: str):
    others = {name: value for name, value in HEADERS.items() if name != missing}
    with pytest.raises(AssertionError, match=missing.replace("Content-Security-Policy", "CSP")):
        client(others).get("/")


def test_an_unsafe_policy_fails():
    loose = HEADERS["Content-Security-Policy"].replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
    with pytest.raises(AssertionError, match="unsafe-inline"):
        client({**HEADERS, "Content-Security-Policy": loose}).get("/")
