"""The firm closed for works: every page answers 503 with one sentence, and nothing is read or written behind it.

It stands outside the application, so that it shows while the database is away or between two schemas.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from casefile.web.guards import HEADERS, HSTS

if TYPE_CHECKING:
    from casefile.config import Settings

RETRY_SECONDS = 120
# What stays open: the style of the page itself, and what outside monitors ask.
OPEN = ("/static/", "/sante")
USUAL = "Casefile est en cours de mise à jour. Rien n'est perdu : ce que vous aviez enregistré l'est."
PAGE = """\
<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Maintenance – Casefile</title><link rel="stylesheet" href="/static/casefile.css"></head>
<body><main id="contenu"><div class="narrow stack"><h1>Maintenance</h1><p>{sentence}</p>
<p>Rechargez cette page dans quelques minutes : un formulaire envoyé à l’instant est à renvoyer.</p>
<p>Un délai presse ? Vos rappels sont dans votre messagerie et votre calendrier.</p></div></main></body></html>
"""


class Maintenance:
    """Answers in the application's stead while the file is there."""

    def __init__(self, application: Any, settings: Settings) -> None:
        """Stand before the application."""
        self.application, self.file = application, settings.maintenance_file
        self.headers = {**HEADERS, "Strict-Transport-Security": HSTS} if settings.is_https else HEADERS

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Let the request through, or close the door."""
        if not self.file.exists() or environ.get("PATH_INFO", "").startswith(OPEN):
            answer: Iterable[bytes] = self.application(environ, start_response)
            return answer
        body = PAGE.format(sentence=escape(_sentence(self.file.read_text("utf-8", "replace")))).encode()
        headers = {
            **self.headers,
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Retry-After": str(RETRY_SECONDS),
        }
        start_response("503 Service Unavailable", list(headers.items()))
        return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]


def _sentence(written: str) -> str:
    return (written.strip() or USUAL).replace(" :", "\u00a0:")
