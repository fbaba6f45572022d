"""What has a writer gathered since its last commit, and how is a key found in it?

A document passes three places: rows wait in Python until there are enough for one crossing, the
native builder inverts them, and a full builder becomes a segment. A key's earlier document may be
in any of them, or in a segment of the generation that the transaction began with; it is taken out
of the first, and marked as deleted in the others.
Nothing here is seen by a reader before `commit`. The caller holds the writer lock.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate

import attrs

from ..analysis.samples import Recorder
from ..search.searcher import Plan, Searcher
from ..store import commit
from ..store.deletes import DeleteSet, encode
from ..store.generation import Generation, open_generation
from ..store.manifest import MANIFEST, Manifest, deletes_name, segment_name
from ..store.merging import Run, Size, choose_runs
from ..store.segment import Builder, Segment, SegmentStore
from .fault import add_place

BATCH_ROWS = 256  # documents that cross into the native core at once,
BATCH_CHARS = 1_000_000  # or as many as have this much text
KEY_BYTES = 200  # about what one key of the builder's documents costs here, beside its text

Row = tuple[object, ...]


class Transaction:
    """The changes between one generation and the next.

    After an error of any method it is fit for `rollback` alone.
    """

    def __init__(
        self, store: SegmentStore, memory_bytes: int, known: Generation | None = None
    ) -> None:
        self.base = open_generation(store, known)
        self.schema = self.base.manifest.schema
        self.applied = 0  # documents given, and documents that went by a delete
        self.notes: list[tuple[int, int, int]] = []  # (place, field number, tokens left out)
        self._store = store
        self._memory_bytes = memory_bytes
        self._key_number = self.schema.key_number
        # Rows that have not crossed yet; None where a later one took the key.
        self._rows: list[Row | None] = []
        self._places: list[int] = []  # of the rows, as the caller counts them
        self._row_of: dict[str, int] = {}
        self._chars = 0
        self._replaced: list[str] = []  # their keys whose earlier documents are still to be deleted
        # Documents in the builder.
        self._builder: Builder | None = None
        self._recorder = Recorder(dict(self.base.manifest.samples))
        self._builder_doc_of: dict[str, int] = {}
        self._builder_deletes: list[int] = []
        self._key_bytes = 0
        # Segments: those of the base, then those that this transaction wrote.
        self._parts = [_Part(segment) for segment in self.base.segments]
        self._renew_searcher()
        self._next_file = commit.first_free_number(store.files, self.base.manifest)
        self._written: list[str] = []

    def __contains__(self, key: str) -> bool:
        return (
            key in self._row_of
            or key in self._builder_doc_of
            or any(self._is_live(doc) for doc in self._found([key]))
        )

    def put(self, row: Row, key: str | None, chars: int, place: int, *, is_new: bool) -> None:
        """Add a checked row after all others, in the place of any earlier one with its key.

        `place` is the document's among those given, `chars` how much text it has. `is_new`: no
        document has the key, so there is no earlier one to look for.
        """
        self.applied += 1
        if key is not None:
            if not is_new:
                self._take_pending(key)
                self._replaced.append(key)
            self._row_of[key] = len(self._rows)
        self._rows.append(row)
        self._places.append(place)
        self._chars += chars
        if len(self._rows) >= BATCH_ROWS or self._chars >= BATCH_CHARS:
            self._cross()

    def remove(self, keys: Iterable[str]) -> int:
        """Delete the documents with these keys; how many there were."""
        distinct = list(dict.fromkeys(keys))
        gone = {key for key in distinct if self._take_pending(key)}
        for key, doc in zip(distinct, self._found(distinct), strict=True):
            if self._delete(doc):
                gone.add(key)
        self.applied += len(gone)
        return len(gone)

    def remove_matching(self, plan: Plan) -> int:
        """Delete the documents that match, those of this transaction too; how many there were."""
        self._flush()
        self._renew_searcher()
        count = sum(self._delete(doc) for doc in self._searcher.matching(plan))
        self.applied += count
        return count

    def commit(self, *, merge_all: bool = False) -> Generation:
        """Make the changes the next generation; the base where there are none.

        `merge_all`: into one segment, whatever the merge choice says.

        Raises:
            OSError: the index is as it was, or, where only the last sync failed, at the new
                generation; call `rollback`.
        """
        self._flush()
        parts = [part for part in self._parts if part.deletes.count < part.segment.entry.doc_count]
        runs = choose_runs([part.size for part in parts])
        if merge_all:
            settled = len(parts) == 1 and not parts[0].deletes.count
            runs = [Run(0, len(parts))] if parts and not settled else []
        if not self.applied and not runs:
            return self.base
        segments = [self._stored(part) for part in self._merged(parts, runs)]
        manifest = Manifest(
            self.schema,
            self.base.manifest.generation + 1,
            self._next_file,
            tuple(segment.entry for segment in segments),
            tuple(sorted(self._recorder.samples.items())),
        )
        replaced = {*self.base.manifest.file_names(), *self._written}
        self._written = []  # the new generation may name them from here on: not ours to remove
        commit.publish(self._store, manifest, replaced)
        return Generation(self._store.files.stamp(MANIFEST), manifest, tuple(segments))

    def rollback(self) -> None:
        """Forget the changes, and remove the files that were written for them."""
        written, self._written = self._written, []
        for name in written:
            commit.remove(self._store, name)
        self._builder = None

    def _take_pending(self, key: str) -> bool:
        """Take the document with this key out of the rows or the builder; True if there was one."""
        place = self._row_of.pop(key, None)
        if place is not None:
            self._rows[place] = None
            return True
        doc = self._builder_doc_of.pop(key, None)
        if doc is not None:
            self._builder_deletes.append(doc)
        return doc is not None

    def _found(self, keys: list[str]) -> list[int]:
        """The document of a segment with each key, -1 if none; it may be deleted meanwhile."""
        return self._searcher.find(keys) if self._parts and keys else [-1] * len(keys)

    def _is_live(self, doc: int) -> bool:
        if doc < 0:
            return False
        part, place = self._place_of(doc)
        return place not in part.deletes

    def _delete(self, doc: int) -> bool:
        """Mark a document of a segment as deleted; False for -1 and where it was already."""
        if doc < 0:
            return False
        part, place = self._place_of(doc)
        return part.deletes.add(place)

    def _place_of(self, doc: int) -> "tuple[_Part, int]":
        number = bisect_right(self._firsts, doc) - 1
        return self._parts[number], doc - self._firsts[number]

    def _renew_searcher(self) -> None:
        """Look into all segments there are now, without the documents deleted by now."""
        segments = [part.current() for part in self._parts]
        self._searcher = Searcher(self.schema, segments)
        self._firsts = [0, *accumulate(segment.entry.doc_count for segment in segments)]

    def _cross(self) -> None:
        """Hand the waiting rows to the builder, and flush it when it is full."""
        for doc in self._found(self._replaced):
            self._delete(doc)
        rows = [row for row in self._rows if row is not None]
        if rows:
            if self._builder is None:
                known = [part.segment for part in self._parts]
                self._builder = self._store.builder(self.schema, self._recorder, known)
            first = self._builder.doc_count
            places = [
                place
                for place, row in zip(self._places, self._rows, strict=True)
                if row is not None
            ]
            try:
                notes = self._builder.add(rows)
            except Exception as error:
                add_place(error, self._recorder.failure, self.schema, rows, places)
                raise
            if notes:
                self.notes += [(places[row], field, count) for row, field, count in notes]
            if self._key_number is not None:
                keys = [str(row[self._key_number]) for row in rows]
                self._builder_doc_of.update(zip(keys, range(first, first + len(keys)), strict=True))
                self._key_bytes += sum(map(len, keys)) + KEY_BYTES * len(keys)
        self._rows, self._places, self._row_of = [], [], {}
        self._chars, self._replaced = 0, []
        if self._builder and self._builder.heap_bytes + self._key_bytes >= self._memory_bytes:
            self._flush()

    def _flush(self) -> None:
        """Write what the builder holds as a segment."""
        if self._rows or self._replaced:
            self._cross()
        builder = self._builder
        if builder is not None and builder.doc_count > 0:
            deletes = DeleteSet(builder.doc_count)
            for doc in self._builder_deletes:
                deletes.add(doc)
            if deletes.count == builder.doc_count:
                self._builder = None
            else:
                number = self._new_file(segment_name)
                self._parts.append(_Part(self._store.write(builder, number), deletes))
                self._renew_searcher()
        self._builder_doc_of, self._builder_deletes, self._key_bytes = {}, [], 0

    def _new_file(self, name: Callable[[int], str]) -> int:
        """The number of a new file, which is ours to remove until it is committed."""
        number = self._next_file
        self._next_file += 1
        self._written.append(name(number))
        return number

    def _merged(self, parts: "list[_Part]", runs: list[Run]) -> "list[_Part]":
        """The parts with each run merged into one."""
        merged = []
        end = 0
        for run in runs:
            merged += parts[end : run.start]
            sources = [part.current() for part in parts[run.start : run.end]]
            number = self._new_file(segment_name)
            merged.append(_Part(self._store.merge(sources, number)))
            end = run.end
        return merged + parts[end:]

    def _stored(self, part: "_Part") -> Segment:
        """The segment with a deletes file for what is deleted by now."""
        entry, bits = part.segment.entry, part.deletes.bits()
        if bits is None or part.deletes.count == entry.deleted_count:
            return part.segment
        name = deletes_name(self._new_file(deletes_name))
        self._store.files.write(name, encode(entry.doc_count, bits))
        entry = attrs.evolve(entry, deletes=name, deleted_count=part.deletes.count)
        return attrs.evolve(part.segment, entry=entry, deletes=bits)


class _Part:
    """A segment and what is deleted of it by now."""

    def __init__(self, segment: Segment, deletes: DeleteSet | None = None) -> None:
        self.segment = segment
        self.deletes = deletes or DeleteSet(segment.entry.doc_count, segment.deletes)

    @property
    def size(self) -> Size:
        return Size(self.segment.entry.doc_count, self.deletes.count)

    def current(self) -> Segment:
        return attrs.evolve(self.segment, deletes=self.deletes.bits())
