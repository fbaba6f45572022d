"""What in a query could not be read as it stands, where, and how was it taken instead?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import attrs

from ..errors import known_names, nearest, shown

MAX_DIAGNOSTICS = 100  # of one query: nobody reads more, and a text of brackets has 100,000
MAX_SUGGESTIONS = 20  # problems of one query for which the nearest names are looked up

KINDS: dict[str, str] = {
    "unclosed-quote": "a quote that no other closes",
    "empty-quotes": "quotes with nothing between them",
    "unclosed-bracket": "an opening bracket that none closes",
    "stray-bracket": "a closing bracket that none opens",
    "empty-brackets": "brackets with nothing between them that could be searched for",
    "unclosed-range": "[ or { of a range that none closes",
    "too-deep": "brackets or operators inside each other more than 100 deep",
    "dangling-operator": "an operator such as AND with nothing to join or exclude",
    "lone-sign": "+ or - with nothing after it",
    "idle-sign": "+ or - where it changes nothing",
    "unknown-field": "a colon after something that is no field",
    "empty-field": "a field with nothing after it",
    "bad-boost": "^ without a number, or with nothing before it",
    "boost-range": "a boost outside 0.000001 to 1000000",
    "slop-range": "a distance after a phrase over 1000000",
    "edits-range": "more than 2 edits after a word",
    "idle-edits": "~ after a pattern",
    "star": "* alone beside other words",
    "bad-function": "a function such as #near with what it does not take between its brackets",
    "surrogate": "half of a character, which no document can hold",
    "removed": "a word or phrase of which the analyzer of no searched field keeps anything",
    "no-fields": "a word without a field, where the schema has no text or keyword field",
    "bad-value": "a value that a number, date or boolean field cannot have",
    "bad-pattern": "a pattern that cannot be read",
    "bad-near": "queries that cannot be near each other",
    "cut": "a pattern that stands for more words than are looked for",
    "exhaustive": "a ranking function that every match had to be scored by",
    "no-document": "a word that stands in no document",
    "more": "more problems than are listed",
}


@attrs.frozen
class Diagnostic:
    """One problem: what `text[start:end]` of the query text was, and how it was taken.

    `taken_as` is empty where it was taken as it stands, such as a word that no document has.
    `kind` is one of `KINDS`. `start` and `end` count characters, half-open; both are 0 for a query
    that was built as a tree, which has no text. `suggestions` are what may have been meant instead,
    nearest first: names of fields, or words that do stand in documents.
    """

    kind: str
    start: int
    end: int
    message: str
    taken_as: str
    suggestions: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The problem without its place, as a sentence."""
        return f"{self.message}; taken as: {self.taken_as}" if self.taken_as else self.message

    def __str__(self) -> str:
        return f"{self.start}: {self.told}"


class Problems:
    """Collects diagnostics; neighbours that say the same become one."""

    __slots__ = ("_found", "_nearest")

    def __init__(self) -> None:
        self._nearest: dict[str, tuple[str, ...]] = {}
        self._found: list[tuple[str, int, int, str, str, tuple[str, ...]]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self,
        kind: str,
        start: int,
        end: int,
        message: str,
        taken_as: str,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        """Note a problem; one that only goes on where an equal one ended makes that one longer."""
        found = self._found
        if found and found[-1][2] == start:
            last = found[-1]
            if last[0] == kind and last[3:] == (message, taken_as, suggestions) and last[1] < start:
                start = found.pop()[1]
        found.append((kind, start, end, message, taken_as, suggestions))

    def extend(self, problems: Problems) -> None:
        """Note what was noted elsewhere, after what is here."""
        self._found += problems._found

    def nearest(self, name: str, fields: Collection[str]) -> tuple[str, ...]:
        """The names of fields that are most like one that is none."""
        if name not in self._nearest:
            self._nearest[name] = nearest(name, fields, limit=3)
        return self._nearest[name]

    def __iter__(self) -> Iterator[Diagnostic]:
        return (Diagnostic(*each) for each in self._found)

    def first(self, count: int) -> list[Diagnostic]:
        """The first of them in the order of the text."""
        return [Diagnostic(*each) for each in sorted(self._found, key=_start)[:count]]

    @property
    def end(self) -> int:
        """Where the last of them ends."""
        return max((each[2] for each in self._found), default=0)


def _start(found: tuple[Any, ...]) -> Any:
    return found[1]


def unknown_field(
    problems: Problems, start: int, end: int, name: str, fields: Collection[str]
) -> None:
    """Note that `name`, which ends with a colon, is no field, and which ones are like it."""
    message = f"no field {shown(name)}"
    near: tuple[str, ...] = ()
    if len(problems) < MAX_SUGGESTIONS:  # the nearest name takes its time to find
        near = problems.nearest(name, fields)
        message += f"; {known_names(fields, near)}"
    problems.add("unknown-field", start, end, message, "words", near)


def listed(*parts: Problems) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of all `parts` in the order of the text, at most 100 and one more."""
    count = sum(map(len, parts))
    if not count:
        return ()
    found = [each for part in parts for each in part.first(MAX_DIAGNOSTICS + 1)]
    found.sort(key=lambda each: each.start)
    if count <= MAX_DIAGNOSTICS:
        return tuple(found)
    end = max(part.end for part in parts)
    message = f"{count - MAX_DIAGNOSTICS} more problems are not listed"
    start = found[MAX_DIAGNOSTICS].start
    more = Diagnostic("more", start, end, message, "said for each of them")
    return (*found[:MAX_DIAGNOSTICS], more)
