"""How is an analyzer run? The only file of analysis that touches the compiled module."""

from __future__ import annotations

from functools import lru_cache
from json import dumps

from .. import _native
from .analyzer import Analyzer

MAX_COMPILED = 256  # a schema has a handful; each holds its stop words and a stemmer


@lru_cache(maxsize=MAX_COMPILED)
def compiled(analyzer: Analyzer) -> _native.Analyzer:
    """Return the native form of `analyzer`; equal analyzers share one.

    It is immutable and may be used from many threads at once.
    """
    return _native.Analyzer(dumps(analyzer.to_json()))
