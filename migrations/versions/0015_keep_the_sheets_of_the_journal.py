"""Keep the sealed sheets of the deadline journal: one PDF per page, each carrying the seal of the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REFUSED = "casefile: this row is part of the evidence and cannot change"


def upgrade():
    op.create_table(
        "journal_sheet",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["journal_page.number"], name=op.f("fk_journal_sheet_number_journal_page")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_sheet")),
        sa.UniqueConstraint("seal", name=op.f("uq_journal_sheet_seal")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER journal_sheet_append_only BEFORE UPDATE OR DELETE ON journal_sheet "
            "FOR EACH ROW EXECUTE FUNCTION casefile_refuse()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_sheet_no_{verb.lower()} BEFORE {verb} ON journal_sheet "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def downgrade():
    op.drop_table("journal_sheet")
