"""The certificate kept is the one of the browser's own session; a bad one stops the capture."""

from __future__ import annotations

import base64
import hashlib
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casefile import clock
from casefile.errors import CasefileError
from casefile.evidence import browser
from casefile.evidence.address import Allowed
from casefile.evidence.fetch import Door, Unreachable
from tests.evidence.conftest import Quiet
from tests.evidence.test_browser import take


@pytest.fixture
def secure(tmp_path):
    """A local HTTPS server whose certificate no authority signed: its port and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "serveur.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_address[1], certificate
    server.shutdown()
    server.server_close()


def test_the_door_refuses_a_certificate_that_nobody_signed(secure):
    port, _ = secure
    with pytest.raises(Unreachable, match="certificat"):
        Door(Allowed.parse(f"127.0.0.1:{port}")).get(f"https://127.0.0.1:{port}/")


@pytest.mark.browser
def test_the_browser_stops_at_a_bad_certificate_in_french(secure, tmp_path):
    port, _ = secure
    with pytest.raises(CasefileError, match="certificat de sécurité"):
        take(tmp_path, f"https://127.0.0.1:{port}/", port, "tls")


@pytest.mark.browser
def test_the_certificate_of_the_session_is_kept(secure, tmp_path, monkeypatch):
    port, certificate = secure
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    trusted = base64.b64encode(hashlib.sha256(public).digest()).decode()
    monkeypatch.setattr(browser, "_FLAGS", (*browser._FLAGS, f"--ignore-certificate-errors-spki-list={trusted}"))
    job = {
        "work": str(tmp_path / "travail"),
        "url": f"https://127.0.0.1:{port}/",
        "allow": f"127.0.0.1:{port}",
        "seconds": 60,
        "max_bytes": 1_000_000,
        "ntp_servers": [],
    }
    # A thread of its own: another test of this process may hold a browser open, and Playwright allows one per thread.
    with ThreadPoolExecutor(1) as apart:
        seen = apart.submit(browser.observe, job).result()
    kept = seen["certificates"][f"127.0.0.1:{port}"]
    content = (tmp_path / "travail" / "data" / kept[0]).read_bytes()
    assert content == certificate.public_bytes(serialization.Encoding.DER)
    assert seen["security"]["protocol"].startswith("TLS")
