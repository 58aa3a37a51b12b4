"""Copy, beside the name of each member of a team, what their lists sort and count; triggers keep the copies.

A migration that rebuilds one of the tables named in `SOURCES` drops these triggers first and creates them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0038"
branch_labels = None
depends_on = None

COPIES = ("desk_matter", "desk_deadline", "desk_sending")
SOURCES = ("team_member", "wall_entry", "matter", "deadline", "dispatch", "letter", "publication", "capture")

# What the first page of the day looks for in the whole firm, before it asks whose it is.
FIRST_PAGE = (
    ("ix_publication_removed", "publication", ["removed_on"]),
    ("ix_client_delivery_settled", "client_delivery", ["settled_at"]),
)
INDEXES = (
    *FIRST_PAGE,
    ("ix_desk_matter_matter", "desk_matter", ["matter_id"]),
    (
        "ix_desk_matter_walk",
        "desk_matter",
        ["person_id", "state", "next_prudent_on", "year", "number", "until", "is_quiet", "matter_id"],
    ),
    ("ix_desk_deadline_deadline", "desk_deadline", ["deadline_id"]),
    ("ix_desk_deadline_matter", "desk_deadline", ["matter_id"]),
    ("ix_desk_deadline_day", "desk_deadline", ["person_id", "prudent_on"]),
    ("ix_desk_deadline_critical", "desk_deadline", ["person_id", "is_critical", "prudent_on", "matter_id"]),
    (
        "ix_desk_deadline_walk",
        "desk_deadline",
        [
            "person_id",
            "limit_on",
            "prudent_on",
            "deadline_id",
            "in_open_matter",
            "is_mine",
            "kind",
            "control_state",
            "until",
            "matter_id",
        ],
    ),
    ("ix_desk_sending_dispatch", "desk_sending", ["dispatch_id"]),
    ("ix_desk_sending_matter", "desk_sending", ["matter_id"]),
    (
        "ix_desk_sending_walk",
        "desk_sending",
        [
            "person_id",
            "stage",
            "follow_up_on",
            "sent_on",
            "entered_at",
            "dispatch_id",
            "letter_type",
            "platform",
            "until",
        ],
    ),
)

MATTERS = (
    "INSERT INTO desk_matter (person_id, matter_id, until, state, year, number, next_prudent_on, is_quiet) SELECT "
    "t.person_id, t.matter_id, t.until, m.state, m.year, m.number, m.next_prudent_on, m.quiet_at IS NOT NULL "
    "FROM team_member t JOIN matter m ON m.id = t.matter_id WHERE NOT EXISTS (SELECT 1 FROM wall_entry w "
    "WHERE w.matter_id = t.matter_id AND w.person_id = t.person_id AND w.lifted_at IS NULL)"
)
# Both read the copies of dossiers, where the wall is applied.
DEADLINES = (
    "INSERT INTO desk_deadline (person_id, deadline_id, matter_id, until, in_open_matter, is_mine, is_critical, kind, "
    "control_state, prudent_on, limit_on) SELECT k.person_id, d.id, d.matter_id, k.until, m.state = 'open', "
    "d.responsible_id = k.person_id OR m.responsible_id = k.person_id, d.is_critical, d.kind, d.control_state, "
    "d.prudent_on, coalesce(d.last_useful_day, d.prudent_on) FROM desk_matter k JOIN matter m ON m.id = k.matter_id "
    "JOIN deadline d ON d.matter_id = k.matter_id WHERE d.state = 'open'"
)
# The letters whose end is that of a content; those that are followed content by content; those that a refusal reopens.
ABOUT = "('notification_dsa', 'relance_dsa', 'reclamation_dsa', 'rgpd_effacement', 'rgpd_dereferencement')"
BY_CONTENT = f"{ABOUT[:-1]}, 'paf_6_3')"
CONTESTED = "('notification_dsa', 'relance_dsa', 'reclamation_dsa')"
# The day in UTC, which is never later than the day in Paris: what is proved by it is proved.
DAY = "{day of the capture}"
DAY_IN = {"sqlite": "date(c.ended_at)", "postgresql": "CAST(c.ended_at AT TIME ZONE 'UTC' AS date)"}
STAGE = (
    "CASE WHEN s.answered_on IS NOT NULL AND s.answer_kind NOT IN ('acknowledged', 'returned') "
    f"AND NOT (s.answer_kind = 'removed' AND l.letter_type IN {ABOUT}) "
    f"AND NOT (s.answer_kind IN ('refused', 'partial') AND l.letter_type IN {CONTESTED}) THEN 'over' "
    f"WHEN l.letter_type IN {ABOUT} AND p.online_state = 'removed' AND p.removed_on IS NOT NULL THEN "
    "CASE WHEN EXISTS (SELECT 1 FROM capture c WHERE c.publication_id = p.id AND c.state = 'sealed' "
    f"AND c.origin = 'browser' AND {DAY} >= p.removed_on) THEN 'over' ELSE 'judged' END "
    "WHEN s.answer_kind NOT IN ('', 'acknowledged') THEN 'judged' "
    f"WHEN l.publication_id IS NULL AND l.letter_type IN {BY_CONTENT} THEN 'judged' ELSE 'waits' END"
)
SENDINGS = (
    "INSERT INTO desk_sending (person_id, dispatch_id, matter_id, until, stage, follow_up_on, sent_on, entered_at, "
    f"letter_type, publication_id, platform) SELECT k.person_id, s.id, s.matter_id, k.until, {STAGE}, s.follow_up_on, "
    "s.sent_on, s.created_at, l.letter_type, l.publication_id, coalesce(p.platform, '') FROM desk_matter k "
    "JOIN dispatch s ON s.matter_id = k.matter_id JOIN letter l ON l.id = s.letter_id "
    "LEFT JOIN publication p ON p.id = l.publication_id WHERE 1 = 1"
)


def _place(row):
    """Write what makes the copies of one person's dossier again."""
    here = f"person_id = {row}.person_id AND matter_id = {row}.matter_id"
    inside = f"k.person_id = {row}.person_id AND k.matter_id = {row}.matter_id"
    return [
        *(f"DELETE FROM {copies} WHERE {here}" for copies in COPIES),
        f"{MATTERS} AND t.person_id = {row}.person_id AND t.matter_id = {row}.matter_id",
        f"{DEADLINES} AND {inside}",
        f"{SENDINGS} AND {inside}",
    ]


