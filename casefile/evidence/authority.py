"""The installation's own time-stamping authority: it works offline and is never qualified (eIDAS art. 41-42).

Its keys are made at first use and stay outside every sealed directory. Its tokens verify with `openssl ts -verify`;
they prove integrity since a date that only this installation vouches for, and every label says so.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from casefile import clock
from casefile.evidence.bag import flush

if TYPE_CHECKING:
    from pathlib import Path

# A private arc under the documentation OID: no policy is claimed but « horodatage interne ».
POLICY = "1.3.6.1.4.1.32473.3161.1"
_CA_YEARS, _UNIT_YEARS = 30, 15
_UNIT_RENEWED = timedelta(days=3 * 365)
_FILES = ("racine.key", "racine.pem", "unite.key", "unite.pem")


@dataclass(frozen=True)
class EmbeddedAuthority:
    """The unit's key and the two certificates."""

    key: ec.EllipticCurvePrivateKey
    unit: x509.Certificate
    root: x509.Certificate

    @classmethod
    def at(cls, directory: Path) -> EmbeddedAuthority:
        """Load the authority of this directory; create it at first use, and its unit again when that one ages."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (directory / ".verrou").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (directory / _FILES[-1]).exists():
                _create(directory)
            elif _ageing(directory):
                _write(directory, _unit_of(directory))
        key = serialization.load_pem_private_key((directory / "unite.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the embedded authority's key is not an elliptic curve key")
        unit = x509.load_pem_x509_certificate((directory / "unite.pem").read_bytes())
        return cls(key, unit, x509.load_pem_x509_certificate((directory / "racine.pem").read_bytes()))

    def chain_pem(self) -> bytes:
        """Give the certificates that verify its tokens, root last."""
        return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (self.unit, self.root))

    def answer(self, request: bytes) -> bytes:
        """Answer an RFC 3161 request with a signed response, in DER."""
        asked = tsp.TimeStampReq.load(request)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": asked["message_imprint"],
                "serial_number": secrets.randbits(120) | 1,
                "gen_time": clock.now().replace(microsecond=0),
                "accuracy": {"seconds": 1},
                "ordering": False,
                "nonce": asked["nonce"],
            }
        )
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._sign(info.dump())})
        status = tsp.PKIStatusInfo({"status": "granted"})
        response: bytes = tsp.TimeStampResp({"status": status, "time_stamp_token": token}).dump()
        return response

    def _sign(self, info: bytes) -> cms.SignedData:
        unit = asn1_x509.Certificate.load(self.unit.public_bytes(serialization.Encoding.DER))
        root = asn1_x509.Certificate.load(self.root.public_bytes(serialization.Encoding.DER))
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        attributes = cms.CMSAttributes(sorted(_attributes(info, unit), key=lambda a: bytes(a.dump())))
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {
                        "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                            {"issuer": unit.issuer, "serial_number": unit.serial_number}
                        )
                    }
                ),
                "digest_algorithm": sha256,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self.key.sign(attributes.untag().dump(), ec.ECDSA(hashes.SHA256())),
            }
        )
        certificates = sorted((unit, root), key=lambda c: bytes(c.dump()))
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [sha256],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(info),
                },
                "certificates": certificates,
                "signer_infos": [signer],
            }
        )


def _attributes(info: bytes, unit: asn1_x509.Certificate) -> list[cms.CMSAttribute]:
    certificate_id = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(unit.dump()).digest()})
    return [
        cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(info).digest()]}),
        cms.CMSAttribute(
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [certificate_id]})]}
        ),
    ]


def _create(directory: Path) -> None:
    """Write a root and a time-stamping unit; the last file written tells that all are there."""
    start = clock.now().replace(microsecond=0)
    root_name = _name(f"Casefile {secrets.token_hex(4)} – racine interne non qualifiée")
    root_key = ec.generate_private_key(ec.SECP256R1())
    end = start + timedelta(days=365 * _CA_YEARS)
    root = _builder(root_name, root_name, root_key.public_key(), start, end)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(_usage(signs_certificates=True), critical=True)
    signed = root.sign(root_key, hashes.SHA256())
    _write(
        directory,
        {
            "racine.key": _private(root_key),
            "racine.pem": signed.public_bytes(serialization.Encoding.PEM),
            **_unit(root_key, signed),
        },
    )


def _ageing(directory: Path) -> bool:
    """Tell whether the unit must give way to a new one, so that a renewed token lives longer than the one before."""
    unit, root = (
        x509.load_pem_x509_certificate((directory / name).read_bytes()) for name in ("unite.pem", "racine.pem")
    )
    left = unit.not_valid_after_utc - clock.now()
    return left < _UNIT_RENEWED and root.not_valid_after_utc > unit.not_valid_after_utc


def _unit_of(directory: Path) -> dict[str, bytes]:
    key = serialization.load_pem_private_key((directory / "racine.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the embedded root's key is not an elliptic curve key")
    return _unit(key, x509.load_pem_x509_certificate((directory / "racine.pem").read_bytes()))


def _unit(root_key: ec.EllipticCurvePrivateKey, root: x509.Certificate) -> dict[str, bytes]:
    """Make a time-stamping unit that does not outlive its root."""
    start = clock.now().replace(microsecond=0)
    key = ec.generate_private_key(ec.SECP256R1())
    common = root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    name = _name(str(common).replace("racine interne", "horodatage interne"))
    end = min(start + timedelta(days=365 * _UNIT_YEARS), root.not_valid_after_utc)
    unit = _builder(name, root.subject, key.public_key(), start, end)
    unit = unit.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    unit = unit.add_extension(_usage(signs_certificates=False), critical=True)
    unit = unit.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    unit = unit.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
    signed = unit.sign(root_key, hashes.SHA256())
    return {"unite.key": _private(key), "unite.pem": signed.public_bytes(serialization.Encoding.PEM)}


def _write(directory: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        descriptor = os.open(directory / f".{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        flush(directory / f".{name}")
    for name in contents:
        (directory / f".{name}").replace(directory / name)
    flush(directory)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
