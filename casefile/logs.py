"""The technical log: one JSON object a line on stderr, with nothing in it that names a client, a person or a word.

An exception is told by its type and the places it went through, never by its message: messages quote values. What a
line may hold beside its own words is listed in `FACTS`; anything else that a caller adds is dropped.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from pathlib import Path

from casefile import clock

FACTS = ("method", "rule", "status", "ms", "request", "person")
ROOT = Path(__file__).resolve().parent.parent
# These write addresses, subjects or SQL values at their finer levels.
QUIET = ("huey", "sqlalchemy", "urllib3", "asyncio", "PIL", "fontTools", "pikepdf")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; our own messages are constants, those of libraries are named but not repeated."""
        ours = record.name.partition(".")[0] == "casefile"
        line: dict[str, object] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if ours else f"{Path(record.pathname).name}:{record.lineno}",
        }
        line |= {name: record.__dict__[name] for name in FACTS if name in record.__dict__}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = described(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def described(error: BaseException) -> list[dict[str, object]]:
    """Tell an exception and its causes: types and places, outermost first."""
    told: list[dict[str, object]] = []
    seen: BaseException | None = error
    while seen is not None and len(told) < 5:  # noqa: PLR2004 - a chain is rarely longer, and may be a loop
        frames = traceback.extract_tb(seen.__traceback__)
        told.append({"type": type(seen).__name__, "places": [f"{_short(f.filename)}:{f.lineno}" for f in frames]})
        seen = seen.__cause__ or seen.__context__
    return told


def install(level: int = logging.INFO) -> None:
    """Make every logger of the process write JSON lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else "/".join(path.parts[-2:])
