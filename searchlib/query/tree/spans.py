"""Where do words stand to each other, and to the start of the field?"""

from __future__ import annotations

import attrs

from .base import Query, Span, checked, checked_count, checked_flag, described, set_depth
from .boolean import Or
from .patterns import Fuzzy, Regex, Wildcard
from .sets import Terms
from .words import Phrase, Prefix, Term

MAX_DISTANCE = 1_000_000
DEFAULT_DISTANCE = 10


def _placed(kind: type[Query], query: Query) -> Query:
    """Return a query whose matches have a place in a field; TypeError for any other."""
    checked(kind, "query", query)
    if isinstance(query, Or):
        for part in query.queries:
            _placed(kind, part)
    elif not isinstance(query, Term | Terms | Phrase | Prefix | Wildcard | Regex | Fuzzy | Near):
        raise TypeError(
            f"a query of {kind.__name__} is a word, phrase or pattern, a Near, or an Or of these, "
            f"got {described(query)}"
        )
    return query


@attrs.frozen(init=False, repr=False)
class Near(Query):
    """Words, phrases or patterns near each other in one field: in any order, or in this one.

    At most `distance` other words stand among them, from the first of them to the last.
    A query that names no field is looked for in the field that another one names.

    >>> print(Near(Term("wind"), Phrase("at sea"), distance=3, ordered=True))
    #near(wind "at sea" distance=3 ordered=true)
    """

    queries: tuple[Query, ...] = attrs.field(metadata={"splat": True})  # two or more
    distance: int = attrs.field(default=DEFAULT_DISTANCE, kw_only=True)
    ordered: bool = attrs.field(default=False, kw_only=True)
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)
    depth: int = attrs.field(init=False, eq=False)

    def __init__(
        self,
        *queries: Query,
        distance: int = DEFAULT_DISTANCE,
        ordered: bool = False,
        span: Span | None = None,
    ) -> None:
        if len(queries) < 2:
            raise ValueError(f"a Near has two queries or more, got {len(queries)}")
        for query in queries:
            _placed(Near, query)
        checked_count("distance", distance, 0, MAX_DISTANCE)
        checked_flag("ordered", ordered)
        self.__attrs_init__(queries, distance=distance, ordered=ordered, span=span)
        set_depth(self, "query", queries)

    def __str__(self) -> str:
        from ..functions import function_text

        return function_text(self)


@attrs.frozen(repr=False)
class First(Query):
    """What the query finds within the first `within` words of a field.

    >>> print(First(Term("wind"), within=20))
    #first(wind within=20)
    """

    query: Query
    within: int
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _placed(First, self.query)
        checked_count("within", self.within, 1, MAX_DISTANCE)
        set_depth(self, "query", (self.query,))

    def __str__(self) -> str:
        from ..functions import function_text

        return function_text(self)
