"""A process that serves pages loads no library that only a document, a capture, a sheet or a key asks for."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from argon2 import PasswordHasher

from casefile import accounts
from casefile.cli import run, server

ROOT = Path(__file__).resolve().parents[2]

# What each one is for; loaded by the first request that needs it.
LATER = {
    "aiohttp": "pyHanko, when a report is signed",
    "alembic": "migrations, and the page of health",
    "asn1crypto": "time stamps",
    "av": "films that are deposited",
    "bidi": "documents",
    "dkim": "signed messages",
    "dns": "signed messages",
    "docx": "Word",
    "huey": "the worker",
    "icalendar": "the feed of an agenda",
    "lxml": "Word",
    "magic": "what is deposited",
    "ntplib": "captures",
    "openpyxl": "workbooks",
    "oxmsg": "Outlook's messages",
    "pikepdf": "PDF",
    "PIL": "pictures",
    "pillow_heif": "pictures",
    "playwright": "captures",
    "prometheus_client": "figures",
    "pygments": "nothing of ours: Mako, below Alembic, looks for it",
    "pyhanko": "signed reports",
    "pypdf": "sheets of one page",
    "pypdfium2": "what is deposited",
    "pyphen": "documents",
    "pytesseract": "optical reading",
    "rapidfuzz": "conflicts of interest",
    "reportlab": "PDF",
    "rfc3161_client": "time stamps",
    "segno": "the picture of a second factor",
    "snowballstemmer": "the search",
    "uharfbuzz": "documents",
    "warcio": "captures",
    "webauthn": "passkeys",
}
FIRST_PAGE = """
import json, sys
from casefile.app import create_app
from casefile.config import Settings

answer = create_app(Settings.from_env()).test_client().get("/connexion")
assert answer.status_code == 200, answer.status
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(code, settings):
    environment = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
        "PYTHONPATH": str(ROOT),
    }
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return set(json.loads(told.stdout))


def test_the_sign_in_page_loads_nothing_that_only_other_pages_need(settings):
    loaded = loaded_by(FIRST_PAGE, settings)
    assert "sqlalchemy" in loaded, "what the process tells is what it loaded"
    early = {name: use for name, use in LATER.items() if name in loaded}
    assert not early, f"import these where they are used, not at the head of a module: {early}"


def test_what_is_loaded_later_exists():
    """A library that was renamed or dropped would be absent from the first page for the wrong reason."""
    assert [name for name in LATER if importlib.util.find_spec(name) is None] in ([], ["pygments"])


def test_the_decoy_password_takes_the_time_of_a_real_one():
    """It is written in the source: were the cost of a password raised without it, time would tell who is known."""
    assert not PasswordHasher().check_needs_rehash(accounts._DECOY)


def test_the_garbage_collector_works_again_once_all_is_loaded(monkeypatch, settings):
    seen = []
    monkeypatch.setattr(server.Server, "run", lambda self: seen.append(gc.isenabled()) or self.load())
    monkeypatch.setattr(run.Settings, "from_env", lambda: settings)
    monkeypatch.setattr(run.logs, "install", lambda: None)
    try:
        run.web.callback()
        assert seen == [True]
        assert gc.isenabled()
    finally:
        gc.unfreeze()
