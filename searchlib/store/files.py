"""How do bytes reach the disk, and stay there?

The only Python that touches the files of an index, but for the lock (`lock.py`) and the count of
commits (`replacements.py`).
`DiskFiles` is a directory; `MemoryFiles` has the same methods and keeps bytes in a dict,
so that an index in memory is the same code.
Segment files are written and read by the native core; here they are only listed and removed.
"""

import contextlib
import errno
import os
import threading
from collections.abc import Hashable, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

from .lock import FileLock, Lock, MemoryLock
from .replacements import COUNT, Replacements

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]

_GROWN = count()  # of this process's growing files

ASIDE = ".new"  # suffix of a file that is written before it takes its name
BLOCK_BYTES = 1 << 20  # of a long file, read or written at once


class GrowingFile(Protocol):
    """A new file under a name of its own, written piece by piece until it takes its lasting name.

    A crash leaves it, and `Files.remove_abandoned` tells it from one that is still being written.
    """

    def write(self, data: bytes) -> None:
        """Put these bytes after those before."""

    def finish(self) -> None:
        """Sync what was written. After an error the file is fit for `discard` alone."""

    def rename(self, name: str) -> None:
        """Give the finished file its lasting name, for good; on an error it is gone."""

    def discard(self) -> None:
        """Remove the file, unless it has its lasting name. Fine if it is gone."""


class Files(Protocol):
    """What the store asks of a directory. Every name is a plain file name."""

    @property
    def path(self) -> str | None:
        """The directory; None in memory."""

    @property
    def mmap(self) -> bool:
        """Whether segment files are mapped rather than read."""

    def read(self, name: str) -> bytes:
        """The bytes of the file. FileNotFoundError where there is none."""

    def write(self, name: str, data: bytes) -> None:
        """Make a new file with these bytes and sync it. FileExistsError where one stands."""

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of the file, a block at a time. FileNotFoundError where there is none."""

    def grow(self, suffix: str) -> GrowingFile:
        """Begin a long file aside, under a name that ends with `suffix` and `ASIDE`."""

    def remove_abandoned(self, name: str) -> None:
        """Remove a growing file whose process has died; leave one that is being written."""

    def replace(self, name: str, data: bytes) -> None:
        """Put these bytes in the place of the file, at once and for good.

        Written aside, synced, renamed over the old file, and the directory synced.
        After an error the file holds the old bytes or the new ones, whole.
        """

    def copy(self, name: str, target: str) -> None:
        """Give the file that other name too, or make a synced copy of it, which may lie elsewhere.

        `target`: a path for files on disk, a name in memory. FileExistsError where one stands.
        """

    def remove(self, name: str) -> None:
        """Remove the file. FileNotFoundError where there is none."""

    def names(self) -> list[str]:
        """The names of all files, sorted, without what only tells that one was replaced."""

    def sync(self) -> None:
        """Make the directory's entries durable: files made, renamed and removed."""

    def stamp(self, name: str) -> Hashable | None:
        """A value that changes whenever the file is replaced; None where there is none."""

    def is_still(self, name: str, stamp: Hashable | None) -> bool:
        """Whether the file has this stamp, an object that `stamp` returned.

        A replacement is seen at once where `replace` made it, on this machine; else soon.
        """

    def lock(self, name: str, timeout_s: float | None) -> Lock:
        """The lock of this name, held; IndexBusyError after `timeout_s` (None: wait for ever)."""


