"""Zones to mask drawn with the mouse become lines of the form, and black pixels of the copy."""

from __future__ import annotations

import io
import uuid

from PIL import Image
from sqlalchemy import select

from casefile import accounts
from casefile.models.evidence import Artifact
from casefile.models.people import Person
from tests.web.conftest import app, as_person, capture, cheap_hashing, matter, people, publication
from tests.web.test_redaction import pictures_in

from .harness import check, opened, serving

__all__ = ["app", "as_person", "capture", "cheap_hashing", "matter", "people", "publication"]


def test_a_zone_drawn_with_the_mouse_is_masked(browser, app, as_person, publication, database, people):
    stream = io.BytesIO()
    Image.new("RGB", (600, 400), "orange").save(stream, "PNG")
    path = f"/dossiers/{publication.matter_id}/contenus/{publication.id}/deposer"
    shown = as_person("lawyer").post(path, {"file": (io.BytesIO(stream.getvalue()), "vue.png")}).headers["Location"]
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, person, complete=True, user_agent="t", address="127.0.0.1")
    with serving(app) as origin, opened(browser) as page:
        page.context.add_cookies([{"name": "casefile_session", "value": token, "url": origin}])
        page.goto(f"{origin}{shown}")
        page.get_by_role("link", name="Copie caviardée pour un tiers").click()
        page.get_by_label("Établie pour").fill("Autorité de contrôle")
        page.get_by_label("Motif").fill("Données de tiers")
        image = page.locator("[data-zones] img")
        image.scroll_into_view_if_needed()
        box = image.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5, steps=4)
        page.mouse.up()
        number, left, top, right, bottom = (float(part) for part in page.locator("[name=zones]").input_value().split())
        assert number == 1
        assert abs(left - 25) + abs(top - 25) + abs(right - 75) + abs(bottom - 50) < 2
        assert page.locator(".zone").count() == 1
        check(page, "caviardage-trace")
        page.get_by_role("button", name="Établir la copie").click()
        page.get_by_text("Relisez chacune de ses pages").wait_for()
    with database.reader() as session:
        capture_id = uuid.UUID(shown.rsplit("/", 1)[1])
        copy = session.scalars(
            select(Artifact).where(Artifact.capture_id == capture_id, Artifact.role == "redacted")
        ).one()
    with app.extensions["casefile"].storage.open(copy.sha256) as source:
        (picture,) = pictures_in(source.read())
    assert picture.getpixel((300, 150)) == (0, 0, 0)
    assert picture.getpixel((60, 60)) == (255, 165, 0)
