"""A scripted day of work while web, worker and database are killed at random: nothing acknowledged may be lost.

`python -m bench.siege [ROUNDS] [sqlite|postgresql]… [minutes=N]`: each round opens a dossier with its client, its
author, a content and a sealed file, writes a note, and meanwhile one of the three is killed with SIGKILL and started
again. Whatever was answered « 303 » is then looked for, each dossier must be whole, and `casefile verify` must find
nothing.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from bench.posts import opened
from bench.workday import Day
from casefile import search
from casefile.config import Settings
from casefile.database import Database
from casefile.integrity import verify
from casefile.models.evidence import Capture, CaptureState
from casefile.models.ledger import Note
from casefile.models.matter import Matter, Party, TeamMember
from casefile.models.people import Person
from casefile.storage import from_settings

KINDS = ["sqlite", "postgresql"]
VICTIMS = ("web", "worker", "database")
SEED = 1881
LONGEST_WAIT_BEFORE_A_KILL = 1.2


def besiege(rounds: int, kind: str, minutes: float = 600, victims: Sequence[str] = ()) -> dict[str, object]:
    """Work and kill for so many rounds or minutes, then look for everything that was acknowledged.

    `victims` names whom the first rounds kill; then it is drawn.
    """
    draw, ends = random.Random(SEED), time.monotonic() + 60 * minutes
    with opened(kind) as (post, token):
        day, killed = Day(post.settings.bind, token), Counter[str]()
        for name in ("web", "worker"):
            post.start(name)
        for number in range(rounds):
            if time.monotonic() > ends:
                break
            post.wait()
            worker = threading.Thread(target=_several(day.work, 3))
            worker.start()
            time.sleep(draw.uniform(0, LONGEST_WAIT_BEFORE_A_KILL))
            victim = victims[number] if number < len(victims) else draw.choice(VICTIMS)
            post.kill(victim)
            killed[victim] += 1
            worker.join()
        post.wait()
        day.work()
        post.stop()
        return {"database": kind, "rounds": killed.total(), "killed": dict(killed), **judged(post.settings, day)}


def judged(settings: Settings, day: Day) -> dict[str, object]:
    """Look for everything that was acknowledged, and for anything half-written."""
    database = Database.of(settings)
    with database.reader() as session:
        person = session.scalars(select(Person)).one()
        titles = set(session.scalars(select(Matter.title)))
        bodies = set(session.scalars(select(Note.body)))
        dossiers = session.scalar(select(func.count(Matter.id))) or 0
        whole = {
            "parties": session.scalar(select(func.count(Party.id))) == 2 * dossiers,
            "team": session.scalar(select(func.count(TeamMember.id))) == dossiers,
            "sealed": session.scalar(select(func.count(Capture.id)).where(Capture.state == CaptureState.SEALED))
            == session.scalar(select(func.count(Capture.id))),
        }
        report = verify(session, from_settings(settings))
        found = sum(len(search.find(session, person, body).hits) == 1 for body in day.notes)
    database.close()
    return {
        "acknowledged": dict(day.answers),
        "kept": dossiers,
        "lost_dossiers": sorted(set(day.opened) - titles),
        "lost_notes": sorted(set(day.notes) - bodies),
        "not_found_by_search": len(day.notes) - found,
        "whole": whole,
        "verify": report.as_json(),
        "ok": report.ok
        and not set(day.opened) - titles
        and not set(day.notes) - bodies
        and found == len(day.notes)
        and all(whole.values()),
    }


def _several(act: Callable[[], None], times: int) -> Callable[[], None]:
    def acts() -> None:
        for _ in range(times):
            act()

    return acts


def main() -> int:
    """Print the report; exit 1 when anything acknowledged is missing."""
    words = sys.argv[1:]
    minutes = next((float(word.removeprefix("minutes=")) for word in words if word.startswith("minutes=")), 600)
    rounds = next((int(word) for word in words if word.isdecimal()), 100)
    kinds = [word for word in words if word in KINDS] or KINDS
    reports = [besiege(rounds, kind, minutes) for kind in kinds]
    print(json.dumps(reports, ensure_ascii=False, indent=2))
    return 0 if all(report["ok"] for report in reports) else 1


if __name__ == "__main__":
    raise SystemExit(main())
