"""Admit passkeys, and guests who read one dossier until a day."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("challenge", sa.String(length=100), nullable=True))
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("matter_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("guest_until", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_invitation_matter_id_matter"), "matter", ["matter_id"], ["id"])


def downgrade():
    with op.batch_alter_table("invitation") as table:
        table.drop_constraint(op.f("fk_invitation_matter_id_matter"), type_="foreignkey")
        table.drop_column("guest_until")
        table.drop_column("matter_id")
    with op.batch_alter_table("login_session") as table:
        table.drop_column("challenge")
    op.drop_table("passkey")
