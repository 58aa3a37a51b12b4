"""Ratios of the evidence engine in one run: sealing against browsing, hashing against sha256sum, captures a minute.

Run as `python -m bench.evidence [CAPTURES]`; prints one JSON document.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

from casefile.evidence import bag, seal
from casefile.evidence.address import Allowed
from casefile.evidence.authority import EmbeddedAuthority
from casefile.evidence.capture import Budget, SealedCapture, capture_page
from casefile.evidence.verify import verify
from tests.evidence.sites import review_site

if TYPE_CHECKING:
    from collections.abc import Callable


def captures(root: Path, count: int) -> dict[str, object]:
    """Capture the review page several times, two at once, then seal one of them again alone."""
    with review_site() as port:

        def one(number: int) -> SealedCapture:
            return capture_page(
                f"http://127.0.0.1:{port}/avis.html",
                into=root / "store",
                authority=root / "autorite",
                operator="bench",
                reference="bench",
                request_id=f"bench-{number}",
                allow=Allowed.parse(f"127.0.0.1:{port}"),
                budget=Budget(ntp_servers=()),
            )

        begun = time.monotonic()
        with Memory() as memory, ThreadPoolExecutor(2) as pool:
            done = list(pool.map(one, range(count)))
        elapsed = time.monotonic() - begun
    browsing = sum((c.ended - c.started).total_seconds() for c in done) / count
    return {
        "captures": count,
        "complete": sum(c.completeness["complete"] is True for c in done),
        "per_minute_two_at_once": round(60 * count / elapsed, 1),
        "peak_mb_of_one_capture": memory.peak,
        "peak_mb_limit": 1300,
        "browser_seconds": round(browsing, 2),
        "sealing_over_browser": round(_sealing(root, done[0].directory) / browsing, 4),
        "verify_seconds": _timed(lambda: verify(done[0].directory)),
    }


class Memory:
    """Watches the capture workers and the browsers under them: proportional memory of each group of processes."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.3):
            groups: dict[int, int] = {}
            parents = _parents()
            for process in parents:
                worker = _worker_of(process, parents)
                if worker:
                    groups[worker] = groups.get(worker, 0) + _proportional(process)
            self.peak = max([self.peak, *(kilobytes // 1024 for kilobytes in groups.values())])


def _parents() -> dict[int, int]:
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            found[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    return found


def _worker_of(process: int, parents: dict[int, int]) -> int:
    """Climb to the capture worker that a process works for; the browser leads a session of its own."""
    while process > 1:
        with contextlib.suppress(OSError):
            if b"casefile.evidence.browser" in Path(f"/proc/{process}/cmdline").read_bytes():
                return process
        process = parents.get(process, 0)
    return 0


def _proportional(process: int) -> int:
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


UPLOAD = """
import json, re, resource, sys
from pathlib import Path
from casefile.config import Settings
from casefile.evidence import deposit
from casefile.storage import from_settings
class Stream:
    left = 500_000_000
    def read(self, size=-1):
        size = min(size, self.left)
        self.left -= size
        return b"<p>texte</p>"[:size].ljust(size)
    def seek(self, *_):
        return 0
settings = Settings.from_env({"CASEFILE_DATA_DIR": sys.argv[1]})
received = deposit.seal_upload(settings, name="grand.html", source=Stream(), operator="x", reference="r", head=None)
with received.sealed.original.open("rb") as source:
    _, size = from_settings(settings).put(source)
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(json.dumps({"bytes": size, "mb": max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024}))
"""


def upload(root: Path) -> dict[str, object]:
    """Seal, read and encrypt a deposit of 500 MB; give the peak memory of the process and of its reader."""
    data = root / "depot"
    data.mkdir(mode=0o700)
    done = subprocess.run([sys.executable, "-c", UPLOAD, data], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return {"upload_bytes": found["bytes"], "upload_peak_mb": found["mb"], "upload_peak_mb_limit": 150}


def _sealing(root: Path, directory: Path) -> float:
    """Seal and stamp a copy of a real capture, alone."""
    work = root / seal.WORK / "copie"
    (work / "data").mkdir(parents=True)
    for name in bag.files_under(directory, "data"):
        target = work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((directory / name).read_bytes())
    embedded = EmbeddedAuthority.at(root / "autorite")

    def act() -> None:
        seal.seal(work, root / "copie", {})
        seal.stamp(root / "copie", embedded)

    return _timed(act)


def hashing(root: Path, megabytes: int = 300) -> dict[str, float]:
    """Hash one file with our function and with the system's command."""
    path = root / "grand"
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(b"x" * 1_000_000)
    bag.digest(path)
    ours = _timed(lambda: bag.digest(path))
    theirs = _timed(lambda: subprocess.run(["sha256sum", path], capture_output=True, check=True))
    return {"hash_mb_per_second": round(megabytes / ours), "hash_speed_over_sha256sum": round(theirs / ours, 2)}


def _timed(act: Callable[[], object]) -> float:
    begun = time.monotonic()
    act()
    return round(time.monotonic() - begun, 4)


def main() -> None:
    """Measure in a directory that is removed afterwards."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print(json.dumps({**captures(root, count), **hashing(root), **upload(root)}, indent=2))


if __name__ == "__main__":
    main()
