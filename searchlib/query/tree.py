"""What is searched for? A tree of immutable values; text is only one way to write it.

`str(query)` is query text that parses back to an equal tree; `repr(query)` is Python that makes it.
What the values mean for ranking is in docs/ranking.md; the text is in docs/query-language.md.
"""

from __future__ import annotations

from typing import Any

import attrs

from ..errors import shown
from .characters import EVERYTHING, NOTHING, escaped_phrase, escaped_word, lone_surrogate

MAX_DEPTH = 100  # so that comparing, hashing, printing and planning stay within Python's stack
MAX_SLOP = 1_000_000
MIN_BOOST, MAX_BOOST = 1e-6, 1e6  # so that products and sums of boosts stay finite

Span = tuple[int, int]  # text[start:end] of the query text, in characters


class Query:
    """Any query. `a & b` is `And(a, b)`, `a | b` is `Or(a, b)`, `~a` is `Not(a)`.

    >>> print((Term("wind") | Term("sun")) & ~Prefix("coal"))
    (wind OR sun) AND NOT coal*
    """

    __slots__ = ()

    @property
    def depth(self) -> int:
        """How many values stand one inside the other below this one; at most 100."""
        return 0

    def __and__(self, other: Query) -> Query:
        if not isinstance(other, Query):
            return NotImplemented
        return And(*_parts(And, self), *_parts(And, other))

    def __or__(self, other: Query) -> Query:
        if not isinstance(other, Query):
            return NotImplemented
        return Or(*_parts(Or, self), *_parts(Or, other))

    def __invert__(self) -> Query:
        return Not(self)


def _parts(kind: type[And] | type[Or], query: Query) -> tuple[Query, ...]:
    """The queries of one of this kind; so `a | b | c` is one `Or`, however many it joins."""
    return query.queries if isinstance(query, kind) else (query,)


class TooDeepError(ValueError):
    """A query would stand more than 100 deep in another one."""


class _Leaf(Query):
    """A query for some text in one field, or in those where a plain word is looked for."""

    __slots__ = ()

    text: str
    field: str | None

    def __attrs_post_init__(self) -> None:
        text, field = self.text, self.field
        if not isinstance(text, str):
            raise TypeError(f"the text of a {type(self).__name__} is a str, got {shown(text)}")
        if not text:
            raise ValueError(f"the text of a {type(self).__name__} is empty; take Nothing()")
        if not text.isascii() and (place := lone_surrogate(text)) >= 0:
            raise ValueError(
                f"the text {shown(text)} has half of a character at {place}, which no document "
                "can hold; decode it with errors='replace'"
            )
        if field is not None and (not isinstance(field, str) or not field):
            raise TypeError(f"field is a field's name or None, got {shown(field)}")

    def _in_field(self, text: str) -> str:
        field = self.field
        return text if field is None else f"{escaped_word(field, alone=True)}:{text}"


@attrs.frozen(repr=False)
class Term(_Leaf):
    """A word as it is typed; analysis may make several terms of it, which then form a phrase.

    >>> str(Term("wind")), str(Term("C++", field="title"))
    ('wind', 'title:C++')
    """

    text: str
    field: str | None = None
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __str__(self) -> str:
        return self._in_field(escaped_word(self.text, alone=self.field is None))

    def __repr__(self) -> str:
        return _call(self, self.text, field=self.field)


@attrs.frozen(repr=False)
class Phrase(_Leaf):
    """Words in this order, side by side, or off their places by `slop` between the furthest two.

    >>> str(Phrase("foreign troops", slop=2))
    '"foreign troops"~2'
    """

    text: str
    field: str | None = None
    slop: int = 0
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        slop = self.slop
        if type(slop) is not int:
            raise TypeError(f"slop is an int, got {shown(slop)}")
        if not 0 <= slop <= MAX_SLOP:
            raise ValueError(f"slop is from 0 to {MAX_SLOP}, got {shown(slop)}")

    def __str__(self) -> str:
        slop = f"~{self.slop}" if self.slop else ""
        return self._in_field(f'"{escaped_phrase(self.text)}"{slop}')

    def __repr__(self) -> str:
        return _call(self, self.text, field=self.field, slop=self.slop or None)


