"""A corpus in searchlib, and the keys that match a query: what peers are compared with."""

from searchlib import Index, Keyword, Schema, Text, in_memory
from searchlib.query.tree import Query

from .corpus import Corpus

SCHEMA = Schema(id=Keyword(key=True), title=Text(boost=2.0), body=Text())
BATCH = 90  # documents a transaction: several segments


def searchlib_index(corpus: Corpus) -> Index:
    """The corpus in several segments, after a deletion that leaves no trace."""
    index = in_memory(SCHEMA)
    rows = [{"id": key, **document} for key, document in corpus.documents.items()]
    index.upsert([{"id": "gone", "body": rows[0]["body"] + rows[-1]["body"]}])
    for start in range(0, len(rows), BATCH):
        index.upsert(rows[start : start + BATCH])
    index.delete("gone")
    return index


def keys(index: Index, query: Query) -> list[str]:
    """The keys of all documents that match, sorted; counted and listed alike."""
    results = index.search(query, limit=len(index) + 1)
    found = sorted(str(hit.key) for hit in results)
    assert results.total == len(found)
    return found
