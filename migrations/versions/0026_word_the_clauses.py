"""Keep the firm's own wording of the passages of its letters, version by version."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "clause_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter_type", sa.String(80), nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_clause_version_author_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_clause_version"),
        sa.UniqueConstraint("letter_type", "clause", "number", name="uq_clause_version_letter_type_clause_number"),
    )


def downgrade():
    op.drop_table("clause_version")
