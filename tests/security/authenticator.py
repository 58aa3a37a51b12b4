"""A device in software that makes and uses passkeys as WebAuthn wants them, honest unless told otherwise."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    def __init__(self, origin="http://localhost:8000"):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.identifier = secrets.token_bytes(32)
        self.count = 0

    def create(self, options: dict) -> str:
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = b"\0" * 16 + struct.pack(">H", len(self.identifier)) + self.identifier + public
        data = self._data(options["rp"]["id"], PRESENT | VERIFIED | ATTESTED) + attested
        return self._answer(
            attestationObject=text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            clientDataJSON=text(self._client("webauthn.create", options["challenge"])),
        )

    def sign(self, options: dict, *, challenge=None, host=None) -> str:
        self.count += 1
        data = self._data(host or options["rpId"], PRESENT | VERIFIED)
        client = self._client("webauthn.get", challenge or options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(authenticatorData=text(data), clientDataJSON=text(client), signature=text(signature))

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: str) -> str:
        identifier = text(self.identifier)
        return json.dumps({"id": identifier, "rawId": identifier, "type": "public-key", "response": response})
