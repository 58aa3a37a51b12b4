"""Optical reading of deposited images, in French: a help to search, never a quotation."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from casefile.errors import NO_ROOM, CasefileError

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 120


class OcrFailed(CasefileError):
    """The image could not be read."""

    code = "ocr_failed"
    status = 503


def text_of(image: Path, language: str = "fra") -> str:
    """Read the words of an image; they must be proofread before they are quoted.

    Raises OcrFailed, and OSError when the disk is full: the image is not to blame and can be read later.
    """
    import pytesseract
    from PIL import UnidentifiedImageError

    from casefile.evidence.pictures import Image

    if shutil.which("tesseract") is None:
        raise OcrFailed("La lecture optique n’est pas installée sur cette machine (tesseract-ocr, tesseract-ocr-fra).")
    try:
        with Image.open(image) as opened:
            found: str = pytesseract.image_to_string(opened.convert("RGB"), lang=language, timeout=_SECONDS)
    except (RuntimeError, UnidentifiedImageError, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno in NO_ROOM:
            raise
        raise OcrFailed("La lecture optique de cette image n’a pas abouti.") from problem
    return found
