"""Captures in the browser: asked for, received, shown, verified, exported.

Nothing captured is served with an active type on this origin: pictures are re-encoded by us, markup opens on the
second origin (`vault`), everything else is a download.
"""

from __future__ import annotations

import io
import tempfile
import uuid
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, send_file, url_for
from sqlalchemy import select

from casefile import access_journal, clock
from casefile.access import Permission, child_of, matter_for
from casefile.documents import capture_report, signature
from casefile.errors import CasefileError, NotFound
from casefile.evidence import docket, filing, renewal
from casefile.evidence.markup import OPENED
from casefile.evidence.provenance import Provenance
from casefile.models.evidence import Artifact, Capture, CaptureState, Publication
from casefile.web import capture_page, vault
from casefile.web.checks import Required
from casefile.web.fields import Segmented, Upload
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter
from casefile.web.receiving import receive

blueprint = Blueprint("evidence", __name__, url_prefix="/dossiers/<uuid:matter_id>")


# What a depositor may declare; the other classes are observed or proved, never declared.
SOURCES = (
    (Provenance.UPLOAD.value, "Du client ou du cabinet"),
    (Provenance.THIRD_PARTY.value, "D’un tiers : archive publique, réponse de la plateforme"),
    (Provenance.AUTHENTIC_ACT.value, "D’un commissaire de justice"),
)


class UploadForm(CasefileForm):
    """One file received as evidence."""

    file = Upload("Capture d’écran, PDF, courriel ou page enregistrée", [Required()])
    source = Segmented("D’où vient ce fichier ?", choices=SOURCES, default=Provenance.UPLOAD.value)


@blueprint.post("/contenus/<uuid:publication_id>/capturer")
@access(Permission.MATTER_WRITE)
def capture(publication_id: uuid.UUID) -> Any:
    """Queue a capture of the page by the built-in browser."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    try:
        row = docket.request(db(), g.person, publication)
    except CasefileError as error:
        flash(error.message, "error")
        return redirect(_publication(publication), code=303)
    return redirect(url_for(".show", matter_id=g.matter.id, capture_id=row.id), code=303)


@blueprint.route("/contenus/<uuid:publication_id>/deposer", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def upload(publication_id: uuid.UUID) -> Any:
    """Receive a file, seal its bytes untouched, read what can be read from it."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form = UploadForm()
    if form.validate_on_submit():
        try:
            declared = Provenance(form.source.data or Provenance.UPLOAD)
            row = receive(publication, form.file.data, None if declared is Provenance.UPLOAD else declared)
        except CasefileError as error:
            error.field = "file"
            form.refuse(error)
        else:
            flash("Fichier reçu et scellé. L’original n’a pas été modifié.")
            return redirect(url_for(".show", matter_id=g.matter.id, capture_id=row.id), code=303)
    page = render_matter("evidence/upload.html", form=form, publication=publication)
    return page, 400 if form.errors else 200


@blueprint.get("/captures/<uuid:capture_id>")
@access(Permission.MATTER_READ)
def show(capture_id: uuid.UUID) -> Any:
    """Show a capture: pictures, text, files, tokens, custody."""
    return capture_page.drawn(child_of(db(), g.matter, Capture, capture_id))


@blueprint.post("/captures/<uuid:capture_id>/verifier")
@access(Permission.MATTER_READ)
def verify(capture_id: uuid.UUID) -> Any:
    """Check every byte of a capture again, now."""
    row = child_of(db(), g.matter, Capture, capture_id)
    report = filing.check(db(), context().storage, row, g.person)
    if report.intact:
        flash("Vérifié : chaque fichier, le manifeste et les jetons sont intacts.", "ok")
    else:
        names = ", ".join(problem.name for problem in report.problems[:5])
        flash(f"Altération détectée : {names}. N'utilisez pas cette capture et prévenez un associé.", "error")
    return redirect(url_for(".show", matter_id=g.matter.id, capture_id=row.id), code=303)


@blueprint.post("/captures/<uuid:capture_id>/renouveler")
@access(Permission.MATTER_WRITE)
def renew(capture_id: uuid.UUID) -> Any:
    """Renew the time stamps of a capture now; the job would have done it in time."""
    child_of(db(), g.matter, Capture, capture_id)
    matter_id, actor_id = g.matter.id, g.person.id
    db().rollback()
    try:
        stamps = renewal.renew(context().database, context().settings, capture_id, clock.now(), actor_id)
    except CasefileError as error:
        flash(error.message, "error")
    else:
        silent = " ".join(f"{stamp.authority} : {stamp.reason}" for stamp in stamps if not stamp.obtained)
        if any(stamp.obtained for stamp in stamps):
            flash("Horodatage renouvelé : les jetons précédents restent au dossier de preuve.", "ok")
        if silent:
            flash(f"Sans réponse : {silent} Casefile réessaie chaque jour.", "error")
    return redirect(url_for(".show", matter_id=matter_id, capture_id=capture_id), code=303)


