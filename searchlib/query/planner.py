"""How is a query made ready for the native core? Field numbers, analyzed terms, pushed-down boosts.

A plan is made of nested tuples and lists of plain values, so it crosses in one call:

    ("match", boost, [(field, weight, [(term, offset), ...], slop), ...])   a word or phrase
    ("prefix", boost, [(field, start of a form or term), ...])
    ("range", boost, field, low, high)                                      both ends inclusive
    ("all", boost)   ("none",)
    ("bool", must, should, must_not, filter)                                lists of nodes

What these match and score is in docs/ranking.md. A part of which analysis leaves nothing is left
out with a diagnostic; that is not the same as `("none",)`, which matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import attrs

from ..errors import shown
from ..schema import Date, Schema
from .diagnostics import Diagnostic, Problems, listed
from .parser import parse
from .readings import Run, chosen, other_ways, runs_of
from .targets import Column, Group, Part, Target, Targets, Terms, Words, targets_of
from .tree import (
    MAX_BOOST,
    MIN_BOOST,
    All,
    And,
    Bool,
    Boost,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)

Node: TypeAlias = tuple[Any, ...]

NONE: Node = ("none",)


@attrs.frozen
class Planned:
    """A plan for the native core, the query that it answers, and what was noted on the way."""

    root: Node
    query: Query
    diagnostics: tuple[Diagnostic, ...] = ()


def plan(
    query: str | Query,
    schema: Schema,
    *,
    fields: Iterable[str] | None = None,
    operator: str = "or",
) -> Planned:
    """Return the plan of a query, given as text or as a tree.

    `fields`: where words without a field are looked for; None stands for all text fields, or all
    keyword fields where the schema has no text field. `operator` joins the words of a text.

    >>> from searchlib.schema import Keyword, Schema
    >>> plan("a -b", Schema(tag=Keyword())).root  # doctest: +NORMALIZE_WHITESPACE
    ('bool', [], [('match', 1.0, [(0, 1.0, [('a', 0)], 0)])],
     [('match', 1.0, [(0, 1.0, [('b', 0)], 0)])], [])

    Raises:
        UnknownFieldError: a tree, or `fields`, names a field that the schema does not have.
    """
    targets = targets_of(schema)
    read: tuple[Diagnostic, ...] = ()
    if isinstance(query, str):
        parsed = parse(query, schema, operator=operator)
        query, read = parsed.query, parsed.diagnostics
    elif not isinstance(query, Query):
        raise TypeError(f"a query is a str or a Query, got {shown(query)}")
    planning = _Planning(targets, targets.among(fields), operator == "and")
    root = planning.node(query, 1.0) or NONE
    if planning.problems:
        read = listed(read, planning.problems)
    return Planned(root, query, read)


class _Planning:
    """The planning of one query: where its words are looked for, and what was noted."""

    __slots__ = ("problems", "requires_all", "targets", "words")

    def __init__(self, targets: Targets, words: Words, requires_all: bool) -> None:
        self.targets = targets
        self.words = words
        self.requires_all = requires_all
        self.problems = Problems()

    def node(self, query: Query, boost: float) -> Node | None:
        """Return the node of a query, None where nothing of it is left; at most 100 calls deep."""
        if isinstance(query, Term):
            return self._match(query, 0, boost)
        if isinstance(query, Or):
            return self._bool((), query.queries, (), boost)
        if isinstance(query, And):
            return self._bool(query.queries, (), (), boost)
        if isinstance(query, Bool):
            return self._bool(query.must, query.should, query.must_not, boost)
        if isinstance(query, Phrase):
            return self._match(query, query.slop, boost)
        if isinstance(query, Prefix):
            return self._prefix(query, boost)
        if isinstance(query, Not):
            return self._bool((), (), (query.query,), boost)
        if isinstance(query, Run):
            words = self._joined(query.words, (), (), boost) if query.words else None
            ways = [words, *(("match", boost, parts) for parts in query.ways)]
            return ("bool", [], [node for node in ways if node], [], [])
        if isinstance(query, Boost):
            factor = min(max(boost * query.factor, MIN_BOOST), MAX_BOOST)
            return self.node(query.query, factor)
        if isinstance(query, All):
            return ("all", boost)
        if isinstance(query, Nothing):
            return NONE
        raise TypeError(f"no plan for a query of type {type(query).__name__}")

    def _bool(
        self,
        must: Sequence[Query],
        should: Sequence[Query],
        must_not: Sequence[Query],
        boost: float,
    ) -> Node | None:
        """The node of a boolean query, whose neighbours may be one synonym of several words."""
        if len(must) > 1 and (runs := runs_of(must, self._target)):
            must = chosen(must, runs)
        if len(should) > 1 and (runs := runs_of(should, self._target)):
            should = [*should, *(Run((), ways) for _, ways in sorted(runs.items()))]
        return self._joined(must, should, must_not, boost)

    def _target(self, field: str | None) -> Target:
        return self.words if field is None else self.targets.of(field)

    def _joined(
        self,
        must: Sequence[Query],
        should: Sequence[Query],
        must_not: Sequence[Query],
        boost: float,
    ) -> Node | None:
        """The node of a boolean query; what is nested without need becomes one level."""
        musts: list[Node] = []
        shoulds: list[Node] = []
        nots: list[Node] = []
        must_fail = asks = excludes = False
        for query in must:
            if isinstance(query, Not):  # beside what is required it takes away, and scores nothing
                excludes |= self._exclude(query.query, nots)
                continue
            node = self.node(query, boost)
            if node is None:
                continue
            if node is NONE:
                must_fail = True
            elif node[0] == "bool" and not node[2]:
                musts += node[1]
                nots += node[3]
            else:
                musts.append(node)
        for query in should:
            node = self.node(query, boost)
            if node is None:
                continue
            asks = True
            if node is NONE:
                continue
            if node[0] == "bool" and not node[1] and not node[3]:
                shoulds += node[2]
            else:
                shoulds.append(node)
        for query in must_not:
            excludes |= self._exclude(query, nots)
        if must_fail:
            return NONE
        if not musts and not shoulds:
            if asks:
                return NONE
            if not excludes:
                return None
            musts.append(("all", boost))
        musts, shoulds = merged(musts), merged(shoulds)
        if not nots and len(musts) + len(shoulds) == 1:
            return (musts or shoulds)[0]
        return ("bool", musts, shoulds, nots, [])

    def _exclude(self, query: Query, nots: list[Node]) -> bool:
        """Add the node of an excluded query to `nots`; False where nothing of the query is left."""
        node = self.node(query, 1.0)
        if node is None:
            return False
        if node is not NONE:
            nots.append(node)
        return True

    def _match(self, query: Term | Phrase, slop: int, boost: float) -> Node | None:
        target = self._target(query.field)
        if isinstance(target, Column):
            return self._range(query, target, boost)
        node = self._as_written(query, target, slop, boost)
        if node is None or not target.has_readings:
            return node
        ways = [("match", boost, parts) for parts in other_ways(target.groups, query.text, slop)]
        return ("bool", [], [node, *ways], [], []) if ways else node

    def _as_written(
        self, query: Term | Phrase, target: Words, slop: int, boost: float
    ) -> Node | None:
        groups = target.groups
        if isinstance(query, Phrase):
            found = [[group.terms(query.text)] for group in groups]
        else:
            found = [group.words(query.text) for group in groups]
        if all(len(words) <= 1 for words in found):
            parts: list[Part] = []
            for group, words in zip(groups, found, strict=True):
                if words:
                    parts += group.parts(words[0], slop)
            if not parts:
                self._removed(query, target)
                return None
            if len(groups) > 1:
                parts.sort(key=_number)
            return ("match", boost, parts)
        return self._several(groups, found, boost)

    def _several(
        self, groups: Sequence[Group], found: Sequence[list[Terms]], boost: float
    ) -> Node | None:
        """The node of what was typed as one word and is several, joined as words are.

        So in Chinese. Where fields disagree on how many, each analyzer's fields stand alone.
        """
        if len({len(words) for words in found if words}) > 1:
            alone = [
                self._several([group], [words], boost)
                for group, words in zip(groups, found, strict=True)
            ]
            return ("bool", [], [node for node in alone if node], [], [])
        nodes: list[Node] = []
        for place in range(max(map(len, found))):
            parts = [
                part
                for group, words in zip(groups, found, strict=True)
                if words
                for part in group.parts(words[place], 0)
            ]
            nodes.append(("match", boost, sorted(parts, key=_number)))
        if not nodes:
            return None
        nodes = merged(nodes)
        if len(nodes) == 1:
            return nodes[0]
        musts, shoulds = (nodes, []) if self.requires_all else ([], nodes)
        return ("bool", musts, shoulds, [], [])

    def _prefix(self, query: Prefix, boost: float) -> Node | None:
        target = self._target(query.field)
        if isinstance(target, Column):
            return self._range(query, target, boost)
        # In most fields the text is the start of one word. Where it holds several, such as the
        # S-30 of S-30*, the last is the start of a word and the others stand somewhere beside it.
        starts: dict[tuple[str, ...], list[tuple[Group, str]]] = {}
        for group in target.groups:
            words = [word for word, _ in group.starts(query.text)]
            if words:
                starts.setdefault(tuple(words[:-1]), []).append((group, words[-1]))
        nodes: list[Node] = []
        for others, parts in starts.items():
            places = [(number, start) for group, start in parts for number, _ in group.members]
            musts: list[Node] = []
            for word in others:
                found = [part for group, _ in parts for part in group.parts(group.terms(word), 0)]
                if found:
                    musts.append(("match", boost, sorted(found, key=_number)))
            musts.append(("prefix", boost, sorted(places)))
            nodes.append(("bool", merged(musts), [], [], []) if len(musts) > 1 else musts[0])
        if not nodes:
            self._removed(query, target)
            return None
        return nodes[0] if len(nodes) == 1 else ("bool", [], nodes, [], [])

    def _range(self, query: Term | Phrase | Prefix, target: Column, boost: float) -> Node:
        """The node of a value; of the start of a date, which is a longer time."""
        try:
            if isinstance(query, Prefix) and not isinstance(target.field, Date):
                kind = type(target.field).__name__.lower()
                raise ValueError(f"a {kind} has no start; leave out the *")
            low, high = target.bounds(query.text)
        except ValueError as error:
            start, end = query.span or (0, 0)
            message = f"field {target.name!r}: {error}"
            self.problems.add("bad-value", start, end, message, "a value that no document has")
            return NONE
        return ("range", boost, target.number, low, high)

    def _removed(self, query: Term | Phrase | Prefix, target: Words) -> None:
        start, end = query.span or (0, 0)
        text = shown(query.text)
        if target.names:
            message = f"no analyzer of {', '.join(target.names)} keeps anything of {text}"
            self.problems.add("removed", start, end, message, "left out")
        else:
            message = f"the schema has no text or keyword field to look for {text} in"
            self.problems.add("no-fields", start, end, message, "left out")


def merged(nodes: list[Node]) -> list[Node]:
    """Return the nodes with equal leaves made one, at the place of the first, boosts summed.

    >>> merged([("all", 1.0), ("range", 1.0, 0, 5, 5), ("all", 2.0)])
    [('all', 3.0), ('range', 1.0, 0, 5, 5)]
    """
    if len(nodes) < 2 or len({_hint(node) for node in nodes}) == len(nodes):
        return nodes
    places: dict[str, int] = {}
    kept: list[Node] = []
    for node in nodes:
        key = repr((node[0], *node[2:]))
        place = places.setdefault(key, len(kept))
        if place == len(kept) or node[0] == "bool":
            kept.append(node)
        else:
            kept[place] = (node[0], kept[place][1] + node[1], *node[2:])
    return kept


def _hint(node: Node) -> object:
    """What differs for most nodes that differ, and is equal for those that are equal."""
    kind = node[0]
    if kind == "match":
        return node[2][0][2][0][0]  # the first term of the first field
    return id(node) if kind == "bool" else (kind, repr(node[2:]))


def _number(part: Part) -> int:
    return part[0]
