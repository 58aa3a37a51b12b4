"""Count the proofs of a content in one step, among however many the firm holds."""

from alembic import op

revision = "0038"
down_revision = "0035"
branch_labels = None
depends_on = None
BEFORE, NOW = "ix_capture_publication_id", "ix_capture_publication_state"


def upgrade():
    op.create_index(NOW, "capture", ["publication_id", "state"])
    op.drop_index(BEFORE, "capture")


def downgrade():
    op.create_index(BEFORE, "capture", ["publication_id"])
    op.drop_index(NOW, "capture")