def _deadline(row):
    return [f"DELETE FROM desk_deadline WHERE deadline_id = {row}.id", f"{DEADLINES} AND d.id = {row}.id"]


def _dispatch(row):
    return [f"DELETE FROM desk_sending WHERE dispatch_id = {row}.id", f"{SENDINGS} AND s.id = {row}.id"]


def _letter(row):
    mine = f"(SELECT id FROM dispatch WHERE letter_id = {row}.id)"
    return [f"DELETE FROM desk_sending WHERE dispatch_id IN {mine}", f"{SENDINGS} AND s.letter_id = {row}.id"]


def _content(row, name="id"):
    about = f"matter_id = {row}.matter_id AND publication_id = {row}.{name}"
    inside = f"s.matter_id = {row}.matter_id AND l.publication_id = {row}.{name}"
    return [f"DELETE FROM desk_sending WHERE {about}", f"{SENDINGS} AND {inside}"]


def _capture(row):
    return _content(row, "publication_id")


def _listed(row):
    copied = ", ".join(f"{name} = {row}.{name}" for name in ("year", "number", "next_prudent_on"))
    copied += f", is_quiet = {row}.quiet_at IS NOT NULL"
    return [f"UPDATE desk_matter SET {copied} WHERE matter_id = {row}.id"]


def _turned(row):
    return [
        f"UPDATE desk_matter SET state = {row}.state WHERE matter_id = {row}.id",
        f"DELETE FROM desk_deadline WHERE matter_id = {row}.id",
        f"{DEADLINES} AND k.matter_id = {row}.id",
    ]


EACH = "INSERT", "UPDATE", "DELETE"
# Name, table, when it fires, the dossier whose changes wait for one another, what is written.
TRIGGERS = (
    ("desk_team_member", "team_member", EACH, "matter_id", _place),
    ("desk_wall_entry", "wall_entry", EACH, "matter_id", _place),
    ("desk_deadline", "deadline", EACH, "matter_id", _deadline),
    ("desk_dispatch", "dispatch", EACH, "matter_id", _dispatch),
    ("desk_letter", "letter", ("UPDATE OF letter_type, publication_id",), "matter_id", _letter),
    ("desk_publication", "publication", ("UPDATE OF platform, online_state, removed_on",), "matter_id", _content),
    ("desk_capture", "capture", ("INSERT", "UPDATE OF state"), "matter_id", _capture),
    ("desk_matter_listed", "matter", ("UPDATE OF year, number, next_prudent_on, quiet_at",), "id", _listed),
    ("desk_matter_turned", "matter", ("UPDATE OF state, responsible_id",), "id", _turned),
)
# What a deadline or a sending changes every day without moving in a list.
NARROWED = {
    "desk_deadline": "UPDATE OF matter_id, state, kind, control_state, prudent_on, last_useful_day, responsible_id"
    ", is_critical",
    "desk_dispatch": "UPDATE OF matter_id, letter_id, answered_on, answer_kind, follow_up_on, sent_on, created_at",
}
# Of a capture, only its seal and its destruction change what is proved.
CONDITIONS = {"desk_capture": "WHEN (NEW.state IN ('sealed', 'destroyed')) "}


