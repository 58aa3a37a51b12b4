"""What the page of a dossier reads, statement by statement, and the plain rows that its template is given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from bench.floors.desk import SEEN
from bench.floors.dossier_told import Line
from casefile.models.ledger import LetterState
from casefile.models.matter import MatterState
from casefile.models.procedure import ControlState, DeadlineKind
from casefile.web.ruler import Ruler
from casefile.web.urgency import Urgency

NOTED = timedelta(hours=1)  # a reading is noted once an hour
PLACE = (
    "SELECT m.reference, m.title, m.summary, m.state, m.opened_on, m.closed_on, m.created_at, m.responsible_id, "
    "k.person_id, k.function, p.full_name, EXISTS (SELECT 1 FROM audit_entry e WHERE e.matter_id = m.id "
    "AND e.actor_id = :me AND e.action = 'matter.viewed' AND e.at > :since), EXISTS (SELECT 1 FROM conflict_match c "
    "WHERE (c.matter_id = m.id OR c.other_matter_id = m.id) AND c.state = 'conflict') FROM matter m "
    "JOIN team_member k ON k.matter_id = m.id JOIN person p ON p.id = k.person_id WHERE m.id = :matter "
    f"AND (k.until IS NULL OR k.until > :now) AND {SEEN}"
)
PARTIES = (
    "SELECT id, role, profession, is_company, is_identified, civility, first_names, name, legal_form FROM party "
    "WHERE matter_id = :matter ORDER BY created_at"
)
CONTENTS = (
    "SELECT id, title, platform, created_at, date_kind, published_on, published_from, published_to, relative_text, "
    "relative_seen_on, discovered_on, removed_on, (SELECT count(*) FROM capture c WHERE c.publication_id = p.id "
    "AND c.state = 'sealed') FROM publication p WHERE matter_id = :matter ORDER BY created_at"
)
PASSAGES = (
    "SELECT a.id, a.publication_id, a.exact, q.chosen, q.facts_on FROM passage a LEFT JOIN qualification q "
    "ON q.passage_id = a.id AND q.state = 'chosen' WHERE a.matter_id = :matter AND a.withdrawn_at IS NULL "
    "ORDER BY a.publication_id, a.start"
)
DEADLINES = (
    "SELECT id, publication_id, kind, label, starts_on, prudent_on, admitted_on, last_useful_day, is_critical, "
    "is_provisional, control_state, CASE WHEN kind = 'limitation' THEN trace END, "
    "CASE WHEN kind = 'limitation' THEN facts END FROM deadline WHERE matter_id = :matter AND state = 'open' "
    "ORDER BY prudent_on IS NOT NULL, prudent_on, created_at"
)
ACTS = (
    "SELECT act_type, done_on, note, publication_id FROM procedural_act WHERE matter_id = :matter "
    "AND withdrawn_at IS NULL ORDER BY done_on"
)
STEPS = (
    "SELECT label, state, due_on, started_on, answered_on, result FROM identification_step WHERE matter_id = :matter "
    "ORDER BY position"
)
LETTERS = (
    "SELECT id, title, state, letter_type, dated_on, created_at, validated_at FROM letter WHERE matter_id = :matter "
    "ORDER BY created_at DESC"
)
EXHIBITS = "SELECT number, title, pages FROM exhibit WHERE matter_id = :matter ORDER BY number"


class Matter(NamedTuple):
    """The dossier."""

    id: str
    reference: str
    title: str
    summary: str
    state: MatterState
    opened_on: date


class Named(NamedTuple):
    """A member of the team."""

    full_name: str


class Party(NamedTuple):
    """Somebody in the header."""

    id: str
    matter_id: str
    display_name: str
    profession: str
    is_identified: int


class Deadline(NamedTuple):
    """An open date."""

    id: str
    matter_id: str
    publication_id: str | None
    kind: DeadlineKind
    label: str
    starts_on: date | None
    prudent_on: date | None
    admitted_on: date | None
    last_useful_day: date | None
    is_critical: int
    is_provisional: int
    control_state: ControlState
    trace: list[Any]
    facts: dict[str, Any]


class Headline(NamedTuple):
    """The one date of the header."""

    deadline: Deadline
    tone: str
    days: int


class Frame(NamedTuple):
    """The header."""

    clients: list[Party]
    authors: list[Party]
    hosts: list[Party]
    team: list[Named]
    headline: Headline | None
    may_write: bool
    tabs: list[tuple[str, str, None, bool]]


class Publication(NamedTuple):
    """A content."""

    id: str
    title: str
    published_on: date | None
    published_from: date | None
    published_to: date | None
    relative_text: str
    relative_seen_on: date | None


class Content(NamedTuple):
    """A content with its first words and its proofs."""

    publication: Publication
    extract: str
    sealed: int


class Words(NamedTuple):
    """What a passage says."""

    exact: str


class Letter(NamedTuple):
    """A document."""

    id: str
    title: str
    state: LetterState
    letter_type: str
    dated_on: date


class Exhibit(NamedTuple):
    """A numbered piece."""

    number: int
    title: str
    pages: int | None


class Card(NamedTuple):
    """A limitation drawn and explained."""

    deadline: Deadline
    urgency: Urgency
    drawing: Ruler | None
    control: tuple[str, str, str]
    steps: list[dict[str, str]]
    warnings: list[str]


class Synthesis(NamedTuple):
    """What the page shows besides."""

    contents: list[Content]
    letters: list[Letter]
    exhibits: list[Exhibit]
    events: list[Line]
