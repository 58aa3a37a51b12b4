"""The firm's signature on a report: public tools accept it, a changed byte breaks it, its level is said plainly."""

from __future__ import annotations

import datetime as dt
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader

from casefile.config import Settings
from casefile.documents.blocks import paragraph
from casefile.documents.pdf import Meta, render
from casefile.documents.signature import LEVEL, CannotSign, signing
from casefile.errors import UnsafeConfiguration

SECRET = "phrase du certificat"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make the certificate of a firm, as an authority would send it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cabinet Aubry")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(start).not_valid_after(start.replace(year=2036))
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        **dict.fromkeys(
            (
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "key_cert_sign",
                "crl_sign",
                "encipher_only",
                "decipher_only",
            ),
            False,
        ),
    )
    signed = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    file = tmp_path_factory.mktemp("certificat") / "cabinet.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"cabinet", key, signed, None, BestAvailableEncryption(SECRET.encode()))
    )
    file.chmod(0o600)
    return file


def configured(data_dir, file, password=SECRET):
    return Settings.from_env(
        {
            "CASEFILE_DATA_DIR": str(data_dir),
            "CASEFILE_SIGNATURE": str(file),
            "CASEFILE_SIGNATURE_PASSWORD": password,
        }
    )


def document():
    return render([paragraph("Rapport de capture")], Meta("Rapport", "Cabinet Aubry", "2026/0001", date(2026, 11, 23)))


def apart(sign, content):
    """Sign in a thread of its own: a browser test of the same process leaves its event loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(sign, content).result()


def pdfsig(content, tmp_path):
    path = tmp_path / "signe.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout


def test_pdfsig_accepts_the_signature_and_a_changed_byte_breaks_it(data_dir, certificate, tmp_path):
    before = document()
    signed = apart(signing(configured(data_dir, certificate)), before)
    assert signed.startswith(before), "what was drawn is not rewritten"
    told = pdfsig(signed, tmp_path)
    assert "Signature is Valid" in told
    assert "Cabinet Aubry" in told
    assert "ETSI.CAdES.detached" in told
    assert "Total document signed" in told
    place = signed.index(b"/MediaBox")
    altered = signed[:place] + b"/mediaBox" + signed[place + 9 :]
    assert "Digest Mismatch" in pdfsig(altered, tmp_path)


def test_the_signature_carries_a_time_stamp_and_says_its_level(data_dir, certificate, tmp_path):
    signed = apart(signing(configured(data_dir, certificate)), document())
    (found,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert "signature_time_stamp_token" in {a["type"].native for a in found.signer_info["unsigned_attrs"]}
    assert LEVEL in found.sig_object["/Reason"]
    assert "non qualifié" in LEVEL


def test_no_certificate_means_no_signature_and_a_bad_one_is_refused(data_dir, certificate, settings, tmp_path):
    assert signing(settings) is None
    with pytest.raises(CannotSign, match="CASEFILE_SIGNATURE"):
        signing(configured(data_dir, certificate, "autre"))(document())
    with pytest.raises(UnsafeConfiguration, match="n'existe pas"):
        configured(data_dir, tmp_path / "absent.p12")
    loose = tmp_path / "ouvert.p12"
    loose.write_bytes(b"x")
    loose.chmod(0o644)
    with pytest.raises(UnsafeConfiguration, match="chmod 600"):
        configured(data_dir, loose)
