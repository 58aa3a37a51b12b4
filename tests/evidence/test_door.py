"""The door lets only public addresses through, whatever name, redirect or notation hides a private one."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile.errors import InvalidInput
from casefile.evidence.address import Allowed, refusal
from casefile.evidence.fetch import Door, ForbiddenAddress, Limits, Unreachable, web_address
from casefile.evidence.relay import Relay
from tests.evidence.conftest import Quiet, serving

PRIVATE = [
    *(
        "127.0.0.1",
        "127.8.9.1",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
    ),
    *("100.64.0.1", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
    *("203.0.113.7", "192.88.99.1", "168.63.129.16", "100.100.100.200", "::1", "::", "::ffff:127.0.0.1"),
    *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::"),
    *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("::7f00:1", "2001:db8::1", "fec0::1", "2a00:1450::5efe:7f00:1", "100::1", "not-an-address"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused_with_its_reason(address):
    assert refusal(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "172.32.0.1"])
def test_an_ordinary_public_address_passes(address):
    assert refusal(address) is None


@given(st.ip_addresses(network="127.0.0.0/8") | st.ip_addresses(network="10.0.0.0/8"))
def test_no_wrapping_of_a_private_address_passes(address):
    packed = int(address)
    wrapped = [f"::ffff:{address}", f"64:ff9b::{packed >> 16:x}:{packed & 0xFFFF:x}"]
    wrapped.append(f"2002:{packed >> 16:x}:{packed & 0xFFFF:x}::1")
    assert all(refusal(text) for text in wrapped)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://0/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_every_notation_of_a_private_address_is_refused(url):
    with pytest.raises(ForbiddenAddress):
        Door().get(url)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://a:b@example.org/",
        "https://",
        "http://x y/",
        "http://a:99999/",
    ],
)
def test_what_is_not_a_web_address_is_refused(url):
    with pytest.raises(ForbiddenAddress):
        web_address(url)


def test_one_private_answer_among_public_ones_refuses_the_name():
    door = Door(resolver=lambda *_: ["93.184.216.34", "10.0.0.5"])
    with pytest.raises(ForbiddenAddress, match="réseau privé"):
        door.resolve("nip.example", 80)


def test_mail_and_remote_shell_ports_are_not_web_pages():
    with pytest.raises(ForbiddenAddress, match="port 25"):
        Door(resolver=lambda *_: ["93.184.216.34"]).resolve("mx.example", 25)


class Redirecting(Quiet):
    def page(self):
        if self.path == "/boucle":
            return self.answer(b"", 302, Location="/boucle")
        if self.path.startswith("/vers?"):
            return self.answer(b"", 302, Location=self.path.split("?", 1)[1])
        return self.answer(b"bonjour")


@pytest.mark.parametrize("target", ["http://169.254.169.254/", "http://localhost:1/", "file:///etc/passwd", "//[::1]/"])
def test_a_redirect_passes_through_the_same_check(target):
    with serving(Redirecting) as port:
        door = Door(allow=Allowed.parse(f"127.0.0.1:{port}"))
        with pytest.raises(ForbiddenAddress):
            door.get(f"http://127.0.0.1:{port}/vers?{target}")


def test_a_redirect_loop_ends():
    with serving(Redirecting) as port:
        door = Door(allow=Allowed.parse(f"127.0.0.1:{port}"))
        with pytest.raises(Unreachable, match="sans fin"):
            door.get(f"http://127.0.0.1:{port}/boucle")


def test_the_chain_of_redirects_is_kept():
    with serving(Redirecting) as port:
        answer = Door(allow=Allowed.parse(f"127.0.0.1:{port}")).get(f"http://127.0.0.1:{port}/vers?/fin")
    assert (answer.status, answer.body, answer.address) == (200, b"bonjour", "127.0.0.1")
    assert answer.hops == ((302, f"http://127.0.0.1:{port}/vers?/fin"),)


class Endless(Quiet):
    def page(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536 if self.path == "/vite" else b"x")
                time.sleep(0 if self.path == "/vite" else 0.05)
        except OSError:
            return


@pytest.mark.parametrize(("path", "words"), [("/vite", "limite"), ("/lent", "secondes")])
def test_an_endless_answer_is_cut_by_size_or_by_time(path, words):
    with serving(Endless) as port:
        door = Door(Allowed.parse(f"127.0.0.1:{port}"), Limits(max_bytes=1_000_000, seconds=0.5))
        started = time.monotonic()
        with pytest.raises(Unreachable, match=words):
            door.get(f"http://127.0.0.1:{port}{path}")
        assert time.monotonic() - started < 5


def test_the_exemptions_are_exact_pairs():
    allowed = Allowed.parse("intranet.local:8080, [::1]:81")
    assert allowed.covers("INTRANET.local", 8080)
    assert allowed.covers("::1", 81)
    assert not allowed.covers("intranet.local", 80)
    with pytest.raises(InvalidInput, match="hôte:port"):
        Allowed.parse("intranet.local")


def _through(relay: Relay, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", relay.port), 5) as client:
        client.sendall(request)
        client.settimeout(5)
        received = b""
        while block := client.recv(65536):
            received += block
        return received


def test_a_rebinding_name_is_resolved_again_and_refused_without_a_connection():
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    reached = []

    class Private(Quiet):
        def page(self):
            reached.append(self.path)
            self.answer(b"secret")

    with serving(Private) as port:
        door = Door(resolver=lambda *_: next(answers), limits=Limits(connect_seconds=0.2))
        with Relay(door, open_for_pages=True) as relay:
            first = f"CONNECT rebind.example:{port} HTTP/1.1\r\n\r\n".encode()
            second = f"GET http://rebind.example:{port}/ HTTP/1.1\r\nHost: rebind.example\r\n\r\n".encode()
            _through(relay, first)
            assert b"403" in _through(relay, second).split(b"\r\n")[0]
    assert reached == []
    assert [entry["verdict"] for entry in relay.log] == ["admis", "refusé"]


def test_the_relay_forwards_pages_and_logs_each_connection():
    with serving(Redirecting) as port, Relay(Door(Allowed.parse(f"127.0.0.1:{port}"))) as relay:
        request = f"GET http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: x\r\nProxy-Connection: a\r\n\r\n".encode()
        assert b"403" in _through(relay, request)
        relay.open_for_pages = True
        assert _through(relay, request).endswith(b"bonjour")
        tunnel = f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode()
        assert b"established" in _through(relay, tunnel + b"GET / HTTP/1.0\r\n\r\n")
    assert [e["verdict"] for e in relay.log] == ["refusé", "exempté", "exempté"]
    assert relay.log[1]["address"] == "127.0.0.1"
    assert relay.log[1]["received"] > 7


def test_the_relay_cuts_a_flood():
    relay = Relay(max_bytes=500_000, open_for_pages=True)
    with serving(Endless) as port:
        relay.door = Door(Allowed.parse(f"127.0.0.1:{port}"))
        request = f"GET http://127.0.0.1:{port}/vite HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with relay:
            assert len(_through(relay, request)) < 2_000_000
            assert b"403" in _through(relay, request)
    assert relay.log[0]["verdict"] == "coupé"


def test_the_relay_survives_garbage():
    with Relay(open_for_pages=True) as relay:
        threads = [threading.Thread(target=_through, args=(relay, junk)) for junk in (b"\x00\r\n\r\n", b"GET\r\n\r\n")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert _through(relay, b"CONNECT 10.0.0.1:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403")
