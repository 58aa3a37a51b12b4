"""Whatever dies and whenever, what is visible in the store is whole, and what is not is settled at the next start."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import killing
from casefile.errors import CasefileError
from casefile.evidence import bag, seal
from casefile.evidence.capture import adopt_or_quarantine, sealed_captures
from casefile.evidence.verify import verify
from tests.evidence.conftest import small_work
from tests.evidence.sites import review_site

pytestmark = pytest.mark.slow

SEAL_LOOP = """
import sys
from pathlib import Path
from casefile.evidence import seal
from casefile.evidence.authority import EmbeddedAuthority
from tests.evidence.conftest import small_work
root, embedded = Path(sys.argv[1]), EmbeddedAuthority.at(Path(sys.argv[2]))
for number in range(10_000):
    work = small_work(root, f"capture-{number:05d}")
    seal.seal(work, root / work.name, {"URL": "https://avis.example/"})
    seal.stamp(root / work.name, embedded)
"""

CAPTURE = """
import sys
from pathlib import Path
from casefile.evidence.address import Allowed
from casefile.evidence.capture import Budget, capture_page
capture_page(sys.argv[2], into=Path(sys.argv[1]) / "store", authority=Path(sys.argv[1]) / "autorite", operator="Me X",
    reference="2026/0001", request_id="coupée", allow=Allowed.parse(sys.argv[3]), budget=Budget(ntp_servers=()))
"""


class Crash(BaseException):
    """The machine stops here."""


def every_visible_capture_is_whole(root):
    return all(verify(directory).intact for directory in sealed_captures(root))


def test_a_crash_at_any_write_to_disk_leaves_nothing_half_sealed(tmp_path, embedded, monkeypatch):
    real, points = bag.flush, 0
    for stop in range(1, 60):
        root = tmp_path / str(stop)
        work = small_work(root)
        count = 0

        def flush(path, stop=stop):
            nonlocal count
            count += 1
            if count == stop:
                raise Crash
            real(path)

        monkeypatch.setattr(bag, "flush", flush)
        try:
            seal.seal(work, root / work.name, {"URL": "https://avis.example/"})
            seal.stamp(root / work.name, embedded)
            break
        except Crash:
            points += 1
        finally:
            monkeypatch.setattr(bag, "flush", real)
        settled = adopt_or_quarantine(root)
        assert every_visible_capture_is_whole(root), stop
        visible = sealed_captures(root)
        assert len(visible) + len(settled["quarantined"]) == 1, stop
        for directory in visible:
            seal.stamp(directory, embedded)
            assert len(verify(directory).tokens) == 1, stop
    assert points > 15


def test_b5_a_process_killed_at_twenty_moments_of_sealing_leaves_nothing_half_sealed(tmp_path):
    chance = random.Random(1958)
    authority = tmp_path / "autorite"
    started = subprocess.Popen
    for number in range(20):
        root = tmp_path / f"store-{number}"
        process = started([sys.executable, "-c", SEAL_LOOP, root, authority], stderr=subprocess.DEVNULL)
        while not (root / "capture-00000").exists():
            time.sleep(0.01)
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        adopt_or_quarantine(root)
        assert every_visible_capture_is_whole(root), number
        assert not list((root / seal.WORK).glob("*/"))


def _kill_during_capture(root: Path, url: str, port: int, delay: float):
    command = [sys.executable, "-c", CAPTURE, root, url, f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()


def _browsers_of(root: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(entry.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return [line for line in found if str(root) in line and "casefile.evidence" not in line]


@pytest.mark.browser
def test_a_capture_killed_at_any_moment_is_never_shown_and_can_be_asked_again(tmp_path):
    chance = random.Random(2004)
    with review_site() as port:
        url = f"http://127.0.0.1:{port}/avis.html"
        for _ in range(2):
            _kill_during_capture(tmp_path, url, port, 0.5 + chance.random() * 4)
            limit = time.monotonic() + 10
            while _browsers_of(tmp_path) and time.monotonic() < limit:
                time.sleep(0.1)
            assert _browsers_of(tmp_path) == []
            adopt_or_quarantine(tmp_path / "store")
            assert every_visible_capture_is_whole(tmp_path / "store")
        done = subprocess.run(
            [sys.executable, "-c", CAPTURE, tmp_path, url, f"127.0.0.1:{port}"], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert len(sealed_captures(tmp_path / "store")) == 1
    assert every_visible_capture_is_whole(tmp_path / "store")


def test_an_altered_proof_is_never_covered_up_by_the_repair(sealed):
    token = next((sealed / "preuve").glob("*.pem"))
    content = token.read_bytes()
    token.chmod(0o644)
    token.write_bytes(content.replace(b"A", b"B", 1))
    (sealed / "preuve" / "manifest-sha256.txt.tiers.tsr").write_bytes(b"half")
    adopt_or_quarantine(sealed.parent)
    assert f"preuve/{token.name}" in {p.name for p in verify(sealed).problems}


def test_a_bag_is_never_written_over_another(tmp_path):
    work = small_work(tmp_path)
    final = tmp_path / work.name
    seal.seal(work, final, {})
    with pytest.raises((OSError, CasefileError)):
        seal.seal(small_work(tmp_path), final, {})
    assert verify(final).intact


def test_the_same_request_always_names_the_same_capture():
    assert seal.capture_id("demande 12") == seal.capture_id("demande 12") != seal.capture_id("demande 13")
    own = "0192f000-0000-7000-8000-00000000000a"
    assert seal.capture_id(own) == own


@pytest.mark.browser
def test_b5_a_worker_killed_during_captures_loses_nothing_and_each_capture_ends(tmp_path):
    found = killing.run(tmp_path, 2)
    assert found["kills"] == 2
    assert found["faults"] == []
    assert found["shown_as_sealed_and_not_whole"] == 0
    assert found["failed_without_a_sentence"] == 0
    assert set(found["captures"]) <= {"sealed", "failed"}, "each one ended"
