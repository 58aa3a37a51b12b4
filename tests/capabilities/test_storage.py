"""Blobs are encrypted at rest, found by the digest of their plain bytes, never overwritten, on disk and in a bucket."""

from __future__ import annotations

import errno
import hashlib
import http.client
import io
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from casefile import cipher, storage
from casefile.cipher import PIECE, Keyring

KEYS = Keyring(("a" * 20 + "b" * 20,))
OTHER = Keyring(("c" * 20 + "d" * 20,))
SECRET = "Le docteur a menti 😡".encode()


def sealed(content, keys=KEYS):
    target = io.BytesIO()
    cipher.seal(io.BytesIO(content), target, keys)
    return target.getvalue()


@pytest.fixture(scope="module")
def s3_url(tmp_path_factory):
    """Start a real S3 server process and create one bucket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("s3") / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
    )
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asking.request("PUT", "/cabinet")
            assert asking.getresponse().status == 200
            break
        except ConnectionError:
            time.sleep(0.1)
    yield f"s3://cabinet/%s?endpoint={endpoint}"
    server.terminate()
    server.wait(10)
    log.close()


@pytest.fixture(params=["file", "s3"])
def url(request, tmp_path, monkeypatch):
    if request.param == "file":
        return f"file://{tmp_path}/blobs"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return request.getfixturevalue("s3_url") % tmp_path.name


@pytest.fixture
def store(url, tmp_path):
    return storage.from_url(url, KEYS, tmp_path / "scratch")


def raw(store, sha256):
    with store._shelf.open(sha256) as source:
        return source.read(1 << 26)


@pytest.mark.parametrize("content", [b"", b"x", SECRET * 40_000], ids=["empty", "one byte", "several pieces"])
def test_what_goes_in_comes_out_and_is_named_by_its_plain_digest(store, content):
    sha256, size = store.put(io.BytesIO(content))
    assert (sha256, size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert store.open(sha256).read() == content
    assert storage.verify_blob(store, sha256) == len(content)
    assert list(store.digests()) == [sha256]


def test_nothing_of_the_content_is_readable_at_rest(store):
    sha256, _ = store.put(io.BytesIO(SECRET * 100))
    assert SECRET not in raw(store, sha256)
    assert b"docteur" not in raw(store, sha256)


def test_storing_twice_keeps_the_first_bytes(store):
    sha256, _ = store.put(io.BytesIO(SECRET))
    before = raw(store, sha256)
    assert store.put(io.BytesIO(SECRET))[0] == sha256
    assert raw(store, sha256) == before


def test_a_missing_blob_says_so_and_a_deleted_one_is_gone(store):
    sha256, _ = store.put(io.BytesIO(SECRET))
    assert store.exists(sha256)
    store.delete(sha256)
    store.delete(sha256)
    assert not store.exists(sha256)
    with pytest.raises(storage.BlobMissing, match="manque"):
        store.open(sha256)


def test_a_large_blob_is_read_by_jumps(store):
    content = os.urandom(20 * 1024 * 1024)
    sha256, _ = store.put(io.BytesIO(content))
    with store.open(sha256) as source:
        for place in (len(content) - 5, 3 * PIECE - 2, 0):
            source.seek(place)
            assert source.read(10) == content[place : place + 10]
        assert source.seek(0, os.SEEK_END) == len(content)


def test_rotation_seals_again_under_the_new_key_and_keeps_the_digest(store, url, tmp_path):
    sha256, _ = store.put(io.BytesIO(SECRET))
    both = storage.from_url(url, Keyring((*OTHER.secrets, *KEYS.secrets)), tmp_path / "scratch")
    assert both.key_of(sha256) == KEYS.key_id.hex()
    both.seal_again(sha256)
    assert both.key_of(sha256) == OTHER.key_id.hex()
    assert storage.from_url(url, OTHER, tmp_path / "scratch").open(sha256).read() == SECRET
    with pytest.raises(cipher.KeyMissing, match=r"clé de chiffrement .* manque"):
        store.open(sha256)


def test_a_blob_changed_on_disk_is_altered_wherever_the_change_is(tmp_path):
    store = storage.from_url(f"file://{tmp_path}", KEYS, tmp_path)
    sha256, _ = store.put(io.BytesIO(SECRET))
    file = next(Path(tmp_path).glob("??/??/*"))
    file.chmod(0o600)
    good = file.read_bytes()
    changes = [good[:-1], good[:40], b"", SECRET, good + b"x"]
    changes += [good[:i] + bytes([good[i] ^ 1]) + good[i + 1 :] for i in (0, 30, 60, len(good) - 1)]
    for change in changes:
        file.write_bytes(change)
        with pytest.raises(storage.BlobAltered, match="modifié"):
            storage.verify_blob(store, sha256)
    file.write_bytes(good)
    assert storage.verify_blob(store, sha256) == len(SECRET)


def test_another_blob_put_in_its_place_is_altered(tmp_path):
    store = storage.from_url(f"file://{tmp_path}", KEYS, tmp_path)
    first, _ = store.put(io.BytesIO(b"one"))
    second, _ = store.put(io.BytesIO(b"two"))
    store._shelf._path(second).replace(store._shelf._path(first))
    with pytest.raises(storage.BlobAltered):
        storage.verify_blob(store, first)


def test_a_changed_key_id_asks_for_the_missing_key():
    changed = bytearray(sealed(SECRET))
    changed[len(cipher.MAGIC)] ^= 1
    with pytest.raises(cipher.KeyMissing):
        cipher.opened(io.BytesIO(bytes(changed)), KEYS)


@pytest.mark.parametrize("pieces", [1, 2])
def test_pieces_cannot_be_dropped_or_swapped(pieces):
    content = sealed(b"a" * PIECE + b"b" * PIECE + b"c" * PIECE)
    head, step = content[: cipher.HEADER_BYTES], cipher.SEALED_PIECE
    body = content[cipher.HEADER_BYTES :]
    shortened = head + body[: pieces * step]
    swapped = head + body[step : 2 * step] + body[:step] + body[2 * step :]
    for wrong in (shortened, swapped):
        with pytest.raises(cipher.Altered):
            cipher.opened(io.BytesIO(wrong), KEYS).read()


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.integers(0, 3 * PIECE), st.integers(0, 3 * PIECE), st.integers(1, PIECE))
def test_any_part_of_a_stream_is_what_was_sealed(size, place, length):
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    reader = cipher.opened(io.BytesIO(sealed(content)), KEYS)
    reader.seek(place)
    assert reader.read(length) == content[place : place + length]


def test_a_full_disk_is_said_in_french_and_leaves_nothing(tmp_path):
    class Full(io.BytesIO):
        def read(self, _size=-1):
            raise OSError(errno.ENOSPC, "No space left on device")

    store = storage.from_url(f"file://{tmp_path}/b", KEYS, tmp_path)
    with pytest.raises(storage.StorageFull, match="disque est plein"):
        store.put(Full())
    assert list((tmp_path / "b").rglob("*")) == [tmp_path / "b" / "incoming"]


def test_a_large_stream_costs_no_memory(tmp_path):
    class Endless(io.RawIOBase):
        left = 300 * 1024 * 1024

        def read(self, size=-1):
            taken = min(size, self.left)
            self.left -= taken
            return b"\0" * taken

    store = storage.from_url(f"file://{tmp_path}", KEYS, tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sha256, _ = store.put(Endless())
    storage.verify_blob(store, sha256)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


def test_a_locked_text_opens_only_for_its_purpose_and_with_its_key():
    locked = KEYS.lock("JBSWY3DP", "person.totp_secret")
    assert "JBSWY3DP" not in locked
    assert KEYS.unlock(locked, "person.totp_secret") == "JBSWY3DP"
    with pytest.raises(cipher.Altered):
        KEYS.unlock(locked, "person.other")
    with pytest.raises(cipher.KeyMissing):
        OTHER.unlock(locked, "person.totp_secret")
    for wrong in ("JBSWY3DP", "", locked[:-4], "cf1:zz:", locked.replace("cf1", "cf2")):
        with pytest.raises(cipher.Altered):
            KEYS.unlock(wrong, "person.totp_secret")


def test_the_keys_are_never_shown():
    assert KEYS.secrets[0] not in repr(KEYS)
