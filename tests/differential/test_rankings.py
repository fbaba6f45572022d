"""Scores are those of bm25s and Whoosh where these compute the same formula."""

import math
import warnings
from typing import Any

import pytest

import searchlib
from searchlib import BM25, TFIDF, BM25Plus, Keyword, Schema, Text, WordCounts
from searchlib.query.tree import Or, Term

from .corpus import random_corpus
from .matching import SCHEMA, searchlib_index

CORPUS = random_corpus(11)
BODIES = {key: document["body"] for key, document in CORPUS.documents.items()}


def tokens(text: str) -> list[str]:
    return [token.term for token in Text().analyzer.tokens(text)]


VOCABULARY = sorted({word for body in BODIES.values() for word in tokens(body)})


@pytest.fixture(scope="module")
def index() -> searchlib.Index:
    index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text()))
    index.upsert({"id": key, "body": body} for key, body in BODIES.items())
    return index


def scores(index: searchlib.Index, words: list[str], ranking: Any) -> dict[str, float]:
    query = Or(*(Term(word, "body") for word in words))
    return {
        str(hit.key): hit.score for hit in index.search(query, limit=len(index), ranking=ranking)
    }


QUERIES = [VOCABULARY[place : place + 3] for place in range(0, len(VOCABULARY), 3)]


@pytest.mark.parametrize(
    ("method", "ranking"),
    [("lucene", BM25(k1=0.9, b=0.4)), ("bm25+", BM25Plus(k1=1.5, b=0.6, delta=0.7))],
)
def test_scores_are_those_of_bm25s(index: searchlib.Index, method: str, ranking: Any) -> None:
    bm25s = pytest.importorskip("bm25s", reason="bm25s, the peer of this test, is not installed")
    k1, b, delta = ranking.k1, ranking.b, getattr(ranking, "delta", 0)
    ranker = bm25s.BM25(k1=k1, b=b, delta=delta, method=method, dtype="float64")
    ranker.index([tokens(body) for body in BODIES.values()], show_progress=False)
    for words in QUERIES:
        theirs = dict(zip(BODIES, ranker.get_scores(words).tolist(), strict=True))
        if method == "bm25+":  # it scores documents without a word above 0; the sum shifts by that
            nothing = [nonoccurrence(word, delta) for word in words]
            theirs = {
                key: theirs[key]
                - sum(
                    gain
                    for word, gain in zip(words, nothing, strict=True)
                    if word not in tokens(body)
                )
                for key, body in BODIES.items()
            }
        expected = {key: score for key, score in theirs.items() if score > 1e-6}
        # It keeps the factor k1 + 1 out of its form of Lucene's formula, as we do.
        assert scores(index, words, ranking) == {
            key: pytest.approx(score, rel=1e-5) for key, score in expected.items()
        }


def nonoccurrence(word: str, delta: float) -> float:
    n = sum(word in tokens(body) for body in BODIES.values())
    return delta * math.log((len(BODIES) + 1) / n)


def whoosh_tf_idf(tf: float, length: float, word: WordCounts) -> float:
    """Whoosh's TF_IDF, which knows no lengths."""
    return tf * (math.log(word.doc_count / (word.doc_freq + 1)) + 1)


@pytest.mark.filterwarnings("ignore")
def test_a_function_in_python_scores_as_whoosh_does() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("whoosh", reason="Whoosh, the peer of this test, is not installed")
        import whoosh.query as peer
        from whoosh.scoring import TF_IDF

    from .test_whoosh import whoosh_index

    with (
        whoosh_index(CORPUS).searcher(weighting=TF_IDF()) as searcher,
        searchlib.in_memory(SCHEMA) as index,
    ):
        index.upsert({"id": key, **document} for key, document in CORPUS.documents.items())
        for word in VOCABULARY:
            theirs = searcher.search(peer.Term("body", word), limit=None)
            assert scores(index, [word], whoosh_tf_idf) == {
                hit["key"]: pytest.approx(hit.score, rel=1e-6) for hit in theirs
            }


@pytest.mark.parametrize("ranking", [BM25Plus(), TFIDF(), searchlib.Dirichlet(), whoosh_tf_idf])
def test_a_merge_changes_no_score(ranking: Any) -> None:
    several = searchlib_index(CORPUS)
    several.merge()  # the deleted document counts until then
    one = searchlib.in_memory(SCHEMA)
    one.upsert({"id": key, **document} for key, document in CORPUS.documents.items())
    for words in QUERIES[:20]:
        assert scores(several, words, ranking) == scores(one, words, ranking)
