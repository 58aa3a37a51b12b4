"""Attack the demonstration firm with hostile forms as long as one likes: `python bench/fuzz.py 50 [SEED]`."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from casefile import demo, pace, storage
from casefile.app import create_app
from casefile.config import Settings
from casefile.database import Database
from tests.security.test_fuzz import SEED, run


def main(rounds: int, seed: int) -> int:
    """Run the rounds on a fresh firm; print the counts and each fault."""
    for kind in pace.Pace:
        pace.LIMITS[kind] = dataclasses.replace(pace.LIMITS[kind], most=10**9, within=timedelta(hours=9))
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.from_env({"CASEFILE_DATA_DIR": str(Path(directory) / "data")})
        database = Database.of(settings)
        database.migrate()
        demo.load(database, storage.from_settings(settings), settings)
        app = create_app(settings, database)
        app.config["WTF_CSRF_ENABLED"] = False
        logging.getLogger("casefile").setLevel(logging.CRITICAL)
        faults, done = run(app, database, rounds, seed)
        database.close()
    print(json.dumps({**done, "seed": seed, "faults": faults}, ensure_ascii=False, indent=1))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SEED))
