"""Signs a PDF with the firm's own certificate (PAdES): optional, and never said to be more than it is.

The level produced is B-T: a signature and a time stamp of the installation's own authority, which is not qualified.
Whether the certificate is qualified is for its issuer to say; no revocation data are embedded (that would be B-LT).
"""

from __future__ import annotations

from collections.abc import Callable

from casefile.config import Settings
from casefile.errors import CasefileError

LEVEL = "PAdES B-T, horodatage interne non qualifié"

Sign = Callable[[bytes], bytes]


class CannotSign(CasefileError):
    """The certificate of the firm cannot be used: nothing is given unsigned in its place without a word."""

    code = "cannot_sign"
    status = 500


def signing(settings: Settings) -> Sign | None:
    """Give the function that signs a PDF, or None when the firm configured no certificate; it raises CannotSign."""
    file = settings.signature_file
    if file is None:
        return None

    def sign(document: bytes) -> bytes:
        from casefile.documents.pades import signed

        return signed(document, file, settings.signature_password, settings)

    return sign
