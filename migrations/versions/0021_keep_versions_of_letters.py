"""Keep what a lawyer rewrites in a letter, the Word file that came back, and the words of each version."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("letter", sa.Column("edits", sa.Text()))
    op.add_column("letter", sa.Column("word_sha256", sa.String(64)))
    op.create_table(
        "letter_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("blocks", sa.Text(), nullable=False),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_letter_version_letter_id_letter"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_letter_version_author_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_letter_version"),
        sa.UniqueConstraint("letter_id", "number", name="uq_letter_version_letter_id_number"),
    )
    op.create_index("ix_letter_version_letter_id", "letter_version", ["letter_id"])


def downgrade():
    op.drop_table("letter_version")
    op.drop_column("letter", "word_sha256")
    op.drop_column("letter", "edits")
