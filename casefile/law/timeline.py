"""Put acts, suspensions and republications on one line of time, each with its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casefile.law.limitation_facts import Suspension
from casefile.law.rules import rule_at
from casefile.law.running import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casefile.law.acts import Judged
    from casefile.law.limitation_facts import LimitationFacts, Republication

REPUBLICATION, INTERRUPTION, SUSPENSION = range(3)


def events_of(facts: LimitationFacts, judged: Sequence[Judged], on: date) -> list[Event]:
    """Give every event; on the same day a republication comes first, then acts, then suspensions."""
    events = [_republished(republication, on) for republication in facts.republications]
    events += [Event(one.act.date, INTERRUPTION, one.rule, one.admitted, judged=one) for one in judged]
    events += [_stopped(stop, on) for stop in (*facts.suspensions, *_payment_of_the_deposit(facts, judged))]
    return events


def _republished(republication: Republication, on: date) -> Event:
    rule = rule_at(f"republication.{republication.type}", republication.date)
    counts = rule.flag("admitted") and republication.date <= on
    return Event(republication.date, REPUBLICATION, rule, counts, republication=republication)


def _stopped(stop: Suspension, on: date) -> Event:
    """An open suspension is counted up to the day of the computation, no further."""
    rule = rule_at(f"suspension.{stop.type}", stop.begins)
    closed = Suspension(stop.type, stop.begins, stop.ends or max(on, stop.begins))
    counts = rule.flag("admitted") and stop.begins <= on
    return Event(stop.begins, SUSPENSION, rule, counts, suspension=closed)


def _payment_of_the_deposit(facts: LimitationFacts, judged: Sequence[Judged]) -> list[Suspension]:
    """Between a civil-party complaint and the payment of its deposit the period is suspended (Crim. 22 nov. 2005)."""
    if not judged or any(stop.type == "consignation" for stop in facts.suspensions):
        return []
    payments = sorted(act.date for act in facts.acts if act.type == "versement_consignation")
    stops = []
    for one in judged:
        if one.act.type == "pcpc" and one.admitted:
            later = [day for day in payments if day > one.act.date]
            stops += [Suspension("consignation", one.act.date, day) for day in later[:1]]
    return stops
