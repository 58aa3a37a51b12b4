"""Keep what each conflict check found and who decided, and the other names of a party."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "conflict_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("other_matter_id", sa.Uuid(), nullable=False),
        sa.Column("other_party_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_conflict_match_decided_by_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_conflict_match_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["other_matter_id"], ["matter.id"], name=op.f("fk_conflict_match_other_matter_id_matter")
        ),
        sa.ForeignKeyConstraint(["other_party_id"], ["party.id"], name=op.f("fk_conflict_match_other_party_id_party")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_conflict_match_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_match")),
        sa.UniqueConstraint("party_id", "other_party_id", name=op.f("uq_conflict_match_party_id_other_party_id")),
    )
    op.create_index(op.f("ix_conflict_match_matter_id"), "conflict_match", ["matter_id"])
    op.create_index(op.f("ix_conflict_match_other_matter_id"), "conflict_match", ["other_matter_id"])

    op.add_column("party", sa.Column("other_names", sa.Text(), nullable=False, server_default=""))


def downgrade():
    op.drop_column("party", "other_names")

    op.drop_table("conflict_match")
