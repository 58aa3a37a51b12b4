"""Read the JSON of an identification question; every refusal names its field in one French sentence."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.law import recipients
from casefile.law.changed_law import law_day
from casefile.law.identification import HOLDER_ROLES, NO_OFFENCE, Situation
from casefile.law.limitation import compute
from casefile.law.limitation_input import facts_from_json
from casefile.law.offences import known_offences
from casefile.law.publication_dates import Window, window
from casefile.law.questionnaire import checked_answers
from casefile.law.retention import RetentionFacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casefile.law.limitation_facts import Publication
    from casefile.law.recipients import Recipient

# When nothing is punishable the publication is still dated, through the shortest limitation of the press.
STAND_IN = "diffamation_publique_particulier"


def situation(facts: Mapping[str, Any], on: date, account_closed_on: date | None) -> Situation:
    """Give the situation described; raises InvalidInput naming the field, NoRuleInForce before the rules read."""
    qualification = _qualification(facts)
    asked = STAND_IN if qualification == NO_OFFENCE else qualification
    described = {**_dated(facts), "qualification": asked, "on": on.isoformat()}
    limitation_facts, _ = facts_from_json(described)
    publication = limitation_facts.publication
    enclosing = Window(None, limitation_facts.start_after_act) if publication is None else window(publication)
    _check_order(enclosing, publication, on, account_closed_on)
    holder = _holder(facts)
    return Situation(
        qualification=qualification,
        facts_on=_law_day(qualification, enclosing, on),
        on=on,
        action=compute(limitation_facts, on).status,
        retention=RetentionFacts(
            earliest=enclosing.earliest,
            latest=enclosing.latest,
            account_closed_on=account_closed_on,
            seen_on=_seen_on(publication) or on,
        ),
        roles=_roles(facts.get("role")) or _roles_of(holder),
        country=holder.country if holder else "",
        answers=checked_answers(facts.get("answers") or {}),
    )


def _law_day(qualification: str, enclosing: Window, on: date) -> date:
    latest = enclosing.latest or on
    earliest = enclosing.earliest or latest
    return earliest if qualification == NO_OFFENCE else law_day(qualification, earliest, latest)


def _qualification(facts: Mapping[str, Any]) -> str:
    given = facts.get("qualification")
    if not isinstance(given, str) or given not in {NO_OFFENCE, *known_offences()}:
        raise InvalidInput(
            "Le champ « qualification » doit nommer une qualification du questionnaire.", field="qualification"
        )
    return given


def _dated(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give what dates the publication; an explicit null says that nothing is known of it, an absent field is a slip."""
    if "publication" not in facts and facts.get("start_after_act") is None:
        raise InvalidInput(
            "Le champ « publication » est absent : donnez une publication, ou null si sa date est inconnue.",
            field="publication",
        )
    after, publication = facts.get("start_after_act"), facts.get("publication")
    if publication is None and after is None:
        return {"publication": {"kind": "unknown"}}
    return {"publication": publication, "start_after_act": after}


def _holder(facts: Mapping[str, Any]) -> Recipient | None:
    """Give the platform of the directory that is named, beside the publication or in it; None when it is not there."""
    publication = facts.get("publication")
    named = facts.get("platform") or (publication.get("platform") if isinstance(publication, dict) else None)
    if named is not None and not isinstance(named, str):
        raise InvalidInput("Le champ « platform » doit être un texte.", field="platform")
    return next((known for known in recipients.recipients() if known.id == named), None)


def _roles_of(holder: Recipient | None) -> frozenset[str]:
    return frozenset(holder.roles if holder else ()) & set(HOLDER_ROLES)


def _check_order(enclosing: Window, publication: Publication | None, on: date, account_closed_on: date | None) -> None:
    if enclosing.earliest and enclosing.earliest > on:
        raise InvalidInput(
            "Le champ « publication » est postérieur au champ « on » : corrigez l’une des deux dates.",
            field="publication",
        )
    if publication and publication.discovered_on and publication.discovered_on > on:
        raise InvalidInput(
            "Le champ « publication.discovered_on » est postérieur au champ « on » : corrigez l’une des deux dates.",
            field="publication.discovered_on",
        )
    if account_closed_on and enclosing.earliest and account_closed_on < enclosing.earliest:
        raise InvalidInput(
            "Le champ « account_closed_on » précède la publication : un compte fermé ne publie pas.",
            field="account_closed_on",
        )


def _seen_on(publication: Publication | None) -> date | None:
    return publication.discovered_on if publication else None


def _roles(given: Any) -> frozenset[str]:
    if given is None:
        return frozenset()
    names = given.replace(",", ";").split(";") if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidInput("Le champ « role » doit être un texte ou une liste de textes.", field="role")
    roles = frozenset(_plain(name) for name in names if name.strip())
    for role in sorted(roles - set(HOLDER_ROLES)):
        raise InvalidInput(
            f"Le champ « role » nomme un rôle inconnu (« {role} ») : choisissez parmi {', '.join(HOLDER_ROLES)}.",
            field="role",
        )
    return roles


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.strip().lower())
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).replace(" ", "_")
