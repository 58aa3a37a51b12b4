"""Hostile form data: every form of every page filled by somebody who wishes harm, reproducibly from a seed."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import html5lib
from sqlalchemy import func, select

from casefile.models import Base

WEB = Path(__file__).resolve().parents[2] / "casefile" / "web"
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
# What counting, noticing and slowing down write whatever the outcome.
UNCOUNTED = {"login_session", "login_failure", "rate_window", "heartbeat"}
# A refusal that the trail must hold; of several wrong passwords their owner is told by mail.
RECORDED = {"/compte/confirmation": {"audit_entry", "outgoing_mail"}}
# They end the session that fuzzes, or belong to signing in, fuzzed apart.
LEFT_OUT = re.compile(r"^/(deconnexion|connexion|compte/sessions|compte/mot-de-passe)")
TEXTS = (
    "",
    " ",
    "x" * 20_000,
    "\x00\x01\x1f",
    "\u202egnp.exe\u200b\ufeff",
    "<img src=x onerror=alert(1)><script>alert(1)</script>",
    "{{7*7}}{% for x in ().__class__.__base__.__subclasses__() %}",
    "${jndi:ldap://x}",
    "'; DROP TABLE matter; --",
    '" OR 1=1 --',
    "=cmd|' /C calc'!A0",
    "a\r\nBcc: voleur@mal.example\r\n\r\nx",
    "../../../../etc/passwd",
    "//mal.example/\\x",
    "javascript:alert(1)",
    "https://u:p@127.0.0.1:22/",
    "00000000-0000-4000-8000-000000000001",
    "99999999999999999999",
    "-1",
    "1e309",
    "NaN",
    "2026-02-30",
    "0001-01-01",
    "31/12/9999",
    "٣١",
    "é" * 301,
    "😡" * 100,
    "%s%n%x",
    "[]",
    "null",
    "true",
)


@dataclass
class Form:
    """One form of one page: where it goes, its fields and what an honest person could answer."""

    page: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


def forms_of(page: str, html: str) -> list[Form]:
    found = []
    for node in html5lib.parse(html).iter(f"{NAMESPACE}form"):
        if (node.get("method") or "get").lower() == "post":
            form = Form(page, urlsplit(node.get("action") or page).path)
            for control in node.iter():
                _add(form, control)
            found.append(form)
    return found


def _add(form: Form, control) -> None:
    name, tag = control.get("name"), str(control.tag).removeprefix(NAMESPACE)
    if not name or name == "csrf_token":
        return
    if tag == "select":
        form.fields[name] = [option.get("value") or "" for option in control.iter(f"{NAMESPACE}option")]
    elif tag == "textarea":
        form.fields[name] = ["Un texte ordinaire."]
    elif tag in {"input", "button"} and control.get("type") == "file":
        form.files.add(name)
    elif tag in {"input", "button"}:
        form.fields.setdefault(name, []).append(control.get("value") or "Mot")


def filled(form: Form, draw: random.Random) -> dict:
    """Answer a form: mostly hostile, sometimes honest, so that what stands behind the first check is reached too."""
    data: dict = {}
    spite = draw.choice((0.15, 0.5, 1.0))
    for name, honest in form.fields.items():
        chance = draw.random()
        if chance < spite * 0.15:
            continue
        if chance < spite:
            data[name] = [draw.choice(TEXTS) for _ in range(draw.choice((1, 1, 1, 3)))]
        else:
            data[name] = [draw.choice(honest)] if honest else [""]
    if draw.random() < 0.2:
        data[draw.choice(("version", "matter_id", "person", "role", "until", "__proto__", "next"))] = draw.choice(TEXTS)
    for name in form.files:
        content = draw.choice((b"", b"%PDF-1.7\n%", draw.randbytes(400), b"MZ" + draw.randbytes(50), b"<html>x"))
        data[name] = [(io.BytesIO(content), draw.choice(("a.pdf", "..\\..\\x.exe", "é" * 300 + ".png", "\x00.txt")))]
    return data


def query_names() -> list[str]:
    """Read in the source which arguments pages look at in their address."""
    text = "\n".join(file.read_text("utf-8") for file in WEB.rglob("*.py"))
    return sorted(set(re.findall(r"args\.(?:get|getlist)\(\s*\"([\w-]+)\"", text)))


def hostile_query(names: list[str], draw: random.Random) -> str:
    return urlencode([(name, draw.choice(TEXTS)[:2000]) for name in names])


def counts(database) -> dict[str, int]:
    with database.reader() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name not in UNCOUNTED
        }


def faults_of(answer, what: str) -> list[str]:
    found = []
    if answer.status_code >= 500 and answer.request.path != "/sante":  # 503 there says that the worker is silent
        found.append(f"{answer.status_code} {what}")
    if answer.mimetype == "text/html":
        text = answer.get_data(as_text=True)
        found += [f"{word} {what}" for word in ("Traceback (most recent", "sqlalchemy.", "werkzeug.") if word in text]
    place = answer.headers.get("Location", "/")
    if urlsplit(place).netloc not in {"", "localhost"} or place.startswith(("//", "/\\")):
        found.append(f"leads to {place} {what}")
    return found
