"""Which routes to the author are open, what each may yield, and why; the lawyer decides.

What is uncertain is never counted on: `is_open` is true only for an open route.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casefile.law import rules
from casefile.law.limitation_result import Status
from casefile.law.offences import Offence, offence_at
from casefile.law.retention import Clock, Holding, RetentionFacts, clock_of, clocks
from casefile.law.route_openings import ACTION_VERDICTS, Verdict, opening
from casefile.law.thresholds import Access, Threshold, civil_threshold, criminal_threshold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casefile.law.rule_model import RuleVersion

YIELDS = {
    "identity": "identité civile (nom, naissance, adresses postales, courriels, téléphones)",
    "account": "données de création du compte (identifiant, pseudonymes)",
    "payment": "données de paiement, si le compte est payant",
    "technical": "adresse IP, port et autres données techniques",
    "line": "titulaire de l’abonnement qui a servi à la connexion",
    "holder": "titulaire de l’adresse électronique ou de la ligne téléphonique",
    "content": "retrait ou blocage du contenu",
}
NO_OFFENCE = "aucune"
COOPERATION = "international"
# Establishments that the reference names for the European orders; for the others only the conventions remain.
BOUND_COUNTRIES = frozenset({"IE", "NL"})
NOT_BOUND = (
    "L’injonction européenne vise un établissement irlandais ou néerlandais ; le Danemark n’est pas lié (de mémoire). "
    "Pour ce détenteur, la voie est celle des conventions : commission rogatoire, en plusieurs mois."
)
HOLDER_ROLES = (
    "hebergeur",
    "plateforme_en_ligne",
    "collecteur_avis",
    "editeur",
    "hebergeur_technique",
    "hebergeur_courriel",
    "hebergeur_des_avis",
    "bureau_enregistrement",
    "intermediaire_technique",
    "moteur_de_recherche",
    "responsable_de_traitement",
    "tiers_de_confiance",
    "fai",
)
WHAT_REMAINS = (
    "L’identité civile et les données de création du compte restent accessibles au juge d’instruction, même pour "
    "une amende (Crim., 14 mars 2023, n° 22-90.018), et au juge civil ; les données techniques, non."
)


@dataclass(frozen=True)
class Situation:
    """What is known on a day. `action` is where the limitation of the action stands, None for a civil fault only."""

    qualification: str
    facts_on: date
    on: date
    action: Status
    retention: RetentionFacts
    roles: frozenset[str] = frozenset()
    country: str = ""  # of who holds the data, two letters; empty is unknown
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def offence(self) -> Offence | None:
        """Give the offence on the day of the facts, None when nothing punishable was retained."""
        return None if self.qualification == NO_OFFENCE else offence_at(self.qualification, self.facts_on)


@dataclass(frozen=True)
class Route:
    """One route: its state and why, what it may yield here, who decides, how long and how much."""

    id: str
    title: str
    state: Access
    why: tuple[str, ...]
    data: tuple[str, ...]
    yields: tuple[str, ...]
    criminal_threshold: Access
    civil_threshold: Access
    technical_test: str
    basis: str
    who_decides: str
    usual_time: str
    cost: str
    conditions: str
    result: str
    next_step: str
    interrupts: str
    source: str
    status: str

    @property
    def is_open(self) -> bool:
        """Tell whether the route may be counted on."""
        return self.state is Access.OPEN


@dataclass(frozen=True)
class Routes:
    """Every route and every clock of one situation, with the two tests side by side."""

    routes: tuple[Route, ...]
    clocks: tuple[Clock, ...]
    criminal: Threshold
    civil: Threshold
    remains: str

    def route(self, route_id: str) -> Route:
        """Give one route; raises KeyError when the identifier is unknown."""
        return {found.id: found for found in self.routes}[route_id]


def routes_for(situation: Situation) -> Routes:
    """Give every route with its state on that day; raises NoRuleInForce when the routes of that day were not read."""
    criminal, civil = thresholds_for(situation)
    running = clocks(situation.retention, situation.on)
    found = tuple(
        _route(rules.rule_at(rule.id, situation.on), situation, criminal, civil, running)
        for rule in rules.rules_of("route")
    )
    shut = Access.OPEN not in {criminal.access, civil.access}
    remains = WHAT_REMAINS if shut and situation.offence is not None else ""
    return Routes(found, running, criminal, civil, remains)


def thresholds_for(situation: Situation) -> tuple[Threshold, Threshold]:
    """Give the criminal and the civil test, in that order."""
    if situation.qualification == NO_OFFENCE:
        why = "Aucune infraction n’est retenue : aucune donnée ne peut être demandée."
        shut = Threshold(Access.CLOSED, why, "CA Paris, 27 avr. 2022, n° 21/14958", "verified")
        return shut, shut
    named = situation.qualification, situation.facts_on, situation.on, situation.answers
    return criminal_threshold(*named), civil_threshold(*named)


def _route(
    rule: RuleVersion, situation: Situation, criminal: Threshold, civil: Threshold, running: tuple[Clock, ...]
) -> Route:
    values = rule.values
    opened = opening(values["opens_for"], situation.offence, situation.roles, civil)
    state, why = _worst(
        [opened, *_standing(rule, situation), *_abroad(rule, situation), *_held(rule, running, situation)]
    )
    yields, limits = _yields(rule, {"criminal": criminal, "civil": civil}, running, situation.on)
    if state is Access.CLOSED:
        yields, limits = (), ()
    return Route(
        id=rule.key,
        title=rule.title,
        state=state,
        why=(*why, *limits),
        data=(*(YIELDS[name] for name in yields), *(values["also"] if state is not Access.CLOSED else ())),
        yields=yields,
        criminal_threshold=criminal.access,
        civil_threshold=civil.access,
        source=" ; ".join(str(source) for source in rule.sources),
        status=rule.status,
        **{name: values[name] for name in _PLAIN},
    )


_PLAIN = (
    "technical_test",
    "basis",
    "who_decides",
    "usual_time",
    "cost",
    "conditions",
    "result",
    "next_step",
    "interrupts",
)


def _worst(verdicts: list[Verdict]) -> tuple[Access, tuple[str, ...]]:
    """One closed condition closes the route, one uncertain makes it uncertain; every reason is kept."""
    order = (Access.CLOSED, Access.UNCERTAIN, Access.OPEN)
    state = min((access for access, _ in verdicts), key=order.index)
    reasons = [why for access, why in verdicts if why and (access is state or access is not Access.OPEN)]
    return state, tuple(reasons)


def _standing(rule: RuleVersion, situation: Situation) -> list[Verdict]:
    verdict = ACTION_VERDICTS.get(situation.action)
    return [verdict] if verdict and rule.values["needs_running_action"] else []


def _abroad(rule: RuleVersion, situation: Situation) -> list[Verdict]:
    """What the country of the holder does to cooperation between states; nothing while it is not known."""
    if rule.key != COOPERATION or not situation.country:
        return []
    if situation.country == "FR":
        return [(Access.CLOSED, "Le détenteur est établi en France : la coopération internationale est sans objet.")]
    bound = "2023/1543" in rule.values["basis"]
    return [(Access.UNCERTAIN, NOT_BOUND)] if bound and situation.country not in BOUND_COUNTRIES else []


def _held(rule: RuleVersion, running: tuple[Clock, ...], situation: Situation) -> list[Verdict]:
    """A route that could only give what is erased is closed; one that hangs on doubtful data is not counted on."""
    owned = [clock_of(name, running) for name in rule.values["yields"]]
    if not owned or any(clock is None for clock in owned):
        return []
    states = {clock.on(situation.on) for clock in owned if clock}
    if states == {Holding.LOST}:
        return [(Access.CLOSED, "Tout ce que cette voie donnerait est effacé à ce jour.")]
    if len(owned) == 1 and Holding.HELD not in states:
        return [(Access.UNCERTAIN, "Ce que cette voie donnerait est peut-être déjà effacé.")]
    return []


def _yields(
    rule: RuleVersion, tests: Mapping[str, Threshold], running: tuple[Clock, ...], on: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the route may yield here, and why the rest is out: lost, or shut by the route's own test."""
    kept, limits = [], []
    for name in rule.values["yields"]:
        clock = clock_of(name, running)
        if clock is not None and clock.on(on) is Holding.LOST:
            limits.append(f"{clock.label} : données perdues depuis le {clock.held_until_latest:%d/%m/%Y}.")
        elif name == "technical" and (shut := _shut(tests[rule.values["technical_test"]], rule)):
            limits.append(shut)
        else:
            kept.append(name)
            if name == "technical" and (clock is None or clock.on(on) is Holding.POSSIBLY_LOST):
                limits.append("Données techniques : accessibles par cette voie, peut-être déjà perdues.")
    return tuple(kept), tuple(limits)


def _shut(test: Threshold, rule: RuleVersion) -> str:
    if test.access is Access.OPEN:
        return ""
    limit = f"Adresse IP et données techniques fermées par cette voie. {test.why}"
    if rule.values["technical_test"] == "criminal":
        limit += " L’identité civile et les données de création restent accessibles, même pour une amende "
        limit += "(Crim., 14 mars 2023, n° 22-90.018)."
    return limit
