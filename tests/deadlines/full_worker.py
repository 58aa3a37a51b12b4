"""Run as a program: the real worker, on a disk that is full as long as a file is there; its minute lasts a second."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from huey.consumer import Scheduler

from casefile import cli
from casefile.config import Settings
from casefile.database import Database
from tests.disk import NEVER, Disk

FULL = "plein"


class Switched(Disk):
    def takes(self):
        self.limit = 0 if self.switch.exists() else NEVER
        return super().takes()


def main():
    settings = Settings.from_env()
    disk = Switched(settings.data_dir)
    disk.switch = Path(settings.data_dir).with_name(FULL)
    Scheduler.periodic_task_seconds = 1
    with pytest.MonkeyPatch.context() as patched, disk.under_database(Database.of(settings)):
        disk.under_files(patched)
        sys.argv = ["casefile", "worker"]
        cli.main()


if __name__ == "__main__":
    main()
