"""Keep who reads only where a dossier stands, and what the lawyer writes to them there."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "status_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_status_place_matter_id_matter")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_status_place_person_id_person")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_status_place_opened_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_place")),
        sa.UniqueConstraint("matter_id", "person_id", name=op.f("uq_status_place_matter_id_person_id")),
    )
    op.create_index("ix_status_place_person", "status_place", ["person_id"])
    op.create_table(
        "client_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_client_word_matter_id_matter")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_client_word_written_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_word")),
    )
    op.create_index(op.f("ix_client_word_matter_id"), "client_word", ["matter_id"])


def downgrade():
    op.drop_table("client_word")
    op.drop_table("status_place")
    # Those who could read nothing else keep an account that opens nothing: the older schema knows no such role.
    op.execute("UPDATE invitation SET used_at = created_at WHERE role = 'client' AND used_at IS NULL")
    op.execute("UPDATE person SET role = 'externe', state = 'disabled' WHERE role = 'client'")
    op.execute("UPDATE invitation SET role = 'externe' WHERE role = 'client'")
