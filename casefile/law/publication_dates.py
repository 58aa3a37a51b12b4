"""Turn what is known of the publication into two days that enclose it, or into the list of what would prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from casefile.law.french import day_in_words, typeset
from casefile.law.limitation_facts import Publication, PublicationKind
from casefile.law.relative_dates import Interval, read, rule_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from casefile.law.rules import RuleVersion

EVIDENCE = (
    "l'horodatage technique du contenu (identifiant de l'avis ou du message, code source, données de la page)",
    "la première copie archivée de la page (une archive absente ne prouve rien)",
    "la réponse de l'hébergeur sur la date de mise en ligne",
    "un constat de commissaire de justice qui relève l'horodatage de la page",
    "à défaut, la date de création du compte ou de la fiche, qui borne la mise en ligne",
)


class Window(NamedTuple):
    """The days that enclose the publication, how they were found and what would settle them."""

    earliest: date | None
    latest: date | None
    # Put in words when asked: whoever wants only the days pays for no sentence.
    lines: Callable[[], tuple[tuple[str, str], ...]] = tuple
    warnings: tuple[str, ...] = ()
    evidence_needed: tuple[str, ...] = ()
    rules: tuple[RuleVersion, ...] = ()


def window(publication: Publication) -> Window:
    """Enclose the publication between two days; an unknown one stays without bounds, never the discovery day."""
    if publication.kind is PublicationKind.UNKNOWN:
        return _unknown(publication)
    if publication.kind is PublicationKind.RELATIVE:
        return _relative(publication)
    return _given(publication)


def _given(publication: Publication) -> Window:
    earliest, latest = publication.earliest, publication.latest
    if earliest is None or latest is None:
        raise ValueError("an exact or interval publication carries both its days")
    if earliest == latest:
        return Window(earliest, latest, lambda: _declared(f"le {day_in_words(earliest)}"))
    between = Interval(earliest, latest)
    return Window(earliest, latest, lambda: _declared(_between(between)), evidence_needed=EVIDENCE)


def _declared(when: str) -> tuple[tuple[str, str]]:
    return ((f"Mise en ligne {when}.", "déclaré au dossier"),)


def _unknown(publication: Publication) -> Window:
    lines = [("Date de mise en ligne inconnue : aucun délai ne peut être calculé.", "référence, § 2.2")]
    if publication.discovered_on:
        day = day_in_words(publication.discovered_on)
        lines.append((f"La découverte du {day} ne fait pas courir le délai.", "référence, § 2.1 (P31, P32)"))
    warning = "Date de mise en ligne inconnue : le délai court peut-être déjà. Réunir une preuve de date sans attendre."
    return Window(None, None, lambda: tuple(lines), (warning,), EVIDENCE)


def _relative(publication: Publication) -> Window:
    intervals = [
        read(sighting, publication.platform, field=_field(index, publication))
        for index, sighting in enumerate(publication.sightings)
    ]
    rule = rule_for(publication.platform, publication.sightings[0].seen_on)
    lines = [
        (_line(publication.sightings[index].text, publication.sightings[index].seen_on, interval), rule.citation)
        for index, interval in enumerate(intervals)
    ]
    earliest, latest, warnings = _crossed(intervals)
    if len(intervals) > 1:
        lines.append((f"Intervalle retenu : {_between(Interval(earliest, latest))}.", "référence, § 6.2"))
    warnings.append("Date relative : saisir l'horodatage exact dès qu'il est trouvé.")
    return Window(earliest, latest, lambda: tuple(lines), tuple(warnings), EVIDENCE, (rule,))


def _crossed(intervals: list[Interval]) -> tuple[date | None, date, list[str]]:
    floors = [interval.earliest for interval in intervals if interval.earliest]
    ceilings = [interval.latest for interval in intervals]
    warnings = list(dict.fromkeys(interval.doubt for interval in intervals if interval.doubt))
    if not floors:
        return None, min(ceilings), warnings
    if max(floors) <= min(ceilings):
        return max(floors), min(ceilings), warnings
    warnings.append(
        "Les dates relatives relevées se contredisent (heure, fuseau ou modification) : "
        "l'intervalle le plus large est retenu."
    )
    return min(floors), max(ceilings), warnings


def _field(index: int, publication: Publication) -> str:
    return "publication.text" if len(publication.sightings) == 1 else f"publication.sightings[{index}].text"


def _line(text: str, seen_on: date, interval: Interval) -> str:
    return typeset(f"« {text} » relevé le {day_in_words(seen_on)} : mise en ligne {_between(interval)}.")


def _between(interval: Interval) -> str:
    if interval.earliest is None:
        return f"au plus tard le {day_in_words(interval.latest)}, sans date au plus tôt"
    return f"entre le {day_in_words(interval.earliest)} et le {day_in_words(interval.latest)}"
