"""What happens between taking the writer lock and giving it back?

First the queue is applied, so that changes keep the order in which they were given; then there are
commits, each followed by what the queue has got meanwhile; at the end the merges that were begun
take their place.
A batch of the queue is applied in a transaction of its own, so that nobody's commit fails for a
document that another gave.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from ..errors import CorruptIndexError
from ..store.generation import Generation
from ..store.manifest import LOCK
from ..store.merging import MergeChoice
from ..store.queue import Queue
from ..store.segment import SegmentStore
from .merging import Merging
from .transaction import Transaction


@attrs.frozen
class Setting:
    """What all turns of one open index share."""

    store: SegmentStore
    choice: MergeChoice
    committed: Callable[[Generation], object]  # is told of each new generation


@attrs.frozen
class Applied:
    """What came of one batch."""

    generation: int
    count: int | None  # documents given, and documents that went; None if another applied it


class Turn:
    """The writer lock, held from here to `end`."""

    def __init__(
        self,
        setting: Setting,
        memory_bytes: int,
        known: Generation | None,
        timeout_s: float | None,
    ) -> None:
        """Take the lock; `known` is a generation whose segments need not be opened again.

        Raises:
            IndexBusyError: another still has it after `timeout_s`.
        """
        self.known = known
        self._setting = setting
        self._memory_bytes = memory_bytes
        self._lock = setting.store.files.lock(LOCK, timeout_s)
        self._merging = Merging(setting.store, setting.choice, self._lock)

    def begin(self) -> Transaction:
        """A transaction from the newest generation."""
        return Transaction(self._setting.store, self._memory_bytes, self.known, self._merging)

    def commit(
        self,
        transaction: Transaction,
        *,
        merge_all: bool = False,
        last_batch: int = 0,
        settle: bool = False,
    ) -> Generation:
        """Make its changes the next generation, tell of it, and begin to merge beside."""
        generation = transaction.commit(merge_all=merge_all, last_batch=last_batch, settle=settle)
        if generation is not transaction.base:
            self._merging.start(generation)
            self._setting.committed(generation)
        self.known = generation
        return generation

    def apply_queue(self) -> dict[int, Applied]:
        """Commit every batch that waits, as one generation. After an error they still wait."""
        queue = Queue(self._setting.store)
        if not queue.numbers():
            return {}
        transaction = self.begin()
        numbers = queue.waiting(transaction.base.manifest.last_batch)
        if not numbers:
            return {}
        counts = {}
        number = numbers[0]
        try:
            for number in numbers:
                before = transaction.applied
                for place, change in enumerate(queue.changes(number, transaction.schema)):
                    transaction.change(change, place)
                counts[number] = transaction.applied - before
            made = self.commit(transaction, last_batch=numbers[-1]).manifest.generation
        except BaseException as error:
            transaction.rollback()
            if isinstance(error, Exception):
                error.add_note(f"while batch {number} of the queue was applied")
            raise
        return {number: Applied(made, count) for number, count in counts.items()}

    def settle(self) -> None:
        """Wait for the merges that were begun, and for those that follow from them."""
        while self._merging.pending:
            transaction = self.begin()
            try:
                self.commit(transaction, settle=True)
            except BaseException:
                transaction.rollback()
                raise

    def end(self, *, settle: bool = True) -> None:
        """Let the merges that were begun take their place, or drop them; give the lock back.

        Raises:
            CorruptIndexError: a merge met damage; what was committed stands.
        """
        try:
            if settle:
                self.settle()
        except OSError:
            pass  # the changes stand; a later writer merges
        except CorruptIndexError as error:
            error.add_note("the changes are committed; it was a merge after them that met this")
            raise
        finally:
            try:
                self._merging.abandon()
            finally:
                self._lock.release()
