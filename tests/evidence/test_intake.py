"""A deposited file is kept byte for byte, known by its bytes, and never opens its dangers to the application."""

from __future__ import annotations

import gzip
import io
import struct
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
import zlib
from email.message import EmailMessage

import av
import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageDraw, ImageFont
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from casefile.evidence import intake, ocr, reading, sniff
from casefile.evidence.provenance import Provenance
from casefile.evidence.sniff import FileRefused
from casefile.evidence.verify import verify
from tests.disk import Disk
from tests.evidence import outlook


def image(kind="PNG", size=(300, 200)):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def heic():
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "red")).save(out)
    return out.getvalue()


def pdf(password=None):
    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


def zipped(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


MAIL = (
    "From: Avis <noreply@plateforme.example>\r\nTo: docteur@cabinet.example\r\nSubject: Nouvel avis\r\n"
    "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "M NP a écrit : « à fuir » 😡\r\n"
).encode()
SAVED = (
    b"MIME-Version: 1.0\r\nSnapshot-Content-Location: https://a.example/\r\n"
    b"Content-Type: multipart/related; boundary=B\r\n\r\n"
    b"--B\r\nContent-Type: text/html\r\n\r\n<p>bonjour</p>\r\n--B--\r\n"
)
WORD = "<w:document xmlns:w='w'><w:p><w:t>Lettre reçue</w:t></w:p></w:document>"

FILES = {
    "vue.png": (image(), "image/png"),
    "vue.jpg": (image("JPEG"), "image/jpeg"),
    "vue.webp": (image("WEBP"), "image/webp"),
    "vue.heic": (heic(), "image/heic"),
    "page.pdf": (pdf(), "application/pdf"),
    "avis.eml": (MAIL, sniff.EMAIL),
    "page.mhtml": (SAVED, sniff.MHTML),
    "page.html": (b"<!DOCTYPE html><html><script>alert(1)</script><p>Ce docteur</p></html>", "text/html"),
    "trafic.warc.gz": (gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n\r\n"), sniff.WARC),
    "trafic.wacz": (zipped(datapackage_json="{}", archive__a_warc="x"), sniff.WACZ),
    "lettre.docx": (zipped(word__document_xml=WORD), next(k for k in sniff.KNOWN if "wordprocessing" in k)),
    "avis.msg": (outlook.message("Nouvel avis", "M NP a écrit : « à fuir » 😡", "noreply@a.example"), sniff.OUTLOOK),
    "film.mp4": (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0" * 64, "video/mp4"),
}


@pytest.fixture
def deposit(tmp_path):
    def give(content, name, request_id=None, **options):
        return intake.receive(
            io.BytesIO(content),
            name,
            into=tmp_path / "pieces",
            authority=tmp_path / "autorite",
            operator="Me X",
            reference="2026/0001",
            request_id=request_id or name,
            **options,
        )

    return give


@pytest.mark.parametrize("name", FILES)
def test_each_kind_is_known_by_its_bytes_and_kept_untouched(deposit, name):
    content, media_type = FILES[name]
    sealed = deposit(content, name)
    assert (sealed.media_type, sealed.warnings) == (media_type, ())
    assert sealed.original.read_bytes() == content
    assert sealed.provenance is Provenance.UPLOAD
    assert verify(sealed.directory).intact


def test_the_same_request_is_sealed_once(deposit):
    first, again = deposit(image(), "a.png"), deposit(b"autre", "a.png")
    assert (first.id, first.sha256) == (again.id, again.sha256)


def test_no_deposit_is_ever_upgraded_to_a_capture(deposit):
    with pytest.raises(FileRefused, match="jamais une capture"):
        deposit(image(), "a.png", provenance=Provenance.SYSTEM_PUBLIC)


def flood():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    return start + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


REFUSED = {
    "vide.png": (b"", "vide"),
    "virus.exe": (b"MZ\x90\0" + b"\0" * 200, "accepté"),
    "secret.pdf": (pdf("mot"), "mot de passe"),
    "deluge.png": (flood(), "points|démesurée"),
    "cassee.jpg": (image("JPEG")[:40], "illisible"),
    "bombe.docx": (zipped(word__document_xml=b" " * 50_000_000), "dangereuse"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_dangerous_or_empty_is_refused_with_a_sentence_and_leaves_nothing(deposit, tmp_path, name):
    content, words = REFUSED[name]
    with pytest.raises(FileRefused, match=words):
        deposit(content, name)
    assert [p.name for p in (tmp_path / "pieces").iterdir()] == [".en-cours"]
    assert not list((tmp_path / "pieces" / ".en-cours").glob("*/"))


def test_a_polyglot_and_a_lying_name_are_kept_with_a_warning(deposit):
    sealed = deposit(image() + zipped(a_txt="x"), "photo.png")
    assert "données" in sealed.warnings[0]
    assert "vrai type" in deposit(pdf(), "photo.jpg").warnings[0]


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "C:\\x\\vue.png", "..", "é\0\n.png", "a" * 500 + ".png"])
def test_a_hostile_name_stays_in_its_directory(deposit, name):
    sealed = deposit(image(), name)
    assert sealed.original.parent == sealed.directory / "data" / "original"
    assert sealed.name == name


def read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return reading.read(path, sniff.true_type(path), tmp_path / "derives")


def test_text_and_views_are_read_in_a_process_of_their_own(tmp_path):
    mail = read(tmp_path, "avis.eml", MAIL)
    assert "« à fuir » 😡" in mail.text
    assert mail.metadata["Subject"] == "Nouvel avis"
    assert read(tmp_path, "p.html", FILES["page.html"][0]).text == "Ce docteur"
    assert read(tmp_path, "l.docx", FILES["lettre.docx"][0]).text == "Lettre reçue"
    assert (tmp_path / "derives" / read(tmp_path, "v.heic", heic()).views[0]).exists()
    blank = read(tmp_path, "p.pdf", pdf())
    assert (blank.metadata["pages"], blank.needs_ocr, len(blank.views)) == (1, True, 1)


def traffic(body, kind="text/html"):
    """Write one exchange as an archive of traffic."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record("https://a.example/avis", "response", payload=io.BytesIO(body), http_headers=headers)
    )
    return out.getvalue()


def film(seconds):
    """Write the header of a film of so many seconds, and nothing of its pictures."""
    mvhd = struct.pack(">I4sIIIII", 108, b"mvhd", 0, 0, 0, 1000, seconds * 1000).ljust(108, b"\0")
    return FILES["film.mp4"][0][:32] + struct.pack(">I4s", 116, b"moov") + mvhd


@pytest.mark.parametrize(("name", "family", "codec"), [("f.mp4", "mp4", "mpeg4"), ("f.webm", "webm", "libvpx")])
def test_a_film_is_shown_by_stills_at_even_intervals(tmp_path, name, family, codec):
    path = tmp_path / name
    with av.open(str(path), "w", format=family) as written:
        stream = written.add_stream(codec, rate=5)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.codec_context.gop_size = 1
        for second in range(10):
            frame = av.VideoFrame.from_image(Image.new("RGB", (160, 120), (25 * second, 0, 0)))
            for _ in range(5):
                written.mux(stream.encode(frame))
        written.mux(stream.encode())
    found = reading.read(path, sniff.true_type(path), tmp_path / "derives")
    assert found.problem is None
    assert len(found.views) == 9
    assert found.metadata["stills_at"] == sorted(found.metadata["stills_at"])
    reds = [Image.open(tmp_path / "derives" / view).getpixel((80, 60))[0] for view in found.views]
    assert reds == sorted(reds)
    assert (reds[0] < 30, reds[-1] > 180) == (True, True)


def test_a_list_that_names_other_files_is_no_film(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("confidence")
    path = tmp_path / "f.mp4"
    path.write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n")
    found = reading.read(path, "video/mp4", tmp_path / "d")
    assert (found.views, found.text) == ([], "")
    assert "ne s’ouvre pas" in found.problem


def test_what_holds_other_things_is_read_too(tmp_path):
    mail = read(tmp_path, "avis.msg", FILES["avis.msg"][0])
    assert "« à fuir » 😡" in mail.text
    assert (mail.metadata["Subject"], mail.metadata["From"]) == ("Nouvel avis", "<noreply@a.example>")
    exchange = traffic("<p>Ce médecin se trompe</p>".encode())
    for name, content in (
        ("t.warc.gz", exchange),
        ("t.wacz", zipped(datapackage_json="{}", archive__a_warc=exchange)),
    ):
        found = read(tmp_path, name, content)
        assert (found.text, found.metadata["addresses"]) == ("Ce médecin se trompe", ["https://a.example/avis"])
    assert read(tmp_path, "f.mp4", film(90)).metadata == {"seconds": 90.0}
    assert read(tmp_path, "g.mp4", FILES["film.mp4"][0]).metadata == {}
    odt = zipped(
        mimetype="application/vnd.oasis.opendocument.text",
        content_xml="<o xmlns:t='t'><t:p>Attestation</t:p></o>",
    )
    assert read(tmp_path, "a.odt", odt).text == "Attestation"


def test_the_pictures_that_a_file_carries_are_shown_and_read_when_it_says_nothing_else(tmp_path):
    carried = {"word__media__image1_png": image(), "word__media__logo_png": image(size=(16, 16))}
    pasted = read(tmp_path, "captures.docx", zipped(word__document_xml="<w><p/></w>", **carried))
    assert (pasted.views, pasted.needs_ocr, pasted.text) == (["vue-001.png"], True, "")
    assert Image.open(tmp_path / "derives" / pasted.views[0]).size == (300, 200)
    said = read(tmp_path, "lettre.docx", zipped(word__document_xml="<w><p>Voici</p></w>", **carried))
    assert (len(said.views), said.needs_ocr, said.text) == (1, False, "Voici")
    message = EmailMessage()
    message["From"], message["Date"] = "a@a.example", "Mon, 23 Nov 2026 10:00:00 +0100"
    message.set_content("Ci-joint la capture.")
    message.add_attachment(image("JPEG"), "image", "jpeg", filename="avis.jpg")
    message.add_attachment(b"\x89PNG rien de bon", "image", "png", filename="faux.png")
    mail = read(tmp_path, "capture.eml", message.as_bytes())
    assert (len(mail.views), mail.needs_ocr, mail.problem) == (1, False, None)
    assert mail.metadata["attachments"] == ["avis.jpg", "faux.png"]


def test_a_file_that_breaks_its_reader_is_a_problem_and_not_a_crash(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7 rien")
    assert "PdfiumError" in reading.read(tmp_path / "x.pdf", "application/pdf", tmp_path / "d").problem
    near = "<!DOCTYPE x [<!ENTITY a 'déplié'>]><w><p>&a;</p></w>"
    far = f"<!--{'x' * 3000}-->{near}"
    wide = f"<?xml version='1.0' encoding='UTF-16'?>{near}".encode("utf-16")
    for content in (near, far, wide):
        assert read(tmp_path, "b.docx", zipped(word__document_xml=content)).text == ""


def test_a_reader_without_room_says_so_instead_of_losing_what_the_file_shows(tmp_path, monkeypatch):
    image, output = tmp_path / "avis.png", tmp_path / "lecture"
    Image.new("RGB", (300, 200), "white").save(image)
    output.mkdir()
    (output / "vue-001.png").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        reading.read(image, "image/png", output)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    disk = Disk(tmp_path)
    disk.under_files(monkeypatch)
    with disk.filling(1), pytest.raises(OSError, match="No space left"):
        ocr.text_of(image)


def test_a_bomb_under_the_name_of_a_type_is_not_unpacked_to_be_judged(tmp_path):
    """Found on 2026-11-28: the declared type of an archive was read whole before the archive was judged."""
    path = tmp_path / "bombe.odt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("mimetype", "w") as part:
        for _ in range(300):
            part.write(b"0" * 1_000_000)
    tracemalloc.start()
    with pytest.raises(sniff.FileRefused):
        sniff.true_type(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


def test_french_words_are_read_from_an_image(tmp_path):
    picture = Image.new("RGB", (900, 120), "white")
    font = ImageFont.truetype("/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf", 40)
    ImageDraw.Draw(picture).text((20, 30), "Médecin à éviter absolument", "black", font)
    picture.save(tmp_path / "mots.png")
    assert "Médecin à éviter absolument" in ocr.text_of(tmp_path / "mots.png")


STREAM = """
import re, sys
from pathlib import Path
from casefile.evidence import intake
class Stream:
    left = 200_000_000
    def read(self, size):
        size = min(size, self.left)
        self.left -= size
        return b"<p>texte</p>"[:size].ljust(size)
root, who = Path(sys.argv[1]), {"operator": "x", "reference": "r", "request_id": "1"}
sealed = intake.receive(Stream(), "grand.html", into=root / "p", authority=root / "a", **who)
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(sealed.bytes, int(peak) // 1024)
"""


def test_a_large_upload_is_streamed_and_never_whole_in_memory(tmp_path):
    done = subprocess.run([sys.executable, "-c", STREAM, tmp_path], capture_output=True, text=True, check=True)
    size, memory = (int(value) for value in done.stdout.split())
    assert size == 200_000_000
    assert memory < 150
