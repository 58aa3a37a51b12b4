"""The forms of deadlines: acts, tasks, settlement, blind control."""

from __future__ import annotations

from wtforms import BooleanField, Field, Form
from wtforms.validators import StopValidation

from casefile.models.procedure import DeadlineKind, Regularity
from casefile.web.checks import Required
from casefile.web.fields import Choice, FrenchDate, Line, Paragraphs, Segmented, Upload
from casefile.web.forms import CasefileForm

REGULARITIES = (
    (Regularity.REGULAR.value, "Régulier"),
    (Regularity.DISPUTED.value, "Contesté"),
    (Regularity.VOID.value, "Nul"),
)
WORK_KINDS = (
    (DeadlineKind.TASK.value, "Tâche"),
    (DeadlineKind.FOLLOW_UP.value, "Relance"),
    (DeadlineKind.APPOINTMENT.value, "Rendez-vous"),
    (DeadlineKind.HEARING.value, "Audience"),
)
SETTLEMENTS = (("done", "Accompli"), ("waived", "Abandonné"), ("delegated", "Confié à…"))


class ActForm(CasefileForm):
    """An act of the procedure, or a step that people take for one."""

    act_type = Choice("Acte", [Required()], choices=())
    done_on = FrenchDate("Fait le", [Required()])
    publication = Choice("Contenu visé", choices=())
    regularity = Segmented("Régularité", [Required()], choices=REGULARITIES, default=Regularity.REGULAR.value)
    is_proved = BooleanField("La preuve de l’acte est au dossier")
    note = Paragraphs("Observations, références de la preuve", max_length=2000)


class WorkForm(CasefileForm):
    """A date that people set."""

    kind = Segmented("Nature", [Required()], choices=WORK_KINDS, default=DeadlineKind.TASK.value)
    label = Line("Intitulé", [Required()], max_length=300)
    on = Line("Date", [Required()], max_length=40)
    at = Line("Heure", max_length=5)
    responsible = Choice("Responsable", [Required()], choices=())


class SaidUnlessDelegated:
    """Asks for the proof of what is done and for the reason of what is waived; handing over needs no words."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads this very attribute from the class

    def __call__(self, form: Form, field: Field) -> None:
        """Say which of the two is missing."""
        if (field.data or "").strip() or form["state"].data not in {"done", "waived"}:
            return
        if form["state"].data == "done":
            raise StopValidation("Dites quelle pièce prouve que c’est fait\u00a0: récépissé, numéro d’envoi, message…")
        raise StopValidation("Indiquez pourquoi cette échéance est abandonnée.")


class SettleForm(CasefileForm):
    """What was done about a deadline."""

    state = Segmented("Suite donnée", [Required()], choices=SETTLEMENTS)
    proof = Paragraphs("Preuve ou motif", [SaidUnlessDelegated()], max_length=2000)
    piece = Upload("Pièce qui le prouve, scellée au dossier")
    capture = Choice("Ou une capture déjà au dossier", choices=())
    delegate = Choice("Confié à, s’il y a lieu", choices=())


class ControlForm(CasefileForm):
    """The date found again in the proof."""

    typed_on = FrenchDate("Date lue dans la preuve", [Required()])
