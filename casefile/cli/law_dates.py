"""`casefile law date-of`: the dates hidden in an address, an identifier or a capture."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from casefile import clock
from casefile.cli import print_json
from casefile.cli.law import read_facts
from casefile.errors import InvalidInput
from casefile.evidence.saved import read_saved
from casefile.law import forensics
from casefile.law.french import typeset

FIELDS = {"url", "id", "platform", "capture", "seen_at"}


@click.command("date-of")
@click.argument("source", required=False)
def date_of(source: str | None) -> None:
    """Cherche la date exacte d'une publication (adresse, identifiant ou capture, en JSON)."""
    print_json(answer(read_facts(source)))


def answer(facts: dict[str, Any]) -> dict[str, Any]:
    """Give the contract's answer for one question; raises InvalidInput naming the field at fault."""
    unknown = sorted(set(facts) - FIELDS)
    if unknown:
        raise _wrong(unknown[0], "ce champ n'existe pas ; les champs sont url, id, platform, capture et seen_at")
    url, item_id, platform = (_text(facts, name) for name in ("url", "id", "platform"))
    capture, captured_url = _capture(facts.get("capture"))
    url = url or captured_url
    if not (url or item_id or capture):
        raise _wrong("url", "donnez une adresse, un identifiant (« id ») ou une capture (« capture »)")
    seen_at = _instant("seen_at", facts["seen_at"]) if "seen_at" in facts else clock.now()
    found = forensics.date_of(seen_at=seen_at, url=url, item_id=item_id, platform=platform, capture=capture)
    return found.as_json()


def _text(facts: dict[str, Any], name: str) -> str:
    value = facts.get(name)
    if value is None:
        return ""
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _wrong(name, "écrivez un texte entre guillemets")
    # A lone surrogate can be written in JSON but in no file: it is replaced rather than crash the answer.
    return value.encode("utf-8", "replace").decode("utf-8").strip()


def _capture(value: Any) -> tuple[forensics.Capture | None, str]:
    """Give the capture and the address that it says it is of."""
    if value is None:
        return None, ""
    if isinstance(value, str):
        return _saved(value)
    if not isinstance(value, dict):
        raise _wrong("capture", "donnez un objet { html, captured_at } ou le chemin d'une capture")
    payloads = value.get("payloads", [])
    headers = value.get("headers", {})
    if not isinstance(payloads, list) or not all(isinstance(text, str) for text in payloads):
        raise _wrong("capture.payloads", "donnez une liste de textes")
    if not isinstance(headers, dict) or not all(isinstance(text, str) for text in headers.values()):
        raise _wrong("capture.headers", "donnez un objet dont chaque valeur est un texte")
    given = forensics.Capture(
        captured_at=_instant("capture.captured_at", value.get("captured_at")),
        html=_part(value, "html"),
        payloads=tuple(payloads),
        headers=headers,
        sitemap=_part(value, "sitemap"),
        displayed=_part(value, "displayed"),
    )
    return given, ""


def _part(value: dict[str, Any], name: str) -> str:
    text = value.get(name, "")
    if not isinstance(text, str):
        raise _wrong(f"capture.{name}", "écrivez un texte entre guillemets")
    return text


def _saved(path: str) -> tuple[forensics.Capture, str]:
    saved = read_saved(path)
    captured_at = _instant("capture.captured_at", saved.captured_at) if saved.captured_at else clock.now()
    capture = forensics.Capture(captured_at, saved.html, tuple(saved.payloads), saved.headers, saved.sitemap)
    return capture, saved.url


def _instant(name: str, value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong(name, "écrivez un instant ISO, par exemple 2026-11-23T10:00:00+01:00") from error
    if instant.tzinfo is None:
        raise _wrong(name, "ajoutez le fuseau à l'instant, par exemple +01:00")
    return instant


def _wrong(field: str, repair: str) -> InvalidInput:
    return InvalidInput(typeset(f"Champ « {field} » : {repair}."), field=field)
