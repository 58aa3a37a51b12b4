"""Encryption at rest: AES-256-GCM in pieces, under keys derived (HKDF-SHA256) from the firm's secrets.

A sealed stream is MAGIC, key id, salt, then pieces that each carry their tag. The salt gives every stream a key of
its own, so a piece's number is a safe nonce; the last piece is marked, so that a shortened stream never opens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import os
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casefile.errors import CasefileError

MAGIC = b"CASEFILE1"
KEY_ID_BYTES = 8
SALT_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = len(MAGIC) + KEY_ID_BYTES + SALT_BYTES
PIECE = 256 * 1024
SEALED_PIECE = PIECE + TAG_BYTES
TEXT_MARK = "cf1"
BLIND_BYTES = 8


class Altered(CasefileError):
    """Sealed bytes that do not open: changed, shortened, or never sealed."""

    code = "altered"
    status = 500


class KeyMissing(CasefileError):
    """Sealed under a secret that the settings do not hold."""

    code = "key_missing"
    status = 500


@dataclass(frozen=True, slots=True)
class Keyring:
    """The firm's secrets: the first seals, all of them open."""

    secrets: tuple[str, ...] = field(repr=False)

    @property
    def key_id(self) -> bytes:
        """Name the secret that seals now, without telling anything about it."""
        return _key_id(self.secrets[0])

    def key_ids(self) -> tuple[str, ...]:
        """Name every secret, the present one first."""
        return tuple(_key_id(secret).hex() for secret in self.secrets)

    def stream_key(self, header: bytes) -> AESGCM:
        """Derive the key of one stream from its header; raises Altered or KeyMissing."""
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise Altered("Ce fichier n'a pas la forme d'un fichier chiffré par Casefile : il a été modifié.")
        key_id, salt = header[len(MAGIC) : -SALT_BYTES], header[-SALT_BYTES:]
        return AESGCM(_derive(self._secret(key_id), salt, b"casefile stream"))

    def new_header(self) -> bytes:
        """Start a stream under the present secret."""
        return MAGIC + self.key_id + os.urandom(SALT_BYTES)

    def lock(self, text: str, purpose: str) -> str:
        """Seal a short text for one purpose; a text sealed for another column does not open here."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = _text_key(self.secrets[0]).encrypt(nonce, text.encode(), purpose.encode())
        return f"{TEXT_MARK}:{self.key_id.hex()}:{base64.b64encode(nonce + sealed).decode()}"

    def unlock(self, locked: str, purpose: str) -> str:
        """Open a short text; raises Altered or KeyMissing."""
        try:
            mark, key_id, content = locked.split(":")
            raw = base64.b64decode(content, validate=True)
            key = _text_key(self._secret(bytes.fromhex(key_id)))
            if mark == TEXT_MARK:
                return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except (ValueError, InvalidTag):
            pass
        raise Altered("Une valeur chiffrée de la base a été modifiée.")

    def blind(self, words: str) -> str:
        """Replace each word by what only the present secret makes of it: equal words stay equal, nothing else shows."""
        return _blinded(self.secrets[0], words)

    def blinds(self, words: str) -> tuple[str, ...]:
        """Give the same words as each secret blinds them, the present one first: what a search must look for."""
        return tuple(_blinded(secret, words) for secret in self.secrets)

    def code(self, text: str, purpose: str) -> str:
        """Authenticate a text that stays readable (HMAC-SHA256), under the present secret."""
        return f"{self.key_id.hex()}:{_code(self.secrets[0], text, purpose)}"

    def vouches(self, code: str, text: str, purpose: str) -> bool:
        """Tell whether a code was written by one of these secrets over this very text."""
        key_id, _, given = code.partition(":")
        return any(
            _key_id(secret).hex() == key_id and hmac.compare_digest(given, _code(secret, text, purpose))
            for secret in self.secrets
        )

    def _secret(self, key_id: bytes) -> str:
        for secret in self.secrets:
            if _key_id(secret) == key_id:
                return secret
        raise KeyMissing(
            f"La clé de chiffrement {key_id.hex()} manque : remettez dans le fichier de clé la ligne qui la contenait."
        )


class SealingWriter:
    """Seals what is written to it into a target, in constant memory; nothing opens before `finish`."""

    def __init__(self, target: BinaryIO, keys: Keyring) -> None:
        """Write the header."""
        self._target, self._header = target, keys.new_header()
        self._key, self._buffer, self._count = keys.stream_key(self._header), bytearray(), 0
        target.write(self._header)

    def write(self, content: bytes) -> None:
        """Take some bytes; full pieces leave at once, the last is held back."""
        self._buffer += content
        while len(self._buffer) > PIECE:
            self._seal(bytes(self._buffer[:PIECE]), last=False)
            del self._buffer[:PIECE]

    def finish(self) -> None:
        """Seal the last piece."""
        self._seal(bytes(self._buffer), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._key.encrypt(_nonce(self._count, last=last), piece, self._header))
        self._count += 1


class OpeningReader(io.RawIOBase):
    """Reads a sealed stream, forwards or by jumps; every byte given has been authenticated."""

    def __init__(self, source: BinaryIO, keys: Keyring) -> None:
        """Read the header; the source must know its size."""
        super().__init__()
        self._source, self._position, self._piece = source, 0, (-1, b"")
        source.seek(0)
        self._header = bytes(source.read(HEADER_BYTES))
        self._key = keys.stream_key(self._header)
        sealed = source.seek(0, os.SEEK_END) - HEADER_BYTES
        self._pieces = -(-sealed // SEALED_PIECE)
        self.size = sealed - self._pieces * TAG_BYTES
        if self._pieces == 0 or self.size < (self._pieces - 1) * PIECE:
            raise Altered("Un fichier chiffré a été raccourci.")

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move without reading."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Give the place in the plain bytes."""
        return self._position

    def readinto(self, target: Any) -> int:
        """Give at most one piece; raises Altered rather than give a byte that was not sealed."""
        if self._position >= self.size:
            if self.size == 0:
                self._open_piece(0)
            return 0
        number, start = divmod(self._position, PIECE)
        content = self._open_piece(number)[start : start + len(target)]
        target[: len(content)] = content
        self._position += len(content)
        return len(content)

    def close(self) -> None:
        """Close the source too."""
        if not self.closed:
            closing = getattr(self._source, "close", None)
            if closing is not None:
                closing()
        super().close()

    def _open_piece(self, number: int) -> bytes:
        if self._piece[0] != number:
            self._source.seek(HEADER_BYTES + number * SEALED_PIECE)
            sealed = bytes(self._source.read(SEALED_PIECE))
            try:
                nonce = _nonce(number, last=number == self._pieces - 1)
                self._piece = (number, self._key.decrypt(nonce, sealed, self._header))
            except InvalidTag as error:
                raise Altered("Un fichier chiffré a été modifié ou raccourci.") from error
        return self._piece[1]


