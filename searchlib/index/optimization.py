"""What did it gain to make one segment of an index?"""

import attrs

from .snapshot import Snapshot


@attrs.frozen
class Optimization:
    """The index before `optimize` and after it; both are the same where nothing was left to do.

    >>> print(Optimization(7, 3, 20, 5_000_000, 4_000_000, 1.25))
    3 segments with 20 deleted documents became one: 5.0 MB before, 4.0 MB now, in 1.2 s
    """

    generation: int  # after it
    segments_before: int
    deleted_before: int  # documents that were deleted, but still in the files and the statistics
    bytes_before: int  # of all segments
    bytes_after: int
    seconds: float

    def __str__(self) -> str:
        deleted = f"{self.deleted_before} deleted document{'s' * (self.deleted_before != 1)}"
        segments = f"{self.segments_before} segment{'s' * (self.segments_before != 1)}"
        return (
            f"{segments} with {deleted} became one: {self.bytes_before / 1e6:.1f} MB before, "
            f"{self.bytes_after / 1e6:.1f} MB now, in {self.seconds:.1f} s"
        )


def optimization(before: Snapshot, after: Snapshot, seconds: float) -> Optimization:
    """The report of an `optimize` that led from one generation to another."""
    entries = [segment.entry for segment in before._generation.segments]
    return Optimization(
        after.generation,
        len(entries),
        sum(entry.deleted_count for entry in entries),
        sum(entry.byte_count for entry in entries),
        sum(segment.entry.byte_count for segment in after._generation.segments),
        seconds,
    )
