"""The firm's logo and its test sheet: what an envelope's window shows, seen before a letter is posted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

from casefile.documents import pdf
from casefile.documents.blocks import Address, paragraph
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import colour_of, firm_head
from casefile.errors import InvalidInput

LARGEST = 2 * 1024 * 1024
_NARROWEST, _WIDEST_PIXELS = 120, 40_000_000
_PRINTED = (900, 360)  # enough for 50 × 20 mm at 450 dpi


def logo_from(content: bytes) -> str:
    """Give the logo as it is kept: drawn anew as PNG, without metadata; raises InvalidInput with what to change."""
    from PIL import Image, UnidentifiedImageError

    if len(content) > LARGEST:
        raise InvalidInput("Ce logo dépasse 2 Mo : réduisez l’image.", field="logo")
    try:
        with Image.open(BytesIO(content)) as opened:
            if opened.format not in {"PNG", "JPEG"}:
                raise InvalidInput("Le logo doit être une image PNG ou JPEG.", field="logo")
            if opened.width * opened.height > _WIDEST_PIXELS:
                raise InvalidInput("Ce logo a trop de points : réduisez l’image.", field="logo")
            if opened.width < _NARROWEST:
                raise InvalidInput(
                    f"Ce logo a moins de {_NARROWEST} points de large : il s’imprimerait flou.", field="logo"
                )
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise InvalidInput(
            "Cette image est illisible : enregistrez-la de nouveau en PNG ou en JPEG.", field="logo"
        ) from error
    picture.thumbnail(_PRINTED)
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def logo_of(facts: Facts) -> bytes:
    """Give the picture that the facts of a document hold, or nothing."""
    try:
        return base64.b64decode(facts.text("firm.logo"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def trial_sheet(firm: Mapping[str, Any], on: date) -> bytes:
    """Draw a sheet with the letterhead, an address, and the outline of what DL and C5 windows show."""
    facts = Facts({"firm": firm})
    address = ("Monsieur Jean ESSAI", "RÉSIDENCE DES TILLEULS", "BÂTIMENT B", "12 RUE DES ACACIAS", "69003 LYON")
    blocks = [
        firm_head(Draft(facts, on)),
        Address(lines=address),
        paragraph("Feuille d’essai", style="subject"),
        paragraph(
            "Imprimez cette feuille à 100 %, sans mise à l’échelle, pliez-la au repère et mettez-la sous enveloppe. "
            "Les deux cadres en tirets montrent ce que laissent voir la fenêtre d’une enveloppe DL (feuille pliée en "
            "trois) et celle d’une enveloppe C5 (feuille pliée en deux) : l’adresse doit y tenir tout entière."
        ),
        paragraph(
            "La place des fenêtres varie d’un fabricant à l’autre : essayez l’enveloppe du cabinet avant le premier "
            "envoi."
        ),
    ]
    meta = pdf.Meta(
        title="Feuille d’essai", author=facts.text("firm.name"), reference="Feuille d’essai", created=on,
        colour=colour_of(facts), logo=logo_of(facts), shows_window=True,
    )  # fmt: skip
    return pdf.render(blocks, meta)
