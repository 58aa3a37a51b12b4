"""Keep the tables of dossiers that wait for their author's confirmation."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "matter_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("unread", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_matter_import_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_import")),
    )
    op.create_index(op.f("ix_matter_import_person_id"), "matter_import", ["person_id"])
    op.create_table(
        "import_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["matter_import_id"], ["matter_import.id"], name=op.f("fk_import_line_matter_import_id_matter_import")
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_import_line_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_line")),
    )
    op.create_index(op.f("ix_import_line_matter_import_id"), "import_line", ["matter_import_id"])
    op.create_index(op.f("ix_import_line_matter_id"), "import_line", ["matter_id"])


def downgrade():
    op.drop_table("import_line")
    op.drop_table("matter_import")
