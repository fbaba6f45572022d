"""How are ranges planned? From one value to another; of numbers, dates, truths and words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from ..schema import Date, Number
from ..schema.values import MAX_INT
from .dates import Clock, span_of_date
from .nodes import Node
from .targets import Column, Group
from .tree import Range

if TYPE_CHECKING:
    from .planner import Planning

Bound: TypeAlias = int | float
EXACT = 2**53  # beyond, a float is a whole number, and its neighbours are further than 1


def range_node(planning: Planning, query: Range, boost: float) -> Node:
    """The node of a range; ends that no document of the field can have are noted."""
    target = planning.target_of(query.field)
    if isinstance(target, Column):
        try:
            low, high = column_ends(target, query, planning.clock)
        except ValueError as error:
            return planning.bad_value(query, f"field {target.name!r}: {error}")
        return ("range", boost, target.number, low, high)
    places = [
        (number, _text_end(group, query.low, query.include_low), high)
        for group in target.groups
        for high in [_text_end(group, query.high, query.include_high)]
        for number, _ in group.members
    ]
    return ("texts", boost, sorted(places, key=_first), planning.limits.patterns)


def value_span(
    column: Column, text: str, clock: Clock, *, is_end: bool = False
) -> tuple[Bound, Bound]:
    """Return the first and the last value that `text` names; ValueError if it names none."""
    if isinstance(column.field, Date):
        start, end = span_of_date(text, clock, is_end=is_end)
        return start, end - 1
    return column.bounds(text)


def column_ends(column: Column, query: Range, clock: Clock) -> tuple[Bound | None, Bound | None]:
    """Return the least and the greatest value of a range, both included; None for an open end.

    Raises:
        ValueError: an end is no value of the field.
    """
    whole = not isinstance(column.field, Number)  # dates are in microseconds, truths are 0 and 1
    low: Bound | None = None
    high: Bound | None = None
    if query.low is not None:
        first, last = value_span(column, query.low, clock, is_end=True)
        low = first if query.include_low else last + 1 if whole else above(last)
    if query.high is not None:
        first, last = value_span(column, query.high, clock, is_end=True)
        high = last if query.include_high else first - 1 if whole else below(first)
    return low, high


def above(value: Bound) -> Bound:
    """Return the least number greater than `value`, of those that a field can hold.

    >>> above(2**60), above(1), above(-0.5)
    (1152921504606846977, 1.0000000000000002, -0.49999999999999994)
    """
    if EXACT <= abs(value) < MAX_INT:
        return int(value) + 1
    return math.nextafter(value, math.inf)


def below(value: Bound) -> Bound:
    """Return the greatest number less than `value`, of those that a field can hold.

    >>> below(2**60), below(1)
    (1152921504606846975, 0.9999999999999999)
    """
    return -above(-value)


def _text_end(group: Group, text: str | None, included: bool) -> tuple[str, bool] | None:
    """The end of a range of words, as words of the group's fields are kept."""
    if text is None:
        return None
    starts = group.starts(text)
    return (starts[0][0] if len(starts) == 1 else text), included


def _first(place: tuple[int, object, object]) -> int:
    return place[0]
