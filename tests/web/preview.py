"""An application with nothing but the page parts, and the page that shows them all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, render_template
from flask_wtf.csrf import CSRFProtect
from wtforms import BooleanField

from casefile.web import failures, shell
from casefile.web.charts import bars, line
from casefile.web.checks import Required
from casefile.web.conflict import ConflictField
from casefile.web.fields import Choice, Email, FrenchDate, Line, Paragraphs, Segmented, Uploads, Url, Verbatim
from casefile.web.forms import CasefileForm
from casefile.web.paging import pager
from casefile.web.ruler import Mark, ruler

from .page_checker import CSP, CheckedClient

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 2, tzinfo=UTC)
ANSWERS = (("oui", "Oui"), ("non", "Non"), ("discutable", "Discutable"))


class ExampleForm(CasefileForm):
    url = Url("Adresse de la page", [Required("Collez l’adresse de la page.")])
    published_on = FrenchDate("Date de mise en ligne", [Required()], past=True)
    publicity = Segmented("Le propos est-il public\u202f?", choices=ANSWERS)
    platform = Choice("Plateforme", choices=[("", "Choisir"), ("google", "Google"), ("x", "X (ex-Twitter)")])
    words = Verbatim("Propos")
    note = Paragraphs("Note interne")
    email = Email("Courriel du client")
    urgent = BooleanField("Traiter en urgence")
    files = Uploads("Fichiers", extensions=("png", "jpg", "pdf", "eml"))
    precise = Segmented("Un fait précis est-il imputé\u202f?", choices=ANSWERS)
    title = Line("Intitulé")


def preview(**configuration: Any) -> Flask:
    app = Flask("casefile", root_path=str(ROOT / "casefile"), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="preview-only", TESTING=True, **configuration)
    app.test_client_class = CheckedClient
    shell.install(app)
    failures.install(app)
    app.after_request(protect)
    CSRFProtect(app)
    app.jinja_env.globals["shell"] = bar()
    app.add_url_rule("/", "home", components)
    app.add_url_rule("/composants", "components", components, methods=["GET", "POST"])
    return app


def protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in CSP.items())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=()"
    response.headers["Cache-Control"] = "no-store"
    return response


def bar(**changes: Any) -> shell.Shell:
    links = (("Aujourd’hui", "a"), ("Dossiers", "d"), ("Délais", "l"), ("Notifications", "n"))
    facts: dict[str, Any] = {
        "firm": "Cabinet Aubry & Roche",
        "person": "Me Aubry",
        "account_url": "/composants",
        "logout_url": "/composants",
        "search_url": "/composants",
        "navigation": tuple(shell.Link(label, "/composants", label == "Dossiers", key) for label, key in links),
        "rules_verified_on": TODAY,
    }
    return shell.Shell(**{**facts, **changes})


def components() -> str:
    form = ExampleForm()
    if form.is_submitted():
        form.validate()
    else:
        flash("Dossier 2026/0038 ouvert.")
    return render_template("composants.html", form=form, **sample())


def sample() -> dict[str, Any]:
    marks = (
        Mark(date(2026, 11, 6), "Capture scellée"),
        Mark(date(2026, 11, 10), "Plainte simple\u00a0: sans effet", counts=False),
    )
    return {
        "conflict_field": ConflictField(
            "note", "Note", "Le client accepte la citation directe.", "Le client hésite.", multiline=True
        ),
        "r": ruler(
            date(2026, 9, 3),
            date(2026, 12, 2),
            date(2026, 12, 3),
            TODAY,
            last_useful_day=date(2026, 11, 26),
            marks=marks,
        ),
        "r_interval": ruler(
            date(2026, 7, 23), date(2026, 10, 22), date(2026, 11, 23), TODAY, start_latest=date(2026, 8, 23)
        ),
        "chart": bars([("Google", (18, 9)), ("X", (6, 7)), ("Forums", (11, 2))], ("retirés", "refusés")),
        "curve": line([("janv.", 3), ("févr.", 7), ("mars", 4), ("avr.", 12)], "Dossiers ouverts"),
        "pager": pager(120),
        "now": NOW,
        "today": TODAY,
        "events": [
            {"on": NOW, "text": "Toujours en ligne", "detail": "vérifié à 06:10", "url": None, "kind": "proof"},
            {"on": date(2026, 11, 10), "text": "Plainte simple déposée", "detail": None, "url": None, "kind": "void"},
            {"on": date(2026, 11, 6), "text": "Dossier ouvert", "detail": None, "url": "#contenu", "kind": None},
        ],
    }
