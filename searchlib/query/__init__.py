"""What is searched for? Queries as values, as text, and as plans for the native core."""

from .diagnostics import Diagnostic
from .parser import Parsed, parse
from .planner import Planned, plan
from .tree import (
    All,
    And,
    Bool,
    Boost,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)

__all__ = [
    "All",
    "And",
    "Bool",
    "Boost",
    "Diagnostic",
    "Not",
    "Nothing",
    "Or",
    "Parsed",
    "Phrase",
    "Planned",
    "Prefix",
    "Query",
    "Term",
    "parse",
    "plan",
]
