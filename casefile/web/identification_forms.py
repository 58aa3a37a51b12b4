"""The forms of the way to a name: begin, answer, set aside, hand on, record what happened, name the author."""

from __future__ import annotations

from wtforms import IntegerField
from wtforms.validators import Optional as OptionalValue

from casefile.identification.answers import KINDS
from casefile.identification.procedure import RECORDABLE
from casefile.law.identification_steps import REMOVED, SEALED
from casefile.web.checks import Required
from casefile.web.fields import Choice, Choices, Email, FrenchDate, Line, Paragraphs, Segmented
from casefile.web.forms import CasefileForm

# What the evidence and the content's own page already tell is not typed again.
TOLD_ELSEWHERE = frozenset({SEALED, REMOVED, "author_identified"})


class BeginForm(CasefileForm):
    """The day a step was started."""

    started_on = FrenchDate("Engagée le", [Required()], past=True)


class AnswerForm(CasefileForm):
    """An answer as received; only the fields of its kind count."""

    kind = Choice("Réponse reçue", [Required()], choices=[("", "Choisir"), *KINDS.items()])
    answered_on = FrenchDate("Reçue le", [Required()])
    address = Line("Adresse IP", max_length=60)
    port = IntegerField("Port", [OptionalValue()])
    at = Line("Instant de connexion, avec son fuseau", max_length=60)
    name = Line("Nom du titulaire", max_length=200)
    postal_address = Line("Adresse postale")
    email = Email("Courriel")
    phone = Line("Téléphone", max_length=40)
    pseudonym = Line("Identifiant ou pseudonyme", max_length=200)
    payment = Line("Paiement")
    note = Paragraphs("Note", max_length=4000)

    def details(self) -> dict[str, object]:
        """Give what the verb reads."""
        names = ("address", "port", "at", "name", "postal_address", "email", "phone", "pseudonym", "payment", "note")
        return {name: self[name].data for name in names}


class SkipForm(CasefileForm):
    """Why a step is set aside."""

    reason = Paragraphs("Motif", [Required()], max_length=2000)


class CloseForm(CasefileForm):
    """What an answered step brought."""

    result = Paragraphs("Ce que l’étape a donné", [Required()], max_length=4000)


class AssignForm(CasefileForm):
    """Who does the step."""

    responsible = Choice("Responsable", [Required()])


class EventForm(CasefileForm):
    """Something that happened to a content and moves the steps."""

    event = Choice(
        "Évènement",
        [Required()],
        choices=[("", "Choisir"), *((name, label) for name, label in RECORDABLE.items() if name not in TOLD_ELSEWHERE)],
    )
    on = FrenchDate("Date", [Required()], past=True)
    proof = Line("Pièce qui le prouve")


class AuthorForm(CasefileForm):
    """The author, named by a proof."""

    nature = Segmented(
        "L’auteur est", [Required()], choices=(("person", "Personne physique"), ("company", "Personne morale"))
    )
    civility = Line("Civilité", max_length=40)
    first_names = Line("Prénoms", max_length=200)
    name = Line("Nom ou dénomination", [Required()], max_length=200)
    born_on = FrenchDate("Date de naissance", past=True)
    postal_address = Paragraphs("Adresse", max_length=1000)
    email = Email("Courriel")
    phone = Line("Téléphone", max_length=40)
    identified_on = FrenchDate("Identifié le", [Required()], past=True)
    proof = Line("Pièce qui l’identifie", [Required()])
    publications = Choices("Contenus dont il est l’auteur")