class DiskFiles:
    """The files of one directory, which stands already (see `make_directory`)."""

    def __init__(self, path: str | os.PathLike[str], mmap: bool = True) -> None:
        self._path = os.fspath(path)
        self._mmap = mmap
        self._replacements = Replacements(self._path)

    @property
    def path(self) -> str:
        return self._path

    @property
    def mmap(self) -> bool:
        return self._mmap

    def read(self, name: str) -> bytes:
        return Path(self._path, name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        self._write(name, data, after_ns=None)

    def blocks(self, name: str) -> Iterator[bytes]:
        with Path(self._path, name).open("rb", buffering=0) as file:
            while block := file.read(BLOCK_BYTES):
                yield block

    def grow(self, suffix: str) -> "GrowingFile":
        return _GrowingDiskFile(self._path, suffix)

    def remove_abandoned(self, name: str) -> None:
        path = Path(self._path, name)
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        except BlockingIOError:
            pass  # it is being written
        finally:
            os.close(fd)

    def replace(self, name: str, data: bytes) -> None:
        target = Path(self._path, name)
        aside = target.with_name(name + ASIDE)
        aside.unlink(missing_ok=True)  # left by a crash; its sync may have failed
        try:
            after_ns = target.stat().st_mtime_ns
        except FileNotFoundError:
            after_ns = None
        self._write(aside.name, data, after_ns)
        aside.replace(target)
        self._replacements.add()
        self.sync()

    def copy(self, name: str, target: str) -> None:
        source = Path(self._path, name)
        try:
            Path(target).hardlink_to(source)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EEXIST):
                raise
            # Another file system, or one without links.
            fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            try:
                for block in self.blocks(name):
                    _write_all(fd, block)
                _sync(fd)
            finally:
                os.close(fd)

    def remove(self, name: str) -> None:
        Path(self._path, name).unlink()

    def names(self) -> list[str]:
        found = sorted(entry.name for entry in os.scandir(self._path) if entry.is_file())
        return [name for name in found if name != COUNT]

    def sync(self) -> None:
        _sync_directory(self._path)

    def stamp(self, name: str) -> Hashable | None:
        # os.stat, not Path.stat: asked often, and a Path costs 2 µs more.
        try:
            stat = os.stat(f"{self._path}/{name}")  # noqa: PTH116
        except FileNotFoundError:
            return None
        return (stat.st_mtime_ns, stat.st_ino, stat.st_size)

    def is_still(self, name: str, stamp: Hashable | None) -> bool:
        replacements = self._replacements
        if replacements.is_still(stamp):
            return True
        number = replacements.number() if self._mmap else None
        if self.stamp(name) == stamp:
            replacements.remember(stamp, number)
            return True
        replacements.forget()
        return False

    def lock(self, name: str, timeout_s: float | None) -> Lock:
        return FileLock(str(Path(self._path, name)), timeout_s)

    def _write(self, name: str, data: bytes, after_ns: int | None) -> None:
        """Write and sync a new file; one that replaces another is stamped later than that.

        Two commits within one tick of the file system's clock would share a time, and the second
        next may reuse the first one's inode: a reader could take it for the one it knows.
        """
        path = Path(self._path, name)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            _write_all(fd, data)
            if after_ns is not None and os.fstat(fd).st_mtime_ns <= after_ns:
                os.utime(fd, ns=(after_ns + 1, after_ns + 1))
            _sync(fd)
        except BaseException as error:
            # Never synced again: the next try writes a new file.
            with contextlib.suppress(OSError):
                path.unlink()
            if isinstance(error, OSError) and error.filename is None:
                error.filename = str(path)
            raise
        finally:
            os.close(fd)


class _GrowingDiskFile:
    """A `GrowingFile` on disk, under `flock` from its first byte until it has its lasting name."""

    def __init__(self, directory: str, suffix: str) -> None:
        self._directory = directory
        self._waiting = bytearray()
        while True:
            self._path = f"{directory}/{os.getpid()}-{next(_GROWN)}{suffix}{ASIDE}"
            try:
                self._fd = os.open(
                    self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666
                )
            except FileExistsError:
                continue  # of a process that had this number before us
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            if os.fstat(self._fd).st_nlink:
                return
            os.close(self._fd)  # taken for an abandoned one before it was locked

    def write(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) >= BLOCK_BYTES:
            self._flush()

    def finish(self) -> None:
        self._flush()
        with _named(self._path):
            _sync(self._fd)

    def rename(self, name: str) -> None:
        target = f"{self._directory}/{name}"
        Path(self._path).rename(target)
        self._path = target
        _sync_directory(self._directory)
        self._close()

    def discard(self) -> None:
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                Path(self._path).unlink()
            self._close()

    def _flush(self) -> None:
        with _named(self._path):
            _write_all(self._fd, self._waiting)
        self._waiting.clear()

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        os.close(fd)


