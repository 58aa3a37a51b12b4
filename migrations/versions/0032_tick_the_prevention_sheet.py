"""Keep what was gone through with a client on the sheet of prevention."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "prevention_tick",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ticked_by_id", sa.Uuid(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_prevention_tick_matter_id_matter")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_prevention_tick_party_id_party")),
        sa.ForeignKeyConstraint(["ticked_by_id"], ["person.id"], name=op.f("fk_prevention_tick_ticked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["person.id"], name=op.f("fk_prevention_tick_taken_back_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prevention_tick")),
    )
    op.create_index("ix_prevention_tick_matter_party", "prevention_tick", ["matter_id", "party_id"])


def downgrade():
    op.drop_table("prevention_tick")
