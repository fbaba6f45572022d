"""Which files do the paths on the command line name?

Folders are walked, names sorted, so that the same paths give the same order.
What is inside a file is the business of `records.py`.
"""

import enum
import gzip
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import BinaryIO, cast

import attrs

from .problems import Problem, system_message

STDIN = "-"


class Kind(enum.Enum):
    """How a file is read: by the last part of its name, `.gz` aside."""

    TEXT = ".txt"
    MARKDOWN = ".md"
    LINES = ".jsonl"
    CSV = ".csv"

    @property
    def is_text(self) -> bool:
        """One document a file, rather than one a line."""
        return self in (Kind.TEXT, Kind.MARKDOWN)


KINDS_TEXT = ", ".join(kind.value for kind in Kind) + ", each also .gz"


@attrs.frozen
class Source:
    """One file to index, or standard input. `path` is as given, with `/`: a text file's key."""

    path: str
    kind: Kind
    byte_count: int  # of the file as it lies on the disk; 0 for standard input

    def open(self, meter: "Meter") -> BinaryIO:
        """Return the bytes of the file, uncompressed; `meter` follows how far they were read."""
        if self.path == STDIN:
            return sys.stdin.buffer
        file = Path(self.path).open("rb")  # noqa: SIM115 (the caller closes it)
        meter.follow(file)
        if not self.path.lower().endswith(".gz"):
            return file
        return cast(BinaryIO, _Gzip(file))  # typeshed's GzipFile lacks a method nobody calls


class _Gzip(gzip.GzipFile):
    """A gzip file that closes the file below it, as an open file does."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._file = file

    def close(self) -> None:
        super().close()
        self._file.close()


class Meter:
    """How many bytes on the disk have been read so far, over all files."""

    def __init__(self) -> None:
        self._done = 0
        self._file: BinaryIO | None = None
        self._size = 0

    def follow(self, file: BinaryIO) -> None:
        """Count the bytes of `file` from now on; the file before it counts as read."""
        self._done += self._size
        self._file, self._size = file, os.fstat(file.fileno()).st_size

    @property
    def byte_count(self) -> int:
        if self._file is None or self._file.closed:
            return self._done + self._size
        return self._done + self._file.tell()


def find_sources(paths: Iterable[str], *, leave_out: Path) -> Iterator[Source | Problem]:
    """Yield each file that `paths` name, in their order, a folder's files sorted by name.

    A path met twice counts once. In a folder, names that start with a dot, other kinds of
    files and the folder `leave_out` (the index itself) are passed over; a file named outright
    is never passed over in silence.
    """
    seen: set[str] = set()
    for found in _find(paths, leave_out):
        if isinstance(found, Source):
            if found.path in seen:
                continue
            seen.add(found.path)
        yield found


def _find(paths: Iterable[str], leave_out: Path) -> Iterator[Source | Problem]:
    for given in paths:
        if given == STDIN:
            yield Source(STDIN, Kind.LINES, 0)
        elif Path(given).is_dir():
            yield from _walk(given, leave_out)
        else:
            yield _file(given)


def _walk(given: str, leave_out: Path) -> Iterator[Source | Problem]:
    problems: list[Problem] = []

    def remember(error: OSError) -> None:
        name = error.filename or given
        problems.append(Problem(_posix(str(name)), None, system_message(error)))

    for folder, folders, names in os.walk(given, onerror=remember):
        yield from problems
        problems.clear()
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not _is_same(Path(folder, name), leave_out)
        )
        for name in sorted(names):
            if not name.startswith(".") and kind_of(name) is not None:
                yield _file(str(Path(folder, name)))
    yield from problems


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except OSError:  # one of them is not there
        return False


def _file(given: str) -> Source | Problem:
    path = _posix(given)
    kind = kind_of(path)
    if kind is None:
        what = f"not a kind of file that is read here; known: {KINDS_TEXT}"
        if not Path(given).exists():
            what = "no such file or folder"
        return Problem(path, None, what)
    try:
        path.encode()
        return Source(path, kind, Path(given).stat().st_size)
    except UnicodeEncodeError:  # some bytes of the name are no UTF-8, and a key is text
        return Problem(path, None, "the file's name is not UTF-8; rename it")
    except OSError as error:
        return Problem(path, None, system_message(error))


def kind_of(name: str) -> Kind | None:
    """Return how a file of this name is read, None if it is not.

    >>> kind_of("news/2019.JSONL.gz")
    <Kind.LINES: '.jsonl'>
    >>> kind_of("photo.png") is None
    True
    """
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes[-2:]]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    try:
        return Kind(suffixes[-1])
    except (IndexError, ValueError):
        return None


def _posix(path: str) -> str:
    """The path with `/` and without `./`; relative stays relative."""
    return PurePath(path).as_posix()


def text_of(data: bytes) -> str:
    """Decode UTF-8 with or without a byte order mark.

    Raises:
        ValueError: the bytes are something else; the message says what was found and where.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(not_utf8(data, error.start)) from error


def not_utf8(data: bytes, offset: int) -> str:
    """Say which byte is not UTF-8 and what to do."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16, not UTF-8; convert it, for example with iconv -f UTF-16 -t UTF-8"
    return (
        f"not UTF-8: byte 0x{data[offset]:02x} at offset {offset}; "
        "convert it, for example with iconv -f LATIN1 -t UTF-8"
    )


def as_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, without a byte order mark before the first."""
    first = True
    for line in cast(Iterable[bytes], file):
        if first and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        first = False
        yield line
