"""The forms of the firm's directory: a recipient, a check, a file to import."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField

from casefile.directory import ROLES
from casefile.law.recipients import Recipient
from casefile.web.checks import Required
from casefile.web.fields import Choices, Line, Paragraphs, Upload, Url
from casefile.web.forms import CasefileForm, VersionedForm

LONG = 4000


class RecipientForm(VersionedForm):
    """One recipient; lists are typed one item per line."""

    name = Line("Nom usuel", [Required()], max_length=200)
    service = Line("Service visé", max_length=300)
    legal_entity = Line("Entité juridique à viser", [Required()], max_length=300)
    wrong_entities = Paragraphs("Entités à ne pas viser", max_length=LONG)
    roles = Choices("Qualités", choices=tuple(ROLES.items()))
    postal_address = Paragraphs("Adresse postale (ville et siège)", max_length=1000)
    country = Line("Pays, en deux lettres", max_length=2)
    channel = Paragraphs("Voie de notification", max_length=LONG)
    notice_url = Url("Formulaire de notification")
    review_policy_url = Url("Règles propres aux avis")
    identification_contact = Paragraphs("Pour l’identification", max_length=LONG)
    languages = Paragraphs("Langues", max_length=400)
    is_vlop = BooleanField("Très grande plateforme (DSA)")
    notes = Paragraphs("Notes", max_length=LONG)

    def facts(self) -> dict[str, Any]:
        """Give what the verb writes."""
        texts = ("name", "service", "legal_entity", "postal_address", "channel", "notice_url", "review_policy_url")
        facts: dict[str, Any] = {name: self[name].data or "" for name in (*texts, "identification_contact", "notes")}
        facts |= {name: _lines(self[name].data) for name in ("wrong_entities", "languages")}
        country = (self.country.data or "").upper()
        return facts | {"roles": tuple(self.roles.data or ()), "country": country, "is_vlop": self.is_vlop.data}


class CheckForm(CasefileForm):
    """Where an entry was checked today."""

    source = Line("Contrôlée où", [Required()])


class ImportForm(CasefileForm):
    """A CSV file, previewed before it is written."""

    file = Upload("Fichier CSV", extensions=("csv",))


def values_of(known: Recipient) -> dict[str, Any]:
    """Give a recipient as its form shows it."""
    fields = (name for name in RecipientForm.__dict__ if hasattr(known, name))
    shown = {name: getattr(known, name) for name in fields}
    return shown | {
        "wrong_entities": "\n".join(known.wrong_entities),
        "languages": "\n".join(known.languages),
        "roles": list(known.roles),
    }


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
