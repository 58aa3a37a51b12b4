"""What came after the publication: published anew or suspended; the effect and its authority are shown first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, g, redirect, request, url_for

from casefile import clock
from casefile.access import Permission, child_of
from casefile.deadlines import aftermath, limitation
from casefile.deadlines.triggers import events_after
from casefile.errors import CasefileError, NotFound
from casefile.law.limitation import compute
from casefile.law.limitation_input import facts_from_json
from casefile.law.rules import rule_at, rules_of
from casefile.models.evidence import Publication
from casefile.models.procedure import TriggerEvent
from casefile.web.checks import Required
from casefile.web.fields import Choice, FrenchDate, Paragraphs
from casefile.web.filters import typography
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

if TYPE_CHECKING:
    from datetime import date

    from casefile.law.limitation_result import LimitationResult
    from casefile.law.rule_model import RuleVersion

blueprint = Blueprint(
    "aftermath", __name__, url_prefix="/dossiers/<uuid:matter_id>/contenus/<uuid:publication_id>/suites"
)

KINDS = {"nouvelle-publication": "republication", "suspension": "suspension"}
# A lawyer answers a question; the title of the rule is the law's own name for it.
QUESTIONS = {
    "reedition": "Une nouvelle édition a-t-elle paru ?",
    "rediffusion": "Le propos a-t-il été diffusé de nouveau ?",
    "reactivation_site": "Un site désactivé a-t-il été volontairement réactivé ?",
    "remise_en_ligne": "Le contenu a-t-il été retiré, puis remis en ligne ?",
    "deplacement_contenu": "Le contenu a-t-il été déplacé d’une rubrique à une autre ?",
    "lien_hypertexte_auteur": "L’auteur a-t-il publié un lien vers son propre écrit ?",
    "lien_hypertexte_tiers": "Un tiers a-t-il publié un lien vers l’écrit ?",
    "changement_adresse": "Le même site a-t-il reçu une autre adresse ?",
    "changement_nom_titulaire": "Le nom du titulaire de la page a-t-il changé ?",
    "modification_texte": "Le propos lui-même a-t-il été modifié ?",
    "mise_a_jour_site": "Le site a-t-il été mis à jour sans toucher au propos ?",
    "partage_tiers": "Un tiers a-t-il partagé ou repris le propos ?",
    "maintien_en_ligne": "Le propos est-il seulement resté en ligne ?",
    "decision_penale_definitive": "Une décision pénale définitive étrangère à la personne visée est-elle rendue ?",
}


class EventForm(CasefileForm):
    """What happened after the publication, when, and its proof."""

    type = Choice("Ce qui est survenu", [Required("Choisissez ce qui est survenu.")], choices=())
    day = FrenchDate("Le", [Required()], past=True)
    until = FrenchDate("Jusqu’au")
    proof = Paragraphs("Preuve", max_length=2000)


class WithdrawalForm(CasefileForm):
    """Why an event entered by mistake no longer counts."""

    reason = Paragraphs("Pourquoi le retirer", [Required("Écrivez pourquoi cet événement est retiré.")], max_length=600)


@dataclass(frozen=True)
class Effect:
    """One limitation before and after."""

    label: str
    before: LimitationResult
    after: LimitationResult

    @property
    def moves(self) -> bool:
        """Tell whether any of the three dates changes."""
        return self._dates(self.before) != self._dates(self.after)

    @staticmethod
    def _dates(result: LimitationResult) -> tuple[date | None, ...]:
        return result.last_useful_day, result.prudent_on, result.admitted_on


@blueprint.get("")
@access(Permission.MATTER_READ)
def index(publication_id: uuid.UUID) -> Any:
    """List what came after the publication, with the authority of each effect."""
    return _index(child_of(db(), g.matter, Publication, publication_id), WithdrawalForm(formdata=None))


@blueprint.route("/<any('nouvelle-publication', suspension):genre>", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new(publication_id: uuid.UUID, genre: str) -> Any:
    """Show what an event would change and by what authority, then record it."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    kind, form = KINDS[genre], EventForm()
    form.type.choices = [("", "Choisir"), *((rule.key, _question(rule)) for rule in _rules(kind))]
    effects: list[Effect] | None = None
    if form.validate_on_submit():
        facts = _facts(kind, form)
        try:
            effects = _effects(publication, kind, facts)
            if request.form.get("act") == "save":
                limitation.record_event(
                    db(), g.person, g.matter, publication, kind, facts=facts, proof=form.proof.data or ""
                )
        except CasefileError as error:
            form.refuse(_beside(error))
        else:
            if request.form.get("act") == "save":
                flash("Événement enregistré. Les dates affichées en tiennent compte.")
                return redirect(url_for(".index", matter_id=g.matter.id, publication_id=publication.id), code=303)
    refused = bool(form.errors or form.form_errors)
    page = render_matter(
        "law/aftermath_new.html",
        publication=publication,
        form=form,
        genre=genre,
        kind=kind,
        rules=_rules(kind),
        chosen=next((rule for rule in _rules(kind) if rule.key == form.type.data), None),
        effects=None if refused else effects,
    )
    return page, 400 if refused else 200


