"""One line to the firm's mail server, opened on the first message and kept for the round.

`smtp://`, `smtp+starttls://` or `smtps://`, with `user:password@` and `?timeout=seconds` when needed.
A password never leaves over a line in clear: STARTTLS is taken when offered, otherwise the message waits.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from casefile.errors import UnsafeConfiguration

TIMEOUT_SECONDS = 20.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Line:
    """A connection to the server of CASEFILE_SMTP_URL; without one, a line that nobody picks up."""

    def __init__(self, url: str | None) -> None:
        """Read the address; nothing is opened yet. Raises UnsafeConfiguration for one that is malformed."""
        self.is_down = False
        self._server: smtplib.SMTP | None = None
        if url is None:
            return
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise UnsafeConfiguration(
                "CASEFILE_SMTP_URL doit ressembler à smtp://utilisateur:motdepasse@serveur:587 "
                "(ou smtps://, smtp+starttls://)."
            )
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._timeout = float(parse_qs(parts.query).get("timeout", [str(TIMEOUT_SECONDS)])[0])

    def __enter__(self) -> Self:
        """Give the line itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Hang up."""
        self._hang_up()

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Hand one message over; raises OSError or SMTPException, and the next message opens a new connection."""
        server = self._opened()
        try:
            server.send_message(message, from_addr=sender, to_addrs=[recipient])
        except smtplib.SMTPResponseException:
            raise
        except smtplib.SMTPRecipientsRefused as error:
            _, reply = next(iter(error.recipients.values()))
            raise smtplib.SMTPException(f"adresse refusée : {reply!r}") from error
        except (OSError, smtplib.SMTPException):
            self._hang_up()
            raise

    def _opened(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        try:
            self._server = self._connect()
        except (OSError, smtplib.SMTPException):
            self.is_down = True
            raise
        return self._server

    def _connect(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        server.ehlo()
        secure = self._scheme == "smtps"
        if not secure and (self._scheme == "smtp+starttls" or (self._user and server.has_extn("starttls"))):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            secure = True
        if self._user:
            if not secure:
                server.close()
                raise smtplib.SMTPException(
                    "le serveur n'offre pas de chiffrement : le mot de passe n'a pas été envoyé"
                )
            server.login(self._user, self._password)
        return server

    def _hang_up(self) -> None:
        if self._server is None:
            return
        try:
            self._server.quit()
        except (OSError, smtplib.SMTPException):
            self._server.close()
        self._server = None
