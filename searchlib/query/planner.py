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

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from ..errors import shown
from ..schema import Date, Schema
from .clock import Clock, clock_of
from .diagnostics import Diagnostic, Problems, listed
from .dialects import OPERATORS
from .nodes import NONE, Node, by_number, merged, parts_of
from .parser import read_text
from .readings import Run, chosen, other_ways, runs_of
from .targets import Column, Group, Target, Targets, Words, targets_of
from .targets import Terms as FoundTerms
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
from .tree.words import Leaf


@attrs.frozen
class Planned:
    """A plan for the native core, the query that it answers, and what was noted on the way."""

    root: Node
    query: Query
    diagnostics: tuple[Diagnostic, ...] = ()


MAX_PATTERN_WORDS = 10_000  # of one field, that a pattern may stand for
MAX_FUZZY_WORDS = 50


@attrs.frozen
class Limits:
    """How many words of one field a pattern may stand for; the most frequent ones are taken."""

    patterns: int = MAX_PATTERN_WORDS
    fuzzy: int = MAX_FUZZY_WORDS


def plan(
    query: str | Query,
    schema: Schema,
    *,
    fields: Iterable[str] | None = None,
    operator: str | None = None,
    dialect: str = "default",
    strict: bool = False,
    clock: Clock | None = None,
    limits: Limits | None = None,
    document_of: Callable[[str], Mapping[str, object] | None] | None = None,
) -> Planned:
    """Return the plan of a query, given as text or as a tree.

    `fields`: where words without a field are looked for; None stands for all text fields, or all
    keyword fields where the schema has no text field. `operator` joins the words of a text; None:
    as its dialect does. With `strict` a problem of the text is an error, as in `parse`.
    `clock` says what time `now` is, and in which zone a date without one.
    `document_of` gives the document of a key whose like is looked for; None where there is none.

    >>> from searchlib.schema import Keyword, Schema
    >>> plan("a -b", Schema(tag=Keyword())).root  # doctest: +NORMALIZE_WHITESPACE
    ('bool', [], [('match', 1.0, [(0, 1.0, [('a', 0)], 0)])],
     [('match', 1.0, [(0, 1.0, [('b', 0)], 0)])], [])

    Raises:
        UnknownFieldError: a tree, or `fields`, names a field that the schema does not have.
        QuerySyntaxError: with `strict`, a text that cannot be read as it stands.
    """
    targets = targets_of(schema)
    read = Problems()
    if isinstance(query, str):
        query, read = read_text(query, schema, operator, dialect, strict=strict)
    elif not isinstance(query, Query):
        raise TypeError(f"a query is a str or a Query, got {shown(query)}")
    requires_all = (operator or OPERATORS[dialect]) == "and"
    planning = Planning(targets, targets.among(fields), requires_all, clock)
    if limits is not None:
        planning.limits = limits
    if document_of is not None:
        planning.document_of = document_of
    root = planning.node(query, 1.0) or NONE
    return Planned(root, query, listed(read, planning.problems))


_LIMITS = Limits()


def _no_document(key: str) -> None:
    return None


