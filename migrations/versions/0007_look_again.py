"""Look again: contents captured on a schedule, and authorities asked again for a missing token."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "token_retry",
        sa.Column("capture_id", sa.Uuid(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_token_retry_capture_id_capture")),
        sa.PrimaryKeyConstraint("capture_id", name=op.f("pk_token_retry")),
    )
    op.create_table(
        "watch",
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_watch_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_watch_asked_by_id_person")),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_watch")),
    )
    op.create_index(op.f("ix_watch_next_at"), "watch", ["next_at"])


def downgrade():
    op.drop_table("watch")
    op.drop_table("token_retry")
