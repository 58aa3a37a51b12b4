"""Break deposited bytes for as many rounds as one likes: `python bench/fuzz_bytes.py ROUNDS [SEED]`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.evidence.test_byte_fuzz import SEED, run, seeds


def main(rounds: int, seed: int) -> int:
    """Run the rounds; print how many files were judged and each fault."""
    with tempfile.TemporaryDirectory() as directory:
        faults, kinds = run(Path(directory), rounds, seed)
    print(json.dumps({"files": rounds * len(seeds()), "kinds": len(kinds), "seed": seed, "faults": faults}, indent=1))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SEED))
