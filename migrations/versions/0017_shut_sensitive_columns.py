"""Shut the columns that hold what a client confided: texts are encrypted, the words of the search are blinded.

The keys come with the connection. On the way down texts open again; the index is emptied, because blinded words
cannot be read back: « casefile search rebuild » makes it anew.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# table → columns that are texts already, and that keep their type.
TEXTS = {
    "matter": ("summary", "quiet_reason"),
    "wall_entry": ("reason",),
    "party": ("address", "notes"),
    "note": ("body",),
    "outgoing_mail": ("text", "html"),
    "dispatch": ("proof_note", "answer_note"),
    "publication": ("client_reply", "notes"),
    "hold": ("reason",),
    "erasure": ("reason",),
    "qualification": ("reasons", "review_note"),
    "procedural_act": ("note",),
    "deadline": ("settled_proof",),
    "acknowledgement": ("note",),
    "identification_step": ("result",),
    "public_reply": ("text", "read_note"),
}
# Short columns have no room for a sealed value: table → column → the type that it had.
SHORT = {
    "party": {
        "born_at": sa.String(300),
        "nationality": sa.String(300),
        "rpps": sa.String(20),
        "email": sa.String(300),
        "phone": sa.String(40),
    }
}
FACTS = {"letter": ("inputs", "facts"), "identification_step": ("answer",), "dispatch": ("answers",)}


def upgrade():
    for table, columns in TEXTS.items():
        for column in columns:
            _rewrite(table, column, column, _lock)
    for table, types in SHORT.items():
        for column in types:
            _replace(table, column, sa.Text(), _lock)
    for table, columns in FACTS.items():
        for column in columns:
            _replace(table, column, sa.Text(), _lock_facts)
    _blind()


def downgrade():
    op.execute("DELETE FROM search_entry")
    for table, columns in FACTS.items():
        for column in columns:
            _replace(table, column, sa.JSON(), _unlock)
    for table, types in SHORT.items():
        for column, former in types.items():
            _replace(table, column, former, _unlock)
    for table, columns in TEXTS.items():
        for column in columns:
            _rewrite(table, column, column, _unlock)


def _replace(table, column, kind, change):
    # Added beside, filled, renamed: rebuilding a table on SQLite would drop the triggers that protect it.
    default = "{}" if isinstance(kind, sa.JSON) else ""
    op.add_column(table, sa.Column(f"{column}_new", kind, nullable=False, server_default=default))
    _rewrite(table, column, f"{column}_new", change)
    op.drop_column(table, column)
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {column}_new TO {column}")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, column, server_default=None)


def _rewrite(table, column, target, change):
    bind = op.get_bind()
    rows = bind.execute(sa.text(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL")).all()
    statement = sa.text(f"UPDATE {table} SET {target} = :value WHERE id = :id")
    if target == f"{column}_new" and change is _unlock:
        kind = sa.inspect(bind).get_columns(table)
        if any(one["name"] == target and isinstance(one["type"], sa.JSON) for one in kind):
            statement = sa.text(f"UPDATE {table} SET {target} = CAST(:value AS JSON) WHERE id = :id")
            if bind.dialect.name == "sqlite":
                statement = sa.text(f"UPDATE {table} SET {target} = :value WHERE id = :id")
    for key, value in rows:
        if value != "":
            bind.execute(statement, {"id": key, "value": change(value, f"{table}.{column}")})


def _keys():
    keys = getattr(op.get_bind().dialect, "casefile_keys", None)
    if keys is None:
        raise RuntimeError("open this database with its keys: Database.of(settings)")
    return keys


def _lock(value, purpose):
    return _keys().lock(value, purpose)


def _lock_facts(value, purpose):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _keys().lock(text, purpose)


def _unlock(value, purpose):
    return _keys().unlock(value, purpose)


def _blind():
    bind = op.get_bind()
    statement = sa.text("UPDATE search_entry SET body = :body, stems = :stems, words = :words WHERE id = :id")
    for key, body, stems, words in bind.execute(sa.text("SELECT id, body, stems, words FROM search_entry")).all():
        keys = _keys()
        sealed = keys.lock(body, "search_entry.body") if body else body
        bind.execute(statement, {"id": key, "body": sealed, "stems": keys.blind(stems), "words": keys.blind(words)})
