"""Find in one step whether something critical runs in a dossier: the home page asks it of each open one."""

from alembic import op

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None
NAME = "ix_deadline_matter_state"


def upgrade():
    op.drop_index(NAME, "deadline")
    op.create_index(NAME, "deadline", ["matter_id", "state", "is_critical", "prudent_on"])


def downgrade():
    op.drop_index(NAME, "deadline")
    op.create_index(NAME, "deadline", ["matter_id", "state"])
