"""A capture read closely: its pictures beside its text, the passages marked on both."""

from __future__ import annotations

import io
import json
import uuid
from typing import Any

from flask import Blueprint, Response, g, url_for
from sqlalchemy import select

from casefile import passages
from casefile.access import Permission, child_of
from casefile.errors import NotFound
from casefile.evidence.gestures import TILE
from casefile.evidence.highlight import Box, boxes_of, drawn
from casefile.models.evidence import Artifact, Capture, CaptureState, Publication
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter
from casefile.web.passages import segments_of

blueprint = Blueprint("gallery", __name__, url_prefix="/dossiers/<uuid:matter_id>/captures/<uuid:capture_id>/galerie")


@blueprint.get("")
@access(Permission.MATTER_READ)
def show(capture_id: uuid.UUID) -> Any:
    """Show every picture of the page beside the text, each passage marked and numbered."""
    capture = _sealed(capture_id)
    kept = passages.kept_in(db(), capture)
    placed = [(passage, boxes_of(_positions(capture), passage.exact)) for passage in kept]
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
        placed=[(passage, int(boxes[0].top // TILE) + 1) for passage, boxes in placed if boxes],
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
        boxes += boxes_of(positions, passage.exact)
    ratio = float(capture.facts.get("browser", {}).get("pixel_ratio") or 1)
    with context().storage.open(tiles[number - 1].sha256) as source:
        image = drawn(source, boxes, (number - 1) * TILE, ratio)
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
