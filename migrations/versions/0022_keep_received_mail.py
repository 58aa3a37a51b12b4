"""Keep received messages and their attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "filed_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("brought_by_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposals", sa.Text(), nullable=False),
        sa.Column("suggested", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brought_by_id"], ["person.id"], name=op.f("fk_filed_mail_brought_by_id_person")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_filed_mail_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_mail")),
        sa.UniqueConstraint("matter_id", "sha256", name=op.f("uq_filed_mail_matter_id_sha256")),
    )
    with op.batch_alter_table("filed_mail", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_filed_mail_brought_by_id"), ["brought_by_id"], unique=False)
        batch_op.create_index(op.f("ix_filed_mail_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(op.f("ix_filed_mail_sha256"), ["sha256"], unique=False)

    op.create_table(
        "mail_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filed_mail_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["filed_mail_id"], ["filed_mail.id"], name=op.f("fk_mail_part_filed_mail_id_filed_mail")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_part")),
    )
    with op.batch_alter_table("mail_part", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_mail_part_filed_mail_id"), ["filed_mail_id"], unique=False)
        batch_op.create_index(op.f("ix_mail_part_sha256"), ["sha256"], unique=False)


def downgrade():
    with op.batch_alter_table("mail_part", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_mail_part_sha256"))
        batch_op.drop_index(op.f("ix_mail_part_filed_mail_id"))

    op.drop_table("mail_part")
    with op.batch_alter_table("filed_mail", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_filed_mail_sha256"))
        batch_op.drop_index(op.f("ix_filed_mail_matter_id"))
        batch_op.drop_index(op.f("ix_filed_mail_brought_by_id"))

    op.drop_table("filed_mail")
