"""Which files make up the index right now?

The manifest is the one file that is ever replaced; it names all others, and holds the schema.
It does not know what is inside a segment.
Grammar and a worked example: docs/format.md, "Manifest".
"""

import json
import re
import zlib
from functools import lru_cache
from typing import Any

import attrs

from ..analysis.foreign import Samples
from ..errors import CorruptIndexError, IndexVersionError, LimitError, SchemaError
from ..schema import Schema, Text

MANIFEST = "manifest"  # the file's name
LOCK = "writer.lock"
QUEUE_LOCK = "queue.lock"
MAX_FILE_NUMBER = 10**15 - 1  # 15 digits in a name; a million files a second for 30 years
FORMAT = 1  # stored in the first line: rises when older versions could not read what we write

_HEADER = re.compile(rb"searchlib manifest ([1-9][0-9]{0,8}) ([0-9a-f]{8})\n")
_FILE_NAME = re.compile(r"([0-9]{8,15})\.(segment|deletes)")
_BATCH_NAME = re.compile(r"([0-9]{8,15})\.batch")


@attrs.frozen
class SegmentEntry:
    """What the manifest says of one segment."""

    name: str
    doc_count: int  # with deleted ones; at least 1
    byte_count: int
    deletes: str | None = None  # the deletes file; None exactly where deleted_count is 0
    deleted_count: int = 0  # at most doc_count

    def __attrs_post_init__(self) -> None:
        if number_of(self.name) is None or not self.name.endswith(".segment"):
            raise ValueError(f"expected a segment file such as 00000001.segment, got {self.name!r}")
        if self.deletes is not None and not (
            number_of(self.deletes) is not None and self.deletes.endswith(".deletes")
        ):
            raise ValueError(f"expected a deletes file such as 00000002.deletes: {self.deletes!r}")
        if self.doc_count < 1 or self.byte_count < 0:
            raise ValueError(f"{self.name}: {self.doc_count} documents, {self.byte_count} bytes")
        if not 0 <= self.deleted_count <= self.doc_count:
            raise ValueError(
                f"{self.name}: {self.deleted_count} of {self.doc_count} documents deleted"
            )
        if (self.deletes is None) != (self.deleted_count == 0):
            raise ValueError(
                f"{self.name}: {self.deleted_count} deleted, deletes file {self.deletes!r}"
            )

    @property
    def number(self) -> int:
        """The number in its name."""
        number = number_of(self.name)
        assert number is not None, "a name without a number"
        return number

    @property
    def live_count(self) -> int:
        return self.doc_count - self.deleted_count


