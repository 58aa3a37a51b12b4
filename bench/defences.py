"""Does each test of SECURITY.md bite? Each defence is taken out in a copy of the tree, and its test must then fail.

`python -m bench.defences [WORD…]` runs those whose name holds one of the words (all without). It prints one line each
and exits 1 when a test passes without its defence, fails with it, or when the text to take out is no longer there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import defences_of_doors, defences_of_proofs
from bench.defence import Defence

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("casefile", "templates", "migrations", "tests", "fixtures", "pyproject.toml", "SECURITY.md", "ops", "bench")
SECONDS = 600
DEFENCES = (*defences_of_doors.DEFENCES, *defences_of_proofs.DEFENCES)


def main() -> int:
    """Take each defence out in turn; print what its test said."""
    words = sys.argv[1:]
    chosen = [one for one in DEFENCES if not words or any(word in one.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="casefile-defences-") as name:
        home = Path(name)
        for part in COPIED:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, home / part)
        # With every defence in place all pass, in one run; only when one does not is each asked by itself.
        whole = _passes(home, *sorted({one.test for one in chosen}))
        held = [_seen(home, one, known_to_pass=whole) for one in chosen]
    print(f"{sum(held)} of {len(held)} defences are seen to go")
    return 0 if all(held) else 1


def _seen(home: Path, one: Defence, *, known_to_pass: bool) -> bool:
    file = home / one.file
    whole = file.read_text("utf-8")
    if whole.count(one.written) != 1:
        print(f"| {one.name} | the text to take out is not there once: {one.file} |")
        return False
    before = known_to_pass or _passes(home, one.test)
    file.write_text(whole.replace(one.written, one.without), "utf-8")
    after = _passes(home, one.test)
    file.write_text(whole, "utf-8")
    said = {(True, False): "fails", (True, True): "PASSES WITHOUT IT"}.get((before, after), "FAILS WITH IT")
    print(f"| {one.name} | {one.test.rpartition('::')[2]} | {said} |", flush=True)
    return before and not after


def _passes(home: Path, *tests: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    seconds = SECONDS * len(tests)
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, timeout=seconds, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout.decode()[-2000:])
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
