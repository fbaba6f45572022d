"""The whoosh dialect: a text as Whoosh 2.7 reads it with its default plugins.

So that saved queries keep their meaning. docs/query-language.md lists where we differ.
The passes over a group are Whoosh's: field names, boosts, then NOT, AND, OR, ANDNOT, ANDMAYBE,
REQUIRE, each from left to right; what then stands side by side is joined by `operator`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TypeAlias

import attrs

from ...schema import Date, Schema
from ..depth import CLOSES, OPENS, OTHER, THING, shallow
from ..diagnostics import Problems, unknown_field
from ..tokens import whole_number
from ..tree import (
    MAX_BOOST,
    MAX_DEPTH,
    MAX_DISTANCE,
    MIN_BOOST,
    All,
    And,
    Bool,
    Boost,
    Exists,
    Filter,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Range,
    Term,
    Wildcard,
)

MAX_GROUPS = 8  # open at once where the text is too deep otherwise

_special = re.compile(
    r"""(?P<every>\*:\*)
      | (?<=\s)(?P<loose>ANDNOT|ANDMAYBE)(?=\s)
      | (?<!\w)(?P<field>\w++):
      | "(?P<phrase>[^"]*+)"(?:~(?P<slop>[1-9][0-9]*+))?+
      | (?P<open>\()
      | (?P<close>\))
      | (?:^|(?<=[\s()]))(?P<not>NOT)(?=\s)
      | (?<=\s)(?P<joiner>AND|OR)(?=\s)
      | (?:^|(?<=\s))(?P<require>REQUIRE)(?=\s)
      | \^(?P<boost>[0-9]*(?:\.[0-9]+)?)(?=[ \t\r\n)]|\Z)
      | (?P<space>\s++)
      | (?P<range>[\[{])
      | (?P<quote>')
    """,
    re.VERBOSE,
).search
_closing_quote = re.compile(r"'(?=[\s\])}]|\Z)|\n").search
_range = re.compile(r"[\[{]([^\[\]{}]*+)[\]}]").match
_ends = re.compile(
    r"""\s*+(?P<low>'[^']*+'|(?:(?!(?<!\S)[Tt][Oo](?!\S)).)*?)\s*+
        (?<!\S)[Tt][Oo](?!\S)
        \s*+(?P<high>'[^']*+'|.*?)\s*+""",
    re.VERBOSE | re.DOTALL,
).fullmatch
# What an operator makes of what stands before it and after it and its like; the tightest first.
_JOINS: dict[str, Callable[[Query, list[Query]], Query]] = {
    "AND": lambda first, others: And(first, *others),
    "OR": lambda first, others: Or(first, *others),
    "ANDNOT": lambda first, others: And(first, *map(Not, others)),
    "ANDMAYBE": lambda first, others: Bool(must=[first], should=others),
    "REQUIRE": lambda first, others: And(first, *map(Filter, others)),
}


@attrs.define
class _Operator:
    name: str
    start: int
    end: int


@attrs.define
class _Field:
    name: str
    start: int
    end: int


Item: TypeAlias = "Query | _Operator | _Field"


class _Group:
    """An open bracket, or the text as a whole: what it holds so far, and the field it is in."""

    __slots__ = ("field", "items", "start")

    def __init__(self, start: int, field: str | None) -> None:
        self.start = start
        self.field = field
        self.items: list[Item] = []


def read(text: str, fields: Collection[str], operator: str, problems: Problems) -> Query:
    """Return the tree that `text` stands for in this dialect.

    >>> print(read("a b OR c ANDNOT d*", (), "and", Problems()))
    a AND ((b OR c) AND NOT d*)
    """
    pieces = _pieces(text, fields, problems)

    def reading(problems: Problems, *, flat: bool) -> Query:
        deepest = MAX_GROUPS if flat else MAX_DEPTH * 2
        return _Reading(text, fields, operator, problems, deepest).read(pieces)

    return shallow(reading, pieces, _role, len(text), problems)


# What stands at text[start:end]: the name of the group in `_special` that found it, or "words" for
# what stands between two of them; the match, for a range that of its ends.
_Piece: TypeAlias = tuple[str, int, int, "re.Match[str] | None"]

_ROLES = {"open": OPENS, "close": CLOSES, "words": THING, "every": THING, "range": THING}


def _role(piece: _Piece) -> int:
    return _ROLES.get(piece[0], OTHER)


def _pieces(text: str, fields: Collection[str], problems: Problems) -> list[_Piece]:
    """What stands in the text, in order, nothing left out."""
    pieces: list[_Piece] = []
    end = pos = 0  # the pieces up to `end` have been found; `pos` may be in a word
    closing = -1  # the next quote that could close another, -2 if there is none
    while found := _special(text, pos):
        start, pos, kind = found.start(), found.end(), str(found.lastgroup)
        if kind == "field" and found[kind] not in fields:
            unknown_field(problems, start, pos, found[kind], fields)
            continue
        if kind == "quote":
            if closing != -2 and closing <= start:
                close = _closing_quote(text, pos)
                closing = close.start() if close else -2
            inside_word = start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")
            if closing < 0 or text[closing] == "\n" or inside_word:
                continue
            pos = closing + 1
        if kind == "range":
            whole = _range(text, start)
            ends = _ends(whole[1]) if whole else None
            if whole is None or ends is None:
                continue
            pos, found = whole.end(), ends
        if end < start:
            pieces.append(("words", end, start, None))
        end = pos
        pieces.append((kind, start, end, found))
    if end < len(text):
        pieces.append(("words", end, len(text), None))
    return pieces


class _Reading:
    __slots__ = ("deepest", "fields", "glue", "groups", "operator", "problems", "text")

    def __init__(
        self,
        text: str,
        fields: Collection[str],
        operator: str,
        problems: Problems,
        deepest: int,
    ) -> None:
        self.text = text
        self.fields = fields
        self.operator = operator
        self.problems = problems
        self.deepest = deepest
        self.groups = [_Group(0, None)]
        self.glue = -1  # where the last piece that can take a boost ended

    def read(self, pieces: list[_Piece]) -> Query:
        text = self.text
        ignored = 0  # brackets that are open and mean nothing
        for kind, start, end, found in pieces:
            if found is None:
                self._words(start, end, text[start:end], is_pattern=True)
            elif kind == "open":
                if len(self.groups) > self.deepest:
                    ignored += 1
                else:
                    self.groups.append(_Group(start, self._field()))
            elif kind == "close" and ignored:
                ignored -= 1
            elif kind == "range":
                self._range(start, end, found)
            elif kind == "quote":
                self._words(start, end, text[start + 1 : end - 1])
            else:
                self._piece(kind, start, end, found)
        for each in self.groups[1:]:
            message = "no bracket closes this one"
            taken_as = "a group up to the end of the text"
            self.problems.add("unclosed-bracket", each.start, each.start + 1, message, taken_as)
        while len(self.groups) > 1:
            self._close(len(text))
        self._end_field()
        return self._joined(self.groups[0].items) or Nothing()

    def _piece(self, kind: str, start: int, end: int, found: re.Match[str]) -> None:
        items = self.groups[-1].items
        if kind == "space":
            self._end_field()
        elif kind == "close":
            if len(self.groups) > 1:
                self._close(end)
            else:
                message = "no bracket opens what this one closes"
                self.problems.add("stray-bracket", start, end, message, "left out")
        elif kind == "field":
            self._end_field()
            items.append(_Field(found[kind], start, end))
        elif kind == "boost":
            self._boost(start, end, found[kind])
        elif kind == "every":
            self._field()
            self._add(All(), end)
        elif kind in ("phrase", "slop"):
            self._phrase(start, end, found["phrase"], found["slop"])
        else:
            items.append(_Operator(found[kind], start, end))

    def _add(self, query: Query, end: int) -> None:
        self.groups[-1].items.append(query)
        self.glue = end

    def _field(self) -> str | None:
        """The field that the next piece is in: the one named right before it, or the group's."""
        group = self.groups[-1]
        if group.items and isinstance(named := group.items[-1], _Field):
            group.items.pop()
            return named.name
        return group.field

    def _end_field(self) -> None:
        """Take a field name that nothing follows as a word."""
        group = self.groups[-1]
        if group.items and isinstance(named := group.items[-1], _Field):
            message = f"nothing stands after the field {named.name!r}"
            self.problems.add("empty-field", named.start, named.end, message, "a word")
            group.items[-1] = Term(named.name, group.field, span=(named.start, named.end))

    def _words(self, start: int, end: int, text: str, *, is_pattern: bool = False) -> None:
        """Add a word, a pattern or what stands between single quotes."""
        field = self._field()
        span = (start, end)
        if not text:
            message = "nothing stands between the quotes"
            self.problems.add("empty-quotes", start, end, message, "left out")
        elif not is_pattern or not ("*" in text or "?" in text):
            self._add(Term(self._value(field, text), field, span=span), end)
        elif text.strip("*"):
            self._add(Wildcard(text.replace("\\", "\\\\"), field, span=span), end)
        else:
            self._add(All() if field is None else Exists(field, span=span), end)

    def _value(self, field: str | None, text: str) -> str:
        """A date without its signs, 201903 or 20190303101500, as ISO 8601 has it."""
        if not (text.isascii() and text.isdigit() and len(text) in (6, 8, 10, 12, 14)):
            return text
        if field is None or not isinstance(self.fields, Schema):
            return text
        if not isinstance(self.fields[field], Date):
            return text
        day = "-".join(part for part in (text[:4], text[4:6], text[6:8]) if part)
        time = ":".join(text[place : place + 2] for place in range(8, len(text), 2))
        return f"{day}T{time}" if time else day

    def _phrase(self, start: int, end: int, text: str, slop: str | None) -> None:
        field, span = self._field(), (start, end)
        words = text.split()
        distance = min(whole_number(slop or "1") - 1, MAX_DISTANCE)
        if not words:
            message = "nothing stands between the quotes"
            self.problems.add("empty-quotes", start, end, message, "left out")
        elif distance and len(words) > 1:
            terms = [Term(word, field, span=span) for word in words]
            self._add(Near(*terms, distance=distance, ordered=True, span=span), end)
        else:
            self._add(Phrase(text, field, span=span), end)

    def _range(self, start: int, end: int, ends: re.Match[str]) -> None:
        field, span = self._field(), (start, end)
        low, high = (
            None if not found or found == "''" else self._value(field, found.strip("'"))
            for found in (ends["low"], ends["high"])
        )
        if low or high:
            include = self.text[start] == "[", self.text[end - 1] == "]"
            self._add(Range(field, low or None, high or None, *include, span=span), end)
        else:
            self._add(All() if field is None else Exists(field, span=span), end)

    def _boost(self, start: int, end: int, number: str) -> None:
        """Multiply the score of what ends right before, if something does."""
        items = self.groups[-1].items
        if not number or start != self.glue or not isinstance(items[-1], Query):
            message = "a number stands after ^, right after what it boosts"
            self.problems.add("bad-boost", start, end, message, "a word")
            self._words(start, end, self.text[start:end])
        elif not MIN_BOOST <= (factor := float(number)) <= MAX_BOOST:
            message = f"a boost is from {MIN_BOOST:f} to {MAX_BOOST:.0f}, got {number[:20]}"
            self.problems.add("boost-range", start, end, message, "left out")
        else:
            items[-1] = Boost(items[-1], factor)
            self.glue = end

    def _close(self, end: int) -> None:
        """End the innermost group."""
        self._end_field()
        group = self.groups.pop()
        query = self._joined(group.items)
        if query is None:
            message = "nothing to search for stands between the brackets"
            self.problems.add("empty-brackets", group.start, end, message, "left out")
        else:
            self._add(query, end)

    def _joined(self, items: list[Item]) -> Query | None:
        """The query of a group; None where it holds nothing."""
        parts = self._negated(items)
        names = {part.name for part in parts if isinstance(part, _Operator)}
        for name in _JOINS:
            if name in names and len(parts) > 1:
                parts = self._pass(name, parts)
        queries = [part for part in parts if isinstance(part, Query)]
        for part in parts:
            if isinstance(part, _Operator):
                self._dangling(part)
        if not queries:
            return None
        return Or(*queries) if self.operator == "or" else And(*queries)

    def _negated(self, items: list[Item]) -> list[Query | _Operator]:
        """The items with each NOT made part of what follows it; no two operators side by side."""
        parts: list[Query | _Operator] = []
        nots: list[_Operator] = []
        for item in items:
            if isinstance(item, Query):
                for _ in range(len(nots) % 2 or 2 * (len(nots) > 0)):
                    item = Not(item)
                nots = []
                parts.append(item)
            elif isinstance(item, _Operator) and item.name == "NOT":
                nots.append(item)
            elif isinstance(item, _Operator) and parts and isinstance(parts[-1], Query):
                parts.append(item)
            elif isinstance(item, _Operator):
                self._dangling(item)
        for each in nots:
            self._dangling(each)
        if parts and isinstance(last := parts[-1], _Operator):
            self._dangling(last)
            parts.pop()
        return parts

    def _pass(self, name: str, parts: list[Query | _Operator]) -> list[Query | _Operator]:
        """Join what stands beside each operator of this name, from left to right."""
        kept: list[Query | _Operator] = []
        at = 0
        while at < len(parts):
            part, at = parts[at], at + 1
            if not isinstance(part, Query):
                kept.append(part)
                continue
            others: list[Query] = []
            while at < len(parts) and isinstance(op := parts[at], _Operator) and op.name == name:
                others.append(_query(parts[at + 1]))
                at += 2
            kept.append(_JOINS[name](part, others) if others else part)
        return kept

    def _dangling(self, operator: _Operator) -> None:
        message = f"{operator.name} stands between what it joins"
        self.problems.add("dangling-operator", operator.start, operator.end, message, "left out")


def _query(part: Query | _Operator) -> Query:
    assert isinstance(part, Query)  # no two operators stand side by side
    return part
