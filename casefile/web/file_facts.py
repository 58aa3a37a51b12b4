"""What a deposited file says of itself, in French lines: shown, never believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LABELS = {
    "width": "Largeur (points)",
    "height": "Hauteur (points)",
    "format": "Format",
    "pages": "Pages",
    "seconds": "Durée (secondes)",
    "stills_at": "Images tirées du film (secondes)",
    "signed": "Signature DKIM",
    "attachments": "Fichiers joints",
    "addresses": "Adresses enregistrées",
    "From": "De",
    "To": "À",
    "Cc": "Copie",
    "Date": "Date annoncée",
    "Subject": "Objet",
    "Message-ID": "Identifiant du message",
    "Reply-To": "Répondre à",
    "Snapshot-Content-Location": "Adresse enregistrée",
    "Author": "Auteur annoncé",
    "Title": "Titre",
    "Creator": "Logiciel d’origine",
    "Producer": "Logiciel de production",
    "CreationDate": "Créé le (annoncé)",
    "ModDate": "Modifié le (annoncé)",
    "DateTime": "Date de l’appareil",
    "DateTimeOriginal": "Prise de vue (annoncée)",
    "Make": "Appareil, marque",
    "Model": "Appareil, modèle",
    "Software": "Logiciel",
}
_MOST = 12


def lines_of(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give each fact with its French name; long lists are cut and say so."""
    return [(LABELS.get(name, name), text) for name, text in _flat(metadata) if text]


def _flat(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in metadata.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        elif isinstance(value, bool):
            yield name, "oui" if value else "non"
        elif isinstance(value, list):
            more = f" … et {len(value) - _MOST} autres" if len(value) > _MOST else ""
            yield name, ", ".join(str(one) for one in value[:_MOST]) + more
        else:
            yield name, str(value)
