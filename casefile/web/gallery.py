"""A capture read closely: its pictures beside its text, the passages marked on both."""

from __future__ import annotations

import io
import json
import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, url_for
from sqlalchemy import select

from casefile import passages
from casefile.access import Permission, child_of
from casefile.errors import NotFound
from casefile.evidence.highlight import Box, boxes_of, cut_around, drawn
from casefile.evidence.tiles import TILE
from casefile.models.evidence import Artifact, Capture, CaptureState, Passage, Publication
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter
from casefile.web.passages import segments_of

if TYPE_CHECKING:
    from PIL import Image

blueprint = Blueprint("gallery", __name__, url_prefix="/dossiers/<uuid:matter_id>/captures/<uuid:capture_id>/galerie")


@blueprint.get("")
@access(Permission.MATTER_READ)
def show(capture_id: uuid.UUID) -> Any:
    """Show every picture of the page beside the text, each passage marked and numbered."""
    capture = _sealed(capture_id)
    kept = passages.kept_in(db(), capture)
    placed = [(passage, _boxes(_positions(capture), capture, passage)) for passage in kept]
    return render_matter(
        "evidence/gallery.html",
        capture=capture,
        publication=db().get_one(Publication, capture.publication_id),
        segments=segments_of(capture.text, kept),
        tiles=[
            url_for(".picture", matter_id=g.matter.id, capture_id=capture.id, number=number)
            for number, _ in enumerate(_tiles(capture), 1)
        ],
        unplaced=[passage for passage, boxes in placed if not boxes],
        placed=[(passage, _tile_of(boxes)) for passage, boxes in placed if boxes],
    )


@blueprint.get("/<int:number>.png")
@access(Permission.MATTER_READ)
def picture(capture_id: uuid.UUID, number: int) -> Any:
    """Draw one part of the page again, the places of its passages framed."""
    capture = _sealed(capture_id)
    tiles = _tiles(capture)
    if not 1 <= number <= len(tiles):
        raise NotFound("Cette capture n'a pas tant d'images.")
    positions = _positions(capture)
    boxes: list[Box] = []
    for passage in passages.kept_in(db(), capture):
        boxes += _boxes(positions, capture, passage)
    with context().storage.open(tiles[number - 1].sha256) as source:
        return _png(drawn(source, boxes, (number - 1) * TILE, _ratio(capture)))


@blueprint.get("/<uuid:passage_id>/extrait.png")
@access(Permission.MATTER_READ)
def extract(capture_id: uuid.UUID, passage_id: uuid.UUID) -> Any:
    """Draw the lines of the page about one passage, its own place framed."""
    capture = _sealed(capture_id)
    passage = child_of(db(), g.matter, Passage, passage_id)
    boxes = _boxes(_positions(capture), capture, passage) if passage.capture_id == capture.id else []
    number, tiles = _tile_of(boxes), _tiles(capture)
    if not boxes or number > len(tiles):
        raise NotFound("Ce passage n'a pas pu être situé sur l'image de cette capture.")
    top = (number - 1) * TILE
    with context().storage.open(tiles[number - 1].sha256) as source:
        image = drawn(source, boxes, top, _ratio(capture))
    return _png(cut_around(image, [box for box in boxes if _tile_of([box]) == number], top, _ratio(capture)))


def place_of(capture: Capture, passage: Passage) -> dict[str, str] | None:
    """Give the addresses of a passage on the pictures of its capture; None where its place is not known."""
    boxes = _boxes(_positions(capture), capture, passage)
    number = _tile_of(boxes)
    if capture.state is not CaptureState.SEALED or not boxes or number > len(_tiles(capture)):
        return None
    matter_id, capture_id = capture.matter_id, capture.id
    page = url_for("gallery.show", matter_id=matter_id, capture_id=capture_id, _anchor=f"image-{number}")
    picture = url_for("gallery.extract", matter_id=matter_id, capture_id=capture_id, passage_id=passage.id)
    return {"picture": picture, "page": page}


def _boxes(positions: list[dict[str, Any]], capture: Capture, passage: Passage) -> list[Box]:
    return boxes_of(positions, passage.exact, capture.text, passage.start)


def _tile_of(boxes: list[Box]) -> int:
    return int(boxes[0].top // TILE) + 1 if boxes else 0


def _ratio(capture: Capture) -> float:
    return float(capture.facts.get("browser", {}).get("pixel_ratio") or 1)


def _png(image: Image.Image) -> Response:
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=1)
    return Response(stream.getvalue(), mimetype="image/png")


def _sealed(capture_id: uuid.UUID) -> Capture:
    capture = child_of(db(), g.matter, Capture, capture_id)
    if capture.state is not CaptureState.SEALED or not _tiles(capture):
        raise NotFound("Cette page n'existe que pour la capture scellée d'une page entière.")
    return capture


def _tiles(capture: Capture) -> list[Artifact]:
    rows = select(Artifact).where(Artifact.capture_id == capture.id, Artifact.role == "tile")
    return list(db().scalars(rows.order_by(Artifact.path)))


def _positions(capture: Capture) -> list[dict[str, Any]]:
    query = select(Artifact.sha256).where(Artifact.capture_id == capture.id, Artifact.role == "positions")
    sha256 = db().scalar(query)
    if sha256 is None:
        return []
    with context().storage.open(sha256) as source:
        found: list[dict[str, Any]] = json.loads(source.read())
    return found
