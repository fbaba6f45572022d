"""Was the manifest replaced since somebody looked? Told without asking the system at each search.

A call of the system costs more than finding a rare word. So whoever replaces the manifest adds one
to a number in a small file afterwards, and readers have that file mapped: they compare eight bytes
of memory. The number only says when to look again. It may be missing, or behind where its writer
died between the two, or in another machine's memory: so readers look for themselves now and then.
"""

import contextlib
import mmap
import os
from time import monotonic

COUNT = "commits"  # the file with the number, which is little-endian
BYTES = 8
TRUSTED_S = 0.1  # for so long a reader believes the number alone


class Replacements:
    """The number of one directory. Safe in many threads at once."""

    __slots__ = ("_map", "_path", "_seen", "_tried")

    def __init__(self, directory: str) -> None:
        self._path = f"{directory}/{COUNT}"
        self._map: mmap.mmap | None = None
        self._tried = 0.0  # until when there is no use in trying to map it
        # What was seen, the mapped number then, that number, and until when it is trusted.
        self._seen: tuple[object, mmap.mmap, bytes, float] | None = None

    def add(self) -> None:
        """Tell readers that the manifest is another one. That it is there already is for sure."""
        with contextlib.suppress(OSError):  # they look for themselves soon
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                number = int.from_bytes(os.pread(fd, BYTES, 0), "little") + 1
                os.pwrite(fd, (number % 2 ** (8 * BYTES)).to_bytes(BYTES, "little"), 0)
            finally:
                os.close(fd)

    def is_still(self, seen: object) -> bool:
        """Whether `remember` was told of this very object, and nothing was replaced since."""
        last = self._seen  # once: another thread may forget it
        if last is None:
            return False
        known, mapped, number, until = last
        return known is seen and mapped[:BYTES] == number and monotonic() < until

    def number(self) -> tuple[mmap.mmap, bytes] | None:
        """The number, to be read before one looks; None where there is none to be mapped."""
        mapped = self._map
        if mapped is None:
            if monotonic() < self._tried:
                return None
            self._tried = monotonic() + TRUSTED_S
            try:
                with open(self._path, "rb", buffering=0) as file:  # noqa: PTH123  # no Path here
                    mapped = self._map = mmap.mmap(file.fileno(), BYTES, access=mmap.ACCESS_READ)
            except (OSError, ValueError):  # no such file, or a shorter one
                return None
        return mapped, mapped[:BYTES]

    def remember(self, seen: object, number: tuple[mmap.mmap, bytes] | None) -> None:
        """Note what was seen after `number` was read."""
        self._seen = None if number is None else (seen, *number, monotonic() + TRUSTED_S)

    def forget(self) -> None:
        """Map the number anew at the next look: its file may be another one as well."""
        self._map = self._seen = None
        self._tried = 0.0
