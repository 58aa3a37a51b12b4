"""Destroy whole dossiers: the request and its certificate; what is evidence may go only with its destroyed dossier."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

REFUSED = "casefile: this row is part of the evidence and cannot change"
# Each table of evidence that goes with its dossier, and how its dossier is found from the row.
FREED = {
    "trigger_event": "OLD.matter_id",
    "answer": "(SELECT matter_id FROM qualification WHERE id = OLD.qualification_id)",
    "deadline_control": "(SELECT matter_id FROM deadline WHERE id = OLD.deadline_id)",
}


def upgrade():
    op.create_table(
        "matter_erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(40), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_erasure"),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name="fk_matter_erasure_matter_id_matter"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_matter_erasure_asked_by_id_person"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name="fk_matter_erasure_decided_by_id_person"),
    )
    op.create_index("ix_matter_erasure_matter_id", "matter_erasure", ["matter_id"])
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_sqlite():
    for table, owner in FREED.items():
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"WHEN COALESCE((SELECT state FROM matter WHERE id = {owner}), '') != 'erased' "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    op.execute(
        "CREATE TRIGGER matter_erased_stays BEFORE UPDATE ON matter "
        f"WHEN OLD.state = 'erased' AND NEW.state != 'erased' BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _upgrade_postgresql():
    for table, owner in FREED.items():
        op.execute(
            f"CREATE FUNCTION casefile_refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' AND (SELECT state FROM matter WHERE id = {owner}) = 'erased' "
            "THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{REFUSED}'; END $$"
        )
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION casefile_refuse_{table}()"
        )
    op.execute(
        "CREATE TRIGGER matter_erased_stays BEFORE UPDATE ON matter FOR EACH ROW "
        "WHEN (OLD.state = 'erased' AND NEW.state != 'erased') EXECUTE FUNCTION casefile_refuse()"
    )


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER matter_erased_stays ON matter")
        for table in FREED:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP FUNCTION casefile_refuse_{table}()")
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION casefile_refuse()"
            )
    else:
        op.execute("DROP TRIGGER matter_erased_stays")
        for table in FREED:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
    op.drop_table("matter_erasure")
