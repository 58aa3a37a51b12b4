"""The firm's own wording of its letters: read by those who sign, changed by partners, tried on a dossier they see."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from wtforms import HiddenField

from casefile import clock
from casefile.access import Permission, allows, visible_to
from casefile.documents import catalogue, clauses, house_wording, letters, variables
from casefile.documents.clause_checks import LONGEST, allowed_references, problems
from casefile.documents.findings import DocumentRefused
from casefile.documents.preview import preview
from casefile.errors import CasefileError, NotFound
from casefile.law.rule_model import NoRuleInForce
from casefile.law.rules import rule_at
from casefile.models.ledger import ClauseVersion
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.web.checks import Required
from casefile.web.fields import Choice, Paragraphs
from casefile.web.filters import typography
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db, person

blueprint = Blueprint("house_wording", __name__, url_prefix="/cabinet/formules")
DOSSIERS = 50


class ClauseForm(CasefileForm):
    """The words of a passage, the dossier on which they are tried, and the version that was shown."""

    words = Paragraphs("Formule", [Required("Écrivez la formule.")], max_length=LONGEST)
    dossier = Choice("Dossier d’essai", choices=())
    seen = HiddenField()


@blueprint.get("")
@access(Permission.LETTER_VALIDATE)
def index() -> Any:
    """List the passages of each type, and those that the firm words its own way."""
    own = house_wording.in_use(db())
    kinds = [
        {
            "kind": kind,
            "why_none": clauses.why_none(kind.id),
            "clauses": [
                {
                    "clause": one,
                    "words": own.get((kind.id, one.name), one.words),
                    "is_own": (kind.id, one.name) in own,
                    "url": url_for(".clause", kind=kind.id, name=one.name),
                }
                for one in clauses.clauses_of(kind.id).values()
            ],
        }
        for kind in catalogue.types().values()
    ]
    return render_template("firm/wordings.html", kinds=kinds, count=len(own))


@blueprint.get("/<kind>/<name>")
@access(Permission.LETTER_VALIDATE)
def clause(kind: str, name: str) -> Any:
    """Show a passage: its words, its original, what may not leave it, its versions."""
    chosen = house_wording.clause_named(kind, name)
    rows = house_wording.versions_of(db(), kind, name)
    given = {"words": rows[0].words if rows and rows[0].words else chosen.words, "seen": str(_last(rows))}
    return _page(kind, chosen, rows, ClauseForm(formdata=None, data=given))


@blueprint.post("/<kind>/<name>")
@access(Permission.FIRM_WORDING)
def write(kind: str, name: str) -> Any:
    """Try a wording on a dossier, or keep it."""
    chosen = house_wording.clause_named(kind, name)
    rows, form = house_wording.versions_of(db(), kind, name), ClauseForm()
    form.dossier.choices = _dossiers()
    if form.validate_on_submit():
        words = str(form.words.data)
        if request.form.get("act") == "try":
            form.words.errors = [typography(said) for said in problems(kind, chosen, words, clock.today())]
            tried = None if form.words.errors else _tried(kind, name, words, str(form.dossier.data or ""))
            page = _page(kind, chosen, rows, form, tried)
            return page, 400 if form.words.errors else 200
        try:
            house_wording.write(db(), person(), kind, name, words, seen=_number(form.seen.data))
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Formule enregistrée : les projets la prennent, les lettres validées gardent la leur.")
            return redirect(url_for(".clause", kind=kind, name=name), code=303)
    return _page(kind, chosen, rows, form), 400


@blueprint.post("/<kind>/<name>/retablir")
@access(Permission.FIRM_WORDING)
def restore(kind: str, name: str) -> Any:
    """Take back the original, or the words of an earlier version."""
    house_wording.clause_named(kind, name)
    rows, seen = house_wording.versions_of(db(), kind, name), _number(request.form.get("seen"))
    wanted = next((row for row in rows if str(row.number) == request.form.get("number")), None)
    try:
        if wanted is not None and wanted.words:
            house_wording.write(db(), person(), kind, name, wanted.words, seen=seen)
        else:
            house_wording.restore_original(db(), person(), kind, name, seen=seen)
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
    else:
        flash("Formule rétablie, dans une version nouvelle.")
    return redirect(url_for(".clause", kind=kind, name=name), code=303)


def _page(
    kind: str, chosen: clauses.Clause, rows: list[ClauseVersion], form: ClauseForm, tried: dict[str, Any] | None = None
) -> str:
    form.dossier.choices = _dossiers()
    people = db().scalars(select(Person).where(Person.id.in_({row.author_id for row in rows})))
    names = {one.id: one.full_name for one in people}
    return render_template(
        "firm/wording.html",
        form=form,
        kind=catalogue.type_of(kind),
        clause=chosen,
        versions=[{"row": row, "who": names[row.author_id]} for row in rows],
        variables=variables.VARIABLES,
        references=_references(kind),
        tried=tried,
        may_write=allows(g.person, Permission.FIRM_WORDING),
    )


def _tried(kind: str, name: str, words: str, dossier: str) -> dict[str, Any] | None:
    """Write the whole document of a dossier with this wording; what the dossier lacks is said, nothing is kept."""
    chosen = house_wording.clause_named(kind, name)
    if not dossier:
        return None
    matter = db().scalar(select(Matter).where(Matter.id == uuid.UUID(dossier), visible_to(g.person)))
    if matter is None:
        raise NotFound("Ce dossier n’existe pas.")
    said = letters.proposed(db(), g.person, matter, kind)
    facts = house_wording.tried_facts(letters.facts_now(db(), matter, kind, None, said), name, words)
    found = {"matter": matter, "missing": [], "blocks": []}
    try:
        blocks = catalogue.build(kind, facts, clock.today())
    except DocumentRefused as error:
        found["missing"] = [finding.message for finding in error.preflight.refusals]
        blocks = clauses.blocks_of(chosen, words, catalogue.draft_of(kind, facts, clock.today()))
    return {**found, "blocks": preview(blocks), "clause": f"{clauses.PREFIX}{name}"}


def _references(kind: str) -> list[tuple[str, str]]:
    found = []
    for reference in sorted(allowed_references(kind)):
        try:
            found.append((reference, str(rule_at(f"reference.{reference}", clock.today()).values["citation"])))
        except NoRuleInForce:
            continue
    return found


def _dossiers() -> list[tuple[str, str]]:
    query = select(Matter).where(visible_to(g.person)).order_by(Matter.opened_on.desc(), Matter.number.desc())
    rows = db().scalars(query.limit(DOSSIERS))
    return [("", "Aucun"), *((str(row.id), f"{row.reference} – {row.title}") for row in rows)]


def _last(rows: list[ClauseVersion]) -> int:
    return rows[0].number if rows else 0


def _number(text: Any) -> int:
    return int(text) if str(text or "").isdecimal() and str(text).isascii() else -1
