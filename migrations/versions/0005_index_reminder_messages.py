"""Find the reminders that one message carries."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_reminder_message", "reminder", ["message_id"])


def downgrade():
    op.drop_index("ix_reminder_message", "reminder")
