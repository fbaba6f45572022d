"""What can be kept of a damaged index?

Sound segments stay as they are. Of a damaged one every document whose stored values can still be
read is indexed anew, in its place among the others; the damaged file is set aside under another
name, never removed. What is lost is said. A manifest that cannot be read is found again, or made
of the segments (`store/salvage.py`).
"""

import errno
import os
from collections.abc import Iterator, Sequence
from itertools import islice

import attrs

from ..analysis.samples import Recorder
from ..errors import CorruptIndexError, DocumentError
from ..schema import Schema
from ..search.searcher import Searcher
from ..store import commit
from ..store.check import Report, check_index
from ..store.components import Callables, Components
from ..store.deletes import DeleteSet, encode
from ..store.files import DiskFiles
from ..store.manifest import (
    LOCK,
    MANIFEST,
    Manifest,
    SegmentEntry,
    batch_name,
    deletes_name,
)
from ..store.queue import Queue
from ..store.salvage import Salvage, salvage
from ..store.segment import Segment, SegmentStore
from .transaction import BATCH_ROWS

ASIDE = ".damaged"  # suffix of a file that is set aside
MAX_KEYS = 100  # that are named of one file


@attrs.frozen
class Loss:
    """What could not be kept of one file."""

    file: str
    doc_count: int | None  # documents that are gone; None where nobody knows how many
    keys: tuple[str, ...]  # of those whose key could be read; the first 100
    message: str

    def __str__(self) -> str:
        if self.doc_count is None:
            return f"{self.file}: documents lost, how many is not known: {self.message}"
        if self.doc_count == 0:
            return f"{self.file}: {self.message}"
        documents = "1 document" if self.doc_count == 1 else f"{self.doc_count} documents"
        named = f", such as {', '.join(self.keys[:5])}" if self.keys else ""
        return f"{self.file}: {documents} lost{named}: {self.message}"


@attrs.frozen
class Repair:
    """What a repair found and did."""

    report: Report  # before it
    set_aside: tuple[str, ...]  # names of damaged files
    losses: tuple[Loss, ...]
    live_count: int  # documents that the index has now

    @property
    def doc_count(self) -> int:
        """How many documents were lost, as far as that is known."""
        return sum(loss.doc_count or 0 for loss in self.losses)


def repair(
    path: str | os.PathLike[str],
    *,
    schema: Schema | None = None,
    components: Callables | None = None,
    timeout_s: float | None = 30.0,
) -> Repair:
    """Make the index in the directory `path` sound again, with every document that can be read.

    An index that is sound is not changed. `components` as in `open`: documents of a damaged
    segment are analyzed again. Waits up to `timeout_s` for other writers.

    A manifest with one wrong byte is put right. One that is missing, or damaged further, is made
    anew of the segments in the directory: then give the `schema` that the index had, unless the
    damaged manifest still says it. What was deleted by the last commits may be back then, and the
    order of insertion may be another; `check(deep=True)` says whether the schema fits.

    Raises:
        FileNotFoundError: no index stands there.
        CorruptIndexError: the manifest is damaged or missing, and no schema is known.
        SchemaError: the segments have other fields than the schema.
        IndexVersionError: written by a newer format, which is no damage.
        IndexBusyError: another writer has the index.
    """
    files = DiskFiles(path)
    store = SegmentStore(files, Components(components, schema))
    if files.stamp(MANIFEST) is None and not commit.orphans(files):  # before a lock file is made
        raise FileNotFoundError(errno.ENOENT, "no index here", files.path)
    with files.lock(LOCK, timeout_s):
        report = check_index(store)
        data = files.read(MANIFEST) if files.stamp(MANIFEST) is not None else None
        try:
            found = Salvage(Manifest.decode(data or b"", store.path_of(MANIFEST)))
        except CorruptIndexError:
            found = salvage(store, data, schema)
        if report.ok:
            return Repair(report, (), (), found.manifest.live_count)
        return _Repairing(store, found).go(report)


