"""Forbid rewriting: the trail, custody, seals, triggers of deadlines and sealed captures."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entry", "custody_event", "seal", "trigger_event", "deadline_control", "answer")
# A sealed capture has one way out: its destruction, which keeps digests and dates.
SEALED_KEEPS = (
    "matter_id",
    "publication_id",
    "manifest_sha256",
    "sealed_at",
    "started_at",
    "ended_at",
    "provenance",
    "outcome",
)
REFUSED = "casefile: this row is part of the evidence and cannot change"


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _changed(distinct):
    return " OR ".join(f"NEW.{column} {distinct} OLD.{column}" for column in SEALED_KEEPS)


def _upgrade_sqlite():
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
    op.execute(
        "CREATE TRIGGER capture_sealed_no_update BEFORE UPDATE ON capture WHEN OLD.state IN ('sealed', 'destroyed') "
        f"AND (NEW.state != 'destroyed' OR {_changed('IS NOT')}) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    op.execute(
        "CREATE TRIGGER capture_sealed_no_delete BEFORE DELETE ON capture WHEN OLD.state IN ('sealed', 'destroyed') "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER artifact_sealed_no_{verb.lower()} BEFORE {verb} ON artifact "
            "WHEN (SELECT state FROM capture WHERE id = OLD.capture_id) = 'sealed' "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def _upgrade_postgresql():
    op.execute(
        "CREATE FUNCTION casefile_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION casefile_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION casefile_refuse()"
        )
    op.execute(
        "CREATE TRIGGER capture_sealed_no_update BEFORE UPDATE ON capture FOR EACH ROW "
        f"WHEN (OLD.state IN ('sealed', 'destroyed') AND (NEW.state != 'destroyed' OR {_changed('IS DISTINCT FROM')})) "
        "EXECUTE FUNCTION casefile_refuse()"
    )
    op.execute(
        "CREATE TRIGGER capture_sealed_no_delete BEFORE DELETE ON capture FOR EACH ROW "
        "WHEN (OLD.state IN ('sealed', 'destroyed')) EXECUTE FUNCTION casefile_refuse()"
    )
    op.execute(
        "CREATE FUNCTION casefile_refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT state FROM capture WHERE id = OLD.capture_id) = 'sealed' THEN "
        f"RAISE EXCEPTION '{REFUSED}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER artifact_sealed BEFORE UPDATE OR DELETE ON artifact "
        "FOR EACH ROW EXECUTE FUNCTION casefile_refuse_sealed()"
    )


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        for table, trigger in (
            ("capture", "capture_sealed_no_update"),
            ("capture", "capture_sealed_no_delete"),
            ("artifact", "artifact_sealed"),
        ):
            op.execute(f"DROP TRIGGER {trigger} ON {table}")
        op.execute("DROP FUNCTION casefile_refuse()")
        op.execute("DROP FUNCTION casefile_refuse_sealed()")
        return
    for table in (*APPEND_ONLY, "artifact_sealed"):
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
    op.execute("DROP TRIGGER capture_sealed_no_update")
    op.execute("DROP TRIGGER capture_sealed_no_delete")
