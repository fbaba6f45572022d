"""How is an index copied while others write to it?

The files of a generation never change, so a copy is a second name for each of them, and a manifest.
A commit that takes a file away meanwhile makes the copy begin anew, from the newer generation.
"""

import os
from pathlib import Path

import attrs

from ..errors import CorruptIndexError
from ..store.commit import refuse_occupied
from ..store.deletes import encode
from ..store.files import DiskFiles, make_directory
from ..store.generation import Generation
from ..store.manifest import MANIFEST, Manifest, batch_name, deletes_name
from ..store.queue import Queue
from ..store.segment import SegmentStore


def copy_index(store: SegmentStore, generation: Generation, path: str | os.PathLike[str]) -> int:
    """Copy the newest generation, or write `generation` of an index in memory; its number."""
    make_directory(path)
    target = DiskFiles(path)
    refuse_occupied(target)
    manifest = _write_out(store, generation, target) if store.files.path is None else None
    before: bytes | None = None
    while manifest is None:
        batches = Queue(store).numbers()
        data = store.files.read(MANIFEST)
        newest = Manifest.decode(data, store.path_of(MANIFEST))
        waiting = [batch_name(number) for number in batches if number > newest.last_batch]
        if _linked(store, [*newest.file_names(), *waiting], target):
            manifest = newest
        elif data == before:
            raise CorruptIndexError(
                f"{store.path_of(MANIFEST)}: names a file that is missing; see searchlib.check",
                store.path_of(MANIFEST),
                0,
            )
        before = data
    target.sync()
    target.replace(MANIFEST, manifest.encode())
    return manifest.generation


def _linked(store: SegmentStore, names: list[str], target: DiskFiles) -> bool:
    """Whether all files could be copied; if one had gone none is left."""
    made: list[str] = []
    try:
        for name in names:
            copy = str(Path(target.path, name))
            store.files.copy(name, copy)
            made.append(copy)
    except FileNotFoundError:
        for copy in made:
            Path(copy).unlink()
        return False
    return True


def _write_out(store: SegmentStore, generation: Generation, target: DiskFiles) -> Manifest:
    """Write the segments of an index in memory to disk, each as it is."""
    writing = SegmentStore(target, store.components)
    number, schema = 1, generation.manifest.schema
    entries = []
    for segment in generation.segments:
        entry = writing.merge([segment.without(None)], number, schema).entry
        number += 1
        if segment.deletes is not None:
            name = deletes_name(number)
            number += 1
            target.write(name, encode(entry.number, entry.doc_count, segment.deletes))
            count = segment.entry.deleted_count
            entry = attrs.evolve(entry, deletes=name, deleted_count=count)
        entries.append(entry)
    return attrs.evolve(
        generation.manifest, next_file=number, segments=tuple(entries), last_batch=0
    )
