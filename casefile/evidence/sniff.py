"""What a deposited file truly is, from its bytes and never from its name, and whether it is safe to keep.

Refused: nothing inside, a type that is no evidence, a bomb, a locked PDF. Contained with a warning: a name that lies,
data hidden after an image. The bytes themselves are never changed.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from casefile.errors import InvalidInput
from casefile.evidence.tree import UnsafePackage, ZipTree

MAX_PIXELS = 100_000_000
_HEAD = 16_384
_MAIL_HEADERS = re.compile(
    rb"^(from|date|subject|received|message-id|to|mime-version|return-path):", re.IGNORECASE | re.MULTILINE
)
_OLE, _OUTLOOK = b"\xd0\xcf\x11\xe0", "__properties".encode("utf-16-le")
_WARC = b"WARC/1."
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODT = "application/vnd.oasis.opendocument.text"
WACZ, MHTML, WARC, EMAIL = "application/wacz", "multipart/related", "application/warc", "message/rfc822"
OUTLOOK = "application/vnd.ms-outlook"

# type → (French name, usual suffixes); whatever is not here is no evidence for Casefile.
KNOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "image/png": ("image PNG", (".png",)),
    "image/jpeg": ("image JPEG", (".jpg", ".jpeg")),
    "image/webp": ("image WebP", (".webp",)),
    "image/heic": ("image HEIC", (".heic", ".heif")),
    "image/gif": ("image GIF", (".gif",)),
    "application/pdf": ("document PDF", (".pdf",)),
    "video/mp4": ("vidéo MP4", (".mp4", ".m4v")),
    "video/quicktime": ("vidéo QuickTime", (".mov",)),
    "video/webm": ("vidéo WebM", (".webm",)),
    "video/x-matroska": ("vidéo Matroska", (".mkv", ".webm")),
    EMAIL: ("courrier électronique", (".eml",)),
    OUTLOOK: ("courrier Outlook", (".msg",)),
    MHTML: ("page web complète (MHTML)", (".mhtml", ".mht")),
    "text/html": ("page HTML", (".html", ".htm")),
    "text/plain": ("texte", (".txt", ".csv", ".json")),
    WARC: ("archive de trafic WARC", (".warc", ".warc.gz", ".gz")),
    WACZ: ("archive de trafic WACZ", (".wacz",)),
    _DOCX: ("document Word", (".docx",)),
    _XLSX: ("classeur Excel", (".xlsx",)),
    _ODT: ("document OpenDocument", (".odt",)),
    "application/msword": ("document Word ancien", (".doc",)),
}


class FileRefused(InvalidInput):
    """A file that cannot be kept as evidence: the sentence says why and what to do."""

    code = "file_refused"


def true_type(path: Path) -> str:
    """Give the type that the bytes say, or refuse the file."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise FileRefused("Ce fichier est vide : vérifiez qu’il s’est bien enregistré, puis déposez-le de nouveau.")
    found = _by_own_marks(path, head) or _by_system(head)
    aliases = {
        "image/heif": "image/heic",
        "application/x-ole-storage": "application/msword",
        "application/csv": "text/plain",
    }
    found = aliases.get(found, found)
    if found == "application/x-mimearchive":
        found = MHTML
    if found not in KNOWN:
        raise FileRefused(
            f"Ce fichier ({found}) n’est pas d’un type accepté comme pièce : déposez une image, un PDF, une vidéo, un "
            "courrier .eml ou .msg, une page enregistrée ou un document bureautique."
        )
    return found


def judge(path: Path, media_type: str, name: str) -> list[str]:
    """Refuse what is dangerous to open and give the warnings to print beside the file."""
    warnings = []
    french, suffixes = KNOWN[media_type]
    if not name.lower().endswith(suffixes):
        warnings.append(f"Le nom du fichier ne correspond pas à son vrai type ({french}).")
    if media_type.startswith("image/"):
        warnings += _judge_image(path)
    elif media_type == "application/pdf":
        warnings += _judge_pdf(path)
    elif media_type in {WACZ, _DOCX, _XLSX, _ODT}:
        _judge_zip(path)
    return warnings


