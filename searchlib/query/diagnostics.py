"""What in a query could not be read as it stands, where, and how was it taken instead?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

MAX_DIAGNOSTICS = 100  # of one query: nobody reads more, and a text of brackets has 100,000

KINDS: dict[str, str] = {
    "unclosed-quote": "a quote that no other closes",
    "empty-quotes": "quotes with nothing between them",
    "unclosed-bracket": "an opening bracket that none closes",
    "stray-bracket": "a closing bracket that none opens",
    "empty-brackets": "brackets with nothing between them that could be searched for",
    "too-deep": "brackets or operators inside each other more than 100 deep",
    "dangling-operator": "AND, OR or NOT with nothing to join or exclude",
    "lone-sign": "+ or - with nothing after it",
    "idle-sign": "+ or - where it changes nothing",
    "unknown-field": "a colon after something that is no field",
    "empty-field": "a field with nothing after it",
    "bad-boost": "^ without a number, or with nothing before it",
    "boost-range": "a boost outside 0.000001 to 1000000",
    "slop-range": "a distance after a phrase over 1000000",
    "star": "* anywhere but at the end of a word",
    "surrogate": "half of a character, which no document can hold",
    "removed": "a word or phrase of which the analyzer of no searched field keeps anything",
    "no-fields": "a word without a field, where the schema has no text or keyword field",
    "bad-value": "a value that a number, date or boolean field cannot have",
    "more": "more problems than are listed",
}


@attrs.frozen
class Diagnostic:
    """One problem: what `text[start:end]` of the query text was, and how it was taken.

    `kind` is one of `KINDS`. `start` and `end` count characters, half-open; both are 0 for a query
    that was built as a tree, which has no text.
    """

    kind: str
    start: int
    end: int
    message: str
    taken_as: str

    def __str__(self) -> str:
        return f"{self.start}: {self.message}; taken as: {self.taken_as}"


class Problems:
    """Collects diagnostics; neighbours that say the same become one."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, kind: str, start: int, end: int, message: str, taken_as: str) -> None:
        """Note a problem; one that only goes on where an equal one ended makes that one longer."""
        last = self._found[-1] if self._found else None
        if last is not None and last.start < last.end == start:
            longer = attrs.evolve(last, end=end)
            if longer == Diagnostic(kind, last.start, end, message, taken_as):
                self._found[-1] = longer
                return
        self._found.append(Diagnostic(kind, start, end, message, taken_as))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)


def listed(*parts: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of all `parts` in the order of the text, at most 100 and one more."""
    found = sorted((each for part in parts for each in part), key=lambda each: each.start)
    if len(found) > MAX_DIAGNOSTICS:
        rest = found[MAX_DIAGNOSTICS:]
        end = max(each.end for each in rest)
        message = f"{len(rest)} more problems are not listed"
        more = Diagnostic("more", rest[0].start, end, message, "said for each of them")
        return (*found[:MAX_DIAGNOSTICS], more)
    return tuple(found)