class MemoryFiles:
    """The same methods over a dict. Nothing to sync; gone with the process."""

    def __init__(self) -> None:
        self._bytes: dict[str, tuple[int, bytes]] = {}  # name -> (how often replaced, bytes)
        self._gates: dict[str, threading.Lock] = {}

    @property
    def path(self) -> None:
        return None

    @property
    def mmap(self) -> bool:
        return False

    def read(self, name: str) -> bytes:
        try:
            return self._bytes[name][1]
        except KeyError:
            raise FileNotFoundError(f"no file {name!r} in memory") from None

    def write(self, name: str, data: bytes) -> None:
        if name in self._bytes:
            raise FileExistsError(f"file {name!r} stands in memory already")
        self._bytes[name] = (0, bytes(data))

    def blocks(self, name: str) -> Iterator[bytes]:
        data = self.read(name)
        for start in range(0, len(data), BLOCK_BYTES):
            yield data[start : start + BLOCK_BYTES]

    def grow(self, suffix: str) -> "GrowingFile":
        return _GrowingMemoryFile(self)

    def remove_abandoned(self, name: str) -> None:
        pass  # what grows has no name yet

    def replace(self, name: str, data: bytes) -> None:
        times, _ = self._bytes.get(name, (-1, b""))
        self._bytes[name] = (times + 1, bytes(data))

    def copy(self, name: str, target: str) -> None:
        self.write(target, self.read(name))

    def remove(self, name: str) -> None:
        if self._bytes.pop(name, None) is None:
            raise FileNotFoundError(f"no file {name!r} in memory")

    def names(self) -> list[str]:
        return sorted(self._bytes)

    def sync(self) -> None:
        pass

    def stamp(self, name: str) -> Hashable | None:
        held = self._bytes.get(name)
        return None if held is None else held[0]

    def is_still(self, name: str, stamp: Hashable | None) -> bool:
        return self.stamp(name) == stamp

    def lock(self, name: str, timeout_s: float | None) -> Lock:
        # The process number is part of the name: a child made by fork has a copy of this memory,
        # in which nobody will ever release the parent's lock.
        gate = self._gates.setdefault(f"{name} {os.getpid()}", threading.Lock())
        return MemoryLock(gate, timeout_s)


class _GrowingMemoryFile:
    """A `GrowingFile` in memory."""

    def __init__(self, files: MemoryFiles) -> None:
        self._files = files
        self._data = bytearray()

    def write(self, data: bytes) -> None:
        self._data += data

    def finish(self) -> None:
        pass

    def rename(self, name: str) -> None:
        self._files.write(name, bytes(self._data))

    def discard(self) -> None:
        self._data.clear()


def make_directory(path: str | os.PathLike[str]) -> None:
    """Make the directory and those above it where they are missing, each synced into its parent."""
    missing = []
    directory = Path(path).absolute()
    while not directory.exists():
        missing.append(directory)
        directory = directory.parent
    for directory in reversed(missing):
        directory.mkdir(exist_ok=True)
        _sync_directory(str(directory.parent))


def _write_all(fd: int, data: bytes | bytearray) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]


@contextlib.contextmanager
def _named(path: str) -> Iterator[None]:
    """Let an error say which file it is about."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = path
        raise


def _sync(fd: int) -> None:
    """Make the file's bytes durable; on macOS a plain fsync stops at the drive's cache."""
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:  # pragma: no cover - macOS
        try:
            fcntl.fcntl(fd, full)
            return
        except OSError:
            pass  # a file system without it
    os.fsync(fd)


def _sync_directory(path: str) -> None:
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(fd)
