"""What has a writer gathered since its last commit, and how is a key found in it?

A document passes three places: rows wait in Python until there are enough for one crossing, the
native builder inverts them, and a full builder becomes a segment. A key's earlier document may be
in any of them, or in a segment of the generation that the transaction began with; it is taken out
of the first, and marked as deleted in the others.
Nothing here is seen by a reader before `commit`. The caller holds the writer lock.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

import attrs

from ..analysis.fingerprint import take_samples
from ..analysis.samples import Recorder
from ..schema import Schema
from ..schema.values import chars_of, next_batch
from ..search.searcher import Plan, Searcher
from ..store import commit
from ..store.analyses import of_fields
from ..store.deletes import DeleteSet, carried, encode
from ..store.generation import Generation, open_generation
from ..store.manifest import MANIFEST, Manifest, deletes_name, segment_name
from ..store.merging import MergeRun, SegmentSize
from ..store.queue import Change, Row
from ..store.segment import Builder, Segment, SegmentStore
from .fault import add_place
from .merging import SMALL_BYTES, Merging, Pending

BATCH_ROWS = 256  # documents that cross into the native core at once,
BATCH_CHARS = 1_000_000  # or as many as have this much text


class Transaction:
    """The changes between one generation and the next.

    After an error of any method it is fit for `rollback` alone.
    """

    def __init__(
        self,
        store: SegmentStore,
        memory_bytes: int,
        known: Generation | None,
        merging: Merging,
    ) -> None:
        self.base = open_generation(store, known)
        self.schema = self.base.manifest.schema
        self.applied = 0  # documents given, and documents that went by a delete
        self.notes: list[tuple[int, int, int]] = []  # (place, field number, tokens left out)
        self.store = self._store = store
        self._memory_bytes = memory_bytes
        self._merging = merging
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
        self._analyses = dict(self.base.manifest.analyses)
        self._builder_deletes: set[int] = set()
        # Segments: those of the base, then those that this transaction wrote.
        self._parts = [_Part(segment) for segment in self.base.segments]
        self._renew_searcher()
        self._next_file = max(
            merging.next_file, commit.first_free_number(store.files, self.base.manifest)
        )
        self._written: list[str] = []

    def __contains__(self, key: str) -> bool:
        return (
            key in self._row_of
            or bool(self._in_builder([key]))
            or (bool(self._parts) and self._is_live(self._found([key])[0]))
        )

    def first_taken(self, keys: Sequence[str]) -> int | None:
        """The place of the first key that a document has, or one before it; None: all are new."""
        distinct = set(keys)
        if (
            len(distinct) == len(keys)
            and self._row_of.keys().isdisjoint(distinct)
            and not self._in_builder(keys)
            and not any(map(self._is_live, self._found(keys)))
        ):
            return None
        before: set[str] = set()
        for place, key in enumerate(keys):
            if key in before or key in self:
                return place
            before.add(key)
        raise AssertionError("no key is taken after all")

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

    def put_all(
        self,
        rows: Sequence[Row],
        keys: Sequence[str] | None,
        chars: int,
        place: int,
        *,
        is_new: bool,
    ) -> None:
        """Add checked rows with these keys as `put` adds each; they have so much text in all."""
        first = len(self._rows)
        if keys is not None:
            if not is_new:
                distinct = set(keys)
                if len(distinct) < len(keys) or not self._row_of.keys().isdisjoint(distinct):
                    for at, (row, key) in enumerate(zip(rows, keys, strict=True), place):
                        self.put(row, key, chars_of(row), at, is_new=False)
                    return
                self._builder_deletes.update(self._in_builder(keys))
                self._replaced += keys
            self._row_of.update(zip(keys, range(first, first + len(keys)), strict=True))
        self.applied += len(rows)
        self._rows += rows
        self._places += range(place, place + len(rows))
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
        count = sum(self._delete(doc) for doc in self.settled().matching(plan))
        self.applied += count
        return count

    def settled(self) -> Searcher:
        """Look into all documents there are now, those of this transaction too."""
        self._flush()
        self._renew_searcher()
        return self._searcher

    def change(self, change: Change, place: int) -> None:
        """Make a change that waited in the queue; `place` is its own there."""
        if isinstance(change, str):
            self.remove([change])
        else:
            assert self._key_number is not None, "a queue of an index without a key"
            key = str(change[self._key_number])
            self.put(change, key, chars_of(change), place, is_new=False)

    def change_schema(self, schema: Schema, *, rebuild: bool) -> None:
        """Give the index another schema; called before any other change.

        `rebuild`: analyze every document again, from its stored values.
        """
        self.schema, self._key_number = schema, schema.key_number
        before = Searcher(schema, self.base.segments)
        if rebuild:
            self._parts, self._analyses = [], {}
        self._renew_searcher()
        doc = before.next_live(0) if rebuild else -1
        while doc >= 0:
            row = schema.row(before.document(doc), doc)
            key = None if self._key_number is None else str(row[self._key_number])
            self.put(row, key, chars_of(row), doc, is_new=True)
            doc = before.next_live(doc + 1)

    def commit(
        self, *, merge_all: bool = False, last_batch: int = 0, settle: bool = False
    ) -> Generation:
        """Make the changes the next generation; the base where there are none.

        `merge_all`: into one segment, whatever the merge choice says. `last_batch`: of the queue,
        where the changes are all that waited there up to this one. `settle`: with all segments
        that are being merged in their place.

        Raises:
            OSError: the index is as it was, or, where only the last sync failed, at the new
                generation; call `rollback`.
        """
        self._flush()
        merged_beside = False
        for pending, segment in self._merging.take_due(
            self.applied, everything=merge_all or settle
        ):
            self._put_in_place(pending, segment)
            merged_beside = True
        under_way = self._merging.source_names()
        parts = [part for part in self._parts if part.has_live or part.name in under_way]
        if merge_all:
            settled = len(parts) == 1 and parts[0].is_settled(self.schema)
            runs = [MergeRun(0, len(parts))] if parts and not settled else []
        else:
            runs = self._small_runs(parts)
        is_reformed = self.schema is not self.base.manifest.schema
        if not (self.applied or runs or last_batch or merged_beside or is_reformed):
            return self.base
        segments = [self._stored(part) for part in self._merged(parts, runs)]
        manifest = Manifest(
            self.schema,
            self.base.manifest.generation + 1,
            self._next_file,
            tuple(segment.entry for segment in segments),
            tuple(sorted(self._recorder.samples.items())),
            of_fields(self.schema, self._analyses),
            last_batch or self.base.manifest.last_batch,
        )
        replaced = {*self.base.manifest.file_names(), *self._written}
        self._written = []  # the new generation may name them from here on: not ours to remove
        commit.publish(self._store, manifest, replaced, self._merging.file_names())
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
        docs = self._in_builder([key])
        self._builder_deletes.update(docs)
        return bool(docs)

    def _in_builder(self, keys: Sequence[str]) -> list[int]:
        """The documents of the builder that have one of these keys."""
        if self._builder is None or self._key_number is None:
            return []
        docs = self._builder.find(self._key_number, keys)
        # Of those with one key all but the last are deleted.
        return [doc for doc in docs if doc >= 0 and doc not in self._builder_deletes]

    def _found(self, keys: Sequence[str]) -> list[int]:
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
                kept = of_fields(self.schema, self._analyses)
                self._store.analyses.check(self.schema, kept)
                known = [part.segment for part in self._parts]
                self._builder = self._store.builder(self.schema, self._recorder, known)
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
            self._sample(rows)
            if notes:
                self.notes += [(places[row], field, count) for row, field, count in notes]
        self._rows, self._places, self._row_of = [], [], {}
        self._chars, self._replaced = 0, []
        if self._builder and self._builder.heap_bytes >= self._memory_bytes:
            self._flush()

    def _sample(self, rows: list[Row]) -> None:
        """Keep some words of the first rows of each text field."""
        for number, (name, _, _, analyzers) in enumerate(self.schema.native_fields()):
            if analyzers and name not in self._analyses:
                texts = [text for row in rows for text in texts_of(row[number])]
                if samples := take_samples(analyzers, texts):
                    self._analyses[name] = samples

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
        self._builder_deletes = set()

    def _new_file(self, name: Callable[[int], str]) -> int:
        """The number of a new file, which is ours to remove until it is committed."""
        number = self._next_file
        self._next_file += 1
        self._written.append(name(number))
        return number

    def _put_in_place(self, pending: Pending, segment: Segment) -> None:
        """Put a merged segment in the place of its sources, with what was deleted meanwhile."""
        names = [part.name for part in self._parts]
        start = names.index(pending.names()[0])
        end = start + len(pending.sources)
        assert names[start:end] == pending.names(), "the sources of a merge were parted"
        deletes = DeleteSet(segment.entry.doc_count)
        sources = zip(pending.sources, self._parts[start:end], strict=True)
        for doc in carried(
            (old.entry.doc_count, old.deletes, part.deletes.bits()) for old, part in sources
        ):
            deletes.add(doc)
        self._parts[start:end] = [_Part(segment, deletes)]
        self._written.append(segment.entry.name)

    def _small_runs(self, parts: "list[_Part]") -> list[MergeRun]:
        """What this commit merges itself."""
        runs = self._merging.runs([part.name for part in parts], [part.size for part in parts])
        sizes = [part.segment.entry.byte_count for part in parts]
        return [run for run in runs if sum(sizes[run.start : run.end]) <= SMALL_BYTES]

    def _merged(self, parts: "list[_Part]", runs: list[MergeRun]) -> "list[_Part]":
        """The parts with each run merged into one."""
        merged = []
        end = 0
        for run in runs:
            merged += parts[end : run.start]
            sources = [part.current() for part in parts[run.start : run.end]]
            number = self._new_file(segment_name)
            merged.append(_Part(self._store.merge(sources, number, self.schema)))
            end = run.end
        return merged + parts[end:]

    def _stored(self, part: "_Part") -> Segment:
        """The segment with a deletes file for what is deleted by now."""
        entry, bits = part.segment.entry, part.deletes.bits()
        if bits is None or part.deletes.count == entry.deleted_count:
            return part.segment
        name = deletes_name(self._new_file(deletes_name))
        self._store.files.write(name, encode(entry.number, entry.doc_count, bits))
        entry = attrs.evolve(entry, deletes=name, deleted_count=part.deletes.count)
        return attrs.evolve(part.segment, entry=entry, deletes=bits)


def batches_of(
    documents: Iterable[Mapping[str, object]],
) -> Iterator[tuple[list[Mapping[str, object]], int]]:
    """Yield documents by the batch that crosses into the core, and how much text it has."""
    given = iter(documents)
    while (batch := next_batch(given, BATCH_ROWS, BATCH_CHARS))[0]:
        yield batch


def keys_of(rows: Sequence[Row], key_number: int) -> list[str]:
    """The key of each row."""
    return [str(row[key_number]) for row in rows]


def texts_of(value: object) -> list[str]:
    """The texts of a text field's value."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []


class _Part:
    """A segment and what is deleted of it by now."""

    def __init__(self, segment: Segment, deletes: DeleteSet | None = None) -> None:
        self.segment = segment
        self.deletes = deletes or DeleteSet(segment.entry.doc_count, segment.deletes)

    @property
    def name(self) -> str:
        return self.segment.entry.name

    @property
    def has_live(self) -> bool:
        return self.deletes.count < self.segment.entry.doc_count

    def is_settled(self, schema: Schema) -> bool:
        """Would a merge of this part alone change nothing?"""
        fields = [(name, kind, stored) for name, kind, stored, _ in schema.native_fields()]
        return not self.deletes.count and self.segment.handle.fields == fields

    @property
    def size(self) -> SegmentSize:
        return SegmentSize(self.segment.entry.doc_count, self.deletes.count)

    def current(self) -> Segment:
        return attrs.evolve(self.segment, deletes=self.deletes.bits())
