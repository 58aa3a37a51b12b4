"""The pictures of a whole page: tiles of this height, one under the other; the window that takes them."""

from __future__ import annotations

VIEWPORT = (1280, 900)
TILE = 4000
