"""Keep until when the tokens of a capture hold."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "token_renewal",
        sa.Column("capture_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_token_renewal_capture_id_capture")),
        sa.PrimaryKeyConstraint("capture_id", name=op.f("pk_token_renewal")),
    )
    op.create_index(op.f("ix_token_renewal_next_at"), "token_renewal", ["next_at"])


def downgrade():
    op.drop_table("token_renewal")
