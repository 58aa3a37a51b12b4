"""French sentences for everything WTForms and Flask-WTF say in English; each says how to mend the field."""

from __future__ import annotations

from typing import Final

_STALE = (
    "La page est restée ouverte trop longtemps ou dans une autre session\u00a0: "
    "votre saisie est conservée, envoyez-la de nouveau."
)
_DATE = "Écrivez une date qui existe, par exemple 12/03/2026."
_NUMBER = "Écrivez un nombre en chiffres."
_CHOICE = "Choisissez l’une des réponses proposées."

FRENCH: Final[dict[str, str]] = {
    "This field is required.": "Ce champ est nécessaire\u00a0: remplissez-le.",
    "This field cannot be edited.": "Ce champ ne se modifie pas.",
    "This field is disabled and cannot have a value.": "Ce champ ne se modifie pas.",
    "Invalid input.": "Cette saisie n’a pas la forme attendue.",
    "Invalid email address.": "Écrivez une adresse électronique complète, par exemple nom@cabinet.fr.",
    "Invalid IP address.": "Écrivez une adresse IP complète.",
    "Invalid Mac address.": "Écrivez une adresse MAC complète.",
    "Invalid URL.": "Écrivez une adresse complète, qui commence par https:// ou http://.",
    "Invalid UUID.": "Cet identifiant n’est pas reconnu.",
    "Invalid value, must be one of: %(values)s.": "Choisissez parmi\u00a0: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Choisissez une autre valeur que\u00a0: %(values)s.",
    "Invalid field name '%s'.": "Le champ «\u00a0%s\u00a0» n’existe pas.",
    "Field must be equal to %(other_name)s.": "Les deux saisies diffèrent\u00a0: recommencez la seconde.",
    "Field must be at least %(min)d character long.": "Écrivez au moins un caractère.",
    "Field must be at least %(min)d characters long.": "Écrivez au moins %(min)d caractères.",
    "Field cannot be longer than %(max)d character.": "Écrivez un seul caractère.",
    "Field cannot be longer than %(max)d characters.": "Écrivez au plus %(max)d caractères.",
    "Field must be exactly %(max)d character long.": "Écrivez un seul caractère.",
    "Field must be exactly %(max)d characters long.": "Écrivez exactement %(max)d caractères.",
    "Field must be between %(min)d and %(max)d characters long.": "Écrivez de %(min)d à %(max)d caractères.",
    "Number must be at least %(min)s.": "Écrivez un nombre d’au moins %(min)s.",
    "Number must be at most %(max)s.": "Écrivez un nombre d’au plus %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Écrivez un nombre entre %(min)s et %(max)s.",
    "Date must be at least %(min)s.": "Écrivez une date à partir du %(min)s.",
    "Date must be at most %(max)s.": "Écrivez une date au plus tard le %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Écrivez une date entre le %(min)s et le %(max)s.",
    "Not a valid date value.": _DATE,
    "Not a valid datetime value.": "Écrivez une date et une heure, par exemple 12/03/2026 14:30.",
    "Not a valid time value.": "Écrivez une heure, par exemple 14:30.",
    "Not a valid week value.": "Écrivez une semaine, par exemple 2026-W12.",
    "Not a valid integer value.": _NUMBER,
    "Not a valid decimal value.": _NUMBER,
    "Not a valid float value.": _NUMBER,
    "Invalid Choice: could not coerce.": _CHOICE,
    "Choices cannot be None.": _CHOICE,
    "Not a valid choice.": _CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOICE,
    "'%(value)s' is not a valid choice for this field.": _CHOICE,
    "'%(value)s' are not valid choices for this field.": _CHOICE,
    "Invalid CSRF Token.": _STALE,
    "CSRF token missing.": _STALE,
    "CSRF failed.": _STALE,
    "CSRF token expired.": _STALE,
    "The CSRF token is missing.": _STALE,
    "The CSRF session token is missing.": _STALE,
    "The CSRF token has expired.": _STALE,
    "The CSRF token is invalid.": _STALE,
    "The CSRF tokens do not match.": _STALE,
    "File does not have an approved extension: {extensions}": (
        "Joignez un fichier de l’un de ces types\u00a0: {extensions}."
    ),
    "File does not have an approved extension.": "Ce type de fichier n’est pas accepté\u00a0: convertissez-le.",
}


class FrenchMessages:
    """The translations object that WTForms asks for."""

    def gettext(self, string: str) -> str:
        """Gives the French sentence; a sentence already in French stays as it is."""
        return FRENCH.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Chooses between the two sentences: French counts 0 and 1 as singular."""
        return self.gettext(singular if abs(n) <= 1 else plural)
