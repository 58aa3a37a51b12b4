"""The form of a content put online."""

from __future__ import annotations

from typing import Any

from casefile import clock
from casefile.models.evidence import DateKind
from casefile.web.checks import Required
from casefile.web.fields import Choice, FrenchDate, Line, Paragraphs, Segmented, Url, Verbatim
from casefile.web.forms import VersionedForm

DATE_KINDS = (
    (DateKind.EXACT.value, "Exacte"),
    (DateKind.INTERVAL.value, "Entre deux jours"),
    (DateKind.RELATIVE.value, "Mention de la page (« il y a 3 mois »)"),
    (DateKind.UNKNOWN.value, "Inconnue"),
)


class PublicationForm(VersionedForm):
    """A content: where it is, who shows as its author, when it was put online as far as known."""

    title = Line("Désignation courte", [Required()], max_length=200)
    platform = Choice("Plateforme ou support", [Required()], choices=())
    url = Url("Adresse (URL) complète")
    item_id = Line("Identifiant de l’avis, du message ou de la publication", max_length=500)
    shown_author = Verbatim("Auteur tel qu’affiché")
    publicity = Segmented("Accessible au public", [Required()], choices=(("yes", "Oui"), ("no", "Non")), default="yes")
    date_kind = Choice("Date de mise en ligne", [Required()], choices=DATE_KINDS, default=DateKind.UNKNOWN.value)
    published_on = FrenchDate("Mise en ligne le")
    published_from = FrenchDate("Au plus tôt le")
    published_to = FrenchDate("Au plus tard le")
    relative_text = Line("Mention affichée par la plateforme", max_length=100)
    relative_seen_on = FrenchDate("Mention vue le")
    date_proof = Paragraphs("Preuve de la date", max_length=2000)
    discovered_on = FrenchDate("Découverte le")
    client_reply = Verbatim("Réponse publique du client, mot pour mot")
    notes = Paragraphs("Observations", max_length=4000)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen kind of date needs, and for an order that time allows."""
        fine: bool = super().validate(extra_validators)
        if self.date_kind.data == DateKind.UNKNOWN:
            self.date_kind.data = self._kind_of_what_is_filled()
        for field, sentence in self._missing():
            field.errors = [*field.errors, sentence]
            fine = False
        return fine

    def _kind_of_what_is_filled(self) -> str:
        """Give the sort of date that the filled boxes state, when none was chosen: a mention needs no second answer."""
        if self.relative_text.data:
            return DateKind.RELATIVE.value
        if self.published_from.data or self.published_to.data:
            return DateKind.INTERVAL.value
        return DateKind.EXACT.value if self.published_on.data else DateKind.UNKNOWN.value

    def _missing(self) -> list[tuple[Any, str]]:
        kind, found = self.date_kind.data, self._future()
        if kind == DateKind.EXACT and not (self.published_on.data or self.published_on.errors):
            found.append(
                (self.published_on, "Indiquez le jour de la mise en ligne, ou choisissez une autre sorte de date.")
            )
        if kind == DateKind.INTERVAL:
            found += self._interval_problems()
        if kind == DateKind.RELATIVE:
            if not self.relative_text.data:
                found.append((self.relative_text, "Recopiez la mention affichée, par exemple « il y a 3 mois »."))
            if not (self.relative_seen_on.data or self.relative_seen_on.errors):
                found.append((self.relative_seen_on, "Indiquez le jour où cette mention a été vue."))
        return found

    def _future(self) -> list[tuple[Any, str]]:
        fields = (self.published_on, self.published_from, self.published_to, self.relative_seen_on, self.discovered_on)
        sentence = "Ce jour n’est pas encore arrivé : corrigez la date."
        return [(field, sentence) for field in fields if field.data and field.data > clock.today()]

    def _interval_problems(self) -> list[tuple[Any, str]]:
        first, last = self.published_from.data, self.published_to.data
        if not first and not self.published_from.errors:
            return [(self.published_from, "Indiquez le jour le plus ancien possible.")]
        if not last and not self.published_to.errors:
            return [(self.published_to, "Indiquez le jour le plus récent possible.")]
        if first and last and first > last:
            return [(self.published_to, "Ce jour précède le début de l’intervalle : corrigez l’un des deux.")]
        return []
