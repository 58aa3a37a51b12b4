"""The public reply of a doctor to a review (18): sixty to ninety words that say nothing of any care."""

from __future__ import annotations

import re
from datetime import date

from casefile.documents.blocks import Block, Heading, paragraph
from casefile.documents.checks import COMMON, FIRM, Found, Required, refuse, warn
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import firm_head
from casefile.documents.typography import long_date

_CARE = re.compile(
    r"consultation|patient|dossier|opérat|opéré|ordonnance|rendez-vous|traitement|diagnos|symptôme|hospitalis|prescri|"
    r"vous (?:êtes|étiez) venu|votre (?:enfant|visite|venue)|\b\d{1,2}[/ ](?:\d{1,2}|janvier|février|mars|avril|mai|juin|"
    r"juillet|août|septembre|octobre|novembre|décembre)",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(r"plainte|avocat|tribunal|procédure|poursuite|mise en demeure|justice", re.IGNORECASE)
_BARGAIN = re.compile(r"remise|rembours|geste commercial|en échange|http", re.IGNORECASE)
_DEFAULT = (
    "Merci d’avoir pris le temps de vous exprimer. Le secret professionnel interdit à tout médecin d’évoquer en public "
    "quelque situation que ce soit, et même de dire si une personne est connue de lui ; il ne sera donc pas répondu ici "
    "sur le fond. La qualité de l’accueil et de l’écoute est une préoccupation constante. Toute personne qui souhaite faire "
    "part de ses remarques peut écrire au cabinet, où elle recevra une réponse attentive. Le secrétariat du cabinet."
)


def _nothing_of_care(facts: Facts, on: date) -> Found:
    text = facts.text("reply", _DEFAULT)
    marker = _CARE.search(text)
    if marker:
        message = f"La réponse laisse deviner une relation de soins (« {marker.group()} ») : le secret l’interdit."
        yield refuse("care", message, "reply")
    if _PROCEDURE.search(text):
        yield refuse("procedure", "La réponse évoque une procédure : retirez cette mention.", "reply")
    if _BARGAIN.search(text):
        yield refuse("bargain", "La réponse offre une contrepartie ou contient un lien.", "reply")
    name = facts.text("client.first_names")
    if name and re.search(rf"\b{re.escape(name)}\b", text):
        yield refuse("first_name", "La réponse contient un prénom : signez par la fonction.", "reply")
    words = len(re.findall(r"\w+", text))
    if words > 120:
        yield warn("too_long", f"La réponse compte {words} mots : visez soixante à quatre-vingt-dix.", "reply")
    if facts.flag("already_replied"):
        yield warn("second_reply", "C’est une deuxième réponse au même avis.", "already_replied")
    if facts.flag("action_pending") and not facts.get("validated_by"):
        yield warn("action", "Une action est en cours : la réponse doit être validée par l’avocat.", "validated_by")
    if facts.flag("used_elsewhere"):
        yield warn("copied", "Le même texte est publié partout.", "used_elsewhere")


def _reply(draft: Draft) -> list[Block]:
    return [
        firm_head(draft),
        Heading(text="Réponse publique proposée", level=0),
        paragraph(
            f"Projet du {long_date(draft.on)}, à publier par le titulaire de la fiche après validation.", style="note"
        ),
        paragraph(draft.facts.text("reply", _DEFAULT)),
    ]


TYPES = (
    DocumentType(
        id="reponse_publique",
        number=18,
        title="Réponse publique",
        required=(*FIRM, Required("platform", "le service")),
        checks=(*COMMON, _nothing_of_care),
        build=_reply,
        aliases=("public_reply",),
        channels=("form",),
        does_not=("N’ouvre ni ne ferme l’action.", "Peut fermer le droit de réponse (décret n° 2007-1527, art. 1er)."),
    ),
)
