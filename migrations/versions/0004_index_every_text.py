"""Index every text: one table of parts, and the full-text table that each database keeps from it by trigger."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# 'a b' becomes 'a':1 'b':2. Words hold letters and digits only; the application has folded and stemmed them, so that
# no dictionary or parser of the server takes part.
VECTOR = (
    "(SELECT string_agg('''' || word || ''':' || place, ' ') "
    "FROM unnest(string_to_array({column}, ' ')) WITH ORDINALITY AS found(word, place))::tsvector"
)


def upgrade():
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger() if postgresql else sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_search_entry_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "object_id", "part", name=op.f("uq_search_entry_kind_object_id_part")),
    )
    op.create_index(op.f("ix_search_entry_matter_id"), "search_entry", ["matter_id"])
    (_upgrade_postgresql if postgresql else _upgrade_sqlite)()


def _upgrade_sqlite():
    op.execute(
        "CREATE VIRTUAL TABLE search_text USING fts5(stems, words, content='search_entry', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0')"
    )
    forget = "INSERT INTO search_text(search_text, rowid, stems, words) VALUES ('delete', OLD.id, OLD.stems, OLD.words)"
    learn = "INSERT INTO search_text(rowid, stems, words) VALUES (NEW.id, NEW.stems, NEW.words)"
    op.execute(f"CREATE TRIGGER search_entry_insert AFTER INSERT ON search_entry BEGIN {learn}; END")
    op.execute(f"CREATE TRIGGER search_entry_delete AFTER DELETE ON search_entry BEGIN {forget}; END")
    op.execute(f"CREATE TRIGGER search_entry_update AFTER UPDATE ON search_entry BEGIN {forget}; {learn}; END")


def _upgrade_postgresql():
    op.execute(
        "CREATE TABLE search_text (entry_id bigint PRIMARY KEY REFERENCES search_entry ON DELETE CASCADE, "
        "stems tsvector, words tsvector)"
    )
    op.execute("CREATE INDEX ix_search_text_stems ON search_text USING gin (stems)")
    op.execute("CREATE INDEX ix_search_text_words ON search_text USING gin (words)")
    stems, words = VECTOR.format(column="NEW.stems"), VECTOR.format(column="NEW.words")
    op.execute(
        "CREATE FUNCTION casefile_index() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO search_text VALUES (NEW.id, {stems}, {words}) "
        "ON CONFLICT (entry_id) DO UPDATE SET stems = EXCLUDED.stems, words = EXCLUDED.words; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER search_entry_index AFTER INSERT OR UPDATE ON search_entry "
        "FOR EACH ROW EXECUTE FUNCTION casefile_index()"
    )


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE search_text")
        op.drop_table("search_entry")
        op.execute("DROP FUNCTION casefile_index()")
        return
    for verb in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER search_entry_{verb}")
    op.execute("DROP TABLE search_text")
    op.drop_table("search_entry")
