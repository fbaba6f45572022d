"""What is searched for? Trees of immutable values; text and JSON are other ways to write them.

`str(query)` is query text that parses back to an equal tree; `repr(query)` is Python that makes it;
`query.to_json()` is plain data, which `Query.from_json` reads back.
What the values mean for ranking is in docs/ranking.md; the text is in docs/query-language.md.
"""

from .base import MAX_DEPTH, Query, Span, TooDeepError
from .boolean import And, Bool, Not, Or
from .scoring import (
    MAX_BOOST,
    MIN_BOOST,
    Boost,
    Constant,
    Decay,
    Demote,
    DisMax,
    FieldScore,
    Filter,
)
from .similar import MoreLike
from .spans import MAX_DISTANCE, First, Near
from .values import All, Exists, Nothing, Range
from .words import (
    MAX_EDITS,
    MAX_SLOP,
    Combined,
    Fuzzy,
    Phrase,
    Prefix,
    Regex,
    Term,
    Terms,
    Wildcard,
)

__all__ = [
    "MAX_BOOST",
    "MAX_DEPTH",
    "MAX_DISTANCE",
    "MAX_EDITS",
    "MAX_SLOP",
    "MIN_BOOST",
    "All",
    "And",
    "Bool",
    "Boost",
    "Combined",
    "Constant",
    "Decay",
    "Demote",
    "DisMax",
    "Exists",
    "FieldScore",
    "Filter",
    "First",
    "Fuzzy",
    "MoreLike",
    "Near",
    "Not",
    "Nothing",
    "Or",
    "Phrase",
    "Prefix",
    "Query",
    "Range",
    "Regex",
    "Span",
    "Term",
    "Terms",
    "TooDeepError",
    "Wildcard",
]
