"""A scripted day of work on a real disk that fills at random moments: nothing acknowledged may be lost.

`python -m bench.full_disk [ROUNDS] [sqlite|postgresql]…` mounts a small disk in memory and puts everything on it: the
firm's data, the uploads that wait, PostgreSQL's own files, the backups. Each round works through the pages, fills the
disk to a few pages at a random moment, works on, asks for a backup, makes room again, and the same work must then go
through. At the end whatever was answered « 303 » is looked for, the last backup is restored beside and `casefile
verify` must find nothing. Mounting needs root; it is the long form of `tests/web/test_full_disk.py`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from bench.posts import ROOT, Post, opened
from bench.siege import KINDS, judged
from bench.workday import Day

SEED = 1881
MEGABYTES = {"sqlite": 320, "postgresql": 512}
LEFT = 32 * 1024  # bytes at most that are left when the disk is « full »
LONGEST_WAIT = 0.6
CLEAR = ("disque est plein", "ne répond pas", "ne répond plus")
HEAVY, ONE_IN = 600_000, 4  # bytes: such an upload waits in a temporary file


@dataclass
class Disk:
    """A small disk, and the file that fills it."""

    place: Path

    def fill(self, left: int) -> None:
        """Take all the room but so many bytes."""
        with (self.place / "plein").open("wb") as file:
            taken = 0
            while (free := self.free()) > left:
                with suppress(OSError):  # somebody was quicker, and nothing at all was taken
                    os.posix_fallocate(file.fileno(), taken, free - left)
                    taken += free - left

    def free(self) -> int:
        """Give how many bytes are left."""
        found = os.statvfs(self.place)
        return found.f_bavail * found.f_frsize

    def make_room(self) -> None:
        """Give the room back."""
        (self.place / "plein").unlink(missing_ok=True)


@contextmanager
def mounted(megabytes: int) -> Iterator[Disk]:
    """Mount a disk in memory for the block; temporary files, ours and our children's, go there too."""
    with tempfile.TemporaryDirectory(prefix="casefile-disk-") as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "none", name]
        subprocess.run(command, check=True)
        before = os.environ.get("TMPDIR")
        waiting = Path(name) / "tmp"
        waiting.mkdir(mode=0o755)
        os.environ["TMPDIR"] = tempfile.tempdir = str(waiting)
        try:
            yield Disk(Path(name))
        finally:
            tempfile.tempdir = None
            os.environ.pop("TMPDIR")
            if before is not None:
                os.environ["TMPDIR"] = before
            subprocess.run(["umount", "--lazy", name], check=True)


@dataclass
class FullDay(Day):
    """A day whose refusals are read as well: each must say in French what is wrong."""

    unclear: list[str] = field(default_factory=list)
    count: int = 0

    def content(self, title: str) -> bytes:
        """Make one file in four heavy."""
        self.count += 1
        return title.encode() + b"\n" * (HEAVY if self.count % ONE_IN == 0 else 0)

    def refused(self, status: int, html: str) -> None:
        """Keep a refusal that does not say what happened."""
        text = " ".join(unescape(html).replace("\xa0", " ").replace("\u202f", " ").split())
        found = next((words for words in CLEAR if words in text), None)
        self.answers[found or f"unclear {status}"] += 1
        if found is None:
            self.unclear.append(f"{status} {text[:2000]}")


