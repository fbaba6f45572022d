"""The same documents match here and in Whoosh."""

import warnings
from typing import Any

import pytest

from searchlib.query.tree import And, Not, Or, Phrase, Prefix, Query, Term

from .corpus import FIELDS, Corpus, random_corpus
from .matching import keys, searchlib_index

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Whoosh is unmaintained: its own code warns
    pytest.importorskip("whoosh", reason="Whoosh, the peer of this test, is not installed")
    import whoosh.analysis as analysis
    import whoosh.fields as fields
    import whoosh.filedb.filestore as filestore
    import whoosh.query as peer

pytestmark = pytest.mark.filterwarnings("ignore")


def whoosh_index(corpus: Corpus) -> Any:
    words = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()
    schema = fields.Schema(
        key=fields.ID(stored=True),
        **{name: fields.TEXT(analyzer=words, phrase=True) for name in FIELDS},
    )
    index = filestore.RamStorage().create_index(schema)
    writer = index.writer()
    for key, document in corpus.documents.items():
        writer.add_document(key=key, **document)
    writer.commit()
    return index


def whoosh_query(query: Query) -> Any:
    """The query as Whoosh's own objects; a word of no field stands in any field."""
    match query:
        case Term():
            return in_fields(query.field, lambda f: peer.Term(f, query.text.lower()))
        case Phrase():
            words = query.text.lower().split()
            return in_fields(query.field, lambda f: phrase(f, words))
        case Prefix():
            return in_fields(query.field, lambda f: peer.Prefix(f, query.text))
        case And():
            return peer.And([whoosh_query(part) for part in query.queries])
        case Or():
            return peer.Or([whoosh_query(part) for part in query.queries])
        case Not():
            return peer.Not(whoosh_query(query.query))
    raise TypeError(f"no Whoosh query for {query!r}")


def phrase(field: str, words: list[str]) -> Any:
    return peer.Phrase(field, words) if words[1:] else peer.Term(field, words[0])


def in_fields(name: str | None, make: Any) -> Any:
    return make(name) if name else peer.Or([make(field) for field in FIELDS])


@pytest.mark.parametrize("seed", range(5, 8))
def test_the_same_documents_match_here_and_in_whoosh(seed: int) -> None:
    corpus = random_corpus(seed)
    with whoosh_index(corpus).searcher() as searcher, searchlib_index(corpus) as index:
        differing = {
            str(query): (ours, theirs)
            for query in corpus.queries
            if (ours := keys(index, query)) != (theirs := whoosh_keys(searcher, query))
        }
    assert differing == {}


def whoosh_keys(searcher: Any, query: Query) -> list[str]:
    docs = searcher.docs_for_query(whoosh_query(query))
    return sorted(searcher.stored_fields(doc)["key"] for doc in docs)
