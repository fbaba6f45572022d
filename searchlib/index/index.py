"""Where does an index come from, and what can its holder do?

An `Index` reads the newest generation, whoever committed it, and hands out writers.
The reading methods are in `snapshot.py`, the writing ones in `writer.py`.
"""

import errno
import os
import time
import weakref
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from ..errors import IndexClosedError, SchemaError
from ..schema import Schema
from ..store.check import Report, check_index
from ..store.components import Callables, Components
from ..store.files import DiskFiles, MemoryFiles, make_directory
from ..store.generation import Generation, open_generation
from ..store.manifest import LOCK, MANIFEST, Manifest, number_of
from ..store.segment import SegmentStore
from .optimization import Optimization, optimization
from .snapshot import Reader, Snapshot, documents_text
from .tables import Table, documents_of
from .writer import MEMORY_BYTES, Receipt, Writer

TIMEOUT_S = 30.0  # for the writer lock, unless the caller says otherwise


def create(
    path: str | os.PathLike[str],
    schema: Schema,
    *,
    components: Callables | None = None,
    mmap: bool = True,
) -> "Index":
    """Create an index in the directory `path`, made where it is missing, and open it.

    `components` and `mmap` as in `open`; functions that the schema was made with are known.

    Raises:
        FileExistsError: an index stands there, or what is left of one.
        OSError: the directory cannot be made or written.
    """
    known = Components(components, schema)
    make_directory(path)
    files = DiskFiles(path, mmap)
    with files.lock(LOCK, TIMEOUT_S):
        if files.stamp(MANIFEST) is not None:
            raise FileExistsError(
                errno.EEXIST,
                "an index stands here already, open it with searchlib.open",
                files.path,
            )
        left = [name for name in files.names() if number_of(name) is not None]
        if left:
            raise FileExistsError(
                errno.EEXIST,
                f"{len(left)} files of an index whose manifest is missing lie here, such as "
                f"{left[0]!r}; move them away first",
                files.path,
            )
        files.replace(MANIFEST, Manifest(schema).encode())
    return Index(SegmentStore(files, known))


def open(
    path: str | os.PathLike[str],
    schema: Schema | None = None,
    *,
    components: Callables | None = None,
    mmap: bool = True,
) -> "Index":
    """Open the index in the directory `path`; with a `schema`, create it where none stands.

    `components`: the functions behind the components of the user's own, by name. Opening calls
    none of them and imports nothing; where one is missing, or answers otherwise than it did when
    documents were indexed, the first use of a field that needs it raises `ComponentError`.

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
            raise FileNotFoundError(
                errno.ENOENT, "no index here, make one with searchlib.create", files.path
            )
        try:
            return create(path, schema, components=components, mmap=mmap)
        except FileExistsError:
            if files.stamp(MANIFEST) is None:
                raise
            # Another process was faster: its index is the one.
    index = Index(SegmentStore(files, Components(components, schema)))
    if schema is not None and index.schema != schema:
        raise SchemaError(f"{files.path}: {_difference(index.schema, schema)}")
    return index


def in_memory(schema: Schema, *, components: Callables | None = None) -> "Index":
    """An index in this process's memory: the same object and the same code; gone when dropped.

    `components` as in `open`.

    >>> from searchlib import Schema, Text, in_memory
    >>> in_memory(Schema(body=Text()))
    <Index in memory: 0 documents, generation 0>
    """
    known = Components(components, schema)
    files = MemoryFiles()
    files.replace(MANIFEST, Manifest(schema).encode())
    return Index(SegmentStore(files, known))


class Index(Reader):
    """An open index: reads the newest commit, of this process or another, and makes writers.

    Made by `searchlib.create`, `searchlib.open` and `searchlib.in_memory`. Safe in many threads at
    once. A context manager; closing it ends its writers and drops its maps.
    """

    __slots__ = ("__weakref__", "_closed", "_snapshot", "_store", "_writers")

    def __init__(self, store: SegmentStore) -> None:
        self._store = store
        self._closed = False
        self._writers: weakref.WeakSet[Writer] = weakref.WeakSet()
        self._snapshot: Snapshot | None = Snapshot(open_generation(store))

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
        lock = self._store.files.lock(LOCK, timeout_s)
        writer = Writer(self._store, lock, memory_bytes, known, self._adopt)
        self._writers.add(writer)
        return writer

    def upsert(
        self,
        documents: Mapping[str, object] | Iterable[Mapping[str, object]] | Table,
        *,
        timeout_s: float | None = TIMEOUT_S,
    ) -> Receipt:
        """Add documents in the place of those with their keys: one mapping or many, all or none.

        An iterable is read as it goes, in bounded memory. Of two with one key the later wins.
        A table of pyarrow, or a data frame of polars or pandas, is a document a row and a field a
        column; a missing value leaves its field empty.

        >>> import searchlib
        >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True)))
        >>> index.upsert([{"id": "a"}, {"id": "b"}])
        Receipt(generation=1, applied=2, notes=())

        Raises:
            DocumentError: a document does not fit the schema; nothing is changed.
            SchemaError: the schema has no key; see `Writer.add`.
            IndexBusyError: another writer still has the index after `timeout_s`.
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
        with self.writer(timeout_s=timeout_s) as writer:
            for document in batch:
                writer.upsert(document)
            return writer.commit()

    def delete(self, keys: str | Iterable[str], *, timeout_s: float | None = TIMEOUT_S) -> Receipt:
        """Delete the document with this key, or those with these keys; `applied` says how many.

        A str is one key, never its characters. A key that no document has is fine.

        Raises:
            SchemaError: the schema has no key.
            IndexBusyError: another writer still has the index after `timeout_s`.
        """
        with self.writer(timeout_s=timeout_s) as writer:
            writer.delete(keys)
            return writer.commit()

    def optimize(self, *, timeout_s: float | None = TIMEOUT_S) -> Optimization:
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
        with self.writer(timeout_s=timeout_s) as writer:
            before = self._now()
            start = time.perf_counter()
            writer.merge()
            return optimization(before, self._now(), time.perf_counter() - start)

    def check(self) -> Report:
        """Whether every byte is as it was written: `report.ok`, `report.findings`. O(size).

        >>> from searchlib import Schema, Text, in_memory
        >>> print(in_memory(Schema(body=Text())).check())
        generation 0: 0 segments, 0 documents: sound
        """
        self._open_snapshot()
        return check_index(self._store)

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

    def _now(self) -> Snapshot:
        snapshot = self._open_snapshot()
        if self._store.files.stamp(MANIFEST) == snapshot._generation.stamp:
            return snapshot
        # No lock: two threads that both come here read the same files twice, and should the older
        # generation be put down last, the next call finds its stamp outdated.
        return self._adopt(open_generation(self._store, snapshot._generation))

    def _adopt(self, generation: Generation) -> Snapshot:
        snapshot = Snapshot(generation)
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
            return f"the schema has a field {name!r} that the index lacks; make a new index for it"
    return f"the fields of the index are in another order: {', '.join(stands)}"
