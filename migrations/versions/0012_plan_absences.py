"""Plan absences: several ahead, each with who stands in, instead of one pair of days on the person."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PERSON = sa.table(
    "person",
    sa.column("id", sa.Uuid()),
    sa.column("deputy_id", sa.Uuid()),
    sa.column("absent_from", sa.Date()),
    sa.column("absent_until", sa.Date()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
ABSENCE = sa.table(
    "absence",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("deputy_id", sa.Uuid()),
    sa.column("begins_on", sa.Date()),
    sa.column("ends_on", sa.Date()),
    sa.column("cancelled_at", sa.DateTime(timezone=True)),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade():
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_absence_deputy_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"])
    connection = op.get_bind()
    for row in connection.execute(sa.select(PERSON).where(PERSON.c.absent_from.is_not(None))).all():
        connection.execute(
            ABSENCE.insert().values(
                id=uuid.uuid4(),
                person_id=row.id,
                deputy_id=row.deputy_id,
                begins_on=row.absent_from,
                ends_on=row.absent_until,
                created_at=row.created_at,
            )
        )
    op.drop_column("person", "absent_from")
    op.drop_column("person", "absent_until")


def downgrade():
    op.add_column("person", sa.Column("absent_from", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("absent_until", sa.Date(), nullable=True))
    connection = op.get_bind()
    # One pair of days holds one absence: the last to begin is kept.
    standing = sa.select(ABSENCE).where(ABSENCE.c.cancelled_at.is_(None)).order_by(ABSENCE.c.begins_on)
    rows = connection.execute(standing).all()
    for row in rows:
        connection.execute(
            PERSON.update()
            .where(PERSON.c.id == row.person_id)
            .values(absent_from=row.begins_on, absent_until=row.ends_on)
        )
    op.drop_table("absence")