@attrs.frozen(repr=False)
class Prefix(_Leaf):
    """The start of a word: whatever stands in an article and starts so, stemmed or not.

    >>> str(Prefix("inv", field="body"))
    'body:inv*'
    """

    text: str
    field: str | None = None
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __str__(self) -> str:
        return self._in_field(escaped_word(self.text, alone=self.field is None) + "*")

    def __repr__(self) -> str:
        return _call(self, self.text, field=self.field)


@attrs.frozen(init=False, repr=False)
class And(Query):
    """What matches all of the queries; a `Not` among them takes away.

    `And(a)` is `a`, and `And()` is `All()`: nothing is asked for.

    >>> print(And(Term("wind"), Or(Term("sea"), Term("lake")), Not(Term("coal"))))
    wind AND (sea OR lake) AND NOT coal
    """

    queries: tuple[Query, ...]  # two or more
    depth: int = attrs.field(eq=False)

    def __new__(cls, *queries: Query) -> Query:  # type: ignore[misc]  # the sole member of one
        if len(queries) > 1:
            return object.__new__(cls)
        return _checked(cls, "query", queries[0]) if queries else All()

    def __init__(self, *queries: Query) -> None:
        if len(queries) > 1:  # else `__new__` has returned another query, maybe of this class
            self.__attrs_init__(queries, _depth_over(And, "query", queries))

    def __reduce__(self) -> tuple[Any, ...]:
        return And, self.queries

    def __str__(self) -> str:
        return " AND ".join(_operand(query) for query in self.queries)

    def __repr__(self) -> str:
        return _call(self, *self.queries)


@attrs.frozen(init=False, repr=False)
class Or(Query):
    """What matches one of the queries; the more of them, the higher it ranks.

    `Or(a)` is `a`, and `Or()` is `Nothing()`.

    >>> print(Or(Term("wind"), And(Term("sun"), Term("sea"))))
    wind OR (sun AND sea)
    """

    queries: tuple[Query, ...]  # two or more
    depth: int = attrs.field(eq=False)

    def __new__(cls, *queries: Query) -> Query:  # type: ignore[misc]  # the sole member of one
        if len(queries) > 1:
            return object.__new__(cls)
        return _checked(cls, "query", queries[0]) if queries else Nothing()

    def __init__(self, *queries: Query) -> None:
        if len(queries) > 1:  # else `__new__` has returned another query, maybe of this class
            self.__attrs_init__(queries, _depth_over(Or, "query", queries))

    def __reduce__(self) -> tuple[Any, ...]:
        return Or, self.queries

    def __str__(self) -> str:
        return " OR ".join(_operand(query) for query in self.queries)

    def __repr__(self) -> str:
        return _call(self, *self.queries)


