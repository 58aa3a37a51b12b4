"""Admit identity providers: under which name a firm's provider knows a person, as a digest."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("person", sa.Column("oidc_digest", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_person_oidc_digest"), "person", ["oidc_digest"], unique=True)


def downgrade():
    op.drop_index(op.f("ix_person_oidc_digest"), table_name="person")
    op.drop_column("person", "oidc_digest")
