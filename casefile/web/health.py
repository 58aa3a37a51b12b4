"""Is it alive, is it ready? For an outside monitor and a load balancer: codes of what is wrong, and nothing else."""

from __future__ import annotations

import shutil
from typing import Any

from flask import Blueprint, jsonify

from casefile import clock
from casefile.deadlines.alarm import trouble
from casefile.web.guards import Context, Door, access, context, db

blueprint = Blueprint("health", __name__)

# Below this, the next upload or backup is what fills the disk.
LEAST_FREE_BYTES = 256 * 1024 * 1024
NO_BLOB = "0" * 64


@blueprint.get("/sante")
@access(Door.PUBLIC)
def show() -> Any:
    """Answer with the codes of what is wrong, never with a dossier or a person."""
    codes = [one.code for one in trouble(db(), clock.now())]
    return jsonify(status="trouble" if codes else "ok", trouble=codes), 503 if codes else 200


@blueprint.get("/sante/pret")
@access(Door.PUBLIC)
def ready() -> Any:
    """Tell whether this process may be sent work: schema up to date, stores within reach, room on the disk."""
    codes = [code for code, is_fine in CHECKS.items() if not _fine(is_fine)]
    return jsonify(status="not ready" if codes else "ready", trouble=codes), 503 if codes else 200


def _schema_is_current(held: Context) -> bool:
    return held.database.is_current()


def _storage_answers(held: Context) -> bool:
    held.storage.exists(NO_BLOB)
    return True


def _disk_has_room(held: Context) -> bool:
    return shutil.disk_usage(held.settings.data_dir).free >= LEAST_FREE_BYTES


def _open_for_work(held: Context) -> bool:
    return not held.settings.maintenance_file.exists()


CHECKS = {
    "maintenance": _open_for_work,
    "schema": _schema_is_current,
    "storage": _storage_answers,
    "disk": _disk_has_room,
}


def _fine(check: Any) -> bool:
    try:
        return bool(check(context()))
    except Exception:  # noqa: BLE001 - whatever keeps it from answering, it is not ready
        return False
