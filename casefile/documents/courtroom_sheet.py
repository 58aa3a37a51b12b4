"""The one sheet for the hearing: address in full, date in words, digest in groups, three commands a clerk can type."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.documents.blocks import Block, Exact, Strong, heading, numbered, paragraph, table, url
from casefile.documents.capture_report import report_token
from casefile.documents.pdf import Meta, render
from casefile.documents.typography import date_in_words, long_instant, number_in_words
from casefile.errors import Refused
from casefile.evidence import facts
from casefile.evidence.provenance import Outcome, Provenance
from casefile.models.evidence import Capture, CaptureState, Seal
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person

# What French judges ask for first: see `facts.prerequisites` for the eighteen lines.
ASKED = (6, 8, 9, 11, 12)


def sheet(session: Session, capture: Capture, on: date) -> bytes:
    """Draw the sheet of a sealed page; raises Refused for a deposited file or an address that fills the page."""
    if capture.origin != "browser" or capture.state is not CaptureState.SEALED or capture.ended_at is None:
        raise Refused("La feuille d'audience décrit une capture automatique scellée.")
    matter = session.get_one(Matter, capture.matter_id)
    firm = session.get(Firm, 1)
    lawyer = session.get_one(Person, matter.responsible_id).full_name
    token = session.scalar(select(Seal).where(Seal.capture_id == capture.id).order_by(Seal.qualified.desc()).limit(1))
    from pypdf import PdfReader

    meta = Meta(title="Feuille d’audience", author=lawyer, reference=f"Dossier {matter.reference}", created=on)
    made = render(_blocks(capture, token, firm.name if firm else "", lawyer), meta)
    if len(PdfReader(BytesIO(made)).pages) > 1:
        raise Refused("L'adresse est trop longue pour une feuille : utilisez le rapport de capture.")
    return made


def _blocks(capture: Capture, token: Seal | None, firm: str, lawyer: str) -> list[Block]:
    provenance, lines = Provenance(capture.provenance), facts.prerequisites(capture.facts)
    digest = capture.manifest_sha256 or ""
    groups = [digest[start : start + 8] for start in range(0, 64, 8)]
    return [
        heading("Capture d’une page en ligne", 0),
        paragraph(f"{firm} – {lawyer}", style="centred"),
        paragraph(Strong("Adresse entière de la page")),
        url(capture.requested_url, clickable=False),
        paragraph(Strong("Date et heure : "), _instant_in_words(capture)),
        paragraph(Strong("Ce qui a été vu : "), f"{Outcome(capture.outcome or '').words} ; {_completeness(capture)}."),
        paragraph(Strong("Provenance : "), f"{provenance.words}."),
        table(
            ("Ce que le juge demande", "Relevé", "Origine"),
            [(lines[number - 1].title, Exact(lines[number - 1].value), lines[number - 1].source) for number in ASKED],
            widths=(4, 7.2, 2.4),
        ),
        paragraph(Strong("Empreinte SHA-256 du manifeste, en huit groupes")),
        paragraph(Exact(" ".join(groups[:4])), style="code"),
        paragraph(Exact(" ".join(groups[4:])), style="code"),
        *_token(token),
        paragraph(Strong("Vérifier, sans aucun logiciel du cabinet")),
        numbered(*([Exact(command)] for command in _commands(token))),
        paragraph(provenance.limit, style="note"),
    ]


def _instant_in_words(capture: Capture) -> str:
    ended = capture.ended_at or capture.created_at
    local = clock.paris(ended)
    hour = f"{number_in_words(local.hour)} heures {number_in_words(local.minute)}"
    return f"{date_in_words(local.date())}, {hour} (heure de Paris), soit {ended:%Y-%m-%d %H:%M:%S} UTC"


def _completeness(capture: Capture) -> str:
    return str(capture.facts.get("completeness", {}).get("words", facts.UNKNOWN))


def _token(token: Seal | None) -> list[Block]:
    if token is None:
        return [paragraph(Strong("Horodatage : "), "en attente.")]
    return [paragraph(Strong("Horodatage : "), f"{token.authority} ; {long_instant(token.stamped_at)}.")]


def _commands(token: Seal | None) -> list[str]:
    name = report_token(token)
    return [
        "sha256sum -c --strict manifest-sha256.txt",
        f"openssl ts -verify -data manifest-sha256.txt -in {name}.tsr -CAfile {name}.pem",
        "sha256sum manifest-sha256.txt",
    ]
