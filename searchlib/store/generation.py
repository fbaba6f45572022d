"""What does a reader see, whole, while writers commit?

A generation is a manifest with every segment that it names, open.
Readers take no lock: one that finds a file gone has lost a race with a commit, and reads the
manifest again.
"""

from collections.abc import Hashable

import attrs

from ..errors import CorruptIndexError
from .manifest import MANIFEST, Manifest
from .segment import Segment, SegmentStore


@attrs.frozen(eq=False)
class Generation:
    """A manifest and its open segments; never changes, and outlives its files."""

    stamp: Hashable  # of the manifest file: another one means another generation
    manifest: Manifest
    segments: tuple[Segment, ...]  # as the manifest lists them


def open_generation(store: SegmentStore, known: Generation | None = None) -> Generation:
    """Open the newest generation; segments that `known` has open are not opened again.

    Raises:
        FileNotFoundError: no manifest there.
        IndexVersionError: written by a newer format; carries both versions.
        CorruptIndexError: a file fails its checks, or is missing though the manifest names it.
    """
    before = None
    while True:
        # The stamp first: should the manifest be replaced in between, the next look sees it.
        stamp = store.files.stamp(MANIFEST)
        data = store.files.read(MANIFEST)
        manifest = Manifest.decode(data, store.path_of(MANIFEST))
        schema = store.components.bound(manifest.schema, manifest.samples)
        manifest = attrs.evolve(manifest, schema=schema)
        try:
            return Generation(stamp, manifest, _segments(store, manifest, known))
        except FileNotFoundError as error:
            if data == before:
                path = str(error.filename or store.path_of(MANIFEST))
                raise CorruptIndexError(
                    f"{path}: byte 0: the file is missing, and the manifest names it; restore it "
                    "from a copy of the index, or see searchlib.repair",
                    path,
                    0,
                ) from error
            before = data


def _segments(
    store: SegmentStore, manifest: Manifest, known: Generation | None
) -> tuple[Segment, ...]:
    reusable = {segment.entry.name: segment for segment in known.segments} if known else {}
    return tuple(store.reopen(reusable.get(entry.name), entry) for entry in manifest.segments)
