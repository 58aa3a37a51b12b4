"""A seal proves that nothing changed: with our verifier, with sha256sum and openssl alone, and with other readers."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta

import bagit
import pytest

from casefile import clock
from casefile.errors import InvalidInput
from casefile.evidence import bag, custody, package, seal, timestamp
from casefile.evidence.address import Allowed
from casefile.evidence.authorities import EMBEDDED_LABEL, parse_authorities
from casefile.evidence.authority import EmbeddedAuthority
from casefile.evidence.fetch import Door
from casefile.evidence.tree import UnsafePackage
from casefile.evidence.verify import verify
from tests.evidence.conftest import Quiet, serving, small_work

OPPONENT_TOOLS = ("sha256sum", "openssl", "sh", "dirname", "grep")


@pytest.fixture
def lines():
    previous, written = custody.genesis("cabinet-1"), []
    for number, action in enumerate(("demandée", "scellée", "consultée")):
        line = custody.append(previous, {"action": action, "seq": number})
        written.append(line.as_json())
        previous = line.hash
    return written


@pytest.fixture
def exported(sealed, tmp_path, lines):
    target = tmp_path / "preuve.zip"
    package.export(sealed, target, lines)
    return target


def run(*args, **kwargs):
    return subprocess.run(args, capture_output=True, text=True, check=False, **kwargs)


def test_a_sealed_capture_is_intact_and_its_token_is_labelled_as_not_qualified(sealed):
    report = verify(sealed)
    assert report.intact, report.problems
    assert report.manifest_sha256 == seal.manifest_digest(sealed)
    assert [t["label"] for t in report.tokens] == [EMBEDDED_LABEL]


def test_the_directory_is_a_valid_bag_for_another_reader(sealed):
    assert bagit.Bag(str(sealed)).validate()


def test_sealed_files_are_read_only(sealed):
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o444 for p in sealed.rglob("*") if p.is_file())
    assert stat.S_IMODE((sealed / "data").stat().st_mode) == 0o555


def test_b1_the_package_verifies_with_sha256sum_and_openssl_alone(exported, tmp_path):
    tools, unpacked = tmp_path / "outils", tmp_path / "dossier"
    tools.mkdir()
    for name in OPPONENT_TOOLS:
        (tools / name).symlink_to(shutil.which(name))
    with zipfile.ZipFile(exported) as archive:
        archive.extractall(unpacked)
    unshare = shutil.which("unshare") or ""
    offline = [unshare, "-n"] if os.geteuid() == 0 and unshare and run(unshare, "-n", "true").returncode == 0 else []
    command = [*offline, str(tools / "sh"), str(unpacked / "verifier.sh")]
    done = run(*command, env={"PATH": str(tools)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "INTACT" in done.stdout
    assert "Verification: OK" in done.stdout
    chance = random.Random(1881)
    for path in sorted(p for p in unpacked.rglob("*") if p.is_file() and p.name != "verifier.sh"):
        content = path.read_bytes()
        altered = bytearray(content)
        altered[chance.randrange(len(altered))] ^= 1 << chance.randrange(8)
        path.write_bytes(altered)
        assert run(*command, env={"PATH": str(tools)}).returncode == 1, path
        path.write_bytes(content)


def test_the_command_verifies_and_names_what_is_altered(exported):
    command = [sys.executable, "-m", "casefile", "evidence", "verify", str(exported)]
    done = run(*command)
    assert (done.returncode, json.loads(done.stdout)["status"]) == (0, "intact")
    content = bytearray(exported.read_bytes())
    content[content.index("Ce médecin".encode())] ^= 1
    exported.write_bytes(content)
    done = run(*command)
    assert done.returncode == 1
    assert "capture/data/texte.txt" in {p["name"] for p in json.loads(done.stdout)["problems"]}
    assert "capture/data/texte.txt" in done.stderr
    missing = run(*command[:-1], str(exported) + "x")
    assert (missing.returncode, json.loads(missing.stdout)["error"]["code"]) == (2, "invalid_input")


def test_one_byte_flipped_in_any_of_200_places_of_the_package_is_found(exported, tmp_path):
    content = exported.read_bytes()
    chance = random.Random(1881)
    copy = tmp_path / "altéré.zip"
    for place in chance.sample(range(len(content)), 200):
        altered = bytearray(content)
        altered[place] ^= 1 << chance.randrange(8)
        copy.write_bytes(altered)
        try:
            report = verify(copy)
        except (UnsafePackage, InvalidInput):
            continue
        assert report.problems, f"octet {place}"
        assert all(p.name for p in report.problems)


def test_one_byte_flipped_in_any_file_of_the_store_names_that_file(sealed):
    chance = random.Random(29)
    files = sorted(p for p in sealed.rglob("*") if p.is_file())
    for path in files * 12:
        content = path.read_bytes()
        altered = bytearray(content)
        altered[chance.randrange(len(altered))] ^= 1 << chance.randrange(8)
        path.chmod(0o644)
        path.write_bytes(altered)
        try:
            names = {p.name for p in verify(sealed).problems}
        finally:
            path.write_bytes(content)
        relative = path.relative_to(sealed).as_posix()
        assert relative in names or relative == bag.TAG_MANIFEST, (relative, names)
        assert names, relative


def test_a_removed_an_added_and_a_renamed_file_are_named(sealed):
    (sealed / "data").chmod(0o755)
    (sealed / "data" / "texte.txt").rename(sealed / "data" / "autre.txt")
    assert {p.name for p in verify(sealed).problems} == {"data/texte.txt", "data/autre.txt"}


def test_a_manifest_rewritten_with_its_file_contradicts_the_token(sealed):
    text = sealed / "data" / "texte.txt"
    text.chmod(0o644)
    text.write_text("Ce médecin est parfait", encoding="utf-8")
    manifest = {p: bag.digest(sealed / p) for p in bag.files_under(sealed, "data")}
    (sealed / bag.MANIFEST).chmod(0o644)
    (sealed / bag.MANIFEST).write_text(bag.manifest_lines(manifest), encoding="utf-8")
    bag.write_tag_manifest(sealed)
    problems = verify(sealed).problems
    assert [p.kind for p in problems] == ["token"]
    assert "n’est pas celle du manifeste" in problems[0].detail


@pytest.mark.parametrize("line", [0, 1, 2])
def test_an_altered_line_of_the_custody_log_is_named(sealed, tmp_path, lines, line):
    lines[line] = lines[line].replace("e", "é", 1)
    package.export(sealed, tmp_path / "p.zip", lines)
    names = [p.name for p in verify(tmp_path / "p.zip").problems]
    assert f"journal-conservation.jsonl, ligne {line + 1}" in names


def test_a_removed_line_of_the_custody_log_is_named(lines):
    assert [b.line for b in custody.breaks([lines[0], lines[2]])] == [2]
    assert custody.breaks(lines) == []
    assert custody.breaks(lines, head="0" * 64)[0].line == 3


def _zip(path, name, content=b"x", compress=zipfile.ZIP_STORED, mode=0o644):
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.external_attr = mode << 16
    with zipfile.ZipFile(path, "w", compress) as archive:
        archive.writestr(info, content, compress_type=compress)
    return path


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "C:/x"])
def test_a_package_that_would_write_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(UnsafePackage, match="chemin interdit"):
        verify(_zip(tmp_path / "p.zip", name))


def test_a_bomb_and_a_link_are_refused_unread(tmp_path):
    with pytest.raises(UnsafePackage, match="démesurée"):
        verify(_zip(tmp_path / "b.zip", "SHA256SUMS", b"\0" * 20_000_000, zipfile.ZIP_DEFLATED))
    with pytest.raises(UnsafePackage, match="lien"):
        verify(_zip(tmp_path / "l.zip", "SHA256SUMS", mode=0o120777))


def test_a_file_that_is_no_package_is_altered_not_a_crash(tmp_path):
    (tmp_path / "p.zip").write_bytes(b"PK nothing")
    assert [p.kind for p in verify(tmp_path / "p.zip").problems] == ["container"]
    with pytest.raises(InvalidInput, match="ni un dossier scellé"):
        verify(_zip(tmp_path / "q.zip", "autre.txt"))


def test_the_same_capture_always_gives_the_same_package(sealed, tmp_path, lines):
    first = package.export(sealed, tmp_path / "1.zip", lines)
    assert first == package.export(sealed, tmp_path / "2.zip", lines)


class Authority(Quiet):
    """A time-stamping authority over HTTP, which may misbehave."""

    unit: EmbeddedAuthority
    fault = ""

    def do_POST(self):  # noqa: N802 - http.server's own name
        request = self.rfile.read(int(self.headers["Content-Length"]))
        if self.fault == "panne":
            return self.answer(b"", 503)
        if self.fault == "autre":
            return self.answer(Authority.unit.answer(Authority.first))
        Authority.first = request
        return self.answer(Authority.unit.answer(request), Content_Type="application/timestamp-reply")


def test_an_outside_authority_that_is_down_delays_its_token_and_nothing_else(tmp_path, embedded):
    work = small_work(tmp_path)
    final = tmp_path / "c"
    seal.seal(work, final, {})
    Authority.unit, Authority.fault = EmbeddedAuthority.at(tmp_path / "autre"), "panne"
    with serving(Authority) as port:
        door = Door(Allowed.parse(f"127.0.0.1:{port}"))
        outside = parse_authorities(f"tiers,http://127.0.0.1:{port}/tsa,qualified")
        stamps = seal.stamp(final, embedded, outside, door)
        assert [(s.authority, s.obtained) for s in stamps] == [("interne", True), ("tiers", False)]
        assert "503" in stamps[1].reason
        Authority.fault = ""
        again = seal.stamp(final, embedded, outside, door)
        assert [(s.authority, s.obtained, s.qualified) for s in again] == [("tiers", True, True)]
        Authority.fault = "autre"
        with pytest.raises(timestamp.BadToken, match=r"nombre unique|empreinte"):
            timestamp.obtain(door, outside[0], b"autre chose")
    report = verify(final)
    assert report.intact, report.problems
    assert sorted(t["authority"] for t in report.tokens) == ["interne", "tiers"]


def test_a_private_address_is_no_time_stamping_authority(sealed, embedded):
    outside = parse_authorities("mauvaise,http://127.0.0.1:8080/tsa")
    assert "publique" in seal.stamp(sealed, embedded, outside, Door())[0].reason


@pytest.mark.parametrize(
    "text", ["sans-adresse", "interne,https://tsa.example", "a,https://x,inconnu=1", "A B,https://x"]
)
def test_a_badly_written_authority_is_refused_with_the_form_expected(text):
    with pytest.raises(InvalidInput, match="nom,https"):
        parse_authorities(text)


def test_a_token_is_renewed_before_it_expires_and_both_verify(sealed, embedded):
    due = seal.renew_before(sealed)
    assert due > datetime(2040, 1, 1, tzinfo=UTC)
    with clock.frozen(due - timedelta(days=200)):
        seal.renew(sealed, embedded)
    report = verify(sealed)
    assert report.intact, report.problems
    assert len(report.tokens) == 2
    assert any("renouvellement-20" in t["file"] for t in report.tokens)


def test_a_proof_is_never_replaced(sealed):
    bag.add_proof(sealed, "ocsp.der", b"1")
    with pytest.raises(bag.SealBroken, match="jamais remplacée"):
        bag.add_proof(sealed, "ocsp.der", b"2")
    assert verify(sealed).intact


def test_the_embedded_authority_is_created_once_and_its_keys_are_private(tmp_path):
    first, second = EmbeddedAuthority.at(tmp_path / "a"), EmbeddedAuthority.at(tmp_path / "a")
    assert first.root == second.root
    assert stat.S_IMODE((tmp_path / "a" / "unite.key").stat().st_mode) == 0o600


def test_erasure_destroys_the_whole_capture_and_leaves_a_proof_of_it(sealed):
    manifest, root = seal.manifest_digest(sealed), sealed.parent
    tombstone = seal.erase(sealed, by="associée", basis="RGPD, art. 17")
    assert not sealed.exists()
    assert tombstone["manifest_sha256"] == manifest
    assert [p.name for p in (root / seal.TOMBSTONES).iterdir()] == [f"{sealed.name}.json"]
    assert "avis.example" not in json.dumps(tombstone)
    assert tombstone["tokens"][0]["authority"] == "interne"
