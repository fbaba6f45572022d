"""Which words mean the same? Groups and rules of synonyms, given as values or as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

import attrs

from ..errors import shown
from .values import text

Words: TypeAlias = tuple[str, ...]

_COMMA = re.compile(r"(?<!\\),")
_ARROW = re.compile(r"(?<!\\)=>")
_ESCAPED = re.compile(r"\\(.)")


@attrs.frozen
class Synonyms:
    """What lines say."""

    groups: tuple[Words, ...]
    rules: tuple[tuple[Words, Words], ...]


def read_lines(lines: str | Iterable[str]) -> Synonyms:
    r"""Return what lines say: `a, b` is a group, `a, b => c` a rule, `\,` a comma.

    >>> read_lines("# vehicles\ncar, motor  car\ntv => television").rules
    ((('tv',), ('television',)),)

    Raises:
        ValueError: a line has too few words; the message has its number.
    """
    groups: list[Words] = []
    rules: list[tuple[Words, Words]] = []
    for number, line in enumerate(lines.splitlines() if isinstance(lines, str) else lines, start=1):
        try:
            if not isinstance(line, str):
                raise ValueError(f"expected a text, got {shown(line)}")
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            sides = [_COMMA.split(side) for side in _ARROW.split(line)]
            if len(sides) > 2:
                raise ValueError(f"expected one => at most, got {shown(line)}")
            entries = [_entries(_ESCAPED.sub(r"\1", word) for word in side) for side in sides]
            if len(entries) == 1:
                groups.append(_group(entries[0]))
            else:
                rules.append((entries[0], entries[1]))
        except ValueError as error:
            raise ValueError(f"line {number} of the synonyms: {error}") from None
    return Synonyms(tuple(groups), tuple(rules))


def groups_of(value: Any) -> tuple[Words, ...]:
    """Return groups as they are kept; their order and that of their words is that of the terms."""
    return tuple(_group(_entries(group)) for group in _list(value, "lists of words"))


def rules_of(value: Any) -> tuple[tuple[Words, Words], ...]:
    """Return rules as they are kept; a side of one word may be given as a text."""
    expected = "pairs of words, left and right"
    rules = []
    for rule in _list(value, expected):
        sides = _list(rule, expected)
        if len(sides) != 2:
            raise ValueError(f"expected {expected}, got {shown(rule)}")
        left, right = (_entries([side] if isinstance(side, str) else side) for side in sides)
        rules.append((left, right))
    return tuple(rules)


def _list(value: Any, expected: str) -> list[Any]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(f"expected {expected}, got {shown(value)}")
    return list(value)


def _entries(value: Any) -> Words:
    """Return the words, each once, with one space between the parts of those that have several."""
    words = _list(value, "a list of words")
    if not words:
        raise ValueError("expected a list of words, got an empty one")
    spaced = [" ".join(each.split()) if isinstance(each, str) else each for each in words]
    return tuple(dict.fromkeys(text(each) for each in spaced))


def _group(words: Words) -> Words:
    if len(words) < 2:
        raise ValueError(f"a group has two words at least, got {shown(list(words))}")
    return words