@attrs.frozen(init=False, repr=False)
class Not(Query):
    """What does not match the query. Beside others in an `And` it takes away; alone, all the rest.

    >>> print(Not(Term("coal")))
    NOT coal
    """

    query: Query
    depth: int = attrs.field(eq=False)

    def __init__(self, query: Query) -> None:
        self.__attrs_init__(query, _depth_over(Not, "query", (query,)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Not, (self.query,)

    def __str__(self) -> str:
        return f"NOT {_operand(self.query)}"

    def __repr__(self) -> str:
        return _call(self, self.query)


@attrs.frozen(init=False, repr=False)
class Boost(Query):
    """The query, its score multiplied by `factor`: a number from 0.000001 to 1000000.

    >>> print(Boost(Or(Term("wind"), Term("sun")), 2))
    (wind OR sun)^2
    """

    query: Query
    factor: float
    depth: int = attrs.field(eq=False)

    def __init__(self, query: Query, factor: float) -> None:
        depth = _depth_over(Boost, "query", (query,))
        if isinstance(factor, bool) or not isinstance(factor, int | float):
            raise TypeError(f"factor is a number, got {shown(factor)}")
        if not MIN_BOOST <= factor <= MAX_BOOST:  # false for NaN too
            raise ValueError(f"factor is {MIN_BOOST:f} to {MAX_BOOST:.0f}, got {shown(factor)}")
        self.__attrs_init__(query, float(factor), depth)

    def __reduce__(self) -> tuple[Any, ...]:
        return Boost, (self.query, self.factor)

    def __str__(self) -> str:
        inner = str(self.query)
        return f"{inner if _is_word(self.query) else f'({inner})'}^{_number(self.factor)}"

    def __repr__(self) -> str:
        return _call(self, self.query, self.factor)


@attrs.frozen(init=False, repr=False)
class Bool(Query):
    """What matches all of `must` and none of `must_not`; `should` raises the score of what does.

    Without any `must`, at least one `should` matches; with `must_not` alone, all the rest does.
    With `should` alone it is the `Or` of them, and with nothing at all `Nothing()`.

    >>> print(Bool(must=[Term("wind")], should=[Term("sea")], must_not=[Term("coal")]))
    +wind sea -coal
    """

    must: tuple[Query, ...]
    should: tuple[Query, ...]
    must_not: tuple[Query, ...]
    depth: int = attrs.field(eq=False)

    def __new__(  # type: ignore[misc]  # see above
        cls, must: Any = (), should: Any = (), must_not: Any = ()
    ) -> Query:
        if _members("must", must) or _members("must_not", must_not):
            return object.__new__(cls)
        return Or(*_members("should", should))

    def __init__(
        self,
        must: tuple[Query, ...] | list[Query] = (),
        should: tuple[Query, ...] | list[Query] = (),
        must_not: tuple[Query, ...] | list[Query] = (),
    ) -> None:
        if not must and not must_not:
            return  # `__new__` has returned another query, maybe of this class
        parts = _members("must", must), _members("should", should), _members("must_not", must_not)
        depth = max(
            _depth_over(Bool, name, part)
            for name, part in zip(("must", "should", "must_not"), parts, strict=True)
        )
        self.__attrs_init__(*parts, depth)

    def __reduce__(self) -> tuple[Any, ...]:
        return Bool, (self.must, self.should, self.must_not)

    def __str__(self) -> str:
        marked = (("+", self.must), ("", self.should), ("-", self.must_not))
        return " ".join(
            sign + (f"({query})" if isinstance(query, Not) else _operand(query))
            for sign, queries in marked
            for query in queries
        )

    def __repr__(self) -> str:
        return _call(
            self,
            must=self.must or None,
            should=self.should or None,
            must_not=self.must_not or None,
        )


@attrs.frozen(repr=False)
class All(Query):
    """Every document.

    >>> print(All())
    *:*
    """

    def __str__(self) -> str:
        return EVERYTHING

    def __repr__(self) -> str:
        return "All()"


@attrs.frozen(repr=False)
class Nothing(Query):
    """No document; what an empty text asks for.

    >>> print(Nothing())
    *:()
    """

    def __str__(self) -> str:
        return NOTHING

    def __repr__(self) -> str:
        return "Nothing()"


def _checked(cls: type[Query], name: str, query: Query) -> Query:
    if not isinstance(query, Query):
        hint = f"; for a word, Term({shown(query)})" if isinstance(query, str) else ""
        raise TypeError(f"each {name} of {cls.__name__} is a Query, got {shown(query)}{hint}")
    return query


def _members(name: str, queries: Any) -> tuple[Query, ...]:
    if not isinstance(queries, tuple | list):
        raise TypeError(f"{name} of Bool is a tuple of queries, got {shown(queries)}")
    return tuple(_checked(Bool, name, query) for query in queries)


def _depth_over(cls: type[Query], name: str, queries: tuple[Query, ...]) -> int:
    """The depth of a value that holds these; refuses what is no query, and what is too deep."""
    depth = 0
    for query in queries:
        if not isinstance(query, Query):
            _checked(cls, name, query)
        if query.depth > depth:
            depth = query.depth
    if depth >= MAX_DEPTH:
        raise TooDeepError(
            f"queries stand at most {MAX_DEPTH} deep in each other, this {cls.__name__} is one "
            "more; And and Or take any number of queries side by side"
        )
    return depth + 1


def _is_word(query: Query) -> bool:
    return isinstance(query, _Leaf | All | Nothing)


def _operand(query: Query) -> str:
    """The text of a query that stands beside an operator: in brackets where it has its own."""
    text = str(query)
    return f"({text})" if isinstance(query, And | Or | Bool) else text


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _call(query: Query, *positional: object, **named: object) -> str:
    """Python that makes the value; what is None is left out."""
    options = [repr(each) for each in positional]
    options += [f"{name}={value!r}" for name, value in named.items() if value is not None]
    return f"{type(query).__name__}({', '.join(options)})"
