"""A content over time: its captures on a line, its passages in each of them, two captures side by side."""

from __future__ import annotations

import io
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from casefile.access import Permission, child_of
from casefile.errors import CasefileError, InvalidInput, NotFound
from casefile.evidence import compare, followup, online
from casefile.evidence.online import Look
from casefile.evidence.provenance import Outcome
from casefile.models.evidence import Artifact, Capture, CaptureState, Publication, Watch
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("followup", __name__, url_prefix="/dossiers/<uuid:matter_id>/contenus/<uuid:publication_id>")

LEFT, RIGHT, CLOSEST = 14.0, 466.0, 14.0
SIGNS = {Outcome.PRESENT: "seen", Outcome.PARTIAL: "seen", Outcome.ABSENT: "absent", Outcome.BLOCKED: "blocked"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One capture on the line of time."""

    x: float
    sign: str
    look: Look


@blueprint.get("/suivi")
@access(Permission.MATTER_READ)
def show(publication_id: uuid.UUID) -> Any:
    """Show the persistence ledger, its drawing and where each passage stands in each capture."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    seen = online.looks(db(), publication.id)
    return render_matter(
        "evidence/followup.html",
        publication=publication,
        looks=seen,
        ledger=online.ledger_of(seen),
        marks=_marks(seen),
        passages=[passage for passage, _ in seen[-1].findings] if seen else [],
        watch=db().get(Watch, publication.id),
        schedules=online.SCHEDULES,
        republished=online.republished(seen),
    )


@blueprint.post("/suivi")
@access(Permission.MATTER_WRITE)
def schedule(publication_id: uuid.UUID) -> Any:
    """Choose how often the page is captured again by itself."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    chosen = request.form.get("every_days", "")
    try:
        followup.schedule(db(), g.person, publication, int(chosen) if chosen.isdigit() else None)
    except CasefileError as error:
        flash(error.message, "error")
    else:
        flash("Suivi enregistré." if chosen.isdigit() else "Suivi arrêté.")
    return redirect(url_for(".show", matter_id=g.matter.id, publication_id=publication.id), code=303)


@blueprint.get("/comparer")
@access(Permission.MATTER_READ)
def compared(publication_id: uuid.UUID) -> Any:
    """Show two captures side by side: the words that changed, then the pictures."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    before, after = _pair(publication)
    pairs = zip(_pictures(before), _pictures(after), strict=False)
    return render_matter(
        "evidence/compare.html",
        publication=publication,
        before=before,
        after=after,
        changes=[
            (change, compare.word_changes(change.before, change.after))
            for change in compare.text_changes(before.text, after.text)
            if change.kind != "equal"
        ],
        differing=[(number, *pair) for number, pair in enumerate(pairs) if pair[0].sha256 != pair[1].sha256],
        unpaired=abs(len(_pictures(before)) - len(_pictures(after))),
    )


@blueprint.get("/comparer/<int:number>.png")
@access(Permission.MATTER_READ)
def difference(publication_id: uuid.UUID, number: int) -> Any:
    """Draw the later picture with what changed reddened."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    pairs = list(zip(*map(_pictures, _pair(publication)), strict=False))
    if number >= len(pairs):
        raise NotFound("Ces captures n'ont pas tant d'images.")
    with tempfile.TemporaryDirectory(prefix="casefile-") as name:
        files = [Path(name) / word for word in ("avant", "apres", "marquee.png")]
        for artifact, file in zip(pairs[number], files, strict=False):
            with context().storage.open(artifact.sha256) as source:
                file.write_bytes(source.read())
        compare.image_change(*files)
        return Response(io.BytesIO(files[2].read_bytes()), mimetype="image/png")


def _pair(publication: Publication) -> tuple[Capture, Capture]:
    """Load the two captures that the address names, in the order of time."""
    found = [_capture(publication, request.args.get(name, "")) for name in ("avant", "apres")]
    if found[0].id == found[1].id:
        raise InvalidInput("Choisissez deux captures différentes.")
    first, second = sorted(found, key=lambda row: row.ended_at or row.created_at)
    return first, second


def _capture(publication: Publication, name: str) -> Capture:
    try:
        identifier = uuid.UUID(name)
    except ValueError as error:
        raise NotFound("Cette capture n'existe pas.") from error
    capture = child_of(db(), g.matter, Capture, identifier)
    if capture.publication_id != publication.id or capture.state is not CaptureState.SEALED:
        raise NotFound("Cette capture n'existe pas.")
    return capture


def _pictures(capture: Capture) -> list[Artifact]:
    """Give the pictures of the whole page, or those of a deposited file."""
    rows = db().scalars(select(Artifact).where(Artifact.capture_id == capture.id).order_by(Artifact.path)).all()
    images = [row for row in rows if row.media_type.startswith("image/")]
    return [row for row in images if row.role == "tile"] or [row for row in images if row.role == "viewable"]


def _marks(seen: Sequence[Look]) -> list[Mark]:
    """Place each capture on the line, never one upon another."""
    if not seen:
        return []
    first, last = seen[0].at, seen[-1].at
    marks: list[Mark] = []
    for look in seen:
        x = _place(look.at, first, last)
        if marks:
            x = max(x, marks[-1].x + min(CLOSEST, (RIGHT - LEFT) / len(seen)))
        marks.append(Mark(round(x, 1), SIGNS[look.outcome], look))
    over = marks[-1].x - RIGHT
    if over <= 0:
        return marks
    shrink = (RIGHT - LEFT) / (marks[-1].x - LEFT)
    return [Mark(round(LEFT + (mark.x - LEFT) * shrink, 1), mark.sign, mark.look) for mark in marks]


def _place(at: datetime, first: datetime, last: datetime) -> float:
    span = (last - first).total_seconds()
    return LEFT if not span else LEFT + (at - first).total_seconds() / span * (RIGHT - LEFT)
