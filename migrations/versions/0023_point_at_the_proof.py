"""Point from what was done at the sealed piece that proves it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = (("deadline", "settled_capture_id"), ("acknowledgement", "capture_id"))


def upgrade():
    for name, column in COLUMNS:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column(column, sa.Uuid(), nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_{column}_capture"), "capture", [column], ["id"])


def downgrade():
    for name, column in reversed(COLUMNS):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"fk_{name}_{column}_capture"), type_="foreignkey")
            table.drop_column(column)
