"""Keep every answer to a sending: the decision does not erase the acknowledgement, nor one decision another."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DISPATCH = sa.table(
    "dispatch",
    sa.column("id", sa.Uuid()),
    sa.column("answers", sa.JSON()),
    sa.column("answered_on", sa.Date()),
    sa.column("answer_kind", sa.String()),
    sa.column("answer_note", sa.Text()),
)


def upgrade():
    op.add_column("dispatch", sa.Column("answers", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    connection = op.get_bind()
    answered = connection.execute(sa.select(DISPATCH).where(DISPATCH.c.answered_on.is_not(None))).all()
    for row in answered:
        said = {"on": row.answered_on.isoformat(), "kind": row.answer_kind, "note": row.answer_note}
        connection.execute(sa.update(DISPATCH).where(DISPATCH.c.id == row.id).values(answers=[said]))
    with op.batch_alter_table("dispatch") as table:
        table.alter_column("answers", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade():
    op.drop_column("dispatch", "answers")
