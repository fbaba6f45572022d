"""Where does an index come from, and what can its holder do?

An `Index` reads the newest generation, whoever committed it, and hands out writers.
The reading methods are in `snapshot.py`, the writing ones in `writer.py`.
"""

import contextlib
import errno
import os
import time
import weakref
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..errors import (
    ComponentError,
    IndexBusyError,
    IndexClosedError,
    SchemaError,
    SearchlibError,
)
from ..schema import Schema
from ..store.commit import orphans, refuse_occupied
from ..store.components import Callables, Components
from ..store.files import DiskFiles, MemoryFiles, make_directory
from ..store.generation import Generation, open_generation
from ..store.lock import holder_text
from ..store.manifest import LOCK, MANIFEST, Manifest
from ..store.merging import MergeChoice, choose_runs
from ..store.segment import SegmentStore
from .batches import apply_left, queue_deletes, queue_documents, wait_for
from .snapshot import Reader, Snapshot, documents_text
from .tables import Table, documents_of
from .turn import Setting, Turn
from .writer import MEMORY_BYTES, Receipt, Writer, checked_keys, has_key

if TYPE_CHECKING:
    from ..store.check import Report
    from .optimization import Optimization

TIMEOUT_S = 30.0  # for the writer lock, unless the caller says otherwise
WAIT_S = 1.0  # for a change in the queue: longer than most commits, short for who asked for it


def create(
    path: str | os.PathLike[str],
    schema: Schema,
    *,
    components: Callables | None = None,
    merging: MergeChoice = choose_runs,
    mmap: bool = True,
) -> "Index":
    """Create an index in the directory `path`, made where it is missing, and open it.

    `components`, `merging` and `mmap` as in `open`; functions that the schema was made with are
    known.

    Raises:
        FileExistsError: an index stands there, or what is left of one.
        OSError: the directory cannot be made or written.
    """
    known = Components(components, schema)
    make_directory(path)
    files = DiskFiles(path, mmap)
    with files.lock(LOCK, TIMEOUT_S):
        refuse_occupied(files)
        files.replace(MANIFEST, Manifest(schema).encode())
    return Index(SegmentStore(files, known), merging)


def open(
    path: str | os.PathLike[str],
    schema: Schema | None = None,
    *,
    components: Callables | None = None,
    merging: MergeChoice = choose_runs,
    mmap: bool = True,
) -> "Index":
    """Open the index in the directory `path`; with a `schema`, create it where none stands.

    `components`: the functions behind the components of the user's own, by name. Opening calls
    none of them and imports nothing; where one is missing, or answers otherwise than it did when
    documents were indexed, the first use of a field that needs it raises `ComponentError`.

    `merging`: which neighbouring segments become one after a commit: a function from their
    `SegmentSize`s, oldest first, to `MergeRun`s, from left to right. It is to be a pure one, so
    that the same calls write the same bytes; it is not stored.

    `mmap`: map segment files into memory. With False they are read instead, which needs their size
    in memory, and survives what no program can catch under a map: another program that cuts a
    file short, a disk that fails a read.

    Raises:
        FileNotFoundError: no index stands there, and no schema is given.
        SchemaError: the index has another schema than the one given.
        IndexVersionError: written by a newer format; carries both versions.
        CorruptIndexError: a file fails its checks; carries path and offset.
    """
    files = DiskFiles(path, mmap)
    if files.stamp(MANIFEST) is None:
        if schema is None:
            what = "no index here, make one with searchlib.create"
            if orphans(files):
                what = "the manifest of this index is missing; searchlib.repair makes it anew"
            raise FileNotFoundError(errno.ENOENT, what, files.path)
        try:
            return create(path, schema, components=components, merging=merging, mmap=mmap)
        except FileExistsError:
            if files.stamp(MANIFEST) is None:
                raise
            # Another process was faster: its index is the one.
    index = Index(SegmentStore(files, Components(components, schema)), merging)
    if schema is not None and index.schema != schema:
        raise SchemaError(f"{files.path}: {_difference(index.schema, schema)}")
    return index


