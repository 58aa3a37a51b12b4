"""Pillow, with the photographs of telephones (HEIC) among what it reads; imported where a picture is opened."""

from __future__ import annotations

import pillow_heif
from PIL import Image

__all__ = ["Image"]

pillow_heif.register_heif_opener()
