"""Tell the dossier of a text without reading the text, for a search that passes over what its reader may not see.

Only SQLite walks texts one by one. The view names the index, because SQLite would rather read the whole row. A
migration that rebuilds `search_entry` must drop the view and make it again.
"""

from alembic import op

revision = "0039"
down_revision = "0036"
branch_labels = None
depends_on = None
INDEX, VIEW = "ix_search_entry_place", "search_place"


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(INDEX, "search_entry", ["id", "matter_id"])
        op.execute(f"CREATE VIEW {VIEW} AS SELECT id, matter_id FROM search_entry INDEXED BY {INDEX}")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP VIEW {VIEW}")
        op.drop_index(INDEX, "search_entry")
