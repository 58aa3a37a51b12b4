"""Keep the firm's directory of recipients and the public replies that it prepares."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "recipient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("service", sa.String(length=300), nullable=False),
        sa.Column("legal_entity", sa.String(length=300), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("postal_address", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("notice_url", sa.Text(), nullable=False),
        sa.Column("review_policy_url", sa.Text(), nullable=False),
        sa.Column("identification_contact", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("is_vlop", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("verified_fields", sa.JSON(), nullable=False),
        sa.Column("wrong_entities", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_recipient_checked_by_id_person")),
        sa.UniqueConstraint("key", name=op.f("uq_recipient_key")),
    )
    op.create_table(
        "public_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.Uuid(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_note", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_reply")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_public_reply_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_public_reply_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_public_reply_written_by_id_person")),
        sa.ForeignKeyConstraint(["read_by_id"], ["person.id"], name=op.f("fk_public_reply_read_by_id_person")),
    )
    op.create_index(op.f("ix_public_reply_matter_id"), "public_reply", ["matter_id"])
    op.create_index(op.f("ix_public_reply_publication_id"), "public_reply", ["publication_id"])


def downgrade():
    op.drop_table("public_reply")
    op.drop_table("recipient")
