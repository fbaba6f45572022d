"""How are queries planned that match as others do and score otherwise?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..schema import Date, Number
from .dates import micros_of_length, span_of_date
from .nodes import NONE, Node
from .targets import Column
from .tree import MAX_BOOST, MIN_BOOST, Constant, Decay, Demote, DisMax, FieldScore, Filter, Query

if TYPE_CHECKING:
    from .planner import Planning


def constant_node(planning: Planning, query: Constant, boost: float) -> Node | None:
    """The node of a query whose matches all score the same."""
    node = planning.node(query.query, 1.0)
    if node is None or node is NONE:
        return node
    return ("constant", min(max(query.score * boost, MIN_BOOST), MAX_BOOST), node)


def filter_node(planning: Planning, query: Filter, boost: float) -> Node | None:
    """The node of a query that scores nothing."""
    node = planning.node(query.query, 1.0)
    if node is None or node is NONE:
        return node
    return ("constant", 0.0, node)


def best_node(planning: Planning, query: DisMax, boost: float) -> Node | None:
    """The node of the best of several queries."""
    nodes = parts_of_all(planning, query.queries, boost)
    if not nodes:
        return None
    nodes = [node for node in nodes if node is not NONE]
    if len(nodes) <= 1:
        return nodes[0] if nodes else NONE
    return ("dis_max", query.tie, nodes)


def at_least_node(
    planning: Planning, queries: Sequence[Query], minimum: int, boost: float
) -> Node | None:
    """The node of so many of the queries; of all that analysis leaves, where they are fewer."""
    nodes = parts_of_all(planning, queries, boost)
    if not nodes:
        return None
    minimum = min(minimum, len(nodes))
    nodes = [node for node in nodes if node is not NONE]
    return ("at_least", minimum, nodes) if len(nodes) >= minimum else NONE


def parts_of_all(planning: Planning, queries: Sequence[Query], boost: float) -> list[Node]:
    """The nodes of the queries of which analysis leaves something."""
    nodes = (planning.node(query, boost) for query in queries)
    return [node for node in nodes if node is not None]


def demote_node(planning: Planning, query: Demote, boost: float) -> Node | None:
    """The node of a query whose score is less where another one matches."""
    node, negative = planning.node(query.query, boost), planning.node(query.negative, 1.0)
    if node is None or node is NONE or negative is None or negative is NONE:
        return node
    return ("demote", query.factor, node, negative)


def decay_node(planning: Planning, query: Decay, boost: float) -> Node | None:
    """The node of a query whose score is less the further a value is from another."""
    node = planning.node(query.query, boost)
    if node is None or node is NONE:
        return node
    target = planning.targets.of(query.field)
    try:
        origin, scale, offset = _distances(planning, target, query)
    except ValueError as error:
        planning.unscored(query, f"field {query.field!r}: {error}")
        return node
    field = planning.targets.schema.number(query.field)
    return ("decay", node, field, query.shape, origin, scale, offset, query.decay)


def _distances(planning: Planning, target: object, query: Decay) -> tuple[float, float, float]:
    """Where a decay has its origin, its scale and its offset, as numbers of the field."""
    offset = query.offset
    if isinstance(target, Column) and isinstance(target.field, Number):
        origin = float(target.field.parse(query.origin))
        scale = float(target.field.parse(query.scale))
        free = 0.0 if offset is None else float(target.field.parse(offset))
    elif isinstance(target, Column) and isinstance(target.field, Date):
        # A date is all the time that it names: within it the distance is 0.
        start, end = span_of_date(query.origin, planning.clock(), is_end=True)
        half = (end - 1 - start) / 2
        origin, scale = start + half, float(micros_of_length(query.scale))
        free = half + (0.0 if offset is None else micros_of_length(offset))
    else:
        raise ValueError("a decay needs a number or date field")
    if not scale > 0:
        raise ValueError(f"scale is more than 0, got {query.scale}")
    if not 0 <= free < math.inf:
        raise ValueError(f"offset is not less than 0, got {offset}")
    return origin, scale, free


def field_score_node(planning: Planning, query: FieldScore, boost: float) -> Node | None:
    """The node of a query whose score is multiplied by a function of a value."""
    node = planning.node(query.query, boost)
    if node is None or node is NONE:
        return node
    target = planning.targets.of(query.field)
    if not (isinstance(target, Column) and isinstance(target.field, Number)):
        planning.unscored(query, f"field {query.field!r}: a score is made from a number field")
        return node
    return ("value", node, target.number, query.function, query.factor, query.missing)
