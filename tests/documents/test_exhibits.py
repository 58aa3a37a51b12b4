import hashlib
import random
import subprocess
from datetime import date
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from casefile.documents import exhibit_pictures, exhibits
from casefile.documents.exhibit_source import Source, UnreadableExhibit
from casefile.documents.exhibits import merge, split, stamp, stamp_all

DAY = date(2026, 11, 6)
EMAIL = (
    b"From: Julien <j@exemple.example>\r\nTo: Anne <a@exemple.example>\r\nDate: Sun, 8 Nov 2026 10:00:00 +0100\r\n"
    b"Subject: =?utf-8?q?Votre_avis_d=C3=A9plac=C3=A9?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"C'est moi, oui. <img src=/etc/passwd>\r\n"
)


def sheet(
    pages: int = 1, *, rotate: int = 0, crop: tuple[int, int, int, int] | None = None, ink: bool = False
) -> bytes:
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    for number in range(pages):
        canvas.drawString(150, 400, f"Page {number + 1} de la preuve")
        if ink:
            canvas.setFillGray(0.2)
            canvas.rect(0, 0, 595, 842, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    with pikepdf.open(BytesIO(stream.getvalue())) as pdf:
        for page in pdf.pages:
            page.obj.Rotate = rotate
            if crop:
                page.cropbox = pikepdf.Array(list(crop))
        done = BytesIO()
        pdf.save(done)
    return done.getvalue()


def picture(colour: str = "white", size: tuple[int, int] = (400, 300)) -> bytes:
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).text((10, 10), "avis", fill="black")
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def shown(content: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    image = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    return image


def coloured(image: Image.Image) -> tuple[int, int, int, int]:
    """Give the box of the stamp's own red on the displayed page."""
    mask = Image.new("1", image.size)
    mask.putdata([r > 90 and g < 90 and b < 110 and r > g + 50 for r, g, b in image.get_flattened_data()])
    box = mask.getbbox()
    assert box, "no stamp on the page"
    return box


def text(content: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=content, check=True, capture_output=True).stdout.decode()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (60, 80, 500, 700)])
@pytest.mark.parametrize("ink", [False, True])
def test_the_stamp_is_upright_at_the_displayed_top_right(
    rotate: int, crop: tuple[int, int, int, int] | None, ink: bool
) -> None:
    copy = stamp(Source("3", "Avis publié", DAY, sheet(rotate=rotate, crop=crop, ink=ink)), "Me Aubry")
    image = shown(copy.content)
    left, top, right, bottom = coloured(image)
    assert right > image.width - 20
    assert top < 20
    assert bottom - top < 25 < right - left
    assert "Pièce n° 3" in text(copy.content).replace("\u00a0", " ")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_stamp_over_ink_makes_room_instead_of_hiding(rotate: int) -> None:
    before, after = (
        shown(sheet(rotate=rotate, ink=True)),
        shown(stamp(Source("1", "x", DAY, sheet(rotate=rotate, ink=True)), "Me A").content),
    )
    assert after.height == before.height + 40
    kept = after.crop((0, after.height - before.height, after.width, after.height))
    assert list(kept.resize((40, 40)).get_flattened_data()) == list(before.resize((40, 40)).get_flattened_data())


def test_a_stamp_on_white_keeps_the_size_of_the_page() -> None:
    assert shown(stamp(Source("1", "x", DAY, sheet()), "Me A").content).size == shown(sheet()).size


def test_images_and_emails_become_readable_copies() -> None:
    image = stamp(Source("4", "Photo", DAY, picture()), "Me Aubry")
    assert image.pages == 1
    mail = stamp(Source("5", "Courriel", DAY, EMAIL), "Me Aubry")
    assert "Votre avis déplacé" in text(mail.content)
    assert "<img src=/etc/passwd>" in text(mail.content)