@dataclass
class Firm:
    """The firm on its small disk: its processes, its day, its backups."""

    post: Post
    day: FullDay
    disk: Disk
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def backups(self) -> Path:
        """Give the directory of the backups, on the same disk."""
        return self.disk.place / "sauvegardes"

    def command(self, *words: object) -> tuple[int, str]:
        """Run a `casefile` command; give its exit code and what it says."""
        line = [sys.executable, "-m", "casefile", *map(str, words)]
        done = subprocess.run(
            line, cwd=ROOT, env=self.post.environment, capture_output=True, text=True, check=False, timeout=600
        )
        return done.returncode, done.stderr

    def round(self, draw: random.Random, number: int) -> None:
        """Fill the disk in the middle of the work, work on, back up; then make room: the work goes through."""
        worker = threading.Thread(target=self.acts, args=(3,))
        worker.start()
        time.sleep(draw.uniform(0, LONGEST_WAIT))
        self.disk.fill(draw.randrange(LEFT))
        worker.join()
        self.acts(2)
        self.back_up(self.backups / f"{number}.casefile", full=True)
        self.disk.make_room()
        self.mend()
        before = len(self.day.notes)
        self.acts(1)
        self.seen["works again"] += len(self.day.notes) == before + 1
        if number % 5 == 0:
            self.back_up(self.backups / f"{number}.casefile", full=False)

    def acts(self, times: int) -> None:
        """Work so many times."""
        for _ in range(times):
            self.day.work()

    def back_up(self, file: Path, *, full: bool) -> None:
        """Back up: on a full disk it must say so and leave nothing; with room it must be made."""
        code, said = self.command("backup", file, "--blobs", self.backups / "blobs")
        if not full:
            self.seen["backups made"] += code == 0
            return
        clear = code == 2 and any(words in said for words in CLEAR) and "Traceback" not in said
        self.seen["backups refused clearly"] += clear and not file.exists()
        self.seen["backups made while full"] += code == 0
        file.unlink(missing_ok=True)
        left = [*self.backups.glob(".*"), *self.backups.glob("blobs/incoming/*")]
        self.seen["half backups"] += len(left)

    def mend(self) -> None:
        """Do what the manager of services does: start again what ended, and wait until the pages answer."""
        server = self.post.server
        if server is not None:
            with suppress(Exception):
                server.ensure_postgres_running()
        for name, process in list(self.post.running.items()):
            if process.poll() is not None:
                self.seen[f"{name} started again"] += 1
                self.post.start(name)
        self.post.wait()


def fill(rounds: int, kind: str) -> dict[str, object]:
    """Work so many rounds on a disk that fills, then look for everything that was acknowledged."""
    draw = random.Random(SEED)
    with mounted(MEGABYTES[kind]) as disk, opened(kind) as (post, token):
        firm = Firm(post, FullDay(post.settings.bind, token), disk)
        firm.backups.mkdir()
        for name in ("web", "worker"):
            post.start(name)
        post.wait()
        firm.acts(1)
        firm.back_up(firm.backups / "0.casefile", full=False)
        for number in range(1, rounds + 1):
            firm.round(draw, number)
            print(number, dict(firm.day.answers), dict(firm.seen), file=sys.stderr, flush=True)
        last = firm.backups / "last.casefile"
        firm.back_up(last, full=False)
        post.stop()
        code, said = firm.command("verify")
        return {
            "database": kind,
            "rounds": rounds,
            "seen": dict(firm.seen),
            "unclear": firm.day.unclear[:3],
            "verify_exit": code,
            "verify_says": said[-500:],
            "restored": _restored(firm, last),
            **judged(post.settings, firm.day),
        }


def _restored(firm: Firm, file: Path) -> bool:
    """Restore on another disk, on SQLite, and tell whether the verification finds nothing."""
    key = str(firm.post.settings.key_file)
    with tempfile.TemporaryDirectory(dir=firm.disk.place.parent) as there:
        environment = {**firm.post.environment, "CASEFILE_DATA_DIR": there, "CASEFILE_KEY_FILE": key}
        environment.pop("CASEFILE_DATABASE_URL", None)
        command = [sys.executable, "-m", "casefile", "restore", str(file), "--blobs", str(firm.backups / "blobs")]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0


def sound(report: dict[str, object]) -> bool:
    """Tell whether a report shows nothing lost, half-written or badly told."""
    seen = Counter(report["seen"])  # type: ignore[arg-type]
    return bool(
        report["ok"]
        and report["restored"]
        and report["verify_exit"] == 0
        and not report["unclear"]
        and seen["half backups"] == 0
        and seen["works again"] == report["rounds"]
        and seen["backups refused clearly"] + seen["backups made while full"] == report["rounds"]
    )


def main() -> int:
    """Print the reports; exit 1 when anything was lost, half-written or badly told."""
    words = sys.argv[1:]
    rounds = next((int(word) for word in words if word.isdecimal()), 50)
    kinds = [word for word in words if word in KINDS] or KINDS
    reports = [fill(rounds, kind) for kind in kinds]
    print(json.dumps(reports, ensure_ascii=False, indent=2))
    return 0 if all(sound(report) for report in reports) else 1


if __name__ == "__main__":
    raise SystemExit(main())
