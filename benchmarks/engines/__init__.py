"""The engines that are measured: searchlib and its peers, each behind the same small interface."""

from .base import Ask, Cost, Engine
from .bm25s import Bm25s
from .fts5 import Fts5
from .lucene import Lucene
from .searchlib import Searchlib
from .tantivy import Tantivy
from .whoosh import Whoosh

ENGINES: dict[str, type[Engine]] = {
    engine.name: engine for engine in (Searchlib, Tantivy, Fts5, Bm25s, Lucene, Whoosh)
}

__all__ = ["ENGINES", "Ask", "Cost", "Engine"]