def safe_name(name: str) -> str:
    """Give a name that any system can write; the original name is kept in the facts."""
    base = PurePosixPath(name.replace("\\", "/")).name
    cleaned = re.sub(r"[^\w.\- ]", "_", base, flags=re.ASCII).strip(" .")
    return cleaned[-120:] or "fichier"


def _by_system(head: bytes) -> str:
    import magic

    found: str = magic.from_buffer(head, mime=True)
    return found


def _by_own_marks(path: Path, head: bytes) -> str | None:
    """Recognise what the system's library knows badly."""
    if head.startswith(_WARC) or (head.startswith(b"\x1f\x8b") and _gzip_head(path).startswith(_WARC)):
        return WARC
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return OUTLOOK if _OUTLOOK in _beginning(path) else None
    if head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"}:
        return "image/heic"
    return _mail_kind(head)


def _mail_kind(head: bytes) -> str | None:
    start = head.split(b"\r\n\r\n")[0].split(b"\n\n")[0].lower()
    marks = {m[1] for m in _MAIL_HEADERS.finditer(start)}
    saved = b"snapshot-content-location:" in start or (b"multipart/related" in start and b"received" not in marks)
    if saved and b"mime-version" in marks:
        return MHTML
    return EMAIL if len(marks & {b"from", b"date", b"subject", b"received", b"message-id"}) >= 2 else None  # noqa: PLR2004 - two are enough


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2_000_000)


def _gzip_head(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(16)
    except (OSError, EOFError, zlib.error):
        return b""


def _zip_kind(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            declared = _declared(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, zlib.error):
        return None
    if "datapackage.json" in names and any(n.startswith("archive/") for n in names):
        return WACZ
    kinds = {"word/document.xml": _DOCX, "xl/workbook.xml": _XLSX}
    return next((kind for mark, kind in kinds.items() if mark in names), declared or None)


def _declared(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as part:  # read before the archive is judged: a bomb may hide under this name
        return part.read(80).decode("ascii", "replace")


def _judge_image(path: Path) -> list[str]:
    from casefile.evidence.pictures import Image

    try:
        with Image.open(path) as image:
            width, height = image.size
            frames = getattr(image, "n_frames", 1)
    except Exception as problem:  # broken bytes break a decoder in every way: all of them mean « illisible »
        raise FileRefused("Cette image est illisible ou démesurée : enregistrez-la de nouveau.") from problem
    if width * height * frames > MAX_PIXELS:
        raise FileRefused(
            f"Cette image annonce {width} × {height} points : c’est plus que la limite. Découpez-la en plusieurs vues."
        )
    return (
        ["Des données sont ajoutées après l’image : elles sont conservées, jamais exécutées."]
        if _trailing(path)
        else []
    )


def _trailing(path: Path) -> bool:
    """Tell whether something else hides behind an image: an archive, a document, a page."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_536))
        tail = file.read()
    marks = (b"PK\x05\x06", b"%PDF-", b"<script", b"%%EOF")
    return any(mark in tail for mark in marks)


def _judge_pdf(path: Path) -> list[str]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower():
            raise FileRefused(
                "Ce PDF est protégé par un mot de passe : demandez une copie sans protection et déposez-la."
            ) from problem
        raise FileRefused("Ce PDF est illisible : demandez une nouvelle copie.") from problem
    try:
        pages = len(document)
    finally:
        document.close()
    if pages == 0:
        raise FileRefused("Ce PDF n’a aucune page.")
    with path.open("rb") as file:
        starts_well = file.read(5) == b"%PDF-"
    return [] if starts_well else ["Ce PDF commence par autre chose qu’un PDF : il est conservé, jamais exécuté."]


def _judge_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            ZipTree(archive)
    except (UnsafePackage, zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error) as problem:
        raise FileRefused(
            "Ce document contient une archive dangereuse ou démesurée : demandez un PDF à la place."
        ) from problem