@blueprint.post("/captures/<uuid:capture_id>/exporter")
@access(Permission.MATTER_READ)
def export(capture_id: uuid.UUID) -> Any:
    """Give the package that anybody can verify without Casefile."""
    child_of(db(), g.matter, Capture, capture_id)
    added = _extras(capture_id)
    row = child_of(db(), g.matter, Capture, capture_id)
    with tempfile.TemporaryDirectory(prefix="casefile-") as name:
        target = Path(name) / "preuve.zip"
        filing.export(db(), context().storage, row, g.person, target, extras=added)
        content = io.BytesIO(target.read_bytes())
    access_journal.note(db(), g.person, g.matter, access_journal.EXPORTED, "evidence.export")
    name = f"preuve-{g.matter.reference.replace('/', '-')}-{str(row.id)[:8]}.zip"
    return send_file(content, "application/zip", as_attachment=True, download_name=name)


@blueprint.get("/captures/<uuid:capture_id>/rapport.pdf")
@access(Permission.MATTER_READ)
def report(capture_id: uuid.UUID) -> Any:
    """Give the capture report: what was measured, file by file, and what it does not prove."""
    row = child_of(db(), g.matter, Capture, capture_id)
    try:
        content = capture_report.report(
            db(), context().storage, row, clock.today(), sign=signature.signing(context().settings)
        )
    except CasefileError as error:
        flash(error.message, "error")
        return redirect(url_for(".show", matter_id=g.matter.id, capture_id=row.id), code=303)
    name = f"rapport-{g.matter.reference.replace('/', '-')}-{str(row.id)[:8]}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


@blueprint.get("/captures/<uuid:capture_id>/fichiers/<uuid:artifact_id>")
@access(Permission.MATTER_READ)
def file(capture_id: uuid.UUID, artifact_id: uuid.UUID) -> Any:
    """Download one sealed file, byte for byte, never shown in place."""
    artifact = _artifact(capture_id, artifact_id)
    source = context().storage.open(artifact.sha256)
    name = Path(artifact.path).name
    response = send_file(source, "application/octet-stream", as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


@blueprint.get("/captures/<uuid:capture_id>/pages/<uuid:artifact_id>")
@access(Permission.MATTER_READ)
def page(capture_id: uuid.UUID, artifact_id: uuid.UUID) -> Any:
    """Send to the captured markup on the second origin, by a link that lives one minute."""
    artifact = _artifact(capture_id, artifact_id)
    if artifact.media_type not in OPENED or not context().settings.vault_origin:
        raise NotFound("Cette page ne s'ouvre pas ici : téléchargez le fichier.")
    return redirect(vault.link(context().settings, g.person, artifact), code=303)


@blueprint.get("/captures/<uuid:capture_id>/images/<uuid:artifact_id>")
@access(Permission.MATTER_READ)
def picture(capture_id: uuid.UUID, artifact_id: uuid.UUID) -> Any:
    """Show one picture, drawn again by us: no byte of the original reaches the browser's decoder."""
    artifact = _artifact(capture_id, artifact_id)
    if artifact.media_type not in capture_page.PICTURES:
        raise NotFound("Ce fichier n'est pas une image.")
    from PIL import Image

    with context().storage.open(artifact.sha256) as source, Image.open(source) as image:
        drawn = io.BytesIO()
        image.convert("RGB").save(drawn, "PNG", compress_level=1)
    return Response(drawn.getvalue(), mimetype="image/png")


def _extras(capture_id: uuid.UUID) -> dict[str, bytes]:
    """Draw the report with no lock held: nobody else's writing waits for our drawing."""
    matter_id = g.matter.id
    db().rollback()
    with context().database.reader() as session:
        row = session.get_one(Capture, capture_id)
        added = capture_report.extras(
            session, context().storage, row, clock.today(), signature.signing(context().settings)
        )
    g.matter = matter_for(db(), g.person, matter_id, Permission.MATTER_READ)
    return added


def _artifact(capture_id: uuid.UUID, artifact_id: uuid.UUID) -> Artifact:
    row = child_of(db(), g.matter, Capture, capture_id)
    found = db().scalar(select(Artifact).where(Artifact.id == artifact_id, Artifact.capture_id == row.id))
    if found is None or row.state is not CaptureState.SEALED:
        raise NotFound("Ce fichier n'existe pas dans cette capture.")
    return found


def _publication(publication: Publication) -> str:
    return url_for("publications.show", matter_id=g.matter.id, publication_id=publication.id)
