"""How are segments opened, built and merged?

The only Python of the store that touches the native core.
A segment is one immutable file; the core keeps it mapped (or read) for as long as its handle
lives, so a file that has been removed stays searchable for whoever opened it before.
Which segments there are is the manifest's business.
"""

import contextlib
from collections.abc import Hashable, Iterable, Sequence

import attrs

from .. import _native
from ..analysis.native import compiled_for_indexing
from ..analysis.samples import Recorder
from ..errors import CorruptIndexError
from ..schema import Schema
from . import deletes
from .analyses import Analyses
from .components import Components
from .files import Files
from .manifest import SegmentEntry, segment_name

Builder = _native.Builder


@attrs.frozen(eq=False)
class Segment:
    """An open segment with the deletes of one generation."""

    entry: SegmentEntry
    handle: _native.Segment
    deletes: bytes | None  # bit set as deletes.py says; None: nothing deleted
    stamp: Hashable | None  # of the segment file when it was opened

    def without(self, bits: bytes | None) -> "Segment":
        """The same segment with other deletes."""
        return attrs.evolve(self, deletes=bits)


class SegmentStore:
    """The segment files of one index, on disk or in memory."""

    def __init__(self, files: Files, components: Components | None = None) -> None:
        self.files = files
        self.components = components or Components()
        self.analyses = Analyses()
        if files.path is None:
            self._storage = _native.Storage.memory()
        else:
            self._storage = _native.Storage.disk(files.path, files.mmap)

    def open(self, entry: SegmentEntry) -> Segment:
        """Open the segment and read its deletes.

        Raises:
            FileNotFoundError: a file is gone, as after a commit that no longer needs it.
            CorruptIndexError, IndexVersionError: a file fails its checks.
        """
        stamp = self.files.stamp(entry.name)
        handle = _native.Segment(self._storage, entry.name)
        path = self.path_of(entry.name)
        for what, found, expected in (
            ("documents", handle.doc_count, entry.doc_count),
            ("bytes", handle.byte_count, entry.byte_count),
        ):
            if found != expected:
                raise CorruptIndexError(
                    f"{path}: the manifest says {expected} {what}, the segment {found}", path, 0
                )
        return Segment(entry, handle, self._deletes(entry), stamp)

    def described(self, name: str) -> tuple[SegmentEntry, list[tuple[str, int, bool]]]:
        """What a segment file says of itself: its entry, and its fields as (name, kind, stored).

        Raises:
            CorruptIndexError, IndexVersionError: the file fails its checks.
        """
        handle = _native.Segment(self._storage, name)
        return SegmentEntry(name, handle.doc_count, handle.byte_count), handle.fields

    def reopen(self, known: Segment | None, entry: SegmentEntry) -> Segment:
        """The segment of `entry`, from the open one where that is the same file.

        Raises what `open` raises.
        """
        if known is None or known.stamp != self.files.stamp(entry.name):
            return self.open(entry)
        if known.entry == entry:
            return known
        return attrs.evolve(known, entry=entry, deletes=self._deletes(entry))

    def builder(self, schema: Schema, recorder: Recorder, known: Iterable[Segment] = ()) -> Builder:
        """An empty builder for documents of this schema; `recorder` watches its components.

        They are asked about no form that stands in the segments `known`.

        Raises:
            ComponentError: a component is missing, cannot be made, or has changed.
        """
        builder = _native.Builder(_fields(schema, recorder))
        builder.remember([segment.handle for segment in known])
        return builder

    def write(self, builder: Builder, number: int) -> Segment:
        """Write the builder's documents as a new synced file, open it, and leave it empty."""
        name, doc_count = segment_name(number), builder.doc_count
        byte_count = builder.write(self._storage, name)
        segment = self.open(SegmentEntry(name, doc_count, byte_count))
        builder.remember([segment.handle])
        return segment

    def merge(self, segments: Sequence[Segment], number: int, schema: Schema) -> Segment:
        """Write the live documents of `segments`, in this order, as one new synced file.

        It has the fields of `schema`: what a segment lacks of them is empty, and what it has
        beside them is left out.
        """
        name = segment_name(number)
        parts = [(segment.handle, segment.deletes) for segment in segments]
        fields = [(name, kind, stored) for name, kind, stored, _ in schema.native_fields()]
        byte_count = _native.merge(self._storage, name, parts, fields)
        live_count = sum(
            segment.entry.doc_count - deletes.count_bits(segment.deletes or b"")
            for segment in segments
        )
        return self.open(SegmentEntry(name, live_count, byte_count))

    def remove(self, name: str) -> None:
        """Remove the segment file. Fine if it is gone."""
        with contextlib.suppress(FileNotFoundError):
            self._storage.remove(name)

    def path_of(self, name: str) -> str:
        """How messages call the file."""
        return name if self.files.path is None else f"{self.files.path}/{name}"

    def _deletes(self, entry: SegmentEntry) -> bytes | None:
        if entry.deletes is None:
            return None
        path = self.path_of(entry.deletes)
        data = self.files.read(entry.deletes)
        bits = deletes.decode(data, entry.number, entry.doc_count, path)
        if deletes.count_bits(bits) != entry.deleted_count:
            raise CorruptIndexError(
                f"{path}: the manifest says {entry.deleted_count} deleted documents, "
                f"the file {deletes.count_bits(bits)}",
                path,
                deletes.HEADER_BYTES,
            )
        return bits


def _fields(
    schema: Schema, recorder: Recorder
) -> list[tuple[str, int, bool, list[_native.Analyzer]]]:
    return [
        (
            name,
            int(kind),
            stored,
            [compiled_for_indexing(analyzer, recorder) for analyzer in analyzers],
        )
        for name, kind, stored, analyzers in schema.native_fields()
    ]