class _Repairing:
    """One repair; the caller holds the writer lock."""

    def __init__(self, store: SegmentStore, found: Salvage) -> None:
        self.store = store
        self.found = found
        manifest = found.manifest
        schema = store.components.bound(manifest.schema, manifest.samples)
        self.manifest = attrs.evolve(manifest, schema=schema)
        self.schema = schema
        self.next_file = commit.first_free_number(store.files, manifest)
        self.recorder = Recorder(dict(manifest.samples))
        self.set_aside: list[str] = []
        self.losses: list[Loss] = []

    def go(self, report: Report) -> Repair:
        if report.generation is None:
            self._put_aside(MANIFEST)
        if self.found.lost:
            self.losses.append(Loss(MANIFEST, 0, (), self.found.lost))
        for name, why in self.found.unreadable:
            self._put_aside(name)
            self.losses.append(Loss(name, None if name.endswith(".segment") else 0, (), why))
        segments = [self._sound(entry) for entry in self.manifest.segments]
        # The newest first: of two documents with one key it is the one to keep.
        for place in reversed(range(len(segments))):
            if segments[place] is None:
                others = [segment for segment in segments if segment is not None]
                segments[place] = self._salvaged(self.manifest.segments[place], others)
        whole = [segment for segment in segments if segment is not None]
        if self.found.lost and self.schema.key is not None:
            whole = [each for segment in whole for each in self._without_older(segment, whole)]
        batches = self._damaged_batches()
        manifest = attrs.evolve(
            self.manifest,
            generation=self.manifest.generation + 1,
            next_file=self.next_file,
            segments=tuple(segment.entry for segment in whole),
            samples=tuple(sorted(self.recorder.samples.items())),
        )
        # The damaged files have a second name by now, which the commit does not take from them.
        commit.publish(self.store, manifest, self.manifest.file_names())
        for name in batches:
            commit.remove(self.store, name)
        self.store.files.sync()
        return Repair(report, tuple(self.set_aside), tuple(self.losses), manifest.live_count)

    def _sound(self, entry: SegmentEntry) -> Segment | None:
        """The segment, where nothing is wrong with it."""
        try:
            segment = self.store.open(entry)
        except (CorruptIndexError, FileNotFoundError):
            return None
        return None if segment.handle.check() else segment

    def _salvaged(self, entry: SegmentEntry, others: Sequence[Segment]) -> Segment | None:
        """What can be read of a damaged segment, as a new one; None if nothing can."""
        try:
            segment = self.store.open(entry)
        except (CorruptIndexError, FileNotFoundError) as error:
            bare = self._without_deletes(entry, error)
            if bare is None:
                return None
            segment = bare
        is_sound = not segment.handle.check()
        if is_sound and self.schema.key is None:
            return segment  # only its deletes are lost
        if not is_sound:
            self._put_aside(entry.name)
        builder = self.store.builder(self.schema, self.recorder)
        lost: list[int] = []
        rows = self._kept_rows(segment, others, lost)
        while some := list(islice(rows, BATCH_ROWS)):
            builder.add(some)
        if lost:
            keys = [key for doc in lost[:MAX_KEYS] for key in self._key(segment, doc)]
            what = "what is stored of them cannot be read"
            self.losses.append(Loss(entry.name, len(lost), tuple(keys), what))
        unstored = [name for name, field in self.schema.items() if not field.stored]
        if unstored and builder.doc_count:
            what = f"not stored, so lost for {builder.doc_count} documents: {', '.join(unstored)}"
            self.losses.append(Loss(entry.name, 0, (), what))
        if not builder.doc_count:
            return None
        number, self.next_file = self.next_file, self.next_file + 1
        return self.store.write(builder, number)

    def _without_deletes(self, entry: SegmentEntry, error: Exception) -> Segment | None:
        """A segment that cannot be opened as it is, opened without its deletes."""
        bare = attrs.evolve(entry, deletes=None, deleted_count=0)
        try:
            segment = self.store.open(bare)
        except (CorruptIndexError, FileNotFoundError) as worse:
            self._put_aside(entry.name)
            self.losses.append(Loss(entry.name, entry.live_count, (), str(worse)))
            return None
        if entry.deletes is not None:
            self._put_aside(entry.deletes)
            why = f"documents without a key that were deleted are back: {error}"
            self.losses.append(Loss(entry.deletes, 0, (), why))
        return segment

    def _kept_rows(
        self, segment: Segment, others: Sequence[Segment], lost: list[int]
    ) -> Iterator[tuple[object, ...]]:
        """The rows that can be read, but for those whose key a newer document has."""
        number = self.schema.key_number
        if number is None:
            for doc, row in self._rows(segment):
                if row is None:
                    lost.append(doc)
                else:
                    yield row
            return
        newest = {row[number]: doc for doc, row in self._rows(segment) if row is not None}
        held = Searcher(self.schema, others)
        for doc, row in self._rows(segment):
            if row is None:
                lost.append(doc)
            elif newest[row[number]] == doc and held.find([str(row[number])])[0] < 0:
                yield row

    def _without_older(self, segment: Segment, all_of_them: Sequence[Segment]) -> list[Segment]:
        """The segment without documents whose key a later one has: a commit that a crash cut off
        leaves the files of two generations."""
        alone, together = Searcher(self.schema, [segment]), Searcher(self.schema, all_of_them)
        first = sum(each.entry.doc_count for each in all_of_them[: all_of_them.index(segment)])
        gone = DeleteSet(segment.entry.doc_count, segment.deletes)
        doc = alone.next_live(0)
        while doc >= 0:
            [key] = alone.keys([doc])
            if together.find([str(key)]) != [first + doc]:
                gone.add(doc)
            doc = alone.next_live(doc + 1)
        if gone.count == segment.entry.deleted_count:
            return [segment]
        if gone.count == segment.entry.doc_count:
            return []
        name, bits = deletes_name(self.next_file), gone.bits()
        assert bits is not None, "something is deleted"
        self.next_file += 1
        self.store.files.write(name, encode(segment.entry.number, gone.doc_count, bits))
        entry = attrs.evolve(segment.entry, deletes=name, deleted_count=gone.count)
        return [attrs.evolve(segment, entry=entry, deletes=bits)]

    def _rows(self, segment: Segment) -> Iterator[tuple[int, tuple[object, ...] | None]]:
        """Each live document with its row, None where it cannot be read."""
        searcher = Searcher(self.schema, [segment])
        doc = searcher.next_live(0)
        while doc >= 0:
            try:
                yield doc, self.schema.row(searcher.document(doc))
            except (CorruptIndexError, DocumentError):
                yield doc, None
            doc = searcher.next_live(doc + 1)

    def _key(self, segment: Segment, doc: int) -> list[str]:
        try:
            return [key for key in Searcher(self.schema, [segment]).keys([doc]) if key is not None]
        except CorruptIndexError:
            return []

    def _damaged_batches(self) -> list[str]:
        """The batches that cannot be applied, which have a second name now."""
        queue, damaged = Queue(self.store), []
        for number in queue.waiting(self.manifest.last_batch):
            try:
                queue.check(number, self.schema)
            except CorruptIndexError as error:
                name = batch_name(number)
                self._put_aside(name)
                self.losses.append(Loss(name, 0, (), f"changes that waited: {error}"))
                damaged.append(name)
        return damaged

    def _put_aside(self, name: str) -> None:
        """Give the file a second name; fine if there is none."""
        files = self.store.files
        taken = set(files.names())
        if name not in taken:
            return
        aside, count = name + ASIDE, 1
        while aside in taken:
            count += 1
            aside = f"{name}{ASIDE}-{count}"
        files.copy(name, f"{files.path}/{aside}")
        self.set_aside.append(aside)
