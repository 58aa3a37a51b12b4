"""Tell who may read a text without reading it, for a search that passes over what is others'.

Only SQLite walks texts one by one. The view names the index, because SQLite would rather read the whole row, and
crosses to the copies of readers, because only that keeps its planner from beginning with all the dossiers of the
reader. A migration that rebuilds `search_entry` or `desk_matter` must drop the view and make it again.
"""

from alembic import op

revision = "0039"
down_revision = "0036"
branch_labels = None
depends_on = None
INDEX, VIEW = "ix_search_entry_place", "search_readable"
READABLE = (
    "SELECT text.id, text.matter_id, copy.person_id, copy.until, copy.number "
    f"FROM search_entry text INDEXED BY {INDEX} CROSS JOIN desk_matter copy ON copy.matter_id = text.matter_id"
)


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(INDEX, "search_entry", ["id", "matter_id"])
        op.execute(f"CREATE VIEW {VIEW} AS {READABLE}")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP VIEW {VIEW}")
        op.drop_index(INDEX, "search_entry")
