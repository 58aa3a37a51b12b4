"""Writes the smallest Outlook message: a compound file of a few streams, all of them short."""

from __future__ import annotations

import struct

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def message(subject: str, body: str, sender: str) -> bytes:
    """Give the bytes of a message with a subject, a plain body and the sender's address."""
    texts = {"0037": subject, "1000": body, "0C1F": sender, "001A": "IPM.Note"}
    entries = b"".join(
        struct.pack("<HHIII", 0x1F, int(tag, 16), 6, len(text.encode("utf-16-le")) + 2, 0)
        for tag, text in texts.items()
    )
    streams = {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in texts.items()}
    return _compound({"__properties_version1.0": bytes(32) + entries, **streams})


def _compound(streams: dict[str, bytes]) -> bytes:
    mini, table, starts = b"", [], {}
    for name, content in streams.items():
        blocks = max(1, -(-len(content) // 64))
        starts[name] = len(table)
        table += [*range(len(table) + 1, len(table) + blocks), _END]
        mini += content.ljust(blocks * 64, b"\0")
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    folders = -(-(len(names) + 1) // 4)
    sectors = -(-len(mini) // 512)
    fat = [_FAT, *range(2, folders + 1), _END, _END, *range(folders + 3, folders + 2 + sectors), _END]
    root = _entry("Root Entry", 5, folders + 2, len(mini), child=1)
    rows = [
        _entry(name, 2, starts[name], len(streams[name]), right=rank + 1 if rank < len(names) else _FREE)
        for rank, name in enumerate(names, 1)
    ]
    directory = (root + b"".join(rows)).ljust(folders * 512, b"\0")
    header = struct.pack("<8s16s5H6s4I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 62, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0)
    header += struct.pack("<5I", 4096, folders + 1, 1, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return header + _table(fat) + directory + _table(table) + mini.ljust(sectors * 512, b"\0")


def _table(numbers: list[int]) -> bytes:
    return struct.pack("<128I", *numbers, *[_FREE] * (128 - len(numbers)))


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB3I", len(encoded), kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
