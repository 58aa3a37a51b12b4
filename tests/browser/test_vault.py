"""A hostile captured page, opened on the second origin in the real browser: zero requests, zero connections."""

from __future__ import annotations

import dataclasses
import io
import socket
import threading
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from casefile import accounts
from casefile.app import create_app
from casefile.models.evidence import Artifact
from casefile.models.people import Person
from tests.web.conftest import app, as_person, capture, cheap_hashing, matter, people, publication

__all__ = ["app", "as_person", "capture", "cheap_hashing", "matter", "people", "publication"]

HOSTILE = """<!doctype html><html manifest="{evil}/m.appcache"><head><meta charset=utf-8><title>Inerte</title>
<base href="{evil}/"><link rel=preconnect href="{evil}"><link rel=dns-prefetch href="{evil}">
<link rel=prefetch href="{evil}/prefetch"><link rel=preload as=script href="{evil}/preload">
<link rel=modulepreload href="{evil}/module"><link rel=stylesheet href="{evil}/feuille">
<link rel=icon href="{evil}/ico">
<link rel=manifest href="{evil}/manifest"><link rel=prerender href="{evil}/prerender">
<meta http-equiv=refresh content="0;url={evil}/refresh"><style>@import "{evil}/import";
@font-face{{font-family:x;src:url({evil}/police)}} body{{background:url({evil}/fond);font-family:x}}</style>
<script>document.title = "EXÉCUTÉ"; fetch("{evil}/fetch"); location = "{evil}/location"</script>
<script type=module src="{evil}/module.js"></script>
<script type=speculationrules>{{"prefetch":[{{"source":"list","urls":["{evil}/regle"]}}]}}</script></head>
<body onload="document.title='EXÉCUTÉ'" background="{evil}/corps"><p>Ce médecin se trompe 😡</p>
<img src="{evil}/img" srcset="{evil}/srcset 2x" onerror="document.title='EXÉCUTÉ'"><iframe src="{evil}/cadre"></iframe>
<iframe srcdoc="<script>top.location='{evil}/srcdoc'</script><img src={evil}/srcdoc-img>"></iframe>
<object data="{evil}/objet"></object><embed src="{evil}/embed">
<video src="{evil}/video" autoplay poster="{evil}/affiche">
</video><audio src="{evil}/son" autoplay></audio>
<picture><source srcset="{evil}/source"><img src="{evil}/img2"></picture>
<svg><script>document.title="EXÉCUTÉ"</script><image href="{evil}/svg"/><use href="{evil}/use#a"/></svg>
<input autofocus onfocus="document.title='EXÉCUTÉ'"><details open ontoggle="document.title='EXÉCUTÉ'"></details>
<form id=f action="{evil}/envoi" method=post><input name=a value=b><button id=envoi>Envoyer</button></form>
<noscript><img src="{evil}/noscript"></noscript><a id=js href="javascript:document.title='EXÉCUTÉ'">js</a>
<a id=ancre ping="{evil}/ping" target=_blank href="{evil}/lien">lien</a></body></html>"""


class Listener:
    """Counts every TCP connection to a port, whatever is then said on it."""

    def __init__(self):
        self.heard = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.2)
                try:
                    self.heard.append(connection.recv(80))
                except OSError:
                    self.heard.append(b"connected, said nothing")


@contextmanager
def served(app):
    """Serve on a port known before the settings are: the vault's address holds it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    extension = app.extensions["casefile"]
    settings = dataclasses.replace(extension.settings, base_url=f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", port, create_app(settings, extension.database), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield settings.base_url
    finally:
        server.shutdown()


@pytest.fixture
def hostile():
    listener = Listener()
    yield listener
    listener.socket.close()


def test_a_hostile_captured_page_runs_nothing_and_reaches_nobody(
    browser, app, as_person, publication, database, people, hostile
):
    path = f"/dossiers/{publication.matter_id}/contenus/{publication.id}/deposer"
    markup = HOSTILE.format(evil=hostile.origin).encode()
    shown = as_person("lawyer").post(path, {"file": (io.BytesIO(markup), "page.html")}).headers["Location"]
    with database.transaction() as session:
        artifact = session.query(Artifact).filter_by(role="original").one()
        person = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, person, complete=True, user_agent="t", address="127.0.0.1")
    with served(app) as origin:
        context = browser.new_context()
        context.add_cookies([{"name": "casefile_session", "value": token, "url": origin}])
        page = context.new_page()
        page.goto(f"{origin}{shown}")
        asked = []
        context.on("requestfinished", lambda request: asked.append(request.url))
        with context.expect_page() as opened:
            page.locator(f"a[href$='/pages/{artifact.id}']").click()
        inert = opened.value
        inert.wait_for_load_state("load")
        assert urlsplit(inert.url).hostname == "coffre.localhost"
        assert "Ce médecin se trompe 😡" in inert.inner_text("body")
        inert.get_by_text("js", exact=True).click()
        inert.locator("#envoi").click()
        inert.get_by_text("lien", exact=True).click()
        inert.wait_for_timeout(1500)
        assert inert.title() == "Inerte"
        assert context.cookies(inert.url) == []
        assert len(context.pages) == 2
        context.close()
    outside = [url for url in asked if hostile.origin in url]
    assert (hostile.heard, outside) == ([], [])
