"""How are ranges planned? From one value to another; of numbers, dates and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .nodes import Node
from .targets import Column, Group
from .tree import Range

if TYPE_CHECKING:
    from .planner import Planning


def range_node(planning: Planning, query: Range, boost: float) -> Node:
    """The node of a range; ends that no document of the field can have are noted."""
    target = planning.target_of(query.field)
    if isinstance(target, Column):
        include = {"include_low": query.include_low, "include_high": query.include_high}
        try:
            low, high = target.ends(query.low, query.high, planning.clock, **include)
        except ValueError as error:
            return planning.bad_value(query, f"field {target.name!r}: {error}")
        return ("range", boost, target.number, low, high)
    places = []
    for group in target.groups:
        low_end = _end(group, query.low, query.include_low)
        high_end = _end(group, query.high, query.include_high)
        places += [(number, low_end, high_end) for number, _ in group.members]
    return ("texts", boost, sorted(places, key=_number), planning.limits.patterns)


def _end(group: Group, text: str | None, included: bool) -> tuple[str, bool] | None:
    """The end of a range of words, as words of the group's fields are kept."""
    if text is None:
        return None
    starts = group.starts(text)
    return (starts[0][0] if len(starts) == 1 else text), included


def _number(place: tuple[int, object, object]) -> int:
    return place[0]
