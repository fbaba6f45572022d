"""Which segments are being merged beside the writer, and when do they take their place?

A commit merges what is small itself. Larger runs are merged on a second thread while the writer
goes on, and take their place in a later commit.
Which one that is depends on how many documents were given in between, never on the clock, so that
the same calls write the same bytes. Until then the choice of what to merge next counts a run as
the one segment that it will be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from ..schema import Schema
from ..store import commit
from ..store.generation import Generation
from ..store.lock import Lock
from ..store.manifest import segment_name
from ..store.merging import MergeChoice, MergeRun, SegmentSize, checked_runs
from ..store.segment import Segment, SegmentStore

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

SMALL_BYTES = 2**20  # of a run: merged in some 20 ms, less than a second thread and commit cost
HASTE = 4  # a run of n documents takes its place after n / HASTE more; merging is so much faster


@attrs.define(eq=False)
class Pending:
    """Neighbouring segments that become one on the second thread."""

    sources: tuple[Segment, ...]  # with the deletes that the merge began with
    number: int  # of the new file
    future: Future[Segment]
    given: int = 0  # documents since it began
    is_due: bool = False

    @property
    def size(self) -> SegmentSize:
        return SegmentSize(sum(source.entry.live_count for source in self.sources))

    def names(self) -> list[str]:
        return [source.entry.name for source in self.sources]


class Merging:
    """The merges that one holder of the writer lock has under way."""

    def __init__(self, store: SegmentStore, choice: MergeChoice, lock: Lock) -> None:
        """The lock is held as long as a merge runs, even where its writer is dropped."""
        self._store = store
        self._choice = choice
        self._lock = lock
        self._thread: ThreadPoolExecutor | None = None
        self.pending: list[Pending] = []
        self.next_file = 1  # above the number of every file that a merge writes

    def file_names(self) -> list[str]:
        """The files that are not in the manifest yet, and not to be removed."""
        return [segment_name(each.number) for each in self.pending]

    def source_names(self) -> set[str]:
        """The segments that are being merged."""
        return {name for each in self.pending for name in each.names()}

    def runs(self, names: Sequence[str], sizes: Sequence[SegmentSize]) -> list[MergeRun]:
        """What to merge of these segments; nothing of what is being merged already.

        A pending run that the choice wants for a larger one takes its place at the next commit.
        """
        spans, counted = self._spans(names), []
        for start, end, pending in spans:
            counted.append(sizes[start] if pending is None else pending.size)
            assert pending is not None or end == start + 1, "a segment alone"
        chosen = []
        for run in checked_runs(self._choice, counted):
            covered = [pending for _, _, pending in spans[run.start : run.end] if pending]
            for pending in covered:
                pending.is_due = True
            if not covered:
                chosen.append(MergeRun(spans[run.start][0], spans[run.end - 1][1]))
        return chosen

    def start(self, generation: Generation) -> None:
        """Begin to merge what the choice says of a generation that was just committed."""
        segments, schema = generation.segments, generation.manifest.schema
        names = [segment.entry.name for segment in segments]
        sizes = [SegmentSize(each.entry.doc_count, each.entry.deleted_count) for each in segments]
        self.next_file = max(self.next_file, generation.manifest.next_file)
        for run in self.runs(names, sizes):
            sources = segments[run.start : run.end]
            number, self.next_file = self.next_file, self.next_file + 1
            future = self._submit(sources, number, schema)
            self.pending.append(Pending(sources, number, future))

    def take_due(self, given: int, *, everything: bool) -> Iterator[tuple[Pending, Segment]]:
        """Those whose time has come, each with its segment: waits for them to be done.

        `given`: documents since the last commit. One whose files could not be written is dropped,
        and chosen again by a later commit.
        """
        for pending in list(self.pending):
            pending.given += given
            if everything or pending.is_due or pending.given * HASTE >= pending.size.doc_count:
                try:
                    segment = pending.future.result()
                except OSError:
                    self._forget(pending)
                    continue
                self.pending.remove(pending)
                yield pending, segment

    def abandon(self) -> None:
        """Wait for what runs, and remove what it wrote."""
        for pending in list(self.pending):
            if not pending.future.cancel():
                pending.future.exception()
            self._forget(pending)
        self.end()

    def end(self) -> None:
        """End the second thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown()

    def _spans(self, names: Sequence[str]) -> list[tuple[int, int, Pending | None]]:
        """The segments as (start, end, pending run or None), each run whole."""
        first_of = {each.names()[0]: each for each in self.pending}
        spans: list[tuple[int, int, Pending | None]] = []
        place = 0
        while place < len(names):
            pending = first_of.get(names[place])
            end = place + (1 if pending is None else len(pending.sources))
            spans.append((place, end, pending))
            place = end
        return spans

    def _merge(self, sources: Sequence[Segment], number: int, schema: Schema) -> Segment:
        return self._store.merge(sources, number, schema)

    def _submit(self, sources: Sequence[Segment], number: int, schema: Schema) -> Future[Segment]:
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor  # most writers merge nothing

            self._thread = ThreadPoolExecutor(1, "searchlib-merge")
        return self._thread.submit(self._merge, sources, number, schema)

    def _forget(self, pending: Pending) -> None:
        self.pending.remove(pending)
        commit.remove(self._store, segment_name(pending.number))
