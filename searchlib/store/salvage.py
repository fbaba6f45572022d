"""What did the manifest say, where it cannot be read?

Three answers, the first that there is: the manifest that a commit was about to put in its place;
the damaged one, with the one byte put right that its checksum tells; one made anew of the segments
and deletes in the directory, and a schema. The first two lose nothing, the last says what it lost.
Changes nothing.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping

import attrs

from ..errors import CorruptIndexError, IndexVersionError, SchemaError
from ..schema import Schema
from . import deletes
from .files import ASIDE, Files
from .manifest import (
    FORMAT,
    MANIFEST,
    Manifest,
    SegmentEntry,
    batch_number,
    number_of,
)
from .segment import SegmentStore

MAX_TEXT_BYTES = 2**20  # to look for a wrong byte in: half a second

# What a changed byte does to a checksum where nothing follows it; each zero that follows is a step.
_CHANGE = [zlib.crc32(bytes([change])) ^ zlib.crc32(b"\0") for change in range(256)]
_CHANGE_OF = {value: change for change, value in enumerate(_CHANGE) if change}
_CHANGE_BY_TOP = {value >> 24: change for change, value in enumerate(_CHANGE)}


@attrs.frozen
class Salvage:
    """A manifest in the place of one that cannot be read, and what is not known any more."""

    manifest: Manifest
    lost: str = ""  # empty where it is the manifest that was there, or was to be
    unreadable: tuple[tuple[str, str], ...] = ()  # files of which it has nothing, and why


def salvage(store: SegmentStore, data: bytes | None, schema: Schema | None = None) -> Salvage:
    """The manifest of an index whose manifest has the damaged bytes `data`; None: it is missing.

    `schema` is needed where the manifest is made anew and the damaged one does not say it.

    Raises:
        CorruptIndexError: the schema is known to nobody.
        SchemaError: the segments have other fields than the schema.
    """
    data = data or b""
    for group in ([_read(store.files, MANIFEST + ASIDE)], corrections(data)):
        found = list(filter(None, (_whole(store, each) for each in group)))
        if len(found) == 1:
            return Salvage(found[0])
    return _made(store, data, schema)


def corrections(data: bytes) -> Iterator[bytes]:
    """The manifests that fit their checksum and of which one byte at most is another in `data`.

    One as a rule: of a thousand bytes a second one fits in 6 of 100,000 cases.

    >>> list(corrections(b"searchlib manifest 1 352441c2\\nabd\\n"))
    [b'searchlib manifest 1 352441c2\\nabc\\n']
    """
    head_len = len(_head(0))
    text = data[head_len:-1]
    whole = _head(zlib.crc32(text)) + text + b"\n"
    if len(whole) == len(data) and sum(a != b for a, b in zip(whole, data, strict=True)) <= 1:
        yield whole
        return
    found = re.fullmatch(rb"searchlib manifest [0-9]+ ([0-9a-f]{8})\n", data[:head_len])
    if found is None or len(text) > MAX_TEXT_BYTES:
        return
    # CRCs are linear: theirs differ by what the change alone makes, moved on by what follows it.
    difference = zlib.crc32(text) ^ int(found[1], 16)
    for place in reversed(range(len(text))):
        if difference in _CHANGE_OF:
            right = bytes([text[place] ^ _CHANGE_OF[difference]])
            yield data[:head_len] + text[:place] + right + text[place + 1 :] + b"\n"
        last = _CHANGE_BY_TOP[difference >> 24]
        difference = (difference ^ _CHANGE[last]) << 8 | last


def _whole(store: SegmentStore, data: bytes | None) -> Manifest | None:
    """The manifest in these bytes, where there is one and all of its files are there."""
    try:
        manifest = Manifest.decode(data or b"", store.path_of(MANIFEST))
    except (CorruptIndexError, IndexVersionError):
        return None
    return manifest if set(manifest.file_names()) <= set(store.files.names()) else None


def _head(checksum: int) -> bytes:
    return b"searchlib manifest %d %08x\n" % (FORMAT, checksum)


def _read(files: Files, name: str) -> bytes | None:
    try:
        return files.read(name)
    except FileNotFoundError:
        return None


def _made(store: SegmentStore, data: bytes, given: Schema | None) -> Salvage:
    """A manifest of all segments in the directory, with the newest deletes of each."""
    text = data.decode("utf-8", "replace")
    path = store.path_of(MANIFEST)
    schema = given or _schema_in(text)
    if schema is None:
        raise CorruptIndexError(
            f"{path}: byte 0: the manifest cannot be read, nor the schema in it; give the schema "
            "to the repair, and it is made anew of the segments",
            path,
            0,
        )
    files = {name: number for name in store.files.names() if (number := number_of(name))}
    entries, unreadable = [], []
    deletes_of = _deletes_by_segment(store, files)
    for name in _in_order(files, text):
        try:
            entry, fields = store.described(name)
        except ValueError as error:
            unreadable.append((name, str(error)))
            continue
        _check_fields(schema, fields, store.path_of(name))
        entries.append(_with_deletes(store, entry, deletes_of.get(entry.number, []), unreadable))
    next_file = max(files.values(), default=0) + 1
    batches = filter(None, map(batch_number, store.files.names()))
    manifest = Manifest(
        schema,
        generation=_number_in(text, "generation") or next_file,
        next_file=next_file,
        segments=tuple(entries),
        last_batch=_number_in(text, "last_batch") or min(batches, default=1) - 1,
    )
    whose = "that was given" if given else "that the damaged manifest has"
    lost = (
        f"cannot be read; made anew of the schema {whose}, and of all {len(entries)} segments "
        "here, in the order in which they were written where no other is known"
    )
    return Salvage(manifest, lost, tuple(unreadable))


def _in_order(files: Mapping[str, int], text: str) -> list[str]:
    """The segment files in the order in which the damaged manifest names them, then by number."""

    def place(name: str) -> tuple[int, int]:
        found = text.find(f'"{name}"')
        return (found if found >= 0 else len(text)), files[name]

    return sorted((name for name in files if name.endswith(".segment")), key=place)


def _deletes_by_segment(store: SegmentStore, files: Mapping[str, int]) -> dict[int, list[str]]:
    """The deletes files of each segment, the newest first."""
    found: dict[int, list[str]] = {}
    for name in sorted(files, key=lambda name: files[name], reverse=True):
        if name.endswith(".deletes"):
            number = deletes.segment_of(store.files.read(name))
            if number is not None:
                found.setdefault(number, []).append(name)
    return found


def _with_deletes(
    store: SegmentStore, entry: SegmentEntry, names: list[str], unreadable: list[tuple[str, str]]
) -> SegmentEntry:
    """The entry with the newest of its deletes that can be read: an older one holds less."""
    for name in names:
        data = store.files.read(name)
        try:
            bits = deletes.decode(data, entry.number, entry.doc_count, store.path_of(name))
        except CorruptIndexError as error:
            unreadable.append((name, str(error)))
            continue
        if count := deletes.count_bits(bits):
            return attrs.evolve(entry, deletes=name, deleted_count=count)
    return entry


def _check_fields(schema: Schema, fields: list[tuple[str, int, bool]], path: str) -> None:
    """Refuse a schema that cannot be that of a segment with these fields."""
    kinds = {name: kind for name, kind, _ in fields}
    for name, field in schema.items():
        if kinds.get(name, field.kind) != field.kind or (name == schema.key and name not in kinds):
            raise SchemaError(
                f"{path}: the segment has other fields than the schema: {name!r} is "
                f"{'of another kind' if name in kinds else 'missing'}; give the index's own schema"
            )


def _schema_in(text: str) -> Schema | None:
    """The schema in what is left of a manifest."""
    _, found, rest = text.partition('"schema":')
    try:
        return Schema.from_json(json.JSONDecoder().raw_decode(rest)[0]) if found else None
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _number_in(text: str, name: str) -> int | None:
    """The number of this name in what is left of a manifest."""
    found = re.search(rf'"{name}":([0-9]{{1,15}})[,}}]', text)
    return int(found[1]) if found else None
