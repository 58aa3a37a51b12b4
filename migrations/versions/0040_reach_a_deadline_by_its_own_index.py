"""Reach the deadline that a trigger copies by its own index, however few tables PostgreSQL has counted yet.

In a long transaction that fills a firm, nothing is counted: « every open deadline » looked as short a way as « this
one », and each new deadline read all those before it. Put together with nothing, the state finds no index any more.
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE, NOW = "WHERE d.state = 'open'", "WHERE d.state || '' = 'open'"
FUNCTIONS = (
    "casefile_desk_team_member",
    "casefile_desk_wall_entry",
    "casefile_desk_deadline",
    "casefile_desk_matter_turned",
)


def upgrade():
    _rewrite(BEFORE, NOW)


def downgrade():
    _rewrite(NOW, BEFORE)


def _rewrite(before, now):
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for name in FUNCTIONS:
            written = connection.exec_driver_sql(f"SELECT pg_get_functiondef('{name}'::regproc)").scalar_one()
            assert before in written, name
            connection.exec_driver_sql(written.replace(before, now))