def opened(source: BinaryIO, keys: Keyring) -> BinaryIO:
    """Open a sealed stream for reading."""
    return io.BufferedReader(OpeningReader(source, keys), PIECE)


def seal(source: BinaryIO, target: BinaryIO, keys: Keyring) -> tuple[str, int]:
    """Seal all of a source; give the SHA-256 and the size of the plain bytes."""
    digest, size, writer = hashlib.sha256(), 0, SealingWriter(target, keys)
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
        writer.write(piece)
    writer.finish()
    return digest.hexdigest(), size


def key_of(source: BinaryIO) -> str:
    """Name the key that a sealed stream needs."""
    return source.read(HEADER_BYTES)[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES].hex()


def _derive(secret: str, salt: bytes, purpose: bytes, length: int = 32) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(secret.encode())


@lru_cache(maxsize=16)
def _key_id(secret: str) -> bytes:
    return _derive(secret, b"casefile", b"casefile key id", KEY_ID_BYTES)


@lru_cache(maxsize=16)
def _text_key(secret: str) -> AESGCM:
    return AESGCM(_derive(secret, b"casefile", b"casefile column"))


def _blinded(secret: str, words: str) -> str:
    return " ".join(_token(secret, word) for word in words.split())


@lru_cache(maxsize=65_536)
def _token(secret: str, word: str) -> str:
    return hashlib.blake2b(word.encode(), key=_index_key(secret), digest_size=BLIND_BYTES).hexdigest()


@lru_cache(maxsize=16)
def _index_key(secret: str) -> bytes:
    return _derive(secret, b"casefile", b"casefile index")


def _code(secret: str, text: str, purpose: str) -> str:
    return hmac.new(_code_key(secret, purpose), text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=16)
def _code_key(secret: str, purpose: str) -> bytes:
    return _derive(secret, b"casefile", b"casefile code " + purpose.encode())


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + (b"\x01" if last else b"\x00")