def _key(copies, name, parent):
    return sa.ForeignKeyConstraint(
        [name], [f"{parent}.id"], name=op.f(f"fk_{copies}_{name}_{parent}"), ondelete="CASCADE"
    )


def _create_tables():
    op.create_table(
        "desk_matter",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("next_prudent_on", sa.Date()),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        _key("desk_matter", "person_id", "person"),
        _key("desk_matter", "matter_id", "matter"),
        sa.PrimaryKeyConstraint("person_id", "matter_id", name=op.f("pk_desk_matter")),
    )
    op.create_table(
        "desk_deadline",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("in_open_matter", sa.Boolean(), nullable=False),
        sa.Column("is_mine", sa.Boolean(), nullable=False),
        sa.Column("is_critical", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("control_state", sa.String(length=40), nullable=False),
        sa.Column("prudent_on", sa.Date()),
        sa.Column("limit_on", sa.Date()),
        _key("desk_deadline", "person_id", "person"),
        _key("desk_deadline", "deadline_id", "deadline"),
        _key("desk_deadline", "matter_id", "matter"),
        sa.PrimaryKeyConstraint("person_id", "deadline_id", name=op.f("pk_desk_deadline")),
    )
    op.create_table(
        "desk_sending",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("follow_up_on", sa.Date()),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter_type", sa.String(length=80), nullable=False),
        sa.Column("publication_id", sa.Uuid()),
        sa.Column("platform", sa.String(length=60), nullable=False),
        _key("desk_sending", "person_id", "person"),
        _key("desk_sending", "dispatch_id", "dispatch"),
        _key("desk_sending", "matter_id", "matter"),
        sa.PrimaryKeyConstraint("person_id", "dispatch_id", name=op.f("pk_desk_sending")),
    )
    for name, copies, columns in INDEXES:
        op.create_index(name, copies, columns)
    clocks = sa.text("kind = 'retention'")
    op.create_index(
        "ix_desk_deadline_clocks",
        "desk_deadline",
        ["person_id", "matter_id"],
        sqlite_where=clocks,
        postgresql_where=clocks,
    )


def upgrade():
    _create_tables()
    for statement in (MATTERS, DEADLINES, SENDINGS):
        _execute(statement)
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, verbs, dossier, written in TRIGGERS:
        events = [NARROWED.get(name, verb) if verb == "UPDATE" else verb for verb in verbs]
        (_trigger_postgresql if postgresql else _trigger_sqlite)(name, table, events, dossier, written)


def _execute(statement):
    op.execute(statement.replace(DAY, DAY_IN[op.get_bind().dialect.name]))


def _rows(verb, written):
    """Say which rows are made again: a place may move from one dossier to another, the rest keeps its identifier."""
    updated = ("OLD", "NEW") if written is _place else ("NEW",)
    return {"INSERT": ("NEW",), "UPDATE": updated, "DELETE": ("OLD",)}[verb]


def _trigger_sqlite(name, table, events, _dossier, written):
    for event in events:
        verb = event.split()[0]
        body = "; ".join(statement for row in _rows(verb, written) for statement in written(row))
        when = CONDITIONS.get(name, "")
        _execute(f"CREATE TRIGGER {name}_{verb.lower()} AFTER {event} ON {table} {when}BEGIN {body}; END")


def _trigger_postgresql(name, table, events, dossier, written):
    # Two writers at once, one bringing a member and one a deadline, would each miss the other's row: the second waits.
    bodies = []
    for verb in (event.split()[0] for event in events):
        statements = []
        for row in _rows(verb, written):
            lock = f"PERFORM 1 FROM matter WHERE id = {row}.{dossier} FOR NO KEY UPDATE"
            statements += [lock, *written(row)]
        bodies.append(f"IF TG_OP = '{verb}' THEN {'; '.join(statements)}; END IF; ")
    _execute(
        f"CREATE FUNCTION casefile_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{''.join(bodies)}RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {' OR '.join(events)} ON {table} FOR EACH ROW {CONDITIONS.get(name, '')}"
        f"EXECUTE FUNCTION casefile_{name}()"
    )


def downgrade():
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, verbs, _dossier, _written in TRIGGERS:
        if postgresql:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION casefile_{name}()")
        else:
            for verb in verbs:
                op.execute(f"DROP TRIGGER {name}_{verb.split()[0].lower()}")
    for name, table, _columns in FIRST_PAGE:
        op.drop_index(name, table)
    for copies in reversed(COPIES):
        op.drop_table(copies)
