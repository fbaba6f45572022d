"""How does a change get in while another writer has the index?

It goes to the queue, durably, and its maker then tries the writer lock. Whoever gets that lock
applies the queue first, before changes of its own, and looks again after it has released it: so
changes of one process stay in order, and no batch waits for a writer that has gone.
A batch is applied in a transaction of its own, so that nobody's commit fails for a document that
another gave.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

import attrs

from ..analysis.samples import Recorder
from ..errors import IndexBusyError, SearchlibError
from ..schema import Schema
from ..store.generation import Generation
from ..store.lock import FIRST_WAIT_S, LONGEST_WAIT_S
from ..store.manifest import LOCK
from ..store.queue import NewBatch, Queue
from ..store.segment import SegmentStore
from .fault import add_place
from .transaction import BATCH_ROWS, Transaction

Document = Mapping[str, object]


@attrs.frozen
class Applied:
    """What came of one batch."""

    generation: int
    count: int | None  # documents given, and documents that went; None if another applied it


def queue_documents(
    store: SegmentStore, schema: Schema, documents: Iterable[Document]
) -> tuple[int, int]:
    """Put a batch of documents into the queue, durably. Returns its number, and how many they are.

    Each is tried first, as far as a segment in memory, so that none is refused later.

    Raises what `Writer.upsert` raises; then nothing is in the queue.
    """

    count = 0

    def write(batch: NewBatch) -> None:
        nonlocal count
        rows = (schema.row(document, place) for place, document in enumerate(documents))
        while some := list(islice(rows, BATCH_ROWS)):
            recorder = Recorder({})
            try:
                store.builder(schema, recorder).add(some)
            except Exception as error:
                add_place(error, recorder.failure, schema, some, range(count, count + len(some)))
                raise
            count += len(some)
            for row in some:
                batch.upsert(row)

    return _queue(store, schema, write), count


def queue_deletes(store: SegmentStore, schema: Schema, keys: Iterable[str]) -> int:
    """Put a batch of deletes into the queue, durably. Returns its number."""

    def write(batch: NewBatch) -> None:
        for key in keys:
            batch.delete(key)

    return _queue(store, schema, write)


def apply_queue(
    store: SegmentStore, memory_bytes: int, known: Generation | None
) -> tuple[Generation, dict[int, Applied]] | None:
    """Commit every batch that waits, as one generation; None where none does.

    The caller holds the writer lock. After an error the queue is as it was.
    """
    queue = Queue(store)
    if not queue.names():
        return None
    transaction = Transaction(store, memory_bytes, known)
    numbers = queue.waiting(transaction.base.manifest.last_batch)
    if not numbers:
        return None
    counts = {}
    try:
        for number in numbers:
            before = transaction.applied
            for place, change in enumerate(queue.changes(number, transaction.schema)):
                transaction.change(change, place)
            counts[number] = transaction.applied - before
        generation = transaction.commit(last_batch=numbers[-1])
    except BaseException as error:
        transaction.rollback()
        if isinstance(error, Exception):
            error.add_note(f"while batch {number} of the queue was applied")
        raise
    made = generation.manifest.generation
    return generation, {number: Applied(made, count) for number, count in counts.items()}


def apply_left(
    store: SegmentStore, memory_bytes: int, committed: Callable[[Generation], object]
) -> None:
    """Apply what was put into the queue while the lock was held; call it after each release.

    What cannot be applied here stays for the next writer, and for `check`.
    """
    with contextlib.suppress(SearchlibError, OSError):
        while Queue(store).names():
            with store.files.lock(LOCK, 0):  # busy: its holder looks after us
                result = apply_queue(store, memory_bytes, None)
            if result is None:
                return
            committed(result[0])


def wait_for(
    store: SegmentStore,
    number: int,
    timeout_s: float | None,
    memory_bytes: int,
    now: Callable[[], Generation],
    committed: Callable[[Generation], object],
) -> Applied | None:
    """Wait until batch `number` is applied, applying the queue here where nobody else does.

    What came of it; None where it still waits after `timeout_s`.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    wait_s = FIRST_WAIT_S
    while True:
        try:
            with store.files.lock(LOCK, 0):
                result = apply_queue(store, memory_bytes, now())
        except IndexBusyError:
            result = None
        else:
            if result is not None:
                committed(result[0])
            apply_left(store, memory_bytes, committed)
        if result is not None and number in result[1]:
            return result[1][number]
        manifest = now().manifest
        if manifest.last_batch >= number:
            return Applied(manifest.generation, None)
        if deadline is not None:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return None
            wait_s = min(wait_s, left_s)
        time.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def _queue(store: SegmentStore, schema: Schema, write: Callable[[NewBatch], None]) -> int:
    queue = Queue(store)
    batch = queue.begin(schema)
    try:
        write(batch)
        batch.close()
        return queue.put(batch)
    finally:
        batch.file.discard()
