"""Admit files of two gigabytes and more: their size did not fit a 32-bit integer on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    # SQLite stores integers of any size; rebuilding the table there would drop the triggers that protect it.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("artifact", "size", type_=sa.BigInteger())


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("artifact", "size", type_=sa.Integer())
