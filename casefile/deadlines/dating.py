"""The date of a content made certain: one found date retained by a lawyer, one more sighting of the relative date.

Both go through the content's record, then supersede its trigger and every limitation that hangs on it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from casefile import clock, matters
from casefile.deadlines import limitation
from casefile.errors import InvalidInput
from casefile.law import relative_dates
from casefile.law.candidates import paris_day
from casefile.law.displayed import agrees
from casefile.law.french import day_in_words
from casefile.law.limitation_facts import Publication as Dated
from casefile.law.limitation_facts import Sighting
from casefile.law.publication_dates import Window, window
from casefile.models.evidence import DateKind, Publication

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from casefile.law.candidates import Candidate
    from casefile.models.matter import Matter
    from casefile.models.people import Person
    from casefile.models.procedure import Deadline

MOST_SIGHTINGS = 60


def retain(
    session: Session,
    actor: Person,
    matter: Matter,
    publication: Publication,
    dated: Mapping[str, str],
    *,
    proof: str,
    reason: str,
) -> list[Deadline]:
    """Make a found date the content's own; give the limitations that stand afterwards.

    `dated` is what a candidate says: {"kind": "exact", "date"} or {"kind": "interval", "from", "to"}.
    """
    if not reason.strip():
        raise InvalidInput("Écrivez pourquoi cette date est retenue.", field="reason")
    exact = dated["kind"] == DateKind.EXACT.value
    matters.edit(
        session,
        actor,
        publication,
        publication.version,
        date_kind=DateKind(dated["kind"]),
        published_on=date.fromisoformat(dated["date"]) if exact else None,
        published_from=None if exact else date.fromisoformat(dated["from"]),
        published_to=None if exact else date.fromisoformat(dated["to"]),
        date_proof=proof,
    )
    return limitation.correct_trigger(session, actor, matter, publication, f"Date retenue : {reason.strip()}")


def add_sighting(
    session: Session, actor: Person, matter: Matter, publication: Publication, sighting: Sighting
) -> list[Deadline]:
    """Record what the platform showed on another day; give the limitations that stand afterwards.

    Raises InvalidInput for a text that is no relative date. A date known otherwise stays what it is.
    """
    text, seen_on = sighting.text, sighting.seen_on
    if seen_on > clock.today():
        raise InvalidInput("Ce jour n'est pas encore arrivé : corrigez la date.", field="seen_on")
    if len(publication.sightings) >= MOST_SIGHTINGS:
        raise InvalidInput("Ce contenu compte déjà tous les relevés utiles.", field="text")
    relative_dates.read(sighting, publication.platform, field="text")
    changes: dict[str, Any]
    if publication.relative_text and publication.relative_seen_on:
        changes = {"sightings": [*publication.sightings, {"text": text, "seen_on": seen_on.isoformat()}]}
    else:
        changes = {"relative_text": text, "relative_seen_on": seen_on}
    if publication.date_kind is DateKind.UNKNOWN:
        changes["date_kind"] = DateKind.RELATIVE
    matters.edit(session, actor, publication, publication.version, **changes)
    if publication.date_kind is not DateKind.RELATIVE:
        return limitation.open_limitations(session, matter, publication)
    reason = f"Relevé ajouté : « {text} » vu le {day_in_words(seen_on)}"
    return limitation.correct_trigger(session, actor, matter, publication, reason)


def sightings_of(publication: Publication) -> list[Sighting]:
    """Give every sighting of the relative date, the first recorded first."""
    first = []
    if publication.relative_text and publication.relative_seen_on:
        first = [Sighting(publication.relative_text, publication.relative_seen_on)]
    return [*first, *(Sighting(str(one["text"]), date.fromisoformat(one["seen_on"])) for one in publication.sightings)]


def crossed(publication: Publication) -> Window | None:
    """Cross the sightings into the days that they all allow; None without any.

    A text typed on the content's record that is no relative date raises InvalidInput.
    """
    found = sightings_of(publication)
    return window(Dated.relative(*found, platform=publication.platform)) if found else None


def contradicted_by(candidates: Iterable[Candidate], publication: Publication) -> list[str]:
    """Say which found dates the sightings do not allow."""
    said = []
    for sighting in sightings_of(publication):
        shown = relative_dates.read(sighting, publication.platform)
        said += [
            f"« {one.label} » ({day_in_words(paris_day(one.instant))}) contredit le relevé « {sighting.text} » "
            f"du {day_in_words(sighting.seen_on)}."
            for one in candidates
            if one.nature.value == "publication" and not agrees(one.instant, shown)
        ]
    return list(dict.fromkeys(said))
