"""How does a change get in while another writer has the index?

It goes to the queue, durably, and its maker then tries the writer lock. Whoever gets that lock
applies the queue first (`turn.py`), and looks again after it has released it: so changes of one
process stay in order, and no batch waits for a writer that has gone.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping

from ..analysis.samples import Recorder
from ..errors import IndexBusyError, SearchlibError
from ..schema import Schema
from ..store.generation import Generation
from ..store.lock import FIRST_WAIT_S, LONGEST_WAIT_S
from ..store.queue import NewBatch, Queue
from ..store.segment import SegmentStore
from .fault import add_place
from .transaction import batches_of
from .turn import Applied, Setting, Turn

Document = Mapping[str, object]


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
        for some, _ in batches_of(documents):
            rows = schema.rows(some, count)
            recorder = Recorder({})
            try:
                store.builder(schema, recorder).add(rows)
            except Exception as error:
                add_place(error, recorder.failure, schema, rows, range(count, count + len(rows)))
                raise
            count += len(rows)
            for row in rows:
                batch.upsert(row)

    return _queue(store, schema, write), count


def queue_deletes(store: SegmentStore, schema: Schema, keys: Iterable[str]) -> int:
    """Put a batch of deletes into the queue, durably. Returns its number."""

    def write(batch: NewBatch) -> None:
        for key in keys:
            batch.delete(key)

    return _queue(store, schema, write)


def apply_left(setting: Setting, memory_bytes: int) -> None:
    """Apply what was put into the queue while the lock was held; call it after each release.

    What cannot be applied here stays for the next writer, and for `check`.
    """
    with contextlib.suppress(SearchlibError, OSError):
        while Queue(setting.store).numbers():
            turn = Turn(setting, memory_bytes, None, 0)  # busy: its holder looks after us
            try:
                applied = turn.apply_queue()
            finally:
                turn.end()
            if not applied:
                return


def wait_for(
    setting: Setting,
    number: int,
    timeout_s: float | None,
    memory_bytes: int,
    now: Callable[[], Generation],
) -> Applied | None:
    """Wait until batch `number` is applied, applying the queue here where nobody else does.

    What came of it; None where it still waits after `timeout_s`.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    wait_s = FIRST_WAIT_S
    while True:
        applied = _apply(setting, memory_bytes, now())
        if number in applied:
            return applied[number]
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


def _apply(setting: Setting, memory_bytes: int, known: Generation) -> dict[int, Applied]:
    """What a turn makes of the queue; nothing where another has the lock."""
    try:
        turn = Turn(setting, memory_bytes, known, 0)
    except IndexBusyError:
        return {}
    try:
        applied = turn.apply_queue()
    finally:
        turn.end()
    apply_left(setting, memory_bytes)
    return applied


def _queue(store: SegmentStore, schema: Schema, write: Callable[[NewBatch], None]) -> int:
    queue = Queue(store)
    batch = queue.begin(schema)
    try:
        write(batch)
        batch.close()
        return queue.put(batch)
    finally:
        batch.file.discard()
