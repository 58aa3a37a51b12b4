"""PAdES with pyHanko, which takes longer to load than all our pages: only a signature asks for it, by `signature`."""

from __future__ import annotations

import io
from pathlib import Path

from asn1crypto import tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper

from casefile.config import Settings
from casefile.documents.signature import LEVEL, CannotSign
from casefile.evidence.authority import EmbeddedAuthority
from casefile.evidence.filing import authority_directory

FIELD = "SignatureCabinet"


class _OwnAuthority(TimeStamper):
    """The embedded authority, asked in this process."""

    def __init__(self, authority: EmbeddedAuthority) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko's own
        self._authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer as a server would."""
        return tsp.TimeStampResp.load(self._authority.answer(req.dump()))


def signed(document: bytes, file: Path, password: str, settings: Settings) -> bytes:
    """Add one signature to a PDF; what was there before stays byte for byte. Raises CannotSign."""
    signer = _signer(file, password)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=f"Rapport de capture ({LEVEL})",
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    stamper = _OwnAuthority(EmbeddedAuthority.at(authority_directory(settings)))
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        made = signers.PdfSigner(meta, signer, timestamper=stamper).sign_pdf(writer)
    except (PdfError, SigningError, ValueError, OSError) as problem:
        raise CannotSign(
            f"Le rapport n’a pas pu être signé ({problem}). Vérifiez le certificat de CASEFILE_SIGNATURE, ou retirez "
            "ce réglage."
        ) from problem
    return bytes(made.getvalue())


def _signer(file: Path, password: str) -> signers.SimpleSigner:
    found: signers.SimpleSigner | None = signers.SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call] # idem
        file, passphrase=password.encode() or None
    )
    if found is None:
        raise CannotSign(
            "Le certificat de signature ne s’ouvre pas : vérifiez CASEFILE_SIGNATURE (fichier PKCS#12) et "
            "CASEFILE_SIGNATURE_PASSWORD."
        )
    return found
