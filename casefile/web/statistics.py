"""The partner's statistics: the work on the dossiers that this partner may see, drawn, in tables and in CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from babel.dates import format_date
from flask import Blueprint, g, render_template

from casefile import activity, clock
from casefile.access import Permission
from casefile.web.charts import bars
from casefile.web.filters import number
from casefile.web.guards import access, db
from casefile.web.identification_lines import title_of
from casefile.web.notifications import HEAD as OUTCOME_HEAD
from casefile.web.notifications import TOO_FEW, outcome_rows
from casefile.web.sheets import sheet

blueprint = Blueprint("statistics", __name__, url_prefix="/statistiques")

MONTH_HEAD = ("Mois", "Ouverts", "Clos")
SHARE_HEAD = ("Qualification retenue", "En cours", "Clos")
DELAY_HEAD = ("De l’ouverture", "Jours (médiane)", "Dossiers comptés")
LOAD_HEAD = ("Personne", "Dossiers en cours", "Échéances ouvertes", "Dont dépassées")
SHEET_HEAD = ("Tableau", "Ligne", "Mesure", "Valeur")
LABEL = 32  # signs of a name beside its bars


@blueprint.get("")
@access(Permission.FIRM_STATISTICS)
def index() -> Any:
    """Show the year's work, month by month and person by person."""
    months, shares, loads = _months(), _shares(), _loads()
    return render_template(
        "statistics/index.html",
        months=months,
        shares=shares,
        delays=_delays(),
        loads=loads,
        outcomes=outcome_rows(),
        heads={"months": MONTH_HEAD, "shares": SHARE_HEAD, "delays": DELAY_HEAD, "loads": LOAD_HEAD},
        outcome_head=OUTCOME_HEAD,
        too_few=TOO_FEW,
        **charts(months, shares, loads),
    )


@blueprint.get("/export.csv")
@access(Permission.FIRM_STATISTICS)
def export() -> Any:
    """Give every figure of the page as one sheet, a measure a line."""
    return sheet(f"statistiques-{clock.today().isoformat()}.csv", SHEET_HEAD, _cells())


def charts(
    months: list[tuple[Any, ...]], shares: list[tuple[Any, ...]], loads: list[tuple[Any, ...]]
) -> dict[str, Any]:
    """Draw the three tables of counts."""
    return {
        "month_chart": bars([(name, counts) for name, *counts in months], ("ouverts", "clos")),
        "share_chart": bars([(_short(name), counts) for name, *counts in shares], ("en cours", "clos")),
        "load_chart": bars([(_short(name), counts[:2]) for name, *counts in loads], ("dossiers", "échéances")),
    }


def _months() -> list[tuple[Any, ...]]:
    found = activity.months(db(), g.person)
    return [(format_date(one.first_day, "MMM y", locale="fr"), one.opened, one.closed) for one in found]


def _shares() -> list[tuple[Any, ...]]:
    today = clock.today()
    return [
        (title_of(one.qualification, today) if one.qualification else "Non qualifié", one.open, one.closed)
        for one in activity.qualifications(db(), g.person)
    ]


def _delays() -> list[tuple[str, activity.Delay]]:
    return [
        ("à la première capture", activity.first_captures(db(), g.person)),
        ("à la première lettre envoyée", activity.first_letters(db(), g.person)),
    ]


def _loads() -> list[tuple[Any, ...]]:
    return [(one.person, one.dossiers, one.deadlines, one.late) for one in activity.workload(db(), g.person)]


def _cells() -> Iterator[tuple[str, str, str, str]]:
    tables = (
        ("Dossiers par mois", MONTH_HEAD, _months()),
        ("Dossiers par qualification", SHARE_HEAD, _shares()),
        (
            "Délais depuis l’ouverture",
            DELAY_HEAD,
            [(name, _few(one.median_days), _few(one.dossiers)) for name, one in _delays()],
        ),
        ("Charge par personne", LOAD_HEAD, _loads()),
        ("Issues des notifications", ("", *OUTCOME_HEAD[3:]), _outcome_lines()),
    )
    for title, head, rows in tables:
        for name, *values in rows:
            for measure, value in zip(head[1:], values, strict=True):
                yield title, name, measure, str(value)


def _outcome_lines() -> list[tuple[Any, ...]]:
    lines = []
    for one in outcome_rows():
        figures = [one[name] for name in ("total", "removed", "refused", "unanswered", "median_days")]
        name = f"{one['platform']}, {one['qualification']}, {one['ground']}"
        lines.append((name, *(_few(figure) for figure in figures)))
    return lines


def _few(figure: float | None) -> str:
    return TOO_FEW if figure is None else number(figure)


def _short(name: str) -> str:
    return name if len(name) <= LABEL else f"{name[: LABEL - 1].rstrip()}…"
