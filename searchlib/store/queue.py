"""How does a change wait until somebody may make it?

A batch is a file of its own: lines of JSON, closed by a checksum (docs/format.md, "Queue").
It is written aside and synced, then takes the next number under a short lock, so that batches have
an order and none is seen that is not whole. Whoever holds the writer lock applies them in that
order; the manifest says how far, so that none is applied twice.
What a document may hold is the schema's business, and applying is `index/batches.py`'s.
"""

import json
import zlib
from collections.abc import Iterator
from typing import Any, TypeAlias

from ..errors import CorruptIndexError, DocumentError, IndexVersionError, SchemaError
from ..schema import Schema
from ..schema.fields import FieldKind
from .files import ASIDE, GrowingFile
from .manifest import (
    FORMAT,
    MANIFEST,
    QUEUE_LOCK,
    Manifest,
    batch_name,
    batch_number,
)
from .segment import SegmentStore

Row: TypeAlias = tuple[object, ...]
Change: TypeAlias = Row | str  # a checked row to put in the place of its key, or a key to delete

SUFFIX = ".batch"
HEADER = b"searchlib batch %d\n"
UPSERT, DELETE = b"+", b"-"  # first byte of a line; never reused for anything else
_END_BYTES = len(b"end 00000000\n")
_LONGEST_HEADER = 64


class Queue:
    """The batches that wait in the directory of an index."""

    def __init__(self, store: SegmentStore) -> None:
        self._store = store
        self._files = store.files

    def numbers(self) -> list[int]:
        """The batches that are there, rising: waiting ones, and those that are applied already."""
        return sorted(filter(None, map(batch_number, self._files.names())))

    def waiting(self, last_batch: int) -> list[int]:
        """The numbers after `last_batch`, rising, of batches that are there for good."""
        with self._files.lock(QUEUE_LOCK, None):
            return [number for number in self.numbers() if number > last_batch]

    def begin(self, schema: Schema) -> "NewBatch":
        """An empty batch of documents of this schema."""
        return NewBatch(schema, self._files.grow(SUFFIX))

    def put(self, batch: "NewBatch") -> int:
        """Give the batch the next number; from here on it is durable. Returns the number.

        Raises:
            SchemaError: the schema of the index has changed since the batch was begun.
            OSError: the batch is not in the queue.
        """
        batch.file.finish()
        with self._files.lock(QUEUE_LOCK, None):
            # The numbers first: a batch that is removed in between is in the manifest by then.
            numbers = self.numbers()
            manifest = Manifest.decode(self._files.read(MANIFEST), self._store.path_of(MANIFEST))
            if manifest.schema.to_json() != batch.schema.to_json():
                raise SchemaError(
                    "the schema of the index has changed meanwhile; give the documents again"
                )
            last = max([manifest.last_batch, *numbers])
            try:
                batch.file.rename(batch_name(last + 1))
            except BaseException:
                batch.file.discard()  # before the lock goes, so that nobody has seen it
                raise
        return last + 1

    def changes(self, number: int, schema: Schema) -> Iterator[Change]:
        """What the batch says, one after another, each checked against the schema again.

        Raises:
            CorruptIndexError: the file is not what was written; carries path and offset.
            IndexVersionError: written by a newer format; carries both versions.
        """
        name = batch_name(number)
        path = self._store.path_of(name)
        size = self._check(name, path)
        offset = 0
        for line in _lines(self._files.blocks(name)):
            if offset + len(line) > size - _END_BYTES:
                return
            if offset:
                yield _change(line, schema, path, offset)
            offset += len(line)

    def check(self, number: int, schema: Schema) -> None:
        """Read all of the batch; raises what `changes` raises."""
        for _ in self.changes(number, schema):
            pass

    def _check(self, name: str, path: str) -> int:
        """Compare the batch with its checksum; returns the file's length in bytes."""
        size = crc = 0
        head = tail = b""
        for block in self._files.blocks(name):
            size += len(block)
            head = (head + block[:_LONGEST_HEADER])[:_LONGEST_HEADER]
            tail += block
            crc = zlib.crc32(tail[:-_END_BYTES], crc)
            tail = tail[-_END_BYTES:]
        words = head.partition(b"\n")[0].split(b" ")
        if len(words) == 3 and words[:2] == [b"searchlib", b"batch"] and words[2].isdigit():
            found = int(words[2])
            if found > FORMAT:
                raise IndexVersionError(
                    f"{path}: format {found}, this library reads up to {FORMAT}; upgrade searchlib",
                    path,
                    found,
                    FORMAT,
                )
        if not head.startswith(HEADER % FORMAT):
            raise CorruptIndexError(
                f"{path}: byte 0: expected a line 'searchlib batch {FORMAT}', found {head[:32]!r}",
                path,
                0,
            )
        if tail != _end(crc):
            offset = max(0, size - _END_BYTES)
            raise CorruptIndexError(
                f"{path}: byte {offset}: the batch is cut off or fails its checksum", path, offset
            )
        return size


class NewBatch:
    """A batch in the making; in bounded memory, however long it is."""

    def __init__(self, schema: Schema, file: GrowingFile) -> None:
        self.schema = schema
        self.file = file
        self._dates = [
            number
            for number, (_, kind, *_) in enumerate(schema.native_fields())
            if kind == FieldKind.DATE
        ]
        self._crc = 0
        self._write(HEADER % FORMAT)

    def upsert(self, row: Row) -> None:
        """Put the document of a checked row in the place of the one with its key."""
        values = dict(zip(self.schema.names, row, strict=True))
        for number in self._dates:
            date: Any = row[number]
            if date is not None:
                values[self.schema.names[number]] = date[1]
        given = {name: value for name, value in values.items() if value is not None}
        self._write(UPSERT + _line(given))

    def delete(self, key: str) -> None:
        """Delete the document with this key, if there is one."""
        self._write(DELETE + _line(key))

    def close(self) -> None:
        """Write the checksum: nothing follows it."""
        self.file.write(_end(self._crc))

    def _write(self, data: bytes) -> None:
        self._crc = zlib.crc32(data, self._crc)
        self.file.write(data)


def is_growing(name: str) -> bool:
    """Is this the name of a batch in the making?"""
    return name.endswith(SUFFIX + ASIDE)


def _end(crc: int) -> bytes:
    return b"end %08x\n" % crc


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a file, each with its end."""
    begun = bytearray()
    for block in blocks:
        start = 0
        while (end := block.find(b"\n", start)) >= 0:
            yield bytes(begun) + block[start : end + 1]
            begun.clear()
            start = end + 1
        begun += block[start:]
    if begun:
        yield bytes(begun)


def _change(line: bytes, schema: Schema, path: str, offset: int) -> Change:
    try:
        value = json.loads(line[1:])
        if line[:1] == DELETE and isinstance(value, str):
            return value
        if line[:1] == UPSERT and isinstance(value, dict):
            stored = {schema.number(name): each for name, each in value.items()}
            return schema.row(schema.document(stored))
        raise ValueError(f"a line that begins with {line[:8]!r}")
    except (ValueError, LookupError, RecursionError, DocumentError) as error:
        raise CorruptIndexError(
            f"{path}: byte {offset}: no change of a document: {error}", path, offset
        ) from error
