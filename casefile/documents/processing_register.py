"""The register of processing activities (RGPD art. 30), drawn from the firm's settings and choices, as page and PDF.

What the application knows it states; what only the firm can know it asks for. Nothing here names a client.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from casefile import retention
from casefile.config import Settings
from casefile.documents.blocks import Block, Strong, bullets, heading, paragraph, table
from casefile.documents.pdf import Meta, render
from casefile.documents.typography import long_date
from casefile.models.people import Firm
from casefile.retention import Kind

STATUS = {"unverified": "référence à relire", "verified": "vérifiée", "choice": "choix du cabinet"}


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of the register, with how long its data are kept."""

    title: str
    purpose: str
    basis: str
    people: tuple[str, ...]
    data: tuple[str, ...]
    recipients: tuple[str, ...]
    kept: str


@dataclass(frozen=True, slots=True)
class Register:
    """The whole register on one day."""

    controller: tuple[str, ...]
    activities: tuple[Activity, ...]
    kinds: tuple[Kind, ...]
    outside: tuple[str, ...]
    measures: tuple[str, ...]
    note: str


def register(firm: Firm, settings: Settings) -> Register:
    """Put the register together from what is set now."""
    content, kinds = retention.content(), retention.kinds(firm)
    known = {kind.id: kind for kind in kinds}
    return Register(
        controller=tuple(part for part in (firm.name, *firm.address.splitlines(), firm.email, firm.phone) if part),
        activities=tuple(_activity(one, known) for one in content["activity"]),
        kinds=tuple(kinds),
        outside=tuple(_outside(settings)),
        measures=tuple(_measures(settings)),
        note=content["note"],
    )


def pdf(firm: Firm, settings: Settings, on: date) -> bytes:
    """Draw the register as a tagged PDF dated `on`."""
    meta = Meta(
        title="Registre des activités de traitement",
        author=firm.name,
        reference="RGPD, art. 30",
        created=on,
        subject="Registre des activités de traitement du cabinet",
    )
    return render(_blocks(register(firm, settings), on), meta)


def kept_in_words(kind: Kind) -> str:
    """Say how long a kind is kept."""
    if kind.months is None:
        return kind.rule
    years, months = divmod(kind.months, 12)
    parts = [f"{years} an{'s' if years > 1 else ''}"] if years else []
    parts += [f"{months} mois"] if months else []
    return f"{' et '.join(parts)}. {kind.rule}"


def _activity(one: dict[str, Any], known: dict[str, Kind]) -> Activity:
    return Activity(
        one["title"],
        one["purpose"],
        one["basis"],
        people=tuple(one["people"]),
        data=tuple(one["data"]),
        recipients=tuple(one["recipients"]),
        kept=kept_in_words(known[one["retention"]]),
    )


def _outside(settings: Settings) -> list[str]:
    """Name the outside services that this deployment is set to use: each is a recipient or a processor."""
    found = []
    if settings.smtp_url:
        found.append(f"Serveur de courrier : {urlsplit(settings.smtp_url).hostname} (messages sans nom de client)")
    for entry in settings.tsa:
        name, _, rest = entry.partition(",")
        found.append(f"Horodatage « {name} » : {urlsplit(rest.split(',')[0]).hostname} (une empreinte, aucun contenu)")
    if settings.storage_url.startswith("s3"):
        host = settings.storage_url.partition("endpoint=")[2].partition("&")[0]
        found.append(f"Stockage de fichiers : {urlsplit(host).hostname or 'S3'} (octets chiffrés, sans la clé)")
    if not settings.is_sqlite:
        found.append(f"Base de données : {urlsplit(settings.database_url).hostname or 'locale'}")
    if settings.oidc_issuer:
        found.append(f"Fournisseur d'identité : {urlsplit(settings.oidc_issuer).hostname} (adresse des membres)")
    return found


def _measures(settings: Settings) -> list[str]:
    return [
        "Deux facteurs pour chacun ; sessions de douze heures au plus, révocables.",
        "Un dossier n'existe que pour son équipe ; cloisonnement immédiat ; l'administrateur n'en lit aucun.",
        "Fichiers, sauvegardes, coordonnées, notes, messages et lettres chiffrés (AES-256-GCM), clé hors des données.",
        "Journal scellé de qui a vu, exporté et changé, ancré chaque jour par horodatage et message aux associés.",
        "Connexion chiffrée (TLS)." if settings.is_https else "Accès par cette seule machine, sans réseau.",
        "Sauvegarde chiffrée et vérification périodique de chaque fichier.",
        "Violation : déclaration à la CNIL sous 72 heures quand elle est due (RGPD, art. 33), par le responsable.",
    ]


def _blocks(found: Register, on: date) -> list[Block]:
    blocks: list[Block] = [
        heading("Registre des activités de traitement", 0),
        paragraph(f"Établi le {long_date(on)} d'après les réglages de Casefile. RGPD, art. 30, § 1.", style="note"),
        paragraph(found.note, style="note"),
        heading("Responsable du traitement"),
        paragraph(", ".join(found.controller)),
    ]
    for number, one in enumerate(found.activities, 1):
        rows = [
            ("Finalité", one.purpose),
            ("Base", one.basis),
            ("Personnes", " ; ".join(one.people)),
            ("Données", " ; ".join(one.data)),
            ("Destinataires", " ; ".join(one.recipients)),
            ("Durée", one.kept),
        ]
        blocks += [heading(f"{number}. {one.title}"), table(("Mention", "Contenu"), rows, widths=(0.2, 0.8))]
    durations = [(kind.title, kept_in_words(kind), f"{kind.source} ({STATUS[kind.status]})") for kind in found.kinds]
    return [
        *blocks,
        heading("Durées de conservation"),
        table(("Données", "Durée et sort", "Source"), durations, widths=(0.22, 0.48, 0.3)),
        heading("Services extérieurs et transferts"),
        bullets(*found.outside) if found.outside else paragraph("Aucun service extérieur n'est réglé."),
        paragraph(
            Strong("À compléter par le cabinet : "),
            "pays de chaque service ci-dessus et, hors de l'Union européenne, la garantie qui couvre le transfert.",
        ),
        heading("Mesures de sécurité"),
        bullets(*found.measures),
    ]
