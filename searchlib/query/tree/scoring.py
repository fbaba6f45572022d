"""What is a match worth? By the best of several, by what else matches, by the value of a field."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs

from ...errors import shown
from .base import (
    Query,
    Span,
    checked_field,
    checked_number,
    checked_text,
    number_text,
    set_depth,
)
from .scored import checked_factor
from .values import value_text

MAX_MISSING = 1e15
SHAPES = ("exponential", "gaussian", "linear")
FUNCTIONS = ("value", "log1p", "sqrt", "saturation")


def _share(value: object) -> float:
    return checked_number("factor", value, 0, 1)


def _missing(value: object) -> float:
    return checked_number("missing", value, 0, MAX_MISSING)


@attrs.frozen(init=False, repr=False)
class DisMax(Query):
    """What matches one of the queries, with the best of their scores, plus `tie` times the others.

    >>> from searchlib import Term
    >>> print(DisMax(Term("wind", "title"), Term("wind", "body"), tie=0.1))
    #dismax(title:wind body:wind tie=0.1)
    """

    queries: tuple[Query, ...] = attrs.field(metadata={"splat": True})  # one or more
    tie: float = attrs.field(default=0.0, kw_only=True)  # 0 to 1
    depth: int = attrs.field(init=False, eq=False)

    def __init__(self, *queries: Query, tie: float = 0.0) -> None:
        if not queries:
            raise ValueError("a DisMax has at least one query; take Nothing()")
        self.__attrs_init__(queries, tie=checked_number("tie", tie, 0, 1))
        set_depth(self, "query", queries)

    def __str__(self) -> str:
        return _function(self)


@attrs.frozen(repr=False)
class Demote(Query):
    """What matches `query`; the score of what matches `negative` too is multiplied by `factor`.

    >>> from searchlib import Term
    >>> print(Demote(Term("wind"), Term("coal"), 0.2))
    #demote(wind coal factor=0.2)
    """

    query: Query
    negative: Query
    factor: float = attrs.field(default=0.5, converter=_share)
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        set_depth(self, "query", (self.query, self.negative))

    def __str__(self) -> str:
        return _function(self)


def length_text(value: object) -> str:
    """Return a length of time as query text names it: a text as it is, a number as a number.

    >>> length_text(timedelta(days=7)), length_text(timedelta(hours=36)), length_text(10)
    ('7d', '36h', '10')
    """
    if not isinstance(value, timedelta):
        return value_text(value)
    micros = value // timedelta(microseconds=1)
    for unit, size in (("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000)):
        if micros and micros % size == 0:
            return f"{micros // size}{unit}"
    return f"{number_text(micros / 1e6)}s"


def _length(value: Any) -> Any:
    return None if value is None else length_text(value)


@attrs.frozen(kw_only=True, repr=False)
class Decay(Query):
    """What matches the query, its score multiplied by less the further a value is from `origin`.

    `field` is a number or a date. Within `offset` of the origin the factor is 1; `scale` beyond
    that it is `decay`. With x the distance beyond the offset: `exponential` is decay^(x / scale),
    `gaussian` decay^((x / scale)^2), `linear` 1 - (1 - decay) * x / scale, at least 0.
    A document without a value keeps its score.
    `origin` is kept as text, as the ends of `Range`; of a date `scale` and `offset` are a
    timedelta or such as `7d`, `12h`, `30m`, `10s`.

    >>> from searchlib import Term
    >>> print(Decay(Term("wind"), field="date", origin="now", scale="7d"))
    #decay(wind field=date origin=now scale=7d)
    """

    query: Query = attrs.field(kw_only=False)
    field: str
    origin: str = attrs.field(converter=value_text)
    scale: str = attrs.field(converter=length_text)
    offset: str | None = attrs.field(default=None, converter=_length)
    decay: float = 0.5  # between 0 and 1
    shape: str = "exponential"  # one of SHAPES
    span: Span | None = attrs.field(default=None, eq=False)
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        checked_field(self.field, optional=False)
        for name in ("origin", "scale", "offset"):
            if (text := getattr(self, name)) is not None:
                checked_text(Decay, name, text)
        decay = checked_number("decay", self.decay, 0, 1)
        if not 0 < decay < 1:
            raise ValueError(f"decay is more than 0 and less than 1, got {shown(self.decay)}")
        object.__setattr__(self, "decay", decay)
        if self.shape not in SHAPES:
            raise ValueError(f"shape is one of {', '.join(SHAPES)}; got {shown(self.shape)}")
        set_depth(self, "query", (self.query,))

    def __str__(self) -> str:
        return _function(self)


@attrs.frozen(kw_only=True, repr=False)
class FieldScore(Query):
    """What matches the query, its score multiplied by a function of a number field's value.

    With v the value times `factor`: `value` is v, `log1p` is ln(1 + v), `sqrt` its square root,
    `saturation` v / (v + 1). A value below 0 counts as 0; a document without one has `missing`.

    >>> from searchlib import Term
    >>> print(FieldScore(Term("wind"), field="size", function="log1p"))
    #field_score(wind field=size function=log1p)
    """

    query: Query = attrs.field(kw_only=False)
    field: str
    function: str = "value"  # one of FUNCTIONS
    factor: float = attrs.field(default=1.0, converter=checked_factor)
    missing: float = attrs.field(default=0.0, converter=_missing)
    span: Span | None = attrs.field(default=None, eq=False)
    depth: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        checked_field(self.field, optional=False)
        if self.function not in FUNCTIONS:
            raise ValueError(
                f"function is one of {', '.join(FUNCTIONS)}; got {shown(self.function)}"
            )
        set_depth(self, "query", (self.query,))

    def __str__(self) -> str:
        return _function(self)


def _function(query: Query) -> str:
    from ..functions import function_text

    return function_text(query)
