"""Where did a document come from?

The writer counts documents; a person wants the file and the line. Kept for every document of a
run, so in runs: one entry for each stretch of consecutive lines.
"""

from bisect import bisect_right

from .records import Record


class Trail:
    """Remembers the file and line of each record by its number, counting from 0."""

    def __init__(self) -> None:
        self._count = 0
        self._firsts: list[int] = []  # of each stretch; rising
        self._starts: list[tuple[str, int | None]] = []
        self._next: tuple[str, int | None] = ("", None)

    def add(self, record: Record) -> None:
        """One more record, in the order in which they go to the writer."""
        if record.line is None or (record.where, record.line) != self._next:
            self._firsts.append(self._count)
            self._starts.append((record.where, record.line))
        self._next = (record.where, None if record.line is None else record.line + 1)
        self._count += 1

    def of(self, number: int) -> str:
        """Return the file, and the line where there are lines, of the record with this number."""
        stretch = bisect_right(self._firsts, number) - 1
        where, line = self._starts[stretch]
        return place_of(where, None if line is None else line + number - self._firsts[stretch])


def place_of(where: str, line: int | None) -> str:
    """Name a place in the input for a person.

    >>> place_of("a.jsonl", 7), place_of("a.txt", None)
    ('a.jsonl, line 7', 'a.txt')
    """
    return where if line is None else f"{where}, line {line}"
