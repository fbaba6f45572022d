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
from .index import Index, Optimization, Receipt, Snapshot, Writer, create, in_memory, open
from .query.diagnostics import Diagnostic
from .query.tree import All, And, Bool, Boost, Not, Nothing, Or, Phrase, Prefix, Query, Term
from .schema import Boolean, Date, Keyword, Number, Schema, Text
from .search.explanation import Explanation
from .search.many import ManyResults
from .search.results import Hit, Results

__version__ = "0.1.0"

__all__ = [
    "All",
    "Analyzer",
    "And",
    "Bool",
    "Boolean",
    "Boost",
    "ComponentError",
    "CorruptIndexError",
    "Date",
    "Diagnostic",
    "DocumentError",
    "Explanation",
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
    "Receipt",
    "Results",
    "Schema",
    "SchemaError",
    "SearchlibError",
    "Snapshot",
    "Term",
    "Text",
    "Token",
    "UnknownFieldError",
    "Writer",
    "analysis",
    "create",
    "in_memory",
    "open",
]