@blueprint.post("/<uuid:event_id>/retirer")
@access(Permission.MATTER_WRITE)
def withdraw(publication_id: uuid.UUID, event_id: uuid.UUID) -> Any:
    """Take an event entered by mistake out of the computation."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    event = child_of(db(), g.matter, TriggerEvent, event_id)
    if event.publication_id != publication.id or event.kind not in KINDS.values():
        raise NotFound("Cet événement n'existe pas pour ce contenu.")
    form = WithdrawalForm()
    if not form.validate_on_submit():
        return _index(publication, form), 400
    try:
        aftermath.withdraw_event(db(), g.person, g.matter, event, form.reason.data or "")
    except CasefileError as error:
        form.refuse(error)
        return _index(publication, form), 400
    flash("Événement retiré du calcul. Il reste visible au journal du dossier.")
    return redirect(url_for(".index", matter_id=g.matter.id, publication_id=publication.id), code=303)


def _index(publication: Publication, form: WithdrawalForm) -> str:
    rows = events_after(db(), publication)
    told = [(row, rule_at(f"{row.kind}.{row.facts['type']}", row.occurred_on or clock.today())) for row in rows]
    return render_matter("law/aftermath.html", publication=publication, events=told, form=form)


def _rules(kind: str) -> list[RuleVersion]:
    return [rule_at(rule.id, clock.today()) for rule in rules_of(kind)]


def _question(rule: RuleVersion) -> str:
    return QUESTIONS.get(rule.key, rule.title) if rule.kind == "republication" else rule.title


def _facts(kind: str, form: EventForm) -> dict[str, Any]:
    day = form.day.data or clock.today()
    if kind == "republication":
        return {"type": form.type.data, "date": day.isoformat()}
    until = {"to": form.until.data.isoformat()} if form.until.data else {}
    return {"type": form.type.data, "from": day.isoformat(), **until}


def _effects(publication: Publication, kind: str, facts: dict[str, Any]) -> list[Effect]:
    found = []
    for deadline in limitation.open_limitations(db(), g.matter, publication):
        question = limitation.question_of(db(), g.matter, publication, str(deadline.facts["qualification"]))
        changed = {**question, f"{kind}s": [*question[f"{kind}s"], facts]}
        before, after = (compute(*facts_from_json(asked)) for asked in (question, changed))
        found.append(Effect(typography(deadline.label), before, after))
    return found


def _beside(error: CasefileError) -> CasefileError:
    """Put the law's own names of fields beside the form's."""
    last = (error.field or "").rpartition(".")[2]
    error.field = {"to": "until", "from": "day", "date": "day"}.get(last, error.field)
    return error
