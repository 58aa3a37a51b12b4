"""Tokens as real authorities issue them (openssl), in every order and key; and those that must be refused."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import TimestampRequestBuilder
from rfc3161_client.base import HashAlgorithm

from casefile import clock
from casefile.evidence import timestamp
from casefile.evidence.timestamp import BadToken

DATA = b"manifeste\n"
CONFIG = """
[tsa]
default_tsa = t
[t]
serial = {folder}/serial
signer_cert = {folder}/leaf.pem
certs = {folder}/carried.pem
signer_key = {folder}/leaf.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = {ess}
"""


def key_of(kind):
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, kind)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def certify(name, key, issuer=None, *, ca, start, days, usage=True):
    issuer_name, issuer_key = issuer or (name, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer_name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if usage and not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def authority(tmp_path):
    """Make an authority with root, intermediate and leaf; give a function from request to reply."""

    def make(kind="ec", digest="sha256", ess="sha256", *, expired=False):
        now = clock.now()
        keys = {name: key_of(kind) for name in ("racine", "intermediaire", "leaf")}
        root = certify("racine", keys["racine"], ca=True, start=now - timedelta(days=900), days=3000)
        middle = certify(
            "intermediaire",
            keys["intermediaire"],
            ("racine", keys["racine"]),
            ca=True,
            start=now - timedelta(days=900),
            days=2000,
        )
        begun = now - timedelta(days=800 if expired else 1)
        leaf = certify("leaf", keys["leaf"], ("intermediaire", keys["intermediaire"]), ca=False, start=begun, days=400)
        for name, content in (("leaf.pem", leaf), ("leaf.key", pem(keys["leaf"])), ("carried.pem", middle)):
            (tmp_path / name).write_bytes(content)
        (tmp_path / "serial").write_text("01")
        (tmp_path / "tsa.cnf").write_text(CONFIG.format(folder=tmp_path, digest=digest, ess=ess))

        def reply(data=DATA):
            request = TimestampRequestBuilder(data=data, nonce=True, cert_req=True)
            query = request.hash_algorithm(HashAlgorithm.SHA256).build()
            (tmp_path / "q.tsq").write_bytes(query.as_bytes())
            command = [shutil.which("openssl"), "ts", "-reply", "-config", tmp_path / "tsa.cnf"]
            command += ["-queryfile", tmp_path / "q.tsq", "-out", tmp_path / "r.tsr"]
            subprocess.run(command, check=True, capture_output=True)
            return (tmp_path / "r.tsr").read_bytes(), query.nonce

        return reply, leaf + middle + root, root

    return make


@pytest.mark.parametrize(
    ("kind", "digest", "ess"),
    [
        *((2048, "sha256", "sha256"), (2048, "sha256", "sha1"), (2048, "sha512", "sha256"), (3072, "sha256", "sha256")),
        *(("ec", "sha256", "sha256"), ("ec", "sha384", "sha256")),
    ],
)
def test_b4_a_valid_token_is_accepted_whatever_its_key_and_the_order_of_its_certificates(authority, kind, digest, ess):
    for _ in range(2 if kind == 3072 else 3):
        reply, chain, root = authority(kind, digest, ess)
        content, nonce = reply()
        token = timestamp.check(content, DATA, chain, nonce=nonce)
        assert token.policy == "1.2.3.4.1"
        assert token.reply == content
        assert timestamp.check(content, DATA, root, nonce=nonce).serial == token.serial


def test_a_token_of_another_request_data_policy_or_root_is_refused(authority, tmp_path):
    reply, chain, _ = authority()
    content, nonce = reply()
    with pytest.raises(BadToken, match="nombre unique"):
        timestamp.check(content, DATA, chain, nonce=nonce + 1)
    with pytest.raises(BadToken, match="empreinte"):
        timestamp.check(content, b"autre", chain)
    with pytest.raises(BadToken, match="politique"):
        timestamp.check(content, DATA, chain, policy="1.2.3.9")
    _, other, _ = authority()
    with pytest.raises(BadToken):
        timestamp.check(content, DATA, other)
    with pytest.raises(BadToken, match="racine"):
        timestamp.check(content, DATA, timestamp.chain_in(content))


def test_a_token_signed_after_the_end_of_its_certificate_is_refused(authority):
    reply, chain, _ = authority(expired=True)
    try:
        content, nonce = reply()
    except subprocess.CalledProcessError:
        pytest.fail("openssl no longer issues with an expired certificate: make the case another way")
    with pytest.raises(BadToken):
        timestamp.check(content, DATA, chain, nonce=nonce)


def test_a_certificate_without_the_time_stamping_usage_is_refused(embedded):
    start = clock.now() - timedelta(days=1)
    root_key, key = key_of("ec"), key_of("ec")
    root = certify("r", root_key, ca=True, start=start, days=10)
    unit = certify("u", key, ("r", root_key), ca=False, start=start, days=10, usage=False)
    plain = type(embedded)(key, x509.load_pem_x509_certificate(unit), x509.load_pem_x509_certificate(root))
    with pytest.raises(BadToken):
        timestamp.obtain_embedded(plain, DATA)


@pytest.mark.parametrize("place", range(0, 1400, 61))
def test_no_byte_of_a_token_can_change_unseen_or_crash_the_check(embedded, place):
    token = timestamp.obtain_embedded(embedded, DATA)
    altered = bytearray(token.reply)
    altered[place % len(altered)] ^= 4
    try:
        again = timestamp.check(bytes(altered), DATA, token.chain)
    except BadToken:
        return
    # What is outside the signature may change without a lie: the facts stay the same.
    assert (again.at, again.serial, again.signer) == (token.at, token.serial, token.signer)
