"""Help inside the application: the first dossier in nine steps, the words of the trade, the keys, what is new."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template

from casefile.access import Permission
from casefile.web.guards import access

blueprint = Blueprint("guide", __name__, url_prefix="/aide")

DATA = Path(__file__).parents[1] / "data"
STEPS = (
    (
        "Ouvrir le dossier",
        "Pendant l’appel : le nom du client suffit. Conflits et première date s’affichent avant d’enregistrer.",
    ),
    ("Ajouter le contenu", "L’adresse complète, l’auteur affiché, et ce que l’on sait de la date de mise en ligne."),
    (
        "Sceller une capture",
        "Tout de suite : la page peut disparaître. Le navigateur intégré s’en charge.",
    ),
    ("Retenir les mots exacts", "Dans le texte capturé, fautes et émojis compris : chaque passage se qualifie à part."),
    ("Qualifier", "Répondez aux questions. Casefile propose, un avocat retient et dit pourquoi."),
    ("Lire les dates", "Date prudente, date admise, dernier jour utile, et pourquoi. Une seconde personne contrôle."),
    ("Agir", "Démarches d’identification, notification, acte. Une lettre n’interrompt jamais la prescription."),
    (
        "Nommer l’auteur",
        "Marquer une lettre envoyée engage son étape ; la réponse reçue ouvre la suivante, jusqu’à l’auteur identifié.",
    ),
    ("Suivre le retrait", "Un envoi reste en attente jusqu’à la capture qui prouve que le contenu a disparu."),
)
EVIDENCE = (
    ("Vérifier", "Relit chaque fichier, le manifeste et les jetons, et nomme ce qui aurait changé."),
    ("Dossier de preuve", "Un ZIP que l’adversaire vérifie hors ligne, avec sha256sum et openssl seulement."),
    ("Page inerte", "Le code capturé, sur une adresse séparée, par un lien d’une minute : rien ne s’y exécute."),
    ("Copie caviardée", "Pour un tiers : les points masqués sont détruits sur la copie, jamais sur l’original."),
    ("Constat revenu", "Le procès-verbal joint est comparé à la capture : mots, adresse entière, dates, mentions."),
    ("Renouvellement", "Les jetons sont renouvelés avant l’expiration de leur certificat, d’office ou à la main."),
    ("Rapport signé", "Si le cabinet a configuré son certificat : PAdES B-T, horodatage interne non qualifié."),
)
GLOSSARY = (
    ("Capture", "Ce qui a été relevé d’une page et scellé par son empreinte. Ce n’est jamais un constat."),
    ("Date admise", "Dernier jour selon la meilleure autorité. On ne la vise jamais."),
    ("Date prudente", "Dernier jour sous la lecture la plus sévère qu’un juge ait suivie. Les rappels en partent."),
    ("Dernier jour utile", "Jour ouvré avant la date prudente, moins le temps du commissaire de justice."),
    ("Double contrôle", "Une autre personne ressaisit la date d’après la preuve, sans voir la première saisie."),
    ("Empreinte", "Suite de 64 signes qui change dès qu’un seul octet du fichier change (SHA-256)."),
    ("Horodatage", "Jeton qui date l’empreinte. « Qualifié » au sens eIDAS seulement si l’autorité l’est."),
    ("Manifeste", "Liste des fichiers d’une capture et de leurs empreintes ; c’est elle qui est horodatée."),
    ("Passage", "Les mots exacts poursuivis, ancrés dans une capture."),
    ("Prescription", "Trois mois en droit de la presse, d’un quantième à l’autre, sans report au jour ouvrable."),
    ("Qualification", "Ce qu’est le passage en droit ; une seule par passage dans un même acte."),
)


@blueprint.get("")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Explain how to begin, the words and the keys."""
    return render_template("guide/index.html", steps=STEPS, evidence=EVIDENCE, glossary=GLOSSARY)


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
