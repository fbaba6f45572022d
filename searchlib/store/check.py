"""Is everything in the index as it was written?

Reads every byte, and compares checksums, counts, orders, and what points to something with what it
points to; changes nothing and takes no lock. The native core checks the inside of a segment.
What the documents say is compared in `index/checking.py`.
"""

import errno
from pathlib import Path

import attrs

from ..errors import CorruptIndexError, IndexVersionError
from .commit import orphans
from .manifest import MANIFEST, Manifest, SegmentEntry, batch_name
from .queue import Queue
from .segment import SegmentStore


@attrs.frozen
class Finding:
    """One thing that is wrong, and where."""

    file: str  # name within the index
    offset: int | None  # in bytes; None where the whole file is meant
    message: str

    def __str__(self) -> str:
        place = self.file if self.offset is None else f"{self.file}: byte {self.offset}"
        return f"{place}: {self.message}"


@attrs.frozen
class Report:
    """What a check of one generation found.

    >>> print(Report(3, 2, 100, ()))
    generation 3: 2 segments, 100 documents: sound
    """

    generation: int | None  # None where the manifest cannot be read
    segment_count: int
    live_count: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def __str__(self) -> str:
        head = "no generation" if self.generation is None else f"generation {self.generation}"
        what = "sound" if self.ok else _counted(len(self.findings), "finding")
        counts = (
            f"{_counted(self.segment_count, 'segment')}, {_counted(self.live_count, 'document')}"
        )
        return "\n".join([f"{head}: {counts}: {what}", *(f"  {found}" for found in self.findings)])


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def check_index(store: SegmentStore) -> Report:
    """Check the newest generation. Reads all of it: O(size).

    Raises:
        FileNotFoundError: no manifest there, and no file that one names.
        OSError: a file cannot be read.
    """
    before = None
    while True:
        try:
            data = store.files.read(MANIFEST)
        except FileNotFoundError:
            if not orphans(store.files):
                raise FileNotFoundError(errno.ENOENT, "no index here", store.files.path) from None
            what = "is missing, though files of an index lie here"
            return Report(None, 0, 0, (Finding(MANIFEST, None, what),))
        try:
            manifest = Manifest.decode(data, store.path_of(MANIFEST))
        except (CorruptIndexError, IndexVersionError) as error:
            return Report(None, 0, 0, (_finding(error),))
        findings: list[Finding] = []
        missing = False
        for entry in manifest.segments:
            try:
                findings += _check_segment(store, entry)
            except FileNotFoundError as error:
                missing = True
                findings.append(Finding(entry.name, None, f"a file is missing: {error}"))
            except PermissionError as error:
                findings.append(Finding(entry.name, None, f"a file cannot be read: {error}"))
        try:
            findings += _check_queue(store, manifest)
        except FileNotFoundError:
            missing = True  # applied meanwhile
        # A missing file may be a commit that ran meanwhile: then the manifest differs as well.
        if not missing or data == before:
            return Report(
                manifest.generation, len(manifest.segments), manifest.live_count, tuple(findings)
            )
        before = data


def _check_queue(store: SegmentStore, manifest: Manifest) -> list[Finding]:
    queue = Queue(store)
    findings = []
    for number in queue.numbers():
        if number > manifest.last_batch:
            try:
                queue.check(number, manifest.schema)
            except (CorruptIndexError, IndexVersionError) as error:
                findings.append(_finding(error))
            except PermissionError as error:
                findings.append(Finding(batch_name(number), None, f"cannot be read: {error}"))
    return findings


def _check_segment(store: SegmentStore, entry: SegmentEntry) -> list[Finding]:
    try:
        segment = store.open(entry)
    except (CorruptIndexError, IndexVersionError) as error:
        return [_finding(error)]
    return [Finding(entry.name, offset, message) for offset, message in segment.handle.check()]


def _finding(error: CorruptIndexError | IndexVersionError) -> Finding:
    offset = getattr(error, "offset", None)
    message = str(error).removeprefix(f"{error.path}: ").removeprefix(f"byte {offset}: ")
    return Finding(Path(error.path).name, offset, message)
