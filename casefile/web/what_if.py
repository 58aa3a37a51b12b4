"""« Et si ? »: for each content, what each route taken on a day would do to its dates, before choosing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, request
from wtforms.validators import ValidationError

from casefile import clock
from casefile.access import Permission
from casefile.deadlines import limitation
from casefile.errors import CasefileError
from casefile.law import limitation_options
from casefile.law.limitation_input import facts_from_json
from casefile.law.limitation_options import WAIT
from casefile.models.evidence import Publication
from casefile.web.fields import FrenchDate
from casefile.web.filters import typography
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

if TYPE_CHECKING:
    from casefile.law.limitation_options import Option
    from casefile.models.procedure import Deadline

blueprint = Blueprint("what_if", __name__, url_prefix="/dossiers/<uuid:matter_id>/et-si")

YEAR = timedelta(days=365)


class DayForm(CasefileForm):
    """The day on which the route would be taken; it travels in the address and changes nothing."""

    le = FrenchDate("Si l’acte était fait le")

    def validate_le(self, field: Any) -> None:
        """Keeps the day within the year: farther, no answer would help."""
        today = clock.today()
        if field.data and not today <= field.data <= today + YEAR:
            raise ValidationError("Choisissez un jour à venir, dans l’année.")


@dataclass(frozen=True)
class RouteLine:
    """One route with its dates, what it gains and why."""

    option: Option
    tone: str
    word: str
    gained: int | None
    why: str
    advice: str
    source: str
    next_act: date | None
    steps: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Comparison:
    """The routes open to one content under its qualification; `refusal` says why there is no answer."""

    deadline: Deadline
    publication: Publication
    lines: tuple[RouteLine, ...]
    refusal: str = ""


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """Compare the routes for every limitation that runs in the dossier."""
    form = DayForm(request.args, meta={"csrf": False})
    asked = any(request.args.get(f"le{part}") for part in ("", "-jour", "-mois", "-annee"))
    fine = form.validate() if asked else True
    day = form.le.data if asked and fine and form.le.data else clock.today()
    found = [_comparison(deadline, day) for deadline in limitation.open_limitations(db(), g.matter)]
    page = render_matter("law/what_if.html", comparisons=found, day=day, form=form)
    return page, 200 if fine else 400


def _comparison(deadline: Deadline, day: date) -> Comparison:
    publication = db().get_one(Publication, deadline.publication_id)
    question = limitation.question_of(db(), g.matter, publication, str(deadline.facts["qualification"]))
    try:
        facts, _ = facts_from_json(question)
        options = limitation_options.what_if(facts, day)
    except CasefileError as error:
        return Comparison(deadline, publication, (), typography(error.message))
    waiting = options[0].result.prudent_on
    return Comparison(deadline, publication, tuple(_line(option, waiting, day) for option in options))


def _line(option: Option, waiting: date | None, day: date) -> RouteLine:
    result = option.result
    rule = result.acts[-1].judged.rule if option.id != WAIT else None
    tone, word = _effect(option)
    gained = (result.prudent_on - waiting).days if result.prudent_on and waiting else None
    return RouteLine(
        option=option,
        tone=tone,
        word=word,
        gained=gained,
        why=typography(option.why),
        advice=typography(rule.text("advice")) if rule else "",
        source=typography(rule.citation) if rule else "",
        next_act=limitation_options.renewal(day, result.months).target_on if option.interrupts else None,
        steps=tuple({"text": typography(text), "source": typography(source)} for text, source in result.trace),
    )


def _effect(option: Option) -> tuple[str, str]:
    if option.id == WAIT:
        return "none", "Rien ne change"
    if option.interrupts:
        return "ok", "Interrompt"
    if option.result.acts[-1].moves_admitted:
        return "soon", "Discuté"
    return "late", "N’interrompt pas"