def photograph(*, orientation: int = 1, size: tuple[int, int] = (1200, 900)) -> bytes:
    """Give a noisy photograph whose displayed top left corner is blue and the rest brown, whatever way it was held."""
    image = Image.merge("RGB", [Image.effect_noise(size, 40).point(lambda v, t=t: v // 4 + t) for t in (120, 80, 40)])
    image.paste((0, 0, 255), (0, 0, size[0] // 4, size[1] // 4))
    turned = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    held = image.transpose(turned[orientation]) if turned[orientation] is not None else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = BytesIO()
    held.save(stream, "JPEG", quality=90, exif=exif)
    return stream.getvalue()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photograph_stands_the_right_way_up_and_keeps_its_own_bytes(orientation: int) -> None:
    content = photograph(orientation=orientation)
    copy = stamp(Source("4", "Photo", DAY, content), "Me Aubry")
    with pikepdf.open(BytesIO(copy.content)) as pdf:
        drawn = [image for image in pdf.pages[0].get_images().values() if pikepdf.Name.DCTDecode in image.Filter]
        assert [image.read_raw_bytes() for image in drawn] == [content]
    page = shown(copy.content)
    assert page.width > page.height
    red, green, blue = page.getpixel((page.width // 8, page.height // 4))
    assert blue > 150 > max(red, green)
    red, _green, blue = page.getpixel((page.width * 7 // 8, page.height * 7 // 8))
    assert red > blue


def test_what_lets_the_paper_through_is_laid_on_white() -> None:
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((150, 100, 250, 200), fill=(255, 0, 0, 255))
    stream = BytesIO()
    image.save(stream, "PNG")
    page = shown(stamp(Source("4", "Logo", DAY, stream.getvalue()), "Me A").content)
    assert page.getpixel((60, page.height - 60)) == (255, 255, 255)
    assert page.getpixel((page.width // 2, page.height // 2 + 20)) == (255, 0, 0)


def test_a_tall_capture_is_cut_into_legible_pages_and_nothing_of_it_is_lost() -> None:
    tall = Image.new("RGB", (700, 7000), "white")
    for step in range(7):
        ImageDraw.Draw(tall).rectangle((0, step * 1000, 699, step * 1000 + 400), fill=(0, 60 + step * 25, 200))
    stream = BytesIO()
    tall.save(stream, "PNG")
    copy = stamp(Source("4", "Capture", DAY, stream.getvalue()), "Me A")
    assert copy.pages > 5
    with pikepdf.open(BytesIO(copy.content)) as pdf:
        pieces = [pikepdf.PdfImage(image).as_pil_image() for page in pdf.pages for image in page.get_images().values()]
    assert all(piece.width == 700 for piece in pieces)
    assert b"".join(piece.tobytes() for piece in pieces) == tall.tobytes()


def test_each_page_of_a_fax_is_a_page_and_a_telephone_picture_is_read() -> None:
    pages = [Image.new("1", (850, 1100), 1) for _ in range(3)]
    for page, mark in zip(pages, "abc", strict=True):
        ImageDraw.Draw(page).text((100, 100), mark)
    fax, heic = BytesIO(), BytesIO()
    pages[0].save(fax, "TIFF", save_all=True, append_images=pages[1:])
    assert stamp(Source("4", "Télécopie", DAY, fax.getvalue()), "Me A").pages == 3
    Image.new("RGB", (640, 480), "navy").save(heic, "HEIF")
    assert stamp(Source("5", "Photo", DAY, heic.getvalue()), "Me A").pages == 1


def test_a_picture_of_too_many_pages_is_refused_with_the_repair(monkeypatch) -> None:
    monkeypatch.setattr(exhibit_pictures, "MOST_PAGES", 3)
    stream = BytesIO()
    Image.new("RGB", (100, 2000), "white").save(stream, "PNG")
    with pytest.raises(UnreadableExhibit, match="partagez-la en plusieurs fichiers"):
        stamp(Source("9", "x", DAY, stream.getvalue()), "Me A")


def test_a_photograph_cut_short_is_refused() -> None:
    with pytest.raises(UnreadableExhibit, match="n° 9"):
        stamp(Source("9", "x", DAY, photograph()[:-20_000]), "Me A")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4 casse", b"\x89PNG casse"])
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableExhibit, match="n° 9"):
        stamp(Source("9", "x", DAY, content), "Me A")


def test_a_locked_file_is_refused() -> None:
    stream = BytesIO()
    with pikepdf.open(BytesIO(sheet())) as pdf:
        pdf.save(stream, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(UnreadableExhibit, match="mot de passe"):
        stamp(Source("2", "x", DAY, stream.getvalue()), "Me A")


def test_file_names_are_plain() -> None:
    copy = stamp(Source("4", "Capture de l’avis « M NP » – élève", DAY, sheet()), "Me A")
    assert copy.file == "Piece_04_capture_de_lavis_m_np_eleve.pdf"
    assert exhibits.file_name(Source("5-2", "É", DAY, b"")) == "Piece_05-2_e.pdf"


def test_a_heavy_exhibit_is_split_under_the_limit_and_loses_no_page() -> None:
    noise = random.Random(3)
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    for _ in range(12):
        canvas.drawString(150, 700, "Une page de la preuve")
        canvas.drawImage(ImageReader(Image.frombytes("RGB", (120, 120), noise.randbytes(43_200))), 100, 100)
        canvas.showPage()
    canvas.save()
    copy = stamp(Source("7", "Dossier", DAY, stream.getvalue()), "Me A")
    parts = split(copy, 200_000)
    assert len(parts) >= 3
    assert all(len(content) <= 200_000 for _, content in parts)
    assert "".join(text(content) for _, content in parts).count("Une page de la preuve") == 12
    assert parts[0][0].startswith(f"Piece_07_1-{len(parts)}_")
    with pytest.raises(UnreadableExhibit, match="pèse"):
        split(copy, 500)


def test_a_hundred_random_packs_are_whole() -> None:
    chance = random.Random(7)
    kinds = [sheet(), sheet(pages=2, rotate=90), picture(size=(40, 30)), sheet(crop=(50, 50, 400, 600))]
    stamped = [stamp(Source("1", "Pièce", DAY, kind), "Me A") for kind in kinds]
    for _ in range(100):
        count = chance.randint(1, 6)
        copies = [
            exhibits.Stamped(str(rank), f"t{rank}", DAY, f"Piece_{rank:02d}.pdf", one.content, one.pages, "")
            for rank, one in enumerate(chance.choices(stamped, k=count), start=1)
        ]
        with pikepdf.open(BytesIO(merge(copies))) as whole:
            assert len(whole.pages) == sum(copy.pages for copy in copies)
            assert len(whole.open_outline().root) == count
        for copy in copies:
            assert copy.facts["digest"] == hashlib.sha256(copy.content).hexdigest()
            assert split(copy, len(copy.content)) == [(copy.file, copy.content)]


def test_fifty_exhibits_are_done_with_progress_and_the_originals_untouched() -> None:
    original = sheet()
    before = hashlib.sha256(original).hexdigest()
    told: list[tuple[int, int]] = []
    copies = list(
        stamp_all(
            [Source(str(rank), f"Pièce {rank}", DAY, original) for rank in range(1, 51)],
            "Me A",
            lambda *step: told.append(step),
        )
    )
    assert told == [(rank, 50) for rank in range(1, 51)]
    assert [copy.number for copy in copies] == [str(rank) for rank in range(1, 51)]
    assert {copy.original_digest for copy in copies} == {before} == {hashlib.sha256(original).hexdigest()}
