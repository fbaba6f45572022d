"""Full-text search to import: articles go in, ranked hits with marked passages come back.

>>> import searchlib
>>> from searchlib import Keyword, Schema, Text
>>> schema = Schema(id=Keyword(key=True), body=Text(analyzer="english"))
>>> index = searchlib.in_memory(schema)
>>> _ = index.upsert({"id": "a", "body": "Wind turbines stand at sea."})
>>> for hit in index.search("turbine"):
...     print(hit.key, *hit.highlight("body"))
a Wind <mark>turbines</mark> stand at sea.
"""

from typing import TYPE_CHECKING, Any

from . import analysis
from .analysis import Analyzer, Token
from .errors import (
    ComponentError,
    CorruptIndexError,
    DocumentError,
    IndexBusyError,
    IndexClosedError,
    IndexVersionError,
    KeyExistsError,
    LimitError,
    QuerySyntaxError,
    SchemaError,
    SearchlibError,
    UnknownFieldError,
)
from .highlight import Markup, Passage
from .index.index import Index, create, in_memory, open
from .index.snapshot import Snapshot
from .index.writer import Receipt, Writer
from .query.diagnostics import Diagnostic
from .query.tree import LATER as LATER_QUERIES
from .query.tree import (
    All,
    And,
    Bool,
    Boost,
    Constant,
    Exists,
    Filter,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
)
from .schema import Boolean, Date, Keyword, Number, Schema, Text
from .search.many import ManyResults
from .search.results import Hit, Results
from .store.merging import MergeRun, SegmentSize

if TYPE_CHECKING:
    from .index.checking import check
    from .index.optimization import Optimization
    from .index.repair import Repair, repair
    from .query.tree import (
        Combined,
        Decay,
        Demote,
        DisMax,
        FieldScore,
        First,
        Fuzzy,
        MoreLike,
        Near,
        Regex,
        Terms,
        Wildcard,
    )
    from .search.explanation import Explanation
    from .search.ranking import BM25, TFIDF, BM25Plus, Dirichlet, WordCounts
    from .search.why_not import Held, WhyNot
    from .search.work import Work
    from .store.check import Report

__version__ = "0.1.0"

__all__ = [
    "BM25",
    "TFIDF",
    "All",
    "Analyzer",
    "And",
    "BM25Plus",
    "Bool",
    "Boolean",
    "Boost",
    "Combined",
    "ComponentError",
    "Constant",
    "CorruptIndexError",
    "Date",
    "Decay",
    "Demote",
    "Diagnostic",
    "Dirichlet",
    "DisMax",
    "DocumentError",
    "Exists",
    "Explanation",
    "FieldScore",
    "Filter",
    "First",
    "Fuzzy",
    "Held",
    "Hit",
    "Index",
    "IndexBusyError",
    "IndexClosedError",
    "IndexVersionError",
    "KeyExistsError",
    "Keyword",
    "LimitError",
    "ManyResults",
    "Markup",
    "MergeRun",
    "MoreLike",
    "Near",
    "Not",
    "Nothing",
    "Number",
    "Optimization",
    "Or",
    "Passage",
    "Phrase",
    "Prefix",
    "Query",
    "QuerySyntaxError",
    "Range",
    "Receipt",
    "Regex",
    "Repair",
    "Report",
    "Results",
    "Schema",
    "SchemaError",
    "SearchlibError",
    "SegmentSize",
    "Snapshot",
    "Term",
    "Terms",
    "Text",
    "Token",
    "UnknownFieldError",
    "WhyNot",
    "Wildcard",
    "WordCounts",
    "Work",
    "Writer",
    "analysis",
    "check",
    "create",
    "in_memory",
    "open",
    "repair",
]


# Made when they are first asked for: the rarer kinds of query, and what few programs ask.
_LATER = {
    **{name: "query.tree" for name in LATER_QUERIES if name in __all__},
    **dict.fromkeys(("BM25", "BM25Plus", "Dirichlet", "TFIDF", "WordCounts"), "search.ranking"),
    **dict.fromkeys(("Held", "WhyNot"), "search.why_not"),
    **dict.fromkeys(("Repair", "repair"), "index.repair"),
    "Explanation": "search.explanation",
    "Optimization": "index.optimization",
    "Report": "store.check",
    "Work": "search.work",
    "check": "index.checking",
}


def __getattr__(name: str) -> Any:
    if (module := _LATER.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{module}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
