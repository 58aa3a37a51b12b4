"""RFC 3161 tokens: asked of the configured authorities, checked before they are kept, checked again at any time.

Stored bytes are the authority's own. The library refuses valid replies whose certificates are not in DER order, so
it reads a re-sorted copy: that field is outside the signature.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response
from rfc3161_client.base import HashAlgorithm

from casefile.errors import CasefileError

if TYPE_CHECKING:
    from datetime import datetime

    from casefile.evidence.authorities import Authority
    from casefile.evidence.authority import EmbeddedAuthority
    from casefile.evidence.fetch import Door

_QUERY = "application/timestamp-query"
_MAX_REPLY = 200_000


class BadToken(CasefileError):
    """A time-stamp token that proves nothing: the sentence says what is wrong with it."""

    code = "bad_token"
    status = 409


@dataclass(frozen=True)
class Token:
    """What a checked token says; `chain` is the PEM that verifies it."""

    reply: bytes
    chain: bytes
    at: datetime
    serial: str
    policy: str
    signer: str
    root_sha256: str
    expires: datetime


def obtain(door: Door, authority: Authority, data: bytes) -> Token:
    """Ask an outside authority for a token over `data`, and refuse one that does not verify."""
    request, nonce = _request(data)
    headers = {}
    if authority.credentials:
        headers["Authorization"] = f"Basic {base64.b64encode(authority.credentials.encode()).decode()}"
    answer = door.post(authority.url, request, _QUERY, headers=headers)
    if answer.status != 200 or len(answer.body) > _MAX_REPLY:  # noqa: PLR2004 - HTTP's own number
        raise BadToken(f"L’autorité « {authority.name} » n’a pas délivré de jeton (réponse {answer.status}).")
    chain = authority.ca_bundle.read_bytes() if authority.ca_bundle else chain_in(answer.body)
    return check(answer.body, data, chain, nonce=nonce, policy=authority.policy)


def obtain_embedded(authority: EmbeddedAuthority, data: bytes) -> Token:
    """Ask the installation's own authority, with the same checks as for any other."""
    request, nonce = _request(data)
    return check(authority.answer(request), data, authority.chain_pem(), nonce=nonce)


def check(reply: bytes, data: bytes, chain: bytes, *, nonce: int | None = None, policy: str | None = None) -> Token:
    """Verify a reply over `data` against a PEM chain and say what it proves, or raise `BadToken`.

    The signature, the chain at the token's own time, the critical time-stamping usage, the imprint, and the nonce and
    policy when they are known.
    """
    certificates, roots = _certificates(chain)
    if not roots:
        raise BadToken(
            "La chaîne de certificats du jeton n’a pas de racine : indiquez le fichier de l’autorité (ca=) dans "
            "CASEFILE_TSA."
        )
    try:
        response = decode_timestamp_response(sorted_copy(reply))
        verifier = VerifierBuilder(
            roots=roots,
            intermediates=[c for c in certificates if c not in roots],
            nonce=nonce,
            policy_id=x509.ObjectIdentifier(policy) if policy else None,
        ).build()
        verifier.verify_message(response, data)
    except (VerificationError, ValueError, TypeError, KeyError) as problem:
        raise BadToken(f"Le jeton d’horodatage ne se vérifie pas ({_reason(problem)}).") from problem
    info = response.tst_info
    signer = _signer(reply, certificates)
    if not signer.not_valid_before_utc <= info.gen_time <= signer.not_valid_after_utc:
        raise BadToken("Le certificat de l’autorité n’était pas valable à l’heure du jeton.")
    return Token(
        reply,
        chain,
        info.gen_time,
        str(info.serial_number),
        info.policy.dotted_string,
        signer.subject.rfc4514_string(),
        hashlib.sha256(roots[0].public_bytes(Encoding.DER)).hexdigest(),
        min(c.not_valid_after_utc for c in certificates),
    )


def sorted_copy(reply: bytes) -> bytes:
    """Give the same reply with its certificates in DER order; never stored."""
    try:
        carried = tsp.TimeStampResp.load(reply, strict=True)["time_stamp_token"]["content"]["certificates"]
        received: bytes = carried.contents
        ordered = b"".join(sorted(bytes(c.dump()) for c in carried))
    except (ValueError, TypeError, KeyError) as problem:
        raise BadToken("Le jeton d’horodatage est illisible.") from problem
    if len(ordered) != len(received) or reply.count(received) != 1:
        raise BadToken("Les certificats du jeton d’horodatage sont illisibles.")
    return reply.replace(received, ordered)


def chain_in(reply: bytes) -> bytes:
    """Give, as PEM, the certificates that a reply carries: enough to check it, not to trust it."""
    try:
        carried = tsp.TimeStampResp.load(reply)["time_stamp_token"]["content"]["certificates"]
        found = [x509.load_der_x509_certificate(bytes(c.dump())) for c in carried]
    except (ValueError, TypeError, KeyError) as problem:
        raise BadToken("Le jeton d’horodatage est illisible.") from problem
    return b"".join(c.public_bytes(Encoding.PEM) for c in found)


def _request(data: bytes) -> tuple[bytes, int]:
    request: Any = (
        TimestampRequestBuilder(data=data, nonce=True, cert_req=True).hash_algorithm(HashAlgorithm.SHA256).build()
    )
    return request.as_bytes(), request.nonce


def _certificates(chain: bytes) -> tuple[list[x509.Certificate], list[x509.Certificate]]:
    """Give all the certificates of a chain, then its roots."""
    try:
        found = x509.load_pem_x509_certificates(chain)
        return found, [c for c in found if c.issuer == c.subject]
    except ValueError as problem:
        raise BadToken("La chaîne de certificats du jeton est illisible.") from problem


def _signer(reply: bytes, chain: list[x509.Certificate]) -> x509.Certificate:
    """Find the certificate that the signed attributes name by its digest (RFC 5816): no other one may stand for it."""
    try:
        signed = tsp.TimeStampResp.load(reply)["time_stamp_token"]["content"]
        attributes = {a["type"].native: a["values"][0] for a in signed["signer_infos"][0]["signed_attrs"]}
        carried = [x509.load_der_x509_certificate(bytes(c.dump())) for c in signed["certificates"]]
        if "signing_certificate_v2" in attributes:
            named = attributes["signing_certificate_v2"]["certs"][0]
            algorithm = named["hash_algorithm"]["algorithm"].native
        else:
            named, algorithm = attributes["signing_certificate"]["certs"][0], "sha1"
        wanted = named["cert_hash"].native
        candidates = (*carried, *chain)
        return next(c for c in candidates if hashlib.new(algorithm, c.public_bytes(Encoding.DER)).digest() == wanted)
    except (ValueError, TypeError, KeyError, IndexError, StopIteration) as problem:
        raise BadToken("Le certificat qui a signé le jeton manque ou a changé.") from problem


def _reason(problem: Exception) -> str:
    text = str(problem)
    known = {
        "Nonce mismatch": "le nombre unique de la demande ne correspond pas",
        "Mismatch between messages": "l’empreinte horodatée n’est pas celle du manifeste",
        "Policy ID mismatch": "la politique n’est pas celle qui était demandée",
        "EKU": "le certificat n’est pas un certificat d’horodatage",
    }
    return next((words for mark, words in known.items() if mark in text), "signature ou chaîne invalide")
