"""How are words near each other planned, and words near the start of a field?

Each searched field has a tree of spans of its own: stretches of its positions. A keyword has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..schema import Text
from .nodes import NONE, Node
from .patterns import folded_pattern
from .targets import Column, Group
from .tree import And, First, Fuzzy, Near, Or, Phrase, Prefix, Query, Regex, Term, Terms, Wildcard

if TYPE_CHECKING:
    from .planner import Planning

Span = tuple[Any, ...]
MAX_UNORDERED = 8  # queries near each other in any order: the core looks at every order
MAX_NEAR_WORDS = (
    1_000  # that a pattern among them may stand for: each is looked up in each document
)


def near_node(planning: Planning, query: Near | First, boost: float) -> Node | None:
    """The node of queries whose places count."""
    names = sorted(set(_fields(query)))
    if len(names) > 1:
        message = f"words in the fields {', '.join(names)} are never near each other"
        return planning.bad_near(query, message, "what no document has")
    target = planning.target_of(names[0] if names else None)
    if isinstance(target, Column):
        return planning.bad_near(
            query, f"field {target.name!r} has no words", "what no document has"
        )
    if _widest(query) > MAX_UNORDERED:
        message = f"at most {MAX_UNORDERED} queries may be near each other in any order"
        planning.bad_near(query, message, "all of them, anywhere")
        return planning.node(And(*query.queries), boost) if isinstance(query, Near) else NONE
    parts: list[tuple[int, float, Span]] = []
    schema = planning.targets.schema
    for group in target.groups:
        span = _span(query, group)
        for number, weight in group.members:
            if span is not None and isinstance(schema[schema.names[number]], Text):
                parts.append((number, weight, span))
    if not parts:
        if any(isinstance(schema[name], Text) for name in target.names):
            planning.bad_near(query, "no analyzer of the field keeps any of the words", "left out")
            return None
        return planning.bad_near(
            query, f"{', '.join(target.names)}: a keyword has no places", "what no document has"
        )
    limit = min(planning.limits.patterns, MAX_NEAR_WORDS)
    return ("near", boost, sorted(parts, key=_number), limit)


def _span(query: Query, group: Group) -> Span | None:
    """The spans of a query in the fields of a group; None where analysis leaves nothing of it."""
    if isinstance(query, Term | Phrase):
        return _words(query.text, query.slop if isinstance(query, Phrase) else 0, group)
    if isinstance(query, Terms):
        return _any([_words(text, 0, group) for text in query.texts])
    if isinstance(query, Prefix):
        starts = group.starts(query.text)
        return ("prefix", starts[-1][0]) if starts else None
    if isinstance(query, Wildcard | Regex):
        kind = "wildcard" if isinstance(query, Wildcard) else "regex"
        return (kind, folded_pattern(group, query))
    if isinstance(query, Fuzzy):
        starts = group.starts(query.text)
        return ("fuzzy", starts[-1][0], query.edits, query.prefix) if starts else None
    if isinstance(query, Or):
        return _any([_span(part, group) for part in query.queries])
    if isinstance(query, First):
        inside = _span(query.query, group)
        return None if inside is None else ("first", inside, query.within)
    assert isinstance(query, Near), query
    spans = [span for part in query.queries if (span := _span(part, group)) is not None]
    if len(spans) <= 1:
        return spans[0] if spans else None
    return ("near", spans, query.distance, query.ordered)


def _words(text: str, slop: int, group: Group) -> Span | None:
    terms = group.terms(text)
    if not terms:
        return None
    first, last = terms[0][1], terms[-1][1]
    if first == last:
        return ("terms", [term for term, _ in terms])
    return ("phrase", [(term, position - first) for term, position in terms], slop)


def _any(spans: list[Span | None]) -> Span | None:
    kept = [span for span in spans if span is not None]
    if len(kept) <= 1:
        return kept[0] if kept else None
    return ("any", kept)


def _fields(query: Query) -> list[str]:
    if isinstance(query, Near | Or):
        return [name for part in query.queries for name in _fields(part)]
    if isinstance(query, First):
        return _fields(query.query)
    name = getattr(query, "field", None)
    return [] if name is None else [name]


def _widest(query: Query) -> int:
    if isinstance(query, Near | Or):
        own = len(query.queries) if isinstance(query, Near) and not query.ordered else 0
        return max(own, *(_widest(part) for part in query.queries))
    return _widest(query.query) if isinstance(query, First) else 0


def _number(part: tuple[int, float, Span]) -> int:
    return part[0]
