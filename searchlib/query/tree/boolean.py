"""How are queries joined? All of them, one of them, none of them, or as many as asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs

from ...errors import shown
from ..characters import escaped_word
from .base import JOINED, NEGATED, Query, checked, checked_count, depth_over, set_depth
from .values import All, Nothing
from .words import Term


@attrs.frozen(init=False, repr=False)
class And(Query):
    """What matches all of the queries; a `Not` among them takes away.

    `And(a)` is `a`, and `And()` is `All()`: nothing is asked for.

    >>> from searchlib import Term
    >>> print(And(Term("wind"), Or(Term("sea"), Term("lake")), Not(Term("coal"))))
    wind AND (sea OR lake) AND NOT coal
    """

    binding: ClassVar[int] = JOINED

    queries: tuple[Query, ...] = attrs.field(metadata={"splat": True})  # two or more
    depth: int = attrs.field(eq=False)

    def __new__(cls, *queries: Query) -> Query:  # type: ignore[misc]  # the sole member of one
        if len(queries) > 1:
            return object.__new__(cls)
        return checked(cls, "query", queries[0]) if queries else All()

    def __init__(self, *queries: Query) -> None:
        if len(queries) > 1:  # else `__new__` has returned another query, maybe of this class
            self.__attrs_init__(queries, depth_over(And, "query", queries))

    def __reduce__(self) -> tuple[Any, ...]:
        return And, self.queries

    def __str__(self) -> str:
        return " AND ".join(operand(query) for query in self.queries)


@attrs.frozen(init=False, repr=False)
class Or(Query):
    """What matches one of the queries; the more of them, the higher it ranks.

    `Or(a)` is `a`, and `Or()` is `Nothing()`.

    >>> from searchlib import Term
    >>> print(Or(Term("wind"), And(Term("sun"), Term("sea"))))
    wind OR (sun AND sea)
    """

    binding: ClassVar[int] = JOINED

    queries: tuple[Query, ...] = attrs.field(metadata={"splat": True})  # two or more
    depth: int = attrs.field(eq=False)

    def __new__(cls, *queries: Query) -> Query:  # type: ignore[misc]  # the sole member of one
        if len(queries) > 1:
            return object.__new__(cls)
        return checked(cls, "query", queries[0]) if queries else Nothing()

    def __init__(self, *queries: Query) -> None:
        if len(queries) > 1:  # else `__new__` has returned another query, maybe of this class
            self.__attrs_init__(queries, depth_over(Or, "query", queries))

    def __reduce__(self) -> tuple[Any, ...]:
        return Or, self.queries

    def __str__(self) -> str:
        return " OR ".join(operand(query) for query in self.queries)


@attrs.frozen(repr=False)
class Not(Query):
    """What does not match the query. Beside others in an `And` it takes away; alone, all the rest.

    >>> from searchlib import Term
    >>> print(Not(Term("coal")))
    NOT coal
    """

    binding: ClassVar[int] = NEGATED

    query: Query
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        set_depth(self, "query", (self.query,))

    def __str__(self) -> str:
        return f"NOT {operand(self.query)}"


@attrs.frozen(init=False, repr=False)
class Bool(Query):
    """What matches all of `must` and none of `must_not`; `should` raises the score of what does.

    Without any `must`, at least one `should` matches; with `must_not` alone, all the rest does.
    `minimum` asks for that many of `should`.
    With `should` alone it is the `Or` of them, and with nothing at all `Nothing()`.

    >>> from searchlib import Term
    >>> print(Bool(must=[Term("wind")], should=[Term("sea")], must_not=[Term("coal")]))
    +wind sea -coal
    >>> print(Bool(should=[Term("wind"), Term("sea"), Term("sun")], minimum=2))
    #bool(wind sea sun minimum=2)
    """

    binding: ClassVar[int] = JOINED

    must: tuple[Query, ...] = attrs.field(default=(), kw_only=True)
    should: tuple[Query, ...] = attrs.field(default=(), kw_only=True)
    must_not: tuple[Query, ...] = attrs.field(default=(), kw_only=True)
    minimum: int = attrs.field(default=0, kw_only=True)  # 0 where the rules above ask for no more
    depth: int = attrs.field(eq=False, kw_only=True)

    def __new__(  # type: ignore[misc]  # see above
        cls, must: Any = (), should: Any = (), must_not: Any = (), minimum: int = 0
    ) -> Query:
        if _members("must", must) or _members("must_not", must_not) or minimum > 1:
            return object.__new__(cls)
        return Or(*_members("should", should))

    def __init__(
        self,
        must: tuple[Query, ...] | list[Query] = (),
        should: tuple[Query, ...] | list[Query] = (),
        must_not: tuple[Query, ...] | list[Query] = (),
        minimum: int = 0,
    ) -> None:
        if not must and not must_not and minimum <= 1:
            return  # `__new__` has returned another query, maybe of this class
        parts = _members("must", must), _members("should", should), _members("must_not", must_not)
        depth = max(
            depth_over(Bool, name, part)
            for name, part in zip(("must", "should", "must_not"), parts, strict=True)
        )
        checked_count("minimum", minimum, 0, len(parts[1]))
        if minimum == 1 and not must:
            minimum = 0
        self.__attrs_init__(
            must=parts[0], should=parts[1], must_not=parts[2], minimum=minimum, depth=depth
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Bool, (self.must, self.should, self.must_not, self.minimum)

    def __str__(self) -> str:
        if self.minimum:
            from ..functions import function_text

            return function_text(self)
        return " ".join(self.clauses())

    def clauses(self) -> list[str]:
        """The text of each query with its sign."""
        marked = (("+", self.must), ("", self.should), ("-", self.must_not))
        return apart(
            [
                (sign + (f"({query})" if query.binding <= NEGATED else str(query)), query)
                for sign, queries in marked
                for query in queries
            ]
        )


def _members(name: str, queries: Any) -> tuple[Query, ...]:
    if not isinstance(queries, tuple | list):
        raise TypeError(f"{name} of Bool is a tuple of queries, got {shown(queries)}")
    return tuple(checked(Bool, name, query) for query in queries)


def apart(clauses: Sequence[tuple[str, Query]]) -> list[str]:
    """The texts of queries that stand with spaces between them, each with its query.

    A value is put in brackets that would be one date with the words after it.

    >>> from searchlib import Term
    >>> apart([("+date:last", Term("last", "date")), ("week", Term("week"))])
    ['+(date:last)', 'week']
    """
    texts: list[str] = []  # from the last one on
    for text, query in reversed(clauses):
        if texts and isinstance(query, Term) and query.field is not None:
            from ..dates import MAX_WORDS, spelled_date  # only here: most queries name no field

            word = escaped_word(query.text, alone=False)
            if spelled_date(" ".join([word, *reversed(texts[1 - MAX_WORDS :])])):
                sign = text[: text.startswith(("+", "-"))]
                text = f"{sign}({query})"
        texts.append(text)
    return texts[::-1]


def operand(query: Query) -> str:
    """The text of a query that stands beside an operator: in brackets where it has its own."""
    return f"({query})" if query.binding == JOINED else str(query)
