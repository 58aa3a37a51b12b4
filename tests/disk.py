"""A disk that fills at its n-th write and stays full until room is made, under the files and the database of a firm.

What is real and what is not, for no test may mount a small disk:

- Files (blobs, work directories, uploads that wait in temporary files, backups): each creation, write, fsync, rename,
  link and new directory of this process under the roots counts, and raises ENOSPC once the disk is full.
- SQLite: its own system calls are replaced where its authors replace them for their tests (`xSetSystemCall`). Each
  write to the database, its journal or its shared memory counts, and ENOSPC comes from below: what SQLite answers,
  undoes and repairs is its own.
- PostgreSQL: once the disk is full, each statement that writes, and each COMMIT after such a statement, is replaced on
  the wire by a block that raises SQLSTATE 53100: the answer and the aborted transaction are the server's own, its
  files are not touched.

`python -m bench.full_disk` does it with nothing replaced, on a small disk that it mounts.
"""

from __future__ import annotations

import builtins
import ctypes
import errno
import io
import os
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, event

NEVER = 1 << 60
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
WRITES = ("INSERT", "UPDATE", "DELETE")


class Disk:
    """Counts the writes below its roots and in its database; full from the n-th on."""

    def __init__(self, *roots: Path):
        self.roots = [os.path.realpath(root) for root in roots]
        self.written, self.limit, self.refused = 0, NEVER, 0

    @contextmanager
    def filling(self, room):
        """Have room for so many writes more, then none; make room again at the end of the block."""
        self.written, self.limit, self.refused = 0, room, 0
        try:
            yield self
        finally:
            self.limit = NEVER

    def holds(self, path):
        if isinstance(path, int):
            return False
        place = os.path.realpath(os.fsdecode(path))
        return any(place == root or place.startswith(root + os.sep) for root in self.roots)

    def takes(self):
        """Count one write; tell whether there is room for it."""
        if self.written >= self.limit:
            self.refused += 1
            return False
        self.written += 1
        return True

    def spend(self):
        """Count one write; raises ENOSPC when there is no room for it."""
        if not self.takes():
            raise OSError(errno.ENOSPC, "No space left on device")

    def under_files(self, monkeypatch):
        """Stand under every file that this process writes below the roots."""
        opened = io.open

        def counted(file, mode="r", *arguments, **options):
            if not set(mode) & set("wxa+") or not self.holds(file):
                return opened(file, mode, *arguments, **options)
            return _counted(self, file, mode, *arguments, **options)

        monkeypatch.setattr(io, "open", counted)
        monkeypatch.setattr(builtins, "open", counted)
        for name, place in (("mkdir", 0), ("rename", 1), ("replace", 1), ("link", 1)):
            monkeypatch.setattr(os, name, self._counting(getattr(os, name), place))
        monkeypatch.setattr(os, "fsync", self._flushing(os.fsync))

    @contextmanager
    def under_database(self, database):
        """Stand under the database for the block: see the head of this module for what that means on each."""
        if database.is_sqlite:
            with _sqlite_calls(self):
                yield
            return
        hooks = _postgresql_hooks(self)
        for name, hook in hooks:
            event.listen(Engine, name, hook)  # that of a command as well
        yield
        for name, hook in hooks:
            event.remove(Engine, name, hook)

    def _counting(self, act, place):
        def counted(*arguments, **options):
            if self.holds(arguments[place]):
                self.spend()
            return act(*arguments, **options)

        return counted

    def _flushing(self, act):
        def counted(descriptor):
            if self.holds(f"/proc/self/fd/{descriptor}"):
                self.spend()
            return act(descriptor)

        return counted


def _counted(disk, file, mode, buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    if not Path(file).exists() or "w" in mode:
        disk.spend()  # a new file needs its own place in the directory

    class Counted(io.FileIO):
        def write(self, content):
            disk.spend()
            return super().write(content)

    raw = Counted(file, mode.replace("b", "").replace("t", ""), closefd, opener)
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    binary = io.BufferedRandom(raw, size) if "+" in mode else io.BufferedWriter(raw, size)
    return binary if "b" in mode else io.TextIOWrapper(binary, encoding, errors, newline)


class _Vfs(ctypes.Structure):
    """The head of SQLite's `sqlite3_vfs`: what it asks of the system."""

    _fields_ = (
        *(("version", ctypes.c_int), ("size", ctypes.c_int), ("longest", ctypes.c_int)),
        *(("next", ctypes.c_void_p), ("name", ctypes.c_char_p), ("data", ctypes.c_void_p)),
        ("methods", ctypes.c_void_p * 13),
        ("set_call", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)),
        ("get_call", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)),
    )


@contextmanager
def _sqlite_calls(disk):
    import _sqlite3

    library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))  # or in Python itself
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None)
    words = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64)
    kinds = {b"write": words[:3], b"pwrite": words, b"pwrite64": words}
    replaced = {}
    for name, arguments in kinds.items():
        found = vfs.contents.get_call(vfs, name)
        if found:
            kind = ctypes.CFUNCTYPE(ctypes.c_ssize_t, *arguments, use_errno=True)
            replaced[name] = kind(_refusing(disk, kind(found)))
    for name, call in replaced.items():
        vfs.contents.set_call(vfs, name, ctypes.cast(call, ctypes.c_void_p))
    try:
        yield
    finally:
        for name in replaced:
            vfs.contents.set_call(vfs, name, None)


def _refusing(disk, write):
    def refused(descriptor, *arguments):
        if disk.holds(f"/proc/self/fd/{descriptor}") and not disk.takes():
            ctypes.set_errno(errno.ENOSPC)
            return -1
        return write(descriptor, *arguments)

    return refused


def _postgresql_hooks(disk):
    def execute(cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(WRITES):
            cursor.connection.casefile_writes = True
            if not disk.takes():
                cursor.execute(RAISE)

    def commit(connection):
        driver = connection.connection.driver_connection
        if getattr(driver, "casefile_writes", False) and not disk.takes():
            try:
                connection.exec_driver_sql(RAISE)
            finally:
                driver.rollback()  # a COMMIT that fails ends its transaction
        driver.casefile_writes = False

    def rollback(connection):
        connection.connection.driver_connection.casefile_writes = False

    return [("do_execute", execute), ("do_executemany", execute), ("commit", commit), ("rollback", rollback)]