@attrs.frozen
class Manifest:
    """The whole state of one generation.

    >>> from searchlib import Schema, Text
    >>> manifest = Manifest(Schema(body=Text()), 1, 2, (SegmentEntry("00000001.segment", 3, 512),))
    >>> Manifest.decode(manifest.encode(), "manifest") == manifest
    True
    """

    schema: Schema
    generation: int = 0  # rises by one at each commit; 0 is the index as it was created
    next_file: int = 1  # above the number of every file named here
    segments: tuple[SegmentEntry, ...] = ()  # oldest first, in order of insertion; no file twice
    samples: tuple[tuple[str, Samples], ...] = ()  # of components written in Python; no key twice
    analyses: tuple[tuple[str, Samples], ...] = ()  # by text field: words and their terms; sorted
    last_batch: int = 0  # of the queue: all up to this one are in the index, none after it is

    def __attrs_post_init__(self) -> None:
        names = self.file_names()
        if len(set(names)) != len(names):
            raise ValueError(f"a file is named twice: {', '.join(names)}")
        for name in names:
            number = number_of(name)
            if number is None or not number < self.next_file:
                raise ValueError(f"file {name!r} is not below the next number {self.next_file}")
        for field, _ in self.analyses:
            if field not in self.schema or not isinstance(self.schema[field], Text):
                raise ValueError(f"analyses of {field!r}, which is no text field")
        if self.generation < 0 or not 1 <= self.next_file <= MAX_FILE_NUMBER:
            raise ValueError(f"generation {self.generation}, next file {self.next_file}")
        if not 0 <= self.last_batch < MAX_FILE_NUMBER:
            raise ValueError(f"last batch {self.last_batch}")

    @property
    def live_count(self) -> int:
        return sum(segment.live_count for segment in self.segments)

    def file_names(self) -> list[str]:
        """Every file the generation needs, but for the manifest itself."""
        names = [segment.name for segment in self.segments]
        return names + [segment.deletes for segment in self.segments if segment.deletes]

    def encode(self) -> bytes:
        """The bytes of the manifest file: the same for equal manifests."""
        content: dict[str, Any] = {
            "generation": self.generation,
            "next_file": self.next_file,
            "schema": self.schema.to_json(),
            "segments": [attrs.asdict(segment) for segment in self.segments],
        }
        if self.samples:
            content["samples"] = dict(self.samples)
        if self.analyses:
            content["analyses"] = dict(self.analyses)
        if self.last_batch:
            content["last_batch"] = self.last_batch
        text = _canonical(content).encode("utf-8")
        return b"searchlib manifest %d %08x\n%s\n" % (FORMAT, zlib.crc32(text), text)

    @classmethod
    def decode(cls, data: bytes, path: str) -> "Manifest":
        """The manifest in the bytes of the file at `path`.

        Raises:
            IndexVersionError: written by a newer format; carries both versions.
            CorruptIndexError: no manifest, or a damaged one; carries `path` and the offset.
        """
        header = _HEADER.match(data)
        if header is None:
            raise CorruptIndexError(
                f"{path}: byte 0: expected a line 'searchlib manifest {FORMAT} CHECKSUM', "
                f"found {data[:32]!r}",
                path,
                0,
            )
        found = int(header[1])
        if found > FORMAT:
            raise IndexVersionError(
                f"{path}: format {found}, this library reads up to {FORMAT}; upgrade searchlib",
                path,
                found,
                FORMAT,
            )
        offset = header.end()
        text = data[offset:-1]
        if data[-1:] != b"\n" or zlib.crc32(text) != int(header[2], 16):
            raise CorruptIndexError(
                f"{path}: byte {offset}: the manifest fails its checksum", path, offset
            )
        try:
            return _manifest(json.loads(text))
        except (ValueError, TypeError, LookupError, RecursionError, SchemaError) as error:
            raise CorruptIndexError(
                f"{path}: byte {offset}: the manifest cannot be read: {error}", path, offset
            ) from error


def segment_name(number: int) -> str:
    return f"{_checked(number):08d}.segment"


def deletes_name(number: int) -> str:
    return f"{_checked(number):08d}.deletes"


def number_of(name: str) -> int | None:
    """The number in the name of a segment or deletes file; None for any other name.

    >>> number_of("00000012.segment"), number_of("manifest"), number_of("../1.segment")
    (12, None, None)
    """
    match = _FILE_NAME.fullmatch(name)
    return int(match[1]) if match else None


def batch_name(number: int) -> str:
    return f"{_checked(number):08d}.batch"


def batch_number(name: str) -> int | None:
    """The number in the name of a batch in the queue; None for any other name."""
    match = _BATCH_NAME.fullmatch(name)
    return int(match[1]) if match else None


def _checked(number: int) -> int:
    if number >= MAX_FILE_NUMBER:  # the next one has to be a number as well
        raise LimitError(f"file number {number}; the format allows less than {MAX_FILE_NUMBER}")
    return number


def _manifest(content: Any) -> Manifest:
    segments = tuple(
        SegmentEntry(
            _text(segment["name"]),
            _count(segment["doc_count"]),
            _count(segment["byte_count"]),
            None if segment["deletes"] is None else _text(segment["deletes"]),
            _count(segment["deleted_count"]),
        )
        for segment in content["segments"]
    )
    return Manifest(
        _schema(_canonical(content["schema"])),
        _count(content["generation"]),
        _count(content["next_file"]),
        segments,
        _named_samples(content.get("samples", {})),
        _named_samples(content.get("analyses", {})),
        _count(content.get("last_batch", 0)),
    )


@lru_cache(maxsize=64)
def _schema(text: str) -> Schema:
    """The schema in canonical JSON. Cached: a refresh reads the same one again and again."""
    return Schema.from_json(text)


def _canonical(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"expected a count, found {value!r}")
    return value


def _named_samples(value: Any) -> tuple[tuple[str, Samples], ...]:
    if not isinstance(value, dict):
        raise ValueError(f"expected samples by name, found {value!r}")
    return tuple((name, _samples(pairs)) for name, pairs in value.items())


def _samples(pairs: Any) -> Samples:
    return tuple((_text(asked), tuple(map(_text, texts))) for asked, texts in pairs)


def _text(value: object) -> str:
    if type(value) is not str:
        raise ValueError(f"expected a text, found {value!r}")
    return value
