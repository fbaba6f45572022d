"""What is searched for? Trees of immutable values; text and JSON are other ways to write them.

`str(query)` is query text that parses back to an equal tree; `repr(query)` is Python that makes it;
`query.to_json()` is plain data, which `Query.from_json` reads back.
What the values mean for ranking is in docs/ranking.md; the text is in docs/query-language.md.
"""

from typing import TYPE_CHECKING, Any

from .base import MAX_DEPTH, Query, Span, TooDeepError
from .boolean import And, Bool, Not, Or
from .scored import MAX_BOOST, MIN_BOOST, Boost, Constant, Filter
from .values import All, Exists, Nothing, Range
from .words import MAX_SLOP, Phrase, Prefix, Term

if TYPE_CHECKING:
    from .patterns import MAX_EDITS, Fuzzy, Regex, Wildcard
    from .scoring import Decay, Demote, DisMax, FieldScore
    from .sets import Combined, Terms
    from .similar import MoreLike
    from .spans import MAX_DISTANCE, First, Near

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

# The rarer kinds, by the file they are in: making a class takes half a millisecond, which every
# program that imports searchlib would pay for each.
LATER = {
    **dict.fromkeys(("Decay", "Demote", "DisMax", "FieldScore"), "scoring"),
    **dict.fromkeys(("First", "Near", "MAX_DISTANCE"), "spans"),
    **dict.fromkeys(("Fuzzy", "Regex", "Wildcard", "MAX_EDITS"), "patterns"),
    **dict.fromkeys(("Combined", "Terms"), "sets"),
    "MoreLike": "similar",
}


def __getattr__(name: str) -> Any:
    if (module := LATER.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{module}", __name__), name)
    return value
