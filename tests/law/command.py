"""`casefile law …` asked through the entry point of `python -m casefile`, in this process: a second less each time."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from casefile.cli import main


def ask(command: str, facts: object, *options: str) -> subprocess.CompletedProcess[str]:
    """Send facts (or raw text) to one command of the law; an unforeseen error goes through, and fails the test."""
    words = ["casefile", "law", command, *options]
    text = facts if isinstance(facts, str) else json.dumps(facts)
    out, err, code = io.StringIO(), io.StringIO(), 0
    streams = patch.multiple(sys, argv=words, stdin=io.StringIO(text))
    with streams, redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
