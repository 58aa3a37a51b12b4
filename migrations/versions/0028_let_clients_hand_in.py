"""Keep the links by which clients hand in facts and files, and what came by them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "intake_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_intake_link_made_by_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_intake_link_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_intake_link_token_digest")),
    )
    op.create_index(op.f("ix_intake_link_matter_id"), "intake_link", ["matter_id"])
    op.create_table(
        "client_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("was_taken", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["intake_link.id"], name=op.f("fk_client_delivery_link_id_intake_link")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_client_delivery_matter_id_matter")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_client_delivery_settled_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_delivery")),
    )
    op.create_index(op.f("ix_client_delivery_matter_id"), "client_delivery", ["matter_id"])
    op.create_index(op.f("ix_client_delivery_link_id"), "client_delivery", ["link_id"])
    op.create_table(
        "delivered_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_delivery_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_delivery_id"],
            ["client_delivery.id"],
            name=op.f("fk_delivered_file_client_delivery_id_client_delivery"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivered_file")),
    )
    op.create_index(op.f("ix_delivered_file_client_delivery_id"), "delivered_file", ["client_delivery_id"])
    op.create_index(op.f("ix_delivered_file_sha256"), "delivered_file", ["sha256"])


def downgrade():
    op.drop_table("delivered_file")
    op.drop_table("client_delivery")
    op.drop_table("intake_link")
