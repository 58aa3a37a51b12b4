"""What happens to an account is told to its owner by mail, so that a theft does not stay silent (ASVS 6.3.5 to 6.3.7).

The message names the event, the hour and where it came from; no dossier, no secret. It cannot be switched off.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from casefile import audit, clock, mail
from casefile.models.people import Person

# The act of the trail → what its owner reads.
EVENTS = {
    "session.new_device": "Votre compte vient d'être ouvert depuis un navigateur ou une adresse que vous n'aviez pas.",
    "session.attempts": "Plusieurs essais de connexion à votre compte viennent d'échouer : ils sont ralentis.",
    "password.changed": "Votre mot de passe vient d'être changé ; vos autres sessions sont fermées.",
    "password.reset": "Votre mot de passe vient d'être choisi de nouveau par un lien reçu ; vos sessions sont fermées.",
    "factor.set": "Un second facteur vient d'être réglé sur votre compte.",
    "factor.reset": "Un administrateur vient d'effacer votre second facteur ; vos sessions sont fermées.",
    "factor.codes_made": "De nouveaux codes de secours viennent d'être tirés ; les anciens ne valent plus rien.",
    "factor.recovery_used": "Un de vos codes de secours vient de servir.",
    "factor.passkey_added": "Une clé d'accès vient d'être ajoutée à votre compte.",
    "factor.passkey_removed": "Une clé d'accès vient d'être retirée de votre compte.",
    "person.role_changed": "Votre rôle vient d'être changé par un administrateur ; vos sessions sont fermées.",
    "person.readmitted": "La personne qui exploite la machine vient de vous rouvrir l'accès à votre compte ; "
    "vos sessions sont fermées.",
    "webhook.made": "Un webhook vient d'être créé sur votre compte : il prévient un autre outil de ce qui arrive.",
    "session.all_ended": "Un administrateur vient de fermer toutes vos sessions.",
}


def record(
    session: Session,
    actor: Person | None,
    action: str,
    person: Person,
    subject: object = None,
    *,
    facts: dict[str, Any] | None = None,
    place: str = "",
) -> None:
    """Put an act into the trail and tell the person whose account it concerns."""
    entry = audit.record(session, actor, action, subject or person, facts)
    told = {
        "event": EVENTS[action],
        "at": clock.paris(entry.at).strftime("%d/%m/%Y à %H h %M"),
        "place": place,
    }
    mail.queue(session, person, mail.message_id("security", entry.seq, entry.hash), "security", told)
