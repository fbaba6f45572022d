"""What do all queries have? Operators, a depth that is bounded, and a repr that is Python.

The kinds of query are in the other files of this folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeAlias

import attrs

from ...errors import shown
from ..characters import lone_surrogate

MAX_DEPTH = 100  # so that comparing, hashing, printing and planning stay within Python's stack

Span: TypeAlias = tuple[int, int]  # text[start:end] of the query text, in characters

# How tightly the text of a query holds together, which says where it needs brackets.
JOINED, NEGATED, MARKED, WHOLE = range(4)  # a OR b, NOT a, a^2, a


class TooDeepError(ValueError):
    """A query would stand more than 100 deep in another one."""


class Query:
    """Any query. `a & b` is `And(a, b)`, `a | b` is `Or(a, b)`, `~a` is `Not(a)`.

    >>> from searchlib import Prefix, Term
    >>> print((Term("wind") | Term("sun")) & ~Prefix("coal"))
    (wind OR sun) AND NOT coal*
    """

    __slots__ = ()

    binding: ClassVar[int] = WHOLE

    @property
    def depth(self) -> int:
        """How many values stand one inside the other below this one; at most 100."""
        return 0

    def __and__(self, other: Query) -> Query:
        from .boolean import And

        if not isinstance(other, Query):
            return NotImplemented
        return And(*_parts(And, self), *_parts(And, other))

    def __or__(self, other: Query) -> Query:
        from .boolean import Or

        if not isinstance(other, Query):
            return NotImplemented
        return Or(*_parts(Or, self), *_parts(Or, other))

    def __invert__(self) -> Query:
        from .boolean import Not

        return Not(self)

    def __repr__(self) -> str:
        return called(self)

    def to_json(self) -> dict[str, Any]:
        """Return the query as plain data, which `json.dumps` takes and `from_json` reads back.

        >>> from searchlib import Boost, Term
        >>> Boost(Term("wind"), 2).to_json()
        {'type': 'boost', 'query': {'type': 'term', 'text': 'wind'}, 'factor': 2.0}
        """
        from ..plain import plain_of

        return plain_of(self)

    @staticmethod
    def from_json(data: object) -> Query:
        """Return the query that plain data, as `to_json` gives it, stands for.

        >>> Query.from_json({"type": "range", "field": "size", "low": 10})
        Range('size', low='10')

        Raises:
            ValueError: it stands for none; says where in the data, and what would be right.
        """
        from ..plain import query_of

        return query_of(data)


def _parts(kind: Any, query: Query) -> tuple[Query, ...]:
    """The queries of one of this kind; so `a | b | c` is one `Or`, however many it joins."""
    return query.queries if isinstance(query, kind) else (query,)


def checked(kind: type[Query], name: str, query: object) -> Query:
    """Return `query`, an argument `name` of a query of this kind; TypeError if it is none."""
    if not isinstance(query, Query):
        hint = f"; for a word, Term({shown(query)})" if isinstance(query, str) else ""
        raise TypeError(f"each {name} of {kind.__name__} is a Query, got {shown(query)}{hint}")
    return query


def depth_over(kind: type[Query], name: str, queries: Iterable[Query]) -> int:
    """The depth of a value that holds these; refuses what is no query, and what is too deep."""
    depth = 0
    for query in queries:
        if not isinstance(query, Query):
            checked(kind, name, query)
        if query.depth > depth:
            depth = query.depth
    if depth >= MAX_DEPTH:
        raise TooDeepError(
            f"queries stand at most {MAX_DEPTH} deep in each other, this {kind.__name__} is one "
            "more; And and Or take any number of queries side by side"
        )
    return depth + 1


def set_depth(query: Query, name: str, inner: Iterable[Query]) -> None:
    """Note the depth of a query that has just been made and holds `inner` as its `name`."""
    object.__setattr__(query, "depth", depth_over(type(query), name, inner))


def checked_text(kind: type[Query], name: str, text: object) -> None:
    """Refuse what is no text, an empty one, and one that no document can hold."""
    if not isinstance(text, str):
        raise TypeError(f"the {name} of a {kind.__name__} is a str, got {shown(text)}")
    if not text:
        raise ValueError(f"the {name} of a {kind.__name__} is empty; take Nothing()")
    if not text.isascii() and (place := lone_surrogate(text)) >= 0:
        raise ValueError(
            f"the {name} {shown(text)} has half of a character at {place}, which no document "
            "can hold; decode it with errors='replace'"
        )


def checked_field(field: object, *, optional: bool = True) -> None:
    """Refuse what is no field's name; the schema knows whether there is such a field."""
    if field is None and optional:
        return
    if not isinstance(field, str) or not field:
        known = "a field's name or None" if optional else "a field's name"
        raise TypeError(f"field is {known}, got {shown(field)}")
    if not field.isascii() and lone_surrogate(field) >= 0:
        raise ValueError(f"field has half of a character, got {shown(field)}")


def checked_number(name: str, value: object, low: float, high: float) -> float:
    """Return the number as a float; it is from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is a number, got {shown(value)}")
    if not low <= value <= high:  # false for NaN too
        raise ValueError(f"{name} is {number_text(low)} to {number_text(high)}, got {shown(value)}")
    return float(value)


def checked_count(name: str, value: object, low: int, high: int) -> None:
    """Refuse what is no int from `low` to `high`."""
    if type(value) is not int:
        raise TypeError(f"{name} is an int, got {shown(value)}")
    if not low <= value <= high:
        raise ValueError(f"{name} is from {low} to {high}, got {shown(value)}")


def checked_flag(name: str, value: object) -> None:
    """Refuse what is neither True nor False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} is True or False, got {shown(value)}")


def number_text(value: float) -> str:
    """Return a number as short as it is exact, without an exponent where people write none.

    >>> number_text(2.0), number_text(0.000001), number_text(0.1)
    ('2', '0.000001', '0.1')
    """
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    text = repr(value)
    return f"{value:.6f}" if text == "1e-06" else text


def described(query: Query) -> str:
    """Return a query as a message names it: printed where it holds no other, else its kind.

    Printing what is nested would take the square of its depth, done at each level.

    >>> from searchlib import Not, Term
    >>> described(Term("wind")), described(Not(Term("wind")))
    ("'wind'", 'a query of the kind Not')
    """
    return shown(str(query)) if query.depth == 0 else f"a query of the kind {type(query).__name__}"


def called(query: Query) -> str:
    """Python that makes the value: what is needed by place, what is not the default by name."""
    options = []
    for each in attrs.fields(type(query)):  # type: ignore[arg-type]  # each kind is an attrs class
        if each.name in ("span", "depth"):
            continue
        value = getattr(query, each.name)
        if each.metadata.get("splat"):
            options += [repr(inner) for inner in value]
        elif each.default is attrs.NOTHING and not each.kw_only:
            options.append(repr(value))
        elif value != each.default:
            options.append(f"{each.name}={value!r}")
    return f"{type(query).__name__}({', '.join(options)})"
