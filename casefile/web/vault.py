"""The second origin: the only place where captured markup is opened, where it can neither run nor ask for anything.

It answers on a host of its own, before the application and without its cookies: one address, signed, good for one
minute and for one person. On that host nothing else exists.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Request, Response

from casefile import clock
from casefile.access import Permission, matter_for
from casefile.errors import CasefileError, NotFound
from casefile.evidence.markup import markup_of
from casefile.models.evidence import Artifact, Capture, CaptureState
from casefile.models.people import Person
from casefile.web.guards import HSTS

if TYPE_CHECKING:
    from casefile.config import Settings
    from casefile.web.guards import Context

LIFE = timedelta(minutes=1)
PREFIX = "/coffre/"
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
TOO_LATE = "Ce lien a expiré : il ne vaut qu’une minute. Revenez à la capture et ouvrez la page de nouveau."
UNKNOWN = "Rien ne se trouve à cette adresse. Revenez à la capture dans Casefile et ouvrez la page de nouveau."


class Expired(CasefileError):
    """A link opened after its minute."""

    code = "link_expired"
    status = 410


def link(settings: Settings, person: Person, artifact: Artifact) -> str:
    """Give the address that opens one sealed markup for this person within a minute."""
    until = int((clock.now() + LIFE).timestamp())
    token = _signer(settings).dumps([str(artifact.id), str(person.id), until])
    return f"{settings.vault_origin}{PREFIX}{token}"


class Vault:
    """Answers the vault's host by itself and passes everything else to the application."""

    def __init__(self, application: Any, context: Context) -> None:
        """Stand in front of an application."""
        self._application, self._context = application, context
        self._host = context.settings.vault_origin.partition("://")[2]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if not self._host or environ.get("HTTP_HOST", "").lower() != self._host:
            found: Iterable[bytes] = self._application(environ, start_response)
            return found
        response = self._answer(Request(environ))
        for name, value in HEADERS.items():
            response.headers[name] = value
        if self._context.settings.is_https:
            response.headers["Strict-Transport-Security"] = HSTS
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return _plain(UNKNOWN, 405)
        try:
            if not request.path.startswith(PREFIX):
                raise NotFound(UNKNOWN)
            return self._page(request.path.removeprefix(PREFIX))
        except CasefileError as error:
            return _plain(error.message if isinstance(error, Expired) else UNKNOWN, error.status)

    def _page(self, token: str) -> Response:
        artifact_id, person_id = _read(self._context.settings, token)
        with self._context.database.reader() as session:
            artifact = session.get(Artifact, artifact_id)
            person = session.get(Person, person_id)
            capture = session.get(Capture, artifact.capture_id) if artifact else None
            if artifact is None or person is None or capture is None or capture.state is not CaptureState.SEALED:
                raise NotFound(UNKNOWN)
            # The wall may have risen, and the capture been destroyed, since the link was made.
            matter_for(session, person, capture.matter_id, Permission.MATTER_READ)
            with self._context.storage.open(artifact.sha256) as source:
                markup = markup_of(artifact.media_type, source.read())
        if markup is None:
            raise NotFound(UNKNOWN)
        return Response(markup.content, content_type=markup.content_type)


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="casefile.vault")


def _read(settings: Settings, token: str) -> tuple[uuid.UUID, uuid.UUID]:
    try:
        artifact_id, person_id, until = _signer(settings).loads(token)
    except BadSignature as problem:
        raise NotFound(UNKNOWN) from problem
    if clock.now().timestamp() > until:
        raise Expired(TOO_LATE)
    return uuid.UUID(artifact_id), uuid.UUID(person_id)


def _plain(message: str, status: int) -> Response:
    return Response(message, status=status, content_type="text/plain; charset=utf-8")
