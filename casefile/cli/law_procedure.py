"""`casefile law procedure`: what time limits an event starts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import click

from casefile.cli import print_json
from casefile.cli.law import read_facts
from casefile.errors import InvalidInput
from casefile.law import judge_time, procedure
from casefile.law.french import typeset

FIELDS = ("event", "date", "territory", "party_location", "proved")
JUDGE_FIELDS = ("count", "unit", "extend")


@click.command("procedure")
@click.argument("source", required=False)
@click.option("--events", "only_events", is_flag=True, help="Donne la liste des événements et leur nom.")
def law_procedure(source: str | None, only_events: bool) -> None:
    """Donne les délais de procédure que fait courir un événement (JSON en entrée)."""
    if only_events:
        print_json([{"event": key, "title": title} for key, title in procedure.events().items()])
    else:
        print_json(answer(read_facts(source)))


def answer(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the contract's list for one question; raises InvalidInput naming the field at fault."""
    fields = (*FIELDS, *JUDGE_FIELDS) if facts.get("event") == judge_time.EVENT else FIELDS
    unknown = sorted(set(facts) - set(fields))
    if unknown:
        raise _wrong(unknown[0], "ce champ n’existe pas ; les champs sont " + ", ".join(fields))
    if facts.get("event") == judge_time.EVENT:
        return [_set_by_the_judge(facts).as_json()]
    proved = facts.get("proved", True)
    if not isinstance(proved, bool):
        raise _wrong("proved", "écrivez true ou false")
    event = procedure.Event(
        id=_text(facts, "event"),
        on=_day(facts.get("date")),
        territory=_text(facts, "territory", "metropole"),
        party_location=_text(facts, "party_location", "") or None,
        proved=proved,
    )
    return [deadline.as_json() for deadline in procedure.deadlines_after(event)]


def _set_by_the_judge(facts: dict[str, Any]) -> judge_time.FixedLimit:
    number, extend = facts.get("count"), facts.get("extend") or False
    if not isinstance(number, int) or isinstance(number, bool):
        raise _wrong("count", "écrivez un nombre entier")
    if not isinstance(extend, bool | str):
        raise _wrong("extend", "écrivez true, false ou l’article qui proroge (« 642 CPC »)")
    return judge_time.fixed_limit(
        _day(facts.get("date")),
        number,
        _text(facts, "unit"),
        extend=bool(extend),
        territory=_text(facts, "territory", "metropole"),
    )


def _text(facts: dict[str, Any], name: str, default: str | None = None) -> str:
    value = facts.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name, "écrivez un texte entre guillemets")
    return value.encode("utf-8", "replace").decode("utf-8").strip()


def _day(value: Any) -> date:
    wrong = _wrong("date", "écrivez une date ISO, par exemple 2026-11-23")
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise wrong
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise wrong from error


def _wrong(field: str, repair: str) -> InvalidInput:
    return InvalidInput(typeset(f"Champ « {field} » : {repair}."), field=field)
