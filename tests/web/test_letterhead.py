"""The firm's paper: a logo checked and printed, a test sheet with the window's outline."""

from __future__ import annotations

import io
import subprocess

import pikepdf
import pytest
from PIL import Image

from casefile.models.people import Firm


def picture(kind="PNG", size=(400, 160)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "#7b1e3b").save(stream, kind)
    return stream.getvalue()


def send(browser, database, content, name="logo.png", **more):
    with database.reader() as session:
        version = session.get_one(Firm, 1).version
    fields = {"version": str(version), "exhibit_limit_mb": "4", "logo": (io.BytesIO(content), name), **more}
    return browser.post("/cabinet/papier", fields, page="/cabinet/papier")


def images_of(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages[0].images)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_printed_on_the_test_sheet(as_person, database, kind):
    browser = as_person("partner")
    assert "/cabinet/papier" in browser.get("/cabinet").text
    assert images_of(browser.get("/cabinet/papier/feuille-essai").data) == 0
    assert send(browser, database, picture(kind)).status_code == 303
    sheet = browser.get("/cabinet/papier/feuille-essai").data
    assert images_of(sheet) >= 1
    text = subprocess.run(["pdftotext", "-", "-"], input=sheet, capture_output=True, check=True).stdout.decode()
    assert "Jean ESSAI" in text
    assert send(browser, database, b"", "", no_logo="y").status_code == 303
    assert images_of(browser.get("/cabinet/papier/feuille-essai").data) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<svg/>", "illisible"), (picture(size=(20, 20)), "flou"), (picture("GIF"), "PNG ou JPEG")],
)
def test_what_is_no_logo_is_refused(as_person, database, content, said):
    refused = send(as_person("partner"), database, content)
    assert refused.status_code == 400
    assert said in refused.text
