"""The page of a dossier by hand, its eight sections filled.

It shares with the product what any page would have to compute from the same rows: the law on the day of the facts
(title, texts, penalty, period), « la règle » (`casefile.web.ruler`), the typography of our sentences, the opening of
encrypted words. Everything else is its own: who may read, what is read, in which columns, and every line.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import abort, render_template, request

from bench.floors import dossier_rows as rows
from bench.floors.desk import Desk, dashed, day, stamp
from bench.floors.dossier_told import STATEMENT, Event, Line, lines, made, opened, told
from casefile.law.offences import offence_at, penalty_at, title_of
from casefile.models.base import keys_of
from casefile.models.ledger import LetterState
from casefile.models.matter import MatterState
from casefile.models.procedure import ControlState, DeadlineKind
from casefile.web.deadline_lines import act_titles
from casefile.web.filters import typography
from casefile.web.guards import context
from casefile.web.qualification_lines import penalty_words
from casefile.web.ruler import Mark, Ruler, ruler
from casefile.web.urgency import Group, Urgency

TABS = (
    ("Synthèse", ""),
    ("Contenus et preuves", "/contenus"),
    ("Qualification", "/qualification"),
    ("Délais", "/delais"),
    ("Identification", "/identification"),
    ("Documents", "/documents"),
    ("Pièces", "/pieces"),
    ("Courriels", "/courriels"),
    ("Chronologie", "/chronologie"),
)
CONTROLS = {"not_needed": ("none", "simple", "check"), "awaited": ("crit", "attendu", "eye")}
AHEAD = ("planned", "started", "answered")
WEEK, MONTH, TWO_YEARS, SHOWN = 7, 30, 730, 8


def view(desk: Desk) -> str:
    """Answer « /dossiers/… »."""
    page = _Page(desk)
    return render_template(
        "matters/show.html",
        matter=page.matter,
        frame=page.frame(),
        way=None,
        retained=[],
        cards=[page.card(row) for row in page.deadlines if row.kind is DeadlineKind.LIMITATION],
        passages=[page.passage(number, *row) for number, row in enumerate(page.passages, start=1)],
        steps=page.coming(),
        synthesis=page.synthesis(),
        drawn=list,
        shell=desk.shell("/dossiers"),
    )


class _Page:
    """What is read of one dossier, and what is made of it."""

    def __init__(self, desk: Desk) -> None:
        """Open the dossier through the wall, then read it."""
        self.desk, self.keys = desk, keys_of(context().database.engine.dialect)
        assert request.view_args is not None
        self.values = {"matter": request.view_args["matter_id"].hex}
        team = desk.rows(rows.PLACE, since=stamp(desk.now - rows.NOTED), **self.values)
        if not team:
            abort(404)
        reference, title, summary, state, opened_on, closed_on, self.created_at, lead, *_, noted, conflict = team[0]
        if closed_on or conflict or not noted:
            raise NotImplementedError("this floor shows an open dossier already read in the hour")
        members = sorted((who != lead, name) for *_, who, _function, name, _noted, _conflict in team)
        self.team = [rows.Named(name) for _, name in members]
        self.may_write = any(row[8] == desk.reader.id and row[9] != "reader" for row in team)
        words = opened(self.keys, summary, "matter.summary")
        key, self.opened_on = dashed(self.values["matter"]), date.fromisoformat(opened_on)
        self.matter = rows.Matter(key, reference, title, words, MatterState(state), self.opened_on)
        self.opener = next((row[10] for row in team if row[8] == lead), "")
        self.address = f"/dossiers/{key}"
        self.deadlines = [self._deadline(row) for row in self.read(rows.DEADLINES)]
        self.contents, self.passages = self.read(rows.CONTENTS), self.read(rows.PASSAGES)
        self.acts, self.steps = self.read(rows.ACTS), self.read(rows.STEPS)
        self.letters = self.read(rows.LETTERS)

    def read(self, statement: str) -> list[Any]:
        """Read rows of this dossier."""
        return self.desk.rows(statement, **self.values)

    def frame(self) -> rows.Frame:
        """Write the header."""
        parties: dict[str, list[rows.Party]] = {}
        for key, role, profession, company, identified, civility, first_names, name, form in self.read(rows.PARTIES):
            parts = (form, name) if company else (civility, first_names, name)
            named = " ".join(filter(None, parts)) if identified or name else "Auteur inconnu"
            party = rows.Party(dashed(key), self.matter.id, named, profession, identified)
            parties.setdefault(role, []).append(party)
        critical = next((row for row in self.deadlines if row.is_critical), None)
        return rows.Frame(
            parties.get("client", []),
            parties.get("author", []),
            parties.get("host", []),
            self.team,
            self._headline(critical) if critical else None,
            self.may_write,
            [(label, self.address + place, None, not place) for label, place in TABS],
        )

    def card(self, row: rows.Deadline) -> rows.Card:
        """Draw and explain a limitation."""
        return rows.Card(
            row,
            _urgency(row, self.desk.today),
            self._drawing(row),
            CONTROLS[row.control_state.value],
            [{"text": typography(step["text"]), "source": typography(step["source"] or "")} for step in row.trace],
            [typography(warning) for warning in row.facts.get("warnings", ())],
        )

    def passage(self, number: int, key: str, _content: str, exact: str, chosen: str, facts_on: str) -> dict[str, Any]:
        """Show a passage, and what it is in law."""
        url = f"{self.address}/qualification/{dashed(key)}"
        line = {"passage": rows.Words(exact), "number": number, "url": url, "label": None, "texts": None}
        if chosen is None:
            return line | {"penalty": None, "limitation": None, "tone": "soon", "word": "À qualifier"}
        on = date.fromisoformat(facts_on)
        offence = offence_at(chosen, on)
        return line | {
            "label": typography(title_of(chosen)),
            "texts": typography(", ".join(offence.sources)),
            "penalty": penalty_words(penalty_at(chosen, on)),
            "limitation": offence.limitation_label,
            "tone": "ok",
            "word": "Retenue",
        }

    def coming(self) -> list[Line]:
        """Mix the days to come of deadlines and of steps."""
        days = [
            (row.last_useful_day or row.prudent_on, row.label, "dernier jour utile" if row.last_useful_day else "")
            for row in self.deadlines
            if row.prudent_on
        ][:SHOWN]
        days += [(day(due), label, "identification") for label, state, due, *_ in self.steps if state in AHEAD and due]
        days.sort(key=lambda one: one[0] or date.min)
        return [Line(on, typography(label), detail, None, "todo") for on, label, detail in days[:SHOWN] if on]

    def synthesis(self) -> rows.Synthesis:
        """Show contents, documents, exhibits and the newest events."""
        first: dict[str, str] = {}
        for _key, content, exact, *_ in self.passages:
            first.setdefault(content, exact)
        return rows.Synthesis(
            [_content(first.get(row[0], ""), *row) for row in self.contents],
            [
                rows.Letter(dashed(key), title, LetterState(state), sort, date.fromisoformat(dated_on))
                for key, title, state, sort, dated_on, *_ in self.letters
                if state != "abandoned"
            ],
            [rows.Exhibit(*row) for row in self.read(rows.EXHIBITS)],
            lines(self._events(), self.address),
        )

    def _deadline(self, row: Any) -> rows.Deadline:
        key, content, kind, label, *dates, critical, provisional, control, trace, facts = row
        return rows.Deadline(
            dashed(key),
            self.matter.id,
            dashed(content) if content else None,
            DeadlineKind(kind),
            label,
            *map(day, dates),
            critical,
            provisional,
            ControlState(control),
            json.loads(trace) if trace else [],
            json.loads(facts) if facts else {},
        )

    def _headline(self, row: rows.Deadline) -> rows.Headline:
        assert row.prudent_on is not None
        return rows.Headline(row, _urgency(row, self.desk.today).tone, (row.prudent_on - self.desk.today).days)

    def _drawing(self, row: rows.Deadline) -> Ruler:
        assert row.starts_on is not None
        assert row.prudent_on is not None
        effects = {(act["type"], act["date"]): act["interrupts"] for act in row.facts["acts"]}
        marks = []
        for sort, done_on, _note, content in self.acts:
            on, counts = date.fromisoformat(done_on), effects.get((sort, done_on), False)
            if on >= row.starts_on and (content is None or dashed(content) == row.publication_id):
                title = act_titles().get(sort, sort)
                marks.append(Mark(on, title if counts else f"{title}\u00a0: sans effet", counts=counts))
        return ruler(
            row.starts_on,
            row.prudent_on,
            row.admitted_on or row.prudent_on,
            self.desk.today,
            last_useful_day=row.last_useful_day,
            start_latest=day(row.facts["start"]["latest"]),
            marks=marks,
        )

    def _events(self) -> list[Event]:
        others = told(self.read(STATEMENT), self.keys)
        return [
            Event(self.opened_on, self.created_at, "Dossier ouvert", self.opener),
            *(event for row in self.contents for event in _told_of_content(*row)),
            *others.get("capture", ()),
            *others.get("qualification", ()),
            *(
                Event(date.fromisoformat(on), "", f"Acte\u00a0: {sort.replace('_', ' ')}", self._note(note))
                for sort, on, note, _content in self.acts
            ),
            *others.get("deadline", ()),
            *(event for row in self.steps for event in self._told_of_step(*row)),
            *(event for row in self.letters for event in _told_of_letter(*row)),
            *others.get("dispatch", ()),
            *others.get("note", ()),
            *others.get("filed_mail", ()),
        ]

    def _note(self, locked: str) -> str:
        return opened(self.keys, locked, "procedural_act.note")

    def _told_of_step(self, label: str, state: str, _due: str, began: str, answered: str, result: str) -> list[Event]:
        found = []
        if began:
            found.append(Event(date.fromisoformat(began), "", f"Démarche engagée\u00a0: {label}", ""))
        if answered and state in {"answered", "done"}:
            words = opened(self.keys, result, "identification_step.result")
            found.append(Event(date.fromisoformat(answered), "", f"Réponse reçue\u00a0: {label}", words))
        return found


def _content(extract: str, key: str, title: str, *row: Any) -> rows.Content:
    _platform, _created_at, _kind, on, begins, ends, words, seen_on, _found, _removed, sealed = row
    known = rows.Publication(dashed(key), title, day(on), day(begins), day(ends), words, day(seen_on))
    return rows.Content(known, extract, sealed)


def _told_of_content(key: str, title: str, platform: str, created_at: str, kind: str, *row: Any) -> list[Event]:
    on, _begins, _ends, _words, _seen_on, found_on, removed_on, _sealed = row
    place = f"contenus/{dashed(key)}"
    told_of = [made(created_at, f"Contenu ajouté\u00a0: {title}", platform, place)]
    if kind == "exact" and on:
        told_of.append(Event(date.fromisoformat(on), "", f"Mise en ligne\u00a0: {title}", "date exacte", place))
    if found_on:
        told_of.append(Event(date.fromisoformat(found_on), "", f"Découverte\u00a0: {title}", "", place))
    if removed_on:
        told_of.append(Event(date.fromisoformat(removed_on), "", f"Contenu retiré\u00a0: {title}", "", place))
    return told_of


def _told_of_letter(key: str, title: str, state: str, *row: Any) -> list[Event]:
    _sort, _dated_on, created_at, validated_at = row
    place = f"documents/{dashed(key)}"
    told_of = [made(created_at, f"Document rédigé\u00a0: {title}", "", place)]
    if validated_at:
        told_of.append(made(validated_at, f"Document validé\u00a0: {title}", "", place))
    if state == "abandoned":
        told_of.append(made(created_at, f"Document abandonné\u00a0: {title}", "", place, "void"))
    return told_of


def _urgency(row: rows.Deadline, today: date) -> Urgency:
    limit = row.last_useful_day or row.prudent_on
    left = (limit - today).days if limit else 0
    if left <= WEEK:
        raise NotImplementedError("this floor draws what does not press")
    words = f"{left}\u00a0jours" if left < TWO_YEARS else f"{left // 365}\u00a0ans"
    if left <= MONTH:
        return Urgency("soon", "soon", words, Group.SOON)
    return Urgency("on_time", "ok", words, Group.LATER)
