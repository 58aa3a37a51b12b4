"""Help inside the application: the first dossier in ten steps, proofs, the keys, what is new."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template

from casefile.access import Permission
from casefile.web.first_steps import STEPS
from casefile.web.guards import access

blueprint = Blueprint("guide", __name__, url_prefix="/aide")

DATA = Path(__file__).parents[1] / "data"
EVIDENCE = (
    ("Vérifier", "Relit chaque fichier, le manifeste et les jetons, et nomme ce qui aurait changé."),
    ("Dossier de preuve", "Un ZIP que l’adversaire vérifie hors ligne, avec sha256sum et openssl seulement."),
    ("Page inerte", "Le code capturé, sur une adresse séparée, par un lien d’une minute : rien ne s’y exécute."),
    ("Copie caviardée", "Pour un tiers : les points masqués sont détruits sur la copie, jamais sur l’original."),
    ("Constat revenu", "Le procès-verbal joint est comparé à la capture : mots, adresse entière, dates, mentions."),
    ("Renouvellement", "Les jetons sont renouvelés avant l’expiration de leur certificat, d’office ou à la main."),
    ("Rapport signé", "Si le cabinet a configuré son certificat : PAdES B-T, horodatage interne non qualifié."),
)


@blueprint.get("")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Explain how to begin, proofs and the keys."""
    return render_template("guide/index.html", steps=STEPS, evidence=EVIDENCE)


@blueprint.get("/nouveautes")
@access(Permission.OWN_ACCOUNT)
def news() -> Any:
    """Tell what changed for users, day by day."""
    return render_template("guide/news.html", days=told())


@blueprint.get("/prevention")
@access(Permission.OWN_ACCOUNT)
def prevention() -> Any:
    """Give the sheet to print for a professional, each line with its source."""
    return render_template("guide/prevention.html", sheet=read("prevention"))


def told() -> list[dict[str, Any]]:
    """Read what the file of news tells, the newest day first."""
    days: list[dict[str, Any]] = read("news")["day"]
    return days


@cache
def read(name: str) -> dict[str, Any]:
    """Read one file of the help."""
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
