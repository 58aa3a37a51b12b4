"""A package to verify, as a directory or as a ZIP, read only: nothing is ever extracted to disk.

Names, counts and sizes of a ZIP are judged before one byte of its content is read.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Protocol

from casefile.errors import InvalidInput

if TYPE_CHECKING:
    import zipfile

MAX_ENTRIES = 20_000
MAX_BYTES = 20_000_000_000
MAX_RATIO = 200
_WORTH_JUDGING = 1_000_000
_SMALL = 32_000_000
# Every entry of our ZIP carries this date, so that the same content always gives the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


class UnsafePackage(InvalidInput):
    """A package that could write elsewhere, explode, or hide an entry: refused unread."""

    code = "unsafe_package"


class Tree(Protocol):
    """What verification needs of a package."""

    def names(self) -> list[str]:
        """List the files, as POSIX paths."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """Open one file for reading."""
        ...


def read_small(tree: Tree, name: str) -> bytes:
    """Read a file that has no business being large: a manifest, a token, facts."""
    with tree.open(name) as file:
        content = file.read(_SMALL + 1)
    if len(content) > _SMALL:
        raise UnsafePackage(f"Le fichier « {name} » est démesuré.")
    return content


class DirectoryTree:
    """A bag or an unpacked package on disk."""

    def __init__(self, root: Path) -> None:
        """Look at one directory; symbolic links are refused."""
        self._root = root

    def names(self) -> list[str]:
        """List the files; a link or a device is refused."""
        found = []
        for folder, folders, files in os.walk(self._root):
            for name in (*folders, *files):
                path = Path(folder) / name
                if path.is_symlink() or not (path.is_dir() or path.is_file()):
                    raise UnsafePackage(f"« {name} » n’est ni un fichier ni un dossier ordinaire.")
            found += [(Path(folder) / name).relative_to(self._root).as_posix() for name in files]
        return sorted(found)

    def open(self, name: str) -> IO[bytes]:
        """Open one file."""
        return (self._root / name).open("rb")


class ZipTree:
    """A ZIP, judged before it is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Refuse traversal, bombs, duplicates, links and encryption."""
        self._archive = archive
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_BYTES:
            raise UnsafePackage("L’archive annonce trop de fichiers ou un contenu démesuré.")
        if len({e.filename for e in entries}) != len(entries):
            raise UnsafePackage("L’archive contient deux fois le même nom.")
        for entry in entries:
            _judge(entry)

    def names(self) -> list[str]:
        """List the files."""
        return sorted(e.filename for e in self._archive.infolist() if not e.is_dir())

    def open(self, name: str) -> IO[bytes]:
        """Open one entry."""
        return self._archive.open(name)


def _judge(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in entry.orig_filename:
        raise UnsafePackage(f"L’archive contient un chemin interdit : « {name} ».")
    if entry.flag_bits & 1:
        raise UnsafePackage(f"« {name} » est chiffré.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnsafePackage(f"« {name} » est un lien.")
    if entry.file_size > _WORTH_JUDGING and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise UnsafePackage(f"« {name} » est comprimé de façon démesurée.")
