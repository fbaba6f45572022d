"""How does the index move from one generation to the next?

The whole protocol is `publish`: new files are synced already when it begins, then the directory,
then the manifest is replaced in one step.
A crash at any point leaves the old generation or the new one, whole.
Only the holder of the writer lock calls anything here.
"""

import contextlib
import errno
from collections.abc import Collection

from .files import ASIDE, DiskFiles, Files
from .manifest import MANIFEST, Manifest, batch_number, number_of
from .queue import is_growing
from .segment import SegmentStore


def publish(
    store: SegmentStore, manifest: Manifest, replaced: Collection[str], kept: Collection[str] = ()
) -> None:
    """Make `manifest` the current one for good, then remove the files that nothing names.

    `replaced`: the files of the generation before.  The files that `manifest` names are written
    and synced. `kept`: files that are being written for a later one.

    Raises:
        OSError: the index is at the old generation or at the new one; no file was removed.
    """
    store.files.sync()
    store.files.replace(MANIFEST, manifest.encode())
    # From here on the commit stands: nothing below may fail it.
    remove_unnamed(store, manifest, replaced, kept)


def remove_unnamed(
    store: SegmentStore, manifest: Manifest, replaced: Collection[str], kept: Collection[str] = ()
) -> None:
    """Remove `replaced`, what crashes left and applied batches, but no file that `manifest` names
    and none that is `kept`.

    A file that cannot be removed now is left for the next commit.
    """
    named = {*manifest.file_names(), *kept}
    with contextlib.suppress(OSError):
        for name in sorted({*replaced, *store.files.names()} - named):
            if number_of(name) is not None or name == MANIFEST + ASIDE:
                remove(store, name)
            elif is_growing(name):
                with contextlib.suppress(OSError):
                    store.files.remove_abandoned(name)
            elif 0 < (batch_number(name) or 0) <= manifest.last_batch:
                remove(store, name)


def remove(store: SegmentStore, name: str) -> None:
    """Remove a file of the index, or leave it where that fails."""
    with contextlib.suppress(OSError):
        if name.endswith(".segment"):
            store.remove(name)
        else:
            store.files.remove(name)


def refuse_occupied(files: DiskFiles) -> None:
    """Raise FileExistsError where an index stands, or what is left of one."""
    if files.stamp(MANIFEST) is not None:
        raise FileExistsError(
            errno.EEXIST, "an index stands here already, open it with searchlib.open", files.path
        )
    left = orphans(files)
    if left:
        raise FileExistsError(
            errno.EEXIST,
            f"{len(left)} files of an index whose manifest is missing lie here, such as "
            f"{left[0]!r}; searchlib.repair makes it anew, or move them away first",
            files.path,
        )


def orphans(files: Files) -> list[str]:
    """The files of an index in a directory that has no manifest, or that is not there at all."""
    try:
        return [name for name in files.names() if number_of(name) or batch_number(name)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def first_free_number(files: Files, manifest: Manifest) -> int:
    """The first number for new files: above the manifest's, and above what a crash left behind.

    A file whose sync failed keeps its name, so its number is never given again.
    """
    numbers = [number for name in files.names() if (number := number_of(name)) is not None]
    return max([manifest.next_file, *(number + 1 for number in numbers)])
