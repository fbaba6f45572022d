"""Which function plans which of the rarer kinds of query? All that are no words joined together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .likeness import more_like_node
from .nearness import near_node
from .nodes import Node
from .patterns import combined_node, exists_node, fuzzy_node, pattern_node, terms_node
from .ranges import range_node
from .scoring import (
    best_node,
    constant_node,
    decay_node,
    demote_node,
    field_score_node,
    filter_node,
)
from .tree import (
    Combined,
    Constant,
    Decay,
    Demote,
    DisMax,
    Exists,
    FieldScore,
    Filter,
    First,
    Fuzzy,
    MoreLike,
    Near,
    Query,
    Range,
    Regex,
    Terms,
    Wildcard,
)

if TYPE_CHECKING:
    from .planner import Planning

PLANNERS: dict[type[Query], Callable[[Planning, Any, float], Node | None]] = {
    Wildcard: pattern_node,
    Regex: pattern_node,
    Fuzzy: fuzzy_node,
    Terms: terms_node,
    Combined: combined_node,
    Exists: exists_node,
    Range: range_node,
    Near: near_node,
    First: near_node,
    Constant: constant_node,
    Filter: filter_node,
    DisMax: best_node,
    Demote: demote_node,
    Decay: decay_node,
    FieldScore: field_score_node,
    MoreLike: more_like_node,
}