def in_memory(
    schema: Schema,
    *,
    components: Callables | None = None,
    merging: MergeChoice = choose_runs,
) -> "Index":
    """An index in this process's memory: the same object and the same code; gone when dropped.

    `components` and `merging` as in `open`.

    >>> from searchlib import Schema, Text, in_memory
    >>> in_memory(Schema(body=Text()))
    <Index in memory: 0 documents, generation 0>
    """
    known = Components(components, schema)
    files = MemoryFiles()
    files.replace(MANIFEST, Manifest(schema).encode())
    return Index(SegmentStore(files, known), merging)


class Index(Reader):
    """An open index: reads the newest commit, of this process or another, and makes writers.

    Made by `searchlib.create`, `searchlib.open` and `searchlib.in_memory`. Safe in many threads at
    once. A context manager; closing it ends its writers and drops its maps.
    """

    __slots__ = ("__weakref__", "_choice", "_closed", "_snapshot", "_store", "_writers")

    def __init__(self, store: SegmentStore, merging: MergeChoice = choose_runs) -> None:
        self._store = store
        self._choice = merging
        self._closed = False
        self._writers: weakref.WeakSet[Writer] = weakref.WeakSet()
        self._snapshot: Snapshot | None = Snapshot(open_generation(store), store.analyses)

    @property
    def path(self) -> str | None:
        """The directory of the index, as it was given; None in memory."""
        return self._store.files.path

    def snapshot(self) -> Snapshot:
        """The newest generation, pinned: it answers the same for as long as it is held."""
        return self._now()

    def writer(
        self, *, timeout_s: float | None = TIMEOUT_S, memory_bytes: int = MEMORY_BYTES
    ) -> Writer:
        """The writer, once no other process or thread has it; use it in a `with`.

        `timeout_s`: how long to wait for the other to end; None: for ever.
        `memory_bytes`: about how much memory the documents of a transaction may take before they
        are written to disk.

        Raises:
            IndexBusyError: another writer still has the index after `timeout_s`; names its process.
        """
        if memory_bytes < 1:
            raise ValueError(f"memory_bytes must be at least 1, got {memory_bytes}")
        known = self._open_snapshot()._generation
        turn = Turn(self._setting, memory_bytes, known, timeout_s)
        try:
            # A component that this process lacks: the batch waits for a process that has it.
            with contextlib.suppress(ComponentError):
                turn.apply_queue()
            writer = Writer(self._setting, turn, memory_bytes)
        except BaseException:
            turn.end(settle=False)
            raise
        self._writers.add(writer)
        return writer

    def upsert(
        self,
        documents: Mapping[str, object] | Iterable[Mapping[str, object]] | Table,
        *,
        timeout_s: float | None = WAIT_S,
    ) -> Receipt:
        """Add documents in the place of those with their keys: one mapping or many, all or none.

        An iterable is read as it goes, in bounded memory. Of two with one key the later wins.
        A table of pyarrow, or a data frame of polars or pandas, is a document a row and a field a
        column; a missing value leaves its field empty.

        While another writer has the index the documents are written to its queue, where they are
        durable, and whoever writes next applies them; no call fails because another one writes.
        This one then waits up to `timeout_s` until searches find them. Where that is too short,
        the receipt has no generation, and `receipt.wait()` waits on.

        >>> import searchlib
        >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True)))
        >>> index.upsert([{"id": "a"}, {"id": "b"}])
        Receipt(generation=1, applied=2, notes=())

        Raises:
            DocumentError: a document does not fit the schema; nothing is changed.
            SchemaError: the schema has no key; see `Writer.add`.
        """
        batch: Iterable[Mapping[str, object]]
        if isinstance(documents, Mapping):
            batch = (documents,)
        elif (rows := documents_of(documents)) is not None:
            batch = rows
        elif isinstance(documents, Iterable) and not isinstance(documents, str | bytes):
            batch = documents
        else:
            raise TypeError(
                "expected a document, which is a mapping, an iterable of them, or a table, "
                f"got {type(documents).__name__}"
            )
        try:
            writer = self.writer(timeout_s=0)
        except IndexBusyError:
            schema = self.schema
            has_key(schema)
            number, count = queue_documents(self._store, schema, batch)
            return self._queued(number, count, timeout_s)
        with writer:
            writer.upsert_all(batch)
            return writer.commit()

    def delete(self, keys: str | Iterable[str], *, timeout_s: float | None = WAIT_S) -> Receipt:
        """Delete the document with this key, or those with these keys; `applied` says how many.

        A str is one key, never its characters. A key that no document has is fine.
        While another writer has the index the keys wait in its queue, as with `upsert`.

        Raises:
            SchemaError: the schema has no key.
        """
        wanted = checked_keys(self.schema, keys)
        try:
            writer = self.writer(timeout_s=0)
        except IndexBusyError:
            return self._queued(queue_deletes(self._store, self.schema, wanted), None, timeout_s)
        with writer:
            writer.delete(wanted)
            return writer.commit()

    def merge(self, *, timeout_s: float | None = TIMEOUT_S) -> Receipt:
        """Merge all segments into one, without the deleted documents.

        Commits merge by themselves as much as searching needs; this is for an index that has come
        to rest. Reads and writes everything: O(size). `optimize` does the same and reports on it.
        """
        with self.writer(timeout_s=timeout_s) as writer:
            return writer.merge()

    def optimize(self, *, timeout_s: float | None = TIMEOUT_S) -> "Optimization":
        """Merge all segments into one without the deleted documents, and report what that gained.

        Searches are fastest then, and statistics exact: deleted documents no longer count.
        Commits merge by themselves as much as searching needs; this is for an index that has come
        to rest. Reads and writes everything: O(size). The order of insertion stays.

        >>> import searchlib
        >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True)))
        >>> _ = index.upsert({"id": "a"}), index.upsert({"id": "b"})
        >>> done = index.optimize()
        >>> done.segments_before, index.segment_count, done.bytes_after < done.bytes_before
        (2, 1, True)
        """
        from .optimization import optimization  # here and below: most programs ask for none of it

        with self.writer(timeout_s=timeout_s) as writer:
            before = self._now()
            start = time.perf_counter()
            writer.merge()
            return optimization(before, self._now(), time.perf_counter() - start)

    def change_schema(
        self, schema: Schema, *, reanalyze: bool = False, timeout_s: float | None = TIMEOUT_S
    ) -> Receipt:
        """Give the index another schema; `applied` says how many documents were analyzed again.

        Fields are added, where documents are empty, dropped, and boosted otherwise at once.
        Another analyzer needs `reanalyze`: then every document is read from its stored values and
        indexed again, which takes as long as indexing did; searches go on meanwhile.

        >>> import searchlib
        >>> from searchlib import Date, Keyword, Schema, Text
        >>> index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text()))
        >>> _ = index.upsert({"id": "a", "body": "winds"})
        >>> stemmed = Schema(id=Keyword(key=True), body=Text(analyzer="english"), day=Date())
        >>> index.change_schema(stemmed, reanalyze=True).applied
        1
        >>> [hit.key for hit in index.search("wind")]
        ['a']

        Raises:
            SchemaError: what differs cannot be changed, or needs `reanalyze`; the message says why.
            IndexBusyError: another writer still has the index after `timeout_s`.
        """
        from .reform import reform

        known = self._open_snapshot()._generation
        self._store.components.learn(schema)
        turn = Turn(self._setting, MEMORY_BYTES, known, timeout_s)
        try:
            turn.apply_queue()
            turn.settle()
            transaction = turn.begin()
            try:
                generation = reform(turn, transaction, schema, reanalyze=reanalyze)
            except BaseException:
                transaction.rollback()
                raise
        finally:
            turn.end()
        apply_left(self._setting, MEMORY_BYTES)
        return Receipt(generation.manifest.generation, transaction.applied)

    def check(self, *, deep: bool = False) -> "Report":
        """Whether everything is as it was written: `report.ok`, `report.findings`. O(size).

        Compares every checksum, count and order, and whatever names something with what it names.
        With `deep`, also what is stored with what is indexed: the documents are analyzed again,
        which takes as long as indexing them did. For an index that cannot be opened any more there
        is `searchlib.check`.

        >>> from searchlib import Schema, Text, in_memory
        >>> print(in_memory(Schema(body=Text())).check())
        generation 0: 0 segments, 0 documents: sound
        """
        from .checking import check_store

        self._open_snapshot()
        return check_store(self._store, deep=deep)

    def backup(self, path: str | os.PathLike[str]) -> int:
        """Copy the newest generation to a new index in the directory `path`; returns its number.

        Others may read and write meanwhile. Files are not copied but linked where the file system
        can do that, which takes neither time nor room; they never change. What waits in the queue
        is copied too. An index in memory is written out.

        Raises:
            FileExistsError: an index stands there already.
        """
        from .backup import copy_index

        return copy_index(self._store, self.snapshot()._generation, path)

    def close(self) -> None:
        """Roll back its writers and drop its maps. Snapshots and results in hand stay good."""
        self._closed = True
        for writer in list(self._writers):
            writer.close()
        self._snapshot = None

    def __enter__(self) -> Self:
        self._open_snapshot()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        where = "in memory" if self.path is None else f"at {self.path!r}"
        if self._closed:
            return f"<Index {where}: closed>"
        snapshot = self._open_snapshot()
        return f"<Index {where}: {documents_text(len(snapshot))}, generation {snapshot.generation}>"

    def _queued(self, number: int, count: int | None, timeout_s: float | None) -> Receipt:
        """The receipt of a batch of `count` documents in the queue, once it has been waited for."""

        def wait(timeout_s: float | None) -> Receipt:
            applied = wait_for(
                self._setting,
                number,
                timeout_s,
                MEMORY_BYTES,
                lambda: self._now()._generation,
            )
            if applied is None:
                path = self.path or "the index in memory"
                who, pid = holder_text(None if self.path is None else self._store.path_of(LOCK))
                raise IndexBusyError(
                    f"{path}: the change waits in the queue, durable, while {who} is writing; "
                    f"waited {timeout_s} s, wait longer with timeout_s",
                    path,
                    pid,
                )
            return Receipt(applied.generation, applied.count if count is None else count)

        # The change is durable: whatever hinders it now is no failure of the call.
        with contextlib.suppress(SearchlibError, OSError):
            return wait(timeout_s)
        return Receipt(None, count, (), wait)

    @property
    def _setting(self) -> Setting:
        # Made when asked for: kept, it and the index would hold each other.
        return Setting(self._store, self._choice, self._adopt)

    def _now(self) -> Snapshot:
        snapshot = self._open_snapshot()
        if self._store.files.is_still(MANIFEST, snapshot._generation.stamp):
            return snapshot
        # No lock: two threads that both come here read the same files twice, and should the older
        # generation be put down last, the next call finds its stamp outdated.
        return self._adopt(open_generation(self._store, snapshot._generation))

    def _adopt(self, generation: Generation) -> Snapshot:
        snapshot = Snapshot(generation, self._store.analyses)
        if not self._closed:
            self._snapshot = snapshot
        return snapshot

    def _open_snapshot(self) -> Snapshot:
        """The generation that was read last."""
        snapshot = self._snapshot
        if snapshot is None or self._closed:
            raise IndexClosedError(
                "the index is closed; open it again with searchlib.open"
                if self.path is not None
                else "the index in memory is closed, and gone with what it held"
            )
        return snapshot


def _difference(stands: Schema, given: Schema) -> str:
    """How two schemas differ, for a message."""
    for name, field in stands.items():
        if name not in given:
            return f"the index has a field {name!r} that the schema lacks"
        if given[name] != field:
            return f"field {name!r} is {field!r} in the index, {given[name]!r} in the schema"
    for name in given:
        if name not in stands:
            return f"the schema has a field {name!r} that the index lacks; change_schema adds it"
    return f"the fields of the index are in another order: {', '.join(stands)}"