class Planning:
    """The planning of one query: where its words are looked for, and what was noted."""

    __slots__ = (
        "_clock",
        "_leaves",
        "_removed",
        "document_of",
        "limits",
        "problems",
        "requires_all",
        "targets",
        "words",
    )

    document_of: Callable[[str], Mapping[str, object] | None]

    def __init__(
        self, targets: Targets, words: Words, requires_all: bool, clock: Clock | None
    ) -> None:
        self.targets = targets
        self.words = words
        self.requires_all = requires_all
        self.problems = Problems()
        self.limits = _LIMITS
        self.document_of = _no_document
        self._clock = clock
        # The nodes of words, phrases and patterns: a text may hold the same ones hundreds of times.
        self._leaves: dict[tuple[object, ...], Node | None] = {}
        self._removed: dict[tuple[str, Words], tuple[str, str]] = {}  # and what is said of them

    def clock(self) -> Clock:
        """The clock of the whole query, so that `now` is one moment in it."""
        if self._clock is None:
            self._clock = clock_of()
        return self._clock

    def target_of(self, field: str | None) -> Target:
        """Where a query looks that names this field, or none."""
        return self.words if field is None else self.targets.of(field)

    def node(self, query: Query, boost: float) -> Node | None:
        """Return the node of a query, None where nothing of it is left; at most 100 calls deep."""
        if isinstance(query, Term):
            return self.match(query, self.target_of(query.field), 0, boost)
        if isinstance(query, Or):
            return self._bool((), query.queries, (), boost)
        if isinstance(query, And):
            return self._bool(query.queries, (), (), boost)
        if isinstance(query, Bool):
            return self._bool(query.must, query.should, query.must_not, boost, query.minimum)
        if isinstance(query, Phrase):
            target = self.target_of(query.field)
            return self.match(query, target, query.slop, boost, as_phrase=True)
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
        if isinstance(query, Leaf):
            return self._spelled(query, boost)
        return self._rarer(query, boost)

    def _spelled(self, query: Leaf, boost: float) -> Node | None:
        """The node of the start of a word, or of a pattern."""
        key = (query, boost)
        if key in self._leaves:
            node = self._leaves[key]
        else:
            if isinstance(query, Prefix):
                node = self._prefix(query, boost)
            else:
                node = self._rarer(query, boost)
            if node is not NONE:  # of which something is noted each time
                self._leaves[key] = node
        if node is None:
            target = self.target_of(query.field)
            assert isinstance(target, Words)  # a column's values are no words that analysis removes
            self.removed(query, target)
        return node

    def _rarer(self, query: Query, boost: float) -> Node | None:
        from .rarer import PLANNERS  # only here: most queries are words

        planner = PLANNERS.get(type(query))
        if planner is None:
            raise TypeError(f"no plan for a query of type {type(query).__name__}")
        return planner(self, query, boost)

    def _bool(
        self,
        must: Sequence[Query],
        should: Sequence[Query],
        must_not: Sequence[Query],
        boost: float,
        minimum: int = 0,
    ) -> Node | None:
        """The node of a boolean query, whose neighbours may be one synonym of several words."""
        if self.targets.has_readings:
            if len(must) > 1 and (runs := runs_of(must, self.target_of)):
                must = chosen(must, runs)
            if len(should) > 1 and not minimum and (runs := runs_of(should, self.target_of)):
                should = [*should, *(Run((), ways) for _, ways in sorted(runs.items()))]
        return self._joined(must, should, must_not, boost, minimum)

    def _joined(
        self,
        must: Sequence[Query],
        should: Sequence[Query],
        must_not: Sequence[Query],
        boost: float,
        minimum: int = 0,
    ) -> Node | None:
        """The node of a boolean query; what is nested without need becomes one level."""
        musts: list[Node] = []
        shoulds: list[Node] = []
        nots: list[Node] = []
        filters: list[Node] = []
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
                filters += node[4]
            elif node[0] == "constant" and not node[1]:
                filters.append(node[2])
            else:
                musts.append(node)
        if minimum:
            from .scoring import at_least_node  # as above

            node, should = at_least_node(self, should, minimum, boost), ()
            if node is NONE:
                must_fail = True
            elif node is not None:
                musts.append(node)
        for query in should:
            node = self.node(query, boost)
            if node is None:
                continue
            asks = True
            if node is NONE:
                continue
            if node[0] == "bool" and not (node[1] or node[3] or node[4]):
                shoulds += node[2]
            else:
                shoulds.append(node)
        for query in must_not:
            excludes |= self._exclude(query, nots)
        if must_fail:
            return NONE
        if not musts and not shoulds and not filters:
            if asks:
                return NONE
            if not excludes:
                return None
            musts.append(("all", boost))
        musts, shoulds = merged(musts), merged(shoulds)
        if not nots and not filters and len(musts) + len(shoulds) == 1:
            return (musts or shoulds)[0]
        root = ("bool", musts, shoulds, nots, filters)
        return root if musts or shoulds else ("constant", 0.0, root)

    def _exclude(self, query: Query, nots: list[Node]) -> bool:
        """Add the node of an excluded query to `nots`; False where nothing of the query is left."""
        node = self.node(query, 1.0)
        if node is None:
            return False
        if node is not NONE:
            nots.append(node)
        return True

    def match(
        self,
        query: Term | Phrase,
        target: Target,
        slop: int,
        boost: float,
        *,
        as_phrase: bool = False,
    ) -> Node | None:
        """The node of a typed word, or of a phrase, in each of its readings."""
        if isinstance(target, Column):
            return self._range(query, target, boost)
        text = query.text
        key = (text, target, slop, boost, as_phrase)
        if key in self._leaves:
            node = self._leaves[key]
        else:
            node = self._as_written(text, target, slop, boost, as_phrase=as_phrase)
            if node is not None and target.has_readings:
                others = other_ways(target.groups, text, slop)
                ways = [("match", boost, parts) for parts in others]
                node = ("bool", [], [node, *ways], [], []) if ways else node
            self._leaves[key] = node
        if node is None:
            self.removed(query, target)
        return node

    def _as_written(
        self, text: str, target: Words, slop: int, boost: float, *, as_phrase: bool
    ) -> Node | None:
        groups = target.groups
        if len(groups) == 1 and not as_phrase:  # a word where one analyzer reads it, as most are
            words = groups[0].words(text)
            if len(words) == 1 and (parts := parts_of(groups[0], words[0], slop)):
                return ("match", boost, parts)
            found = [words]
        elif as_phrase:
            found = [[group.terms(text)] for group in groups]
        else:
            found = [group.words(text) for group in groups]
        if all(len(words) <= 1 for words in found):
            parts = []
            for group, words in zip(groups, found, strict=True):
                if words:
                    parts += parts_of(group, words[0], slop)
            if not parts:
                return None
            if len(groups) > 1:
                parts.sort(key=by_number)
            return ("match", boost, parts)
        return self._several(groups, found, boost)

    def _several(
        self, groups: Sequence[Group], found: Sequence[list[FoundTerms]], boost: float
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
        kept = [(group, words) for group, words in zip(groups, found, strict=True) if words]
        if not kept:
            return None
        # How often each word stands in the text, so that its parts are made once.
        keys = [[t[0][0] if len(t) == 1 else _from_first(t) for t in words] for _, words in kept]
        alike = list(zip(*keys, strict=True))
        counts = Counter(alike)
        seen = dict(zip(alike, zip(*(words for _, words in kept), strict=True), strict=True))
        nodes: list[Node] = []
        for key, count in counts.items():
            parts = [
                part
                for (group, _), terms in zip(kept, seen[key], strict=True)
                for part in parts_of(group, terms, 0)
            ]
            if len(kept) > 1:
                parts.sort(key=by_number)
            nodes.append(("match", boost * count, parts))
        if len(nodes) == 1:
            return nodes[0]
        musts, shoulds = (nodes, []) if self.requires_all else ([], nodes)
        return ("bool", musts, shoulds, [], [])

    def _prefix(self, query: Prefix, boost: float) -> Node | None:
        target = self.target_of(query.field)
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
                found = [
                    part for group, _ in parts for part in parts_of(group, group.terms(word), 0)
                ]
                if found:
                    musts.append(("match", boost, sorted(found, key=by_number)))
            musts.append(("prefix", boost, sorted(places)))
            nodes.append(("bool", merged(musts), [], [], []) if len(musts) > 1 else musts[0])
        if not nodes:
            return None
        return nodes[0] if len(nodes) == 1 else ("bool", [], nodes, [], [])

    def _range(self, query: Term | Phrase | Prefix, target: Column, boost: float) -> Node:
        """The node of a value; of the start of a date, which is a longer time."""
        try:
            if isinstance(query, Prefix) and not isinstance(target.field, Date):
                kind = type(target.field).__name__.lower()
                raise ValueError(f"a {kind} has no start; leave out the *")
            low, high = target.bounds(query.text, self.clock)
        except ValueError as error:
            return self.bad_value(query, f"field {target.name!r}: {error}")
        return ("range", boost, target.number, low, high)

    # What is noted

    def bad_value(self, query: Query, message: str) -> Node:
        """Note a value that the field cannot have; the node of what no document has."""
        return self._noted(query, "bad-value", message, "a value that no document has")

    def bad_pattern(self, query: Query, message: str) -> Node:
        """Note a pattern that cannot be read; the node of what no document has."""
        return self._noted(query, "bad-pattern", message, "a pattern that no word matches")

    def bad_near(self, query: Query, message: str, taken_as: str) -> Node:
        """Note queries that cannot be near each other; the node of what no document has."""
        return self._noted(query, "bad-near", message, taken_as)

    def unscored(self, query: Query, message: str) -> None:
        """Note that a score is not changed as it was asked for."""
        self._noted(query, "bad-value", message, "a query that scores as it would alone")

    def removed(self, query: Query, target: Words) -> None:
        """Note that analysis leaves nothing of a query."""
        start, end = _span_of(query)
        text = query.text if hasattr(query, "text") else str(query)
        said = self._removed.get((text, target))
        if said is None:
            if target.names:
                names = ", ".join(target.names)
                said = ("removed", f"no analyzer of {names} keeps anything of {shown(text)}")
            else:
                message = f"the schema has no text or keyword field to look for {shown(text)} in"
                said = ("no-fields", message)
            self._removed[text, target] = said
        self.problems.add(said[0], start, end, said[1], "left out")

    def _noted(self, query: Query, kind: str, message: str, taken_as: str) -> Node:
        start, end = _span_of(query)
        self.problems.add(kind, start, end, message, taken_as)
        return NONE


def _from_first(terms: FoundTerms) -> tuple[tuple[str, int], ...]:
    """The terms with their places counted from the first."""
    return tuple([(term, position - terms[0][1]) for term, position in terms])


def _span_of(query: Query) -> tuple[int, int]:
    """The place of a query in its text; (0, 0) where it has none."""
    return getattr(query, "span", None) or (0, 0)
