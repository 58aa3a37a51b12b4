"""For whom each kind of route opens, in the words that the lawyer reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casefile.law.limitation_result import Status
from casefile.law.thresholds import Access, Threshold

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from casefile.law.offences import Offence

Verdict = tuple[Access, str]
WEBSITE_ROLES = frozenset({"editeur", "hebergeur_technique", "bureau_enregistrement", "intermediaire_technique"})
PLATFORM_ROLES = frozenset({"plateforme_en_ligne", "collecteur_avis", "hebergeur_des_avis", "moteur_de_recherche"})
# What a route that needs a living action hears of the limitation; a running one adds nothing.
ACTION_VERDICTS: dict[Status, Verdict] = {
    Status.EXPIRED: (
        Access.CLOSED,
        "L’action est prescrite : le motif légitime et la plainte tombent avec elle.",
    ),
    Status.POSSIBLY_EXPIRED: (
        Access.UNCERTAIN,
        "L’action est peut-être prescrite : la date prudente est passée.",
    ),
    Status.UNDETERMINED: (
        Access.UNCERTAIN,
        "La date de publication est inconnue : la prescription est peut-être acquise.",
    ),
}
ALWAYS: dict[str, Verdict] = {
    "all": (Access.OPEN, "Ouverte quelle que soit la qualification."),
    "never": (Access.CLOSED, "L’hébergeur est tenu au secret et ne remet les données qu’à l’autorité judiciaire."),
    "foreign": (Access.UNCERTAIN, "Voie étrangère, incertaine pour un avis déposé depuis la France."),
}


def opening(opens_for: str, offence: Offence | None, roles: AbstractSet[str], civil: Threshold) -> Verdict:
    """Tell whether a route opens for an offence (None: nothing punishable) and a kind of holder, and why."""
    if opens_for in ALWAYS:
        return ALWAYS[opens_for]
    if opens_for == "websites":
        return _for_websites(roles)
    if opens_for == "online":
        return _for_online_content(offence)
    if opens_for == "serious":
        return civil.access, f"Suppose une délinquance grave au sens civil. {civil.why}"
    return _for_delits(offence) if opens_for == "delits" else _for_offences(offence)


def _for_websites(roles: AbstractSet[str]) -> Verdict:
    if not roles:
        return Access.UNCERTAIN, "Utile pour un site ou un blog : précisez le rôle de celui qui publie."
    if roles & PLATFORM_ROLES:
        return Access.CLOSED, "Le contenu est sur une plateforme connue : il n’y a pas de nom de domaine à lever."
    if roles & WEBSITE_ROLES:
        return Access.OPEN, "Le contenu est sur un site dont le titulaire peut être recherché."
    return Access.UNCERTAIN, "Utile seulement si le contenu a son propre nom de domaine : site ou blog."


def _for_online_content(offence: Offence | None) -> Verdict:
    if offence is None:
        return Access.CLOSED, "Une critique admissible ne fonde ni retrait ni identification."
    if offence.publicity == "no":
        return Access.CLOSED, "La procédure vise un service de communication au public en ligne, non un message privé."
    return Access.OPEN, "Ouverte pour faire cesser un dommage : illicéité démontrée, mesure nécessaire et bornée."


def _for_offences(offence: Offence | None) -> Verdict:
    if offence is None:
        return Access.CLOSED, "Aucune infraction n’est retenue : aucune procédure pénale ne peut être annoncée."
    if not offence.is_penal:
        why = "Une action civile seule n’ouvre pas l’identification (CA Paris, 27 avr. 2022, n° 21/14958)."
        return Access.CLOSED, why
    return Access.OPEN, "Les faits sont pénalement qualifiables et une action pénale peut être annoncée."


def _for_delits(offence: Offence | None) -> Verdict:
    access, why = _for_offences(offence)
    if offence is not None and offence.family == "press_contravention":
        return Access.UNCERTAIN, "L’instruction sur plainte avec constitution de partie civile vise crimes et délits."
    if access is Access.OPEN:
        why = "Elle met l’action publique en mouvement et permet les réquisitions du juge d’instruction."
    return access, why
