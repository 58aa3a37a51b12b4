"""The page parts: every component together is a valid page, kept input and errors stand where they belong."""

import io
import re
from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import FileStorage

from casefile import clock
from casefile.errors import NotFound

from .preview import bar, preview

URL = "https://www.google.com/maps/place/?cid=1829"


@pytest.fixture
def client():
    with clock.frozen(datetime(2026, 11, 23, 15, tzinfo=UTC)):
        yield preview(WTF_CSRF_ENABLED=False).test_client()


def send(client, **values):
    return client.post("/composants", data=values).get_data(as_text=True)


def test_every_component_together_makes_a_valid_page(client):
    assert client.get("/composants").status_code == 200


def test_an_empty_form_lists_each_error_and_leads_to_its_control(client):
    page = send(client)
    assert "2 points à corriger" in page
    assert 'href="#url"' in page
    assert 'href="#published_on-jour"' in page
    assert "<title>Erreur\u00a0: " in page


def test_what_was_typed_is_kept_when_the_form_is_refused(client):
    page = send(
        client,
        **{"url": "ftp://x", "published_on-jour": "31", "published_on-mois": "2", "published_on-annee": "2026"},
        publicity="discutable",
        platform="x",
        note="Une note",
        urgent="y",
    )
    assert 'value="ftp://x"' in page
    assert 'value="31"' in page
    assert 'value="2026"' in page
    assert re.search(r'value="discutable" checked', page)
    assert re.search(r'<option value="x" selected', page)
    assert ">\nUne note</textarea>" in page
    assert "Ce jour n’existe pas" in page


def test_quoted_words_come_back_exactly(client):
    words = "  Ce médecin s'est trompé !!\r\n\r\n😡\u200d  fin ; «ici»  "
    page = send(client, words=words)
    assert words.replace("\r\n", "\n").replace("'", "&#39;") in page


def test_markup_and_template_code_stay_words(client):
    page = send(client, note="<script>alert(1)</script>{{7*7}}", url='"><img src=x>')
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    assert "&#34;&gt;&lt;img" in page


def test_a_hostile_text_is_refused_beside_its_field(client):
    assert "10\u202f000\u00a0caractères" in send(client, note="x" * 10_000)
    assert "inverse le sens" in send(client, note="a\u202eb")
    assert "caractère de commande" in send(client, note="a\x07b")


def test_an_empty_or_foreign_file_is_refused_by_its_bare_name(client):
    def answer(name, content):
        upload = FileStorage(io.BytesIO(content), filename=name)
        return client.post("/composants", data={"files": upload}, content_type="multipart/form-data").get_data(
            as_text=True
        )

    assert "Le fichier «\u00a0vide.png\u00a0» est vide" in answer("../../etc/vide.png", b"")
    assert "n’est pas d’un type accepté" in answer("virus.exe", b"MZ")
    assert "Le fichier" not in answer("capture.png", b"\x89PNG")


def test_a_missing_csrf_token_says_so_in_french():
    answer = preview().test_client().post("/composants", data={"url": URL})
    assert answer.status_code == 400
    assert "restée ouverte trop longtemps" in answer.get_data(as_text=True)


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_each_refusal_has_a_page(code):
    app = preview()
    app.add_url_rule("/refus", "refusal", lambda: (_ for _ in ()).throw(_refusal(code)))
    answer = app.test_client().get("/refus")
    assert answer.status_code == code
    assert f"Code {code}" in answer.get_data(as_text=True)


def _refusal(code):
    from werkzeug.exceptions import default_exceptions

    return default_exceptions[code]()


def test_an_unforeseen_error_shows_no_trace():
    app = preview()
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/panne", "crash", lambda: 1 // 0)
    answer = app.test_client().get("/panne")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.get_data(as_text=True)


def test_a_refusal_of_ours_shows_its_own_sentence():
    app = preview()
    app.add_url_rule("/perdu", "lost", lambda: (_ for _ in ()).throw(NotFound("Ce dossier n’existe pas.")))
    answer = app.test_client().get("/perdu")
    assert answer.status_code == 404
    assert "Ce dossier n’existe pas." in answer.get_data(as_text=True)


def test_banners_stand_on_every_page_when_they_must():
    app = preview()
    app.jinja_env.globals["shell"] = bar(
        worker_silent_since=datetime(2026, 11, 23, 7, 0, tzinfo=UTC), demonstration=True, theme="dark"
    )
    page = app.test_client().get("/composants").get_data(as_text=True)
    assert "Les rappels ne partent plus" in page
    assert "23 novembre 2026 à 08:00" in page
    assert "Démonstration" in page
    assert 'data-theme="dark"' in page


def test_the_list_of_pages_keeps_the_filters(client):
    page = client.get("/composants?etat=critique&page=2").get_data(as_text=True)
    assert "Page 2 sur 3" in page
    assert "etat=critique&amp;page=3" in page
    assert "Page 1 sur 3" in client.get("/composants?page=x").get_data(as_text=True)
    assert "Page 3 sur 3" in client.get("/composants?page=99999999999").get_data(as_text=True)
    assert "Page 3 sur 3" in client.get(f"/composants?page={'9' * 5000}").get_data(as_text=True)
