"""The optional scanner: a real socket speaks ClamAV's protocol; what it condemns, or cannot examine, is not kept."""

from __future__ import annotations

import dataclasses
import io
import socket
import struct
import threading

import pytest

from casefile.config import Settings
from casefile.errors import UnsafeConfiguration
from casefile.evidence import antivirus, deposit

# The harmless test file that every scanner knows, written so that this file itself is not it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """A clamd that knows one signature."""

    def __init__(self, family, place):
        self.seen, self.answer = [], None
        self.server = socket.socket(family, socket.SOCK_STREAM)
        self.server.bind(place)
        self.server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(size)
                self.seen.append(content)
                found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
                line.sendall(self.answer or found)


@pytest.fixture(params=["unix", "tcp"])
def scanner(request, tmp_path, settings):
    if request.param == "unix":
        made, place = Scanner(socket.AF_UNIX, str(tmp_path / "clamd")), str(tmp_path / "clamd")
    else:
        made = Scanner(socket.AF_INET, ("127.0.0.1", 0))
        place = f"127.0.0.1:{made.server.getsockname()[1]}"
    yield made, dataclasses.replace(settings, clamav=place)
    made.server.close()


def sealed(settings, content, name="note.txt"):
    return deposit.seal_upload(
        settings, name=name, source=io.BytesIO(content), operator="Anne", reference="2026/0001", head=None
    )


def test_a_clean_file_is_examined_whole_then_kept(scanner):
    made, settings = scanner
    content = "Un avis très négatif.\n".encode() * 9000
    assert sealed(settings, content).sealed.original.read_bytes() == content
    assert made.seen == [content]


def test_a_harmful_file_is_not_kept_and_the_sentence_names_it(scanner, settings):
    _made, set_up = scanner
    with pytest.raises(antivirus.Infected, match="Eicar-Test-Signature"):
        sealed(set_up, b"bonjour " + EICAR)
    assert not list((settings.data_dir).rglob("note.txt"))


def test_a_scanner_that_says_nothing_useful_keeps_nothing(scanner):
    made, settings = scanner
    made.answer = b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(antivirus.ScannerSilent):
        sealed(settings, b"bonjour")


def test_a_scanner_that_is_down_keeps_nothing(settings, tmp_path):
    with pytest.raises(antivirus.ScannerSilent, match="ne répond pas"):
        sealed(dataclasses.replace(settings, clamav=str(tmp_path / "absent")), b"bonjour")


def test_without_a_scanner_nothing_is_asked(settings):
    assert sealed(settings, b"bonjour").text == "bonjour"


def test_no_file_leaves_for_a_scanner_elsewhere(data_dir):
    with pytest.raises(UnsafeConfiguration, match="CASEFILE_CLAMAV"):
        Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir), "CASEFILE_CLAMAV": "antivirus.example:3310"})
