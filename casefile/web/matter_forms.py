"""The forms of a dossier: opening, parties, team, wall, notes."""

from __future__ import annotations

from wtforms import BooleanField

from casefile import registers
from casefile.models.matter import PartyRole, TeamFunction
from casefile.web.checks import Register, Required
from casefile.web.fields import Choice, Email, FrenchDate, Line, Paragraphs, Segmented, Uploads, Verbatim
from casefile.web.forms import CasefileForm, VersionedForm

TERRITORIES = (
    ("metropole", "France métropolitaine"),
    ("alsace_moselle", "Alsace-Moselle"),
    ("guadeloupe", "Guadeloupe"),
    ("martinique", "Martinique"),
    ("guyane", "Guyane"),
    ("la_reunion", "La Réunion"),
    ("mayotte", "Mayotte"),
    ("saint_barthelemy", "Saint-Barthélemy"),
    ("saint_martin", "Saint-Martin"),
    ("saint_pierre_et_miquelon", "Saint-Pierre-et-Miquelon"),
    ("polynesie", "Polynésie française"),
    ("nouvelle_caledonie", "Nouvelle-Calédonie"),
    ("wallis_et_futuna", "Wallis-et-Futuna"),
)
PARTY_ROLES = (
    (PartyRole.CLIENT.value, "Client"),
    (PartyRole.AUTHOR.value, "Auteur des propos"),
    (PartyRole.PUBLISHER.value, "Éditeur ou directeur de la publication"),
    (PartyRole.HOST.value, "Hébergeur ou plateforme"),
    (PartyRole.ISP.value, "Fournisseur d’accès"),
    (PartyRole.BAILIFF.value, "Commissaire de justice"),
    (PartyRole.COURT.value, "Juridiction"),
    (PartyRole.COLLEAGUE.value, "Confrère"),
    (PartyRole.OTHER.value, "Autre"),
)
FUNCTIONS = (
    (TeamFunction.MEMBER.value, "Membre"),
    (TeamFunction.LEAD.value, "Responsable adjoint"),
    (TeamFunction.READER.value, "Lecture seule"),
)
NATURES = (("person", "Personne physique"), ("company", "Personne morale"))
CLIENT_NATURES = (("person", "Particulier"), ("health", "Professionnel de santé"), ("company", "Personne morale"))


class OpenForm(CasefileForm):
    """A phone call turned into a dossier: the client, the other side, the contents, what proves them.

    Nothing but the client's name is required: the rest is completed from the dossier.
    """

    nature = Segmented("Le client est", [Required()], choices=CLIENT_NATURES, default="person")
    civility = Line("Civilité ou titre", max_length=40)
    first_names = Line("Prénoms", max_length=200)
    name = Line("Nom ou dénomination", [Required()], max_length=200)
    birth_name = Line("Nom de naissance", max_length=200)
    other_names = Paragraphs("Enseigne, marques, autres noms", max_length=1000)
    profession = Line("Profession ou activité", max_length=200)
    rpps = Line("Numéro RPPS", [Register(registers.rpps)], max_length=20)
    legal_form = Line("Forme sociale", max_length=100)
    siren = Line("SIREN", [Register(registers.siren)], max_length=20)
    phone = Line("Téléphone", max_length=40)
    email = Email("Adresse électronique")
    author_known = Segmented(
        "L’auteur des propos est-il connu ?", [Required()], choices=(("no", "Non"), ("yes", "Oui")), default="no"
    )
    author_name = Line("Nom de l’auteur, ou nom affiché", max_length=200)
    urls = Verbatim("Adresses des contenus")
    relative_text = Line("Mention de date affichée", max_length=100)
    published_on = FrenchDate("Jour de mise en ligne, s’il est sûr", past=True)
    files = Uploads("Captures d’écran, courriels .eml, documents")
    title = Line("Intitulé du dossier", max_length=200)
    territory = Choice("Territoire", [Required()], choices=TERRITORIES, default="metropole")
    summary = Paragraphs("Faits, en quelques lignes", max_length=4000)
    engagement = BooleanField("Écrire ensuite la convention d’honoraires")


class MatterForm(VersionedForm):
    """What may be corrected on a dossier."""

    title = Line("Intitulé du dossier", [Required()], max_length=200)
    territory = Choice("Territoire", [Required()], choices=TERRITORIES)
    summary = Paragraphs("Faits, en quelques lignes", max_length=4000)


class PartyForm(VersionedForm):
    """A party: its identity as acts of procedure will need it."""

    role = Choice("Qualité", [Required()], choices=PARTY_ROLES)
    nature = Segmented("Nature", [Required()], choices=NATURES, default="person")
    is_identified = BooleanField("Identité connue", default=True)
    civility = Line("Civilité ou titre", max_length=40)
    first_names = Line("Prénoms", max_length=200)
    name = Line("Nom ou dénomination", max_length=200)
    birth_name = Line("Nom de naissance", max_length=200)
    other_names = Paragraphs("Enseigne, marques, autres noms", max_length=1000)
    born_on = FrenchDate("Date de naissance")
    born_at = Line("Lieu de naissance", max_length=200)
    nationality = Line("Nationalité", max_length=100)
    profession = Line("Profession ou activité", max_length=200)
    legal_form = Line("Forme sociale", max_length=100)
    siren = Line("SIREN", [Register(registers.siren)], max_length=20)
    registry_city = Line("Ville du registre du commerce", max_length=100)
    representative = Line("Représentant légal", max_length=200)
    rpps = Line("Numéro RPPS", [Register(registers.rpps)], max_length=20)
    address = Paragraphs("Adresse", max_length=600)
    email = Email("Adresse électronique")
    phone = Line("Téléphone", max_length=40)
    notes = Paragraphs("Observations", max_length=4000)


class MemberForm(CasefileForm):
    """Who joins the team, as what."""

    person = Choice("Personne", [Required()], choices=())
    function = Segmented("Place dans l’équipe", [Required()], choices=FUNCTIONS, default="member")


class WallForm(CasefileForm):
    """From whom the dossier is hidden, and why."""

    walled_person = Choice("Personne écartée", [Required()], choices=())
    reason = Line("Motif", [Required()], max_length=300)


class NoteForm(CasefileForm):
    """A line for the chronology."""

    body = Paragraphs("Note", [Required()], max_length=8000)
