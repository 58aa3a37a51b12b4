"""Where a piece of evidence comes from and what was seen, in closed sets printed in words on every exhibit.

No class implies another, none is ever upgraded, and there is no score.
"""

from __future__ import annotations

from enum import StrEnum


class Provenance(StrEnum):
    """The six ways a piece can have reached the firm."""

    SYSTEM_PUBLIC = "A"
    SYSTEM_SESSION = "B"
    UPLOAD = "C"
    SIGNED_EMAIL = "D"
    AUTHENTIC_ACT = "E"
    THIRD_PARTY = "F"

    @property
    def words(self) -> str:
        """Give the sentence that every exhibit prints."""
        return _WORDS[self]

    @property
    def limit(self) -> str:
        """Give what this provenance does not establish."""
        return _LIMITS[self]


_WORDS = {
    Provenance.SYSTEM_PUBLIC: "Capture automatique d’une page publique, par un navigateur neuf et sans session",
    Provenance.SYSTEM_SESSION: "Capture automatique dans une session ouverte par un utilisateur",
    Provenance.UPLOAD: "Fichier déposé par un utilisateur nommé ; son origine n’a pas été observée",
    Provenance.SIGNED_EMAIL: "Courrier électronique reçu, dont la signature DKIM de l’expéditeur est valable",
    Provenance.AUTHENTIC_ACT: "Acte d’un commissaire de justice, joint tel quel",
    Provenance.THIRD_PARTY: "Copie détenue par un tiers (archive publique, réponse de la plateforme)",
}

_LIMITS = {
    Provenance.SYSTEM_PUBLIC: (
        "Ce rapport établit ce que le serveur a envoyé à cette machine à cette date. Il n’est pas un acte de "
        "commissaire de justice et ne dit rien de la véracité des propos."
    ),
    Provenance.SYSTEM_SESSION: (
        "La page a été affichée à un utilisateur connecté : le caractère public des propos n’est pas établi par elle."
    ),
    Provenance.UPLOAD: (
        "L’empreinte et l’horodatage établissent que ce fichier existait à la date du dépôt, non qu’il reproduit "
        "fidèlement une page."
    ),
    Provenance.SIGNED_EMAIL: (
        "La signature établit que le domaine de l’expéditeur a émis ce message, non que les propos sont en ligne."
    ),
    Provenance.AUTHENTIC_ACT: "La force de cet acte est celle que la loi lui donne ; Casefile n’y ajoute rien.",
    Provenance.THIRD_PARTY: "Les conditions dans lesquelles le tiers a obtenu cette copie n’ont pas été observées.",
}


class Outcome(StrEnum):
    """What a capture saw: each is a result, none is a failure."""

    PRESENT = "present"
    ABSENT = "absent"
    BLOCKED = "blocked"
    PARTIAL = "partial"

    @property
    def words(self) -> str:
        """Give the outcome in French."""
        return {
            Outcome.PRESENT: "page présente",
            Outcome.ABSENT: "contenu absent",
            Outcome.BLOCKED: "accès empêché",
            Outcome.PARTIAL: "page présente, chargement incomplet",
        }[self]


class Role(StrEnum):
    """What one sealed file is for."""

    FACTS = "facts"
    STEPS = "steps"
    VIEW = "view"
    TILE = "tile"
    PDF = "pdf"
    DOM = "dom"
    TEXT = "text"
    POSITIONS = "positions"
    NETWORK = "network"
    CERTIFICATE = "certificate"
    RECORD = "record"
    ORIGINAL = "original"
