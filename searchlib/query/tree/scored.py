"""What is a match worth? A query with a mark: it counts for more, for so much, or for nothing."""

from __future__ import annotations

from typing import ClassVar

import attrs

from .base import MARKED, WHOLE, Query, checked_number, number_text, set_depth

MIN_BOOST, MAX_BOOST = 1e-6, 1e6  # so that products and sums of boosts stay finite


def checked_factor(value: object) -> float:
    """Return a number that a score may be multiplied by."""
    return checked_number("factor", value, MIN_BOOST, MAX_BOOST)


def _score(value: object) -> float:
    return checked_number("score", value, MIN_BOOST, MAX_BOOST)


@attrs.frozen(repr=False)
class Boost(Query):
    """The query, its score multiplied by `factor`: a number from 0.000001 to 1000000.

    >>> from searchlib import Or, Term
    >>> print(Boost(Or(Term("wind"), Term("sun")), 2))
    (wind OR sun)^2
    """

    binding: ClassVar[int] = MARKED

    query: Query
    factor: float = attrs.field(converter=checked_factor)
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        set_depth(self, "query", (self.query,))

    def __str__(self) -> str:
        return f"{_whole(self.query)}^{number_text(self.factor)}"


@attrs.frozen(repr=False)
class Constant(Query):
    """What matches the query, each with the same `score`.

    >>> from searchlib import Prefix
    >>> print(Constant(Prefix("inv"), 2))
    inv*^=2
    """

    binding: ClassVar[int] = MARKED

    query: Query
    score: float = attrs.field(default=1.0, converter=_score)
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        set_depth(self, "query", (self.query,))

    def __str__(self) -> str:
        return f"{_whole(self.query)}^={number_text(self.score)}"


@attrs.frozen(repr=False)
class Filter(Query):
    """What matches the query, with the score 0: it narrows what stands beside it, no more.

    >>> from searchlib import And, Term
    >>> print(And(Term("wind"), Filter(Term("wire", "source"))))
    wind AND #filter(source:wire)
    """

    query: Query
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        set_depth(self, "query", (self.query,))

    def __str__(self) -> str:
        from ..functions import function_text

        return function_text(self)


def _whole(query: Query) -> str:
    return str(query) if query.binding == WHOLE else f"({query})"
