"""Which neighbouring segments become one?

A pure function of their sizes and deletes, so that the same history merges the same way.
It does not merge anything: `segment.py` does.

A segment's level is the whole part of log8 of its live documents.
Two rules hold for the list that is left, oldest first: levels never rise, and at most seven
neighbours share a level. So there are at most seven segments a level, fewer than 7 * (log8 N + 1)
in all, and a document is rewritten about once a level.
Source: the tiers of Lucene's LogMergePolicy. Differs: levels never rise along the list, which
bounds the number of segments for any order of sizes.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import attrs

FACTOR = 8  # segments of a level that make one of the next
MAX_DELETED = 0.2  # of a segment's documents; one with more is written again without them


@attrs.frozen
class SegmentSize:
    """What the choice knows of a segment."""

    doc_count: int  # with deleted ones
    deleted_count: int = 0

    @property
    def live_count(self) -> int:
        return self.doc_count - self.deleted_count


@attrs.frozen
class MergeRun:
    """Neighbouring segments start, ..., end - 1 that become one; one alone is written again."""

    start: int
    end: int


MergeChoice: TypeAlias = Callable[[Sequence[SegmentSize]], Sequence[MergeRun]]


def checked_runs(choice: MergeChoice, sizes: Sequence[SegmentSize]) -> list[MergeRun]:
    """What `choice` says, without runs that would change nothing.

    Raises:
        ValueError: it names runs that overlap, are empty or are not there.
    """
    runs = list(choice(sizes))
    end = 0
    for run in runs:
        if not end <= run.start < run.end <= len(sizes):
            raise ValueError(
                f"the choice of merges: expected runs of {len(sizes)} segments, from left to "
                f"right and none empty, got {runs}"
            )
        end = run.end
    return [run for run in runs if run.end - run.start > 1 or sizes[run.start].deleted_count]


def choose_runs(sizes: Sequence[SegmentSize]) -> list[MergeRun]:
    """The runs to merge, from left to right, none overlapping.

    A run whose documents are all deleted leaves no segment.

    >>> choose_runs([SegmentSize(100)] * 7)
    []
    >>> choose_runs([SegmentSize(100)] * 9)
    [MergeRun(start=0, end=8)]
    >>> choose_runs([SegmentSize(5), SegmentSize(1000)])
    [MergeRun(start=0, end=2)]
    >>> choose_runs([SegmentSize(1000, deleted_count=201), SegmentSize(10)])
    [MergeRun(start=0, end=1)]
    """
    settled: list[tuple[int, int, int]] = []  # (start, end, live documents), both rules holding
    for place, size in enumerate(sizes):
        settled.append((place, place + 1, size.live_count))
        while (count := _too_many(settled)) > 1:
            tail = settled[-count:]
            settled[-count:] = [(tail[0][0], tail[-1][1], sum(live for _, _, live in tail))]
    return [
        MergeRun(start, end)
        for start, end, _ in settled
        if end - start > 1 or _is_worn(sizes[start])
    ]


def level(live_count: int) -> int:
    """The whole part of log8; -1 for nothing.

    >>> [level(count) for count in (0, 1, 7, 8, 63, 64)]
    [-1, 0, 0, 1, 1, 2]
    """
    return (live_count.bit_length() + 2) // 3 - 1


def _too_many(settled: list[tuple[int, int, int]]) -> int:
    """How many at the end of the list break a rule together; 0 if none do."""
    levels = [level(live) for _, _, live in settled[-FACTOR:]]
    if len(levels) > 1 and levels[-2] < levels[-1]:
        return 2
    return FACTOR if levels.count(levels[-1]) == FACTOR else 0


def _is_worn(size: SegmentSize) -> bool:
    return size.deleted_count > MAX_DELETED * size.doc_count
