"""Hold captures against erasure, erase them by two people, and take many at once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_by_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_hold_matter_id_matter")),
        sa.ForeignKeyConstraint(["placed_by_id"], ["person.id"], name=op.f("fk_hold_placed_by_id_person")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name=op.f("fk_hold_lifted_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_matter_id"), "hold", ["matter_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("capture_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("tombstone", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_erasure_matter_id_matter")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_erasure_capture_id_capture")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_erasure_asked_by_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_erasure_decided_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_capture_id"), "erasure", ["capture_id"])
    op.create_index(op.f("ix_erasure_matter_id"), "erasure", ["matter_id"])
    # The batch is an identifier that captures share: it needs no row of its own.
    op.add_column("capture", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_capture_batch_id"), "capture", ["batch_id"])


def downgrade():
    op.drop_index(op.f("ix_capture_batch_id"), "capture")
    op.drop_column("capture", "batch_id")
    op.drop_table("erasure")
    op.drop_table("hold")
