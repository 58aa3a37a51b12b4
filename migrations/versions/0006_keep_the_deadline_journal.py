"""Keep the deadline journal: one page per day, never rewritten."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REFUSED = "casefile: this row is part of the evidence and cannot change"


def upgrade():
    op.create_table(
        "journal_page",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_page")),
        sa.UniqueConstraint("day", name=op.f("uq_journal_page_day")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_page_hash")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER journal_page_append_only BEFORE UPDATE OR DELETE ON journal_page "
            "FOR EACH ROW EXECUTE FUNCTION casefile_refuse()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_page_no_{verb.lower()} BEFORE {verb} ON journal_page "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def downgrade():
    op.drop_table("journal_page")
