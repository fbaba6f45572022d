"""How well do the hits answer? nDCG@10 on collections with judgements, beside bm25s.

Three rankings of each collection:
joined: title and body as one field, the query's words by OR, a repeated word counting twice;
default: the query as typed, over a title of boost 2 and a body;
bm25s: title and body as one text, k1 1.2 and b 0.75 as ours, its own tokens.
Ours are analyzed by the analyzer named after the language; no stop words are dropped.
bm25s gets English words stemmed by Snowball, others whole.
"""

import importlib.metadata
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import searchlib
from searchlib import Keyword, Schema, Text
from searchlib.query.tree import Or, Term

from .collections import Collection, collections, read_collection
from .ndcg import mean_ndcg

DEPTH = 10
ENGLISH = {"cranfield", "cisi", "medline", "cacm", "nfcorpus"}  # what bm25s gets stemmed
LANGUAGES = {
    "jsquad": "japanese",
    "xquad-ar": "arabic",
    "xquad-de": "german",
    "xquad-el": "greek",
    "xquad-es": "spanish",
    "xquad-hi": "hindi",
    "xquad-ru": "russian",
    "xquad-th": "thai",
    "xquad-zh": "chinese",
}
Rankings = dict[str, list[str]]


def run(data: Path, *, only: list[str] | None = None) -> list[dict[str, Any]]:
    """Rank every query of every collection, print a line for each, and return the figures."""
    settings: dict[str, Callable[[Collection], Rankings]] = {"joined": joined, "default": default}
    if has_bm25s():
        settings["bm25s"] = bm25s_rankings
    else:
        print("bm25s is not installed: no peer beside our figures")
    print(f"{'nDCG@10':14}{'queries':>8}" + "".join(f"{name:>10}" for name in settings))
    rows = []
    for folder in collections(data):
        if only and folder.name not in only:
            continue
        collection = read_collection(folder)
        row: dict[str, Any] = {"collection": collection.name, "queries": len(collection.queries)}
        for name, ranked in settings.items():
            start = time.perf_counter()
            row[name] = round(mean_ndcg(ranked(collection), collection.judgements), 4)
            row[f"{name}_s"] = round(time.perf_counter() - start, 2)
        figures = "".join(f"{row[name]:10.3f}" for name in settings)
        print(f"{collection.name:14}{row['queries']:8}{figures}", flush=True)
        rows.append(row)
    if not rows:
        print(f"no collection in {data}: expected folders with docs.jsonl.gz in them")
    return rows


def report(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures with what they depend on."""
    versions = {name: version(name) for name in ("searchlib", "bm25s", "nltk")}
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "versions": versions,
        "ndcg_at_10": rows,
    }


def joined(collection: Collection) -> Rankings:
    schema = Schema(id=Keyword(key=True), text=Text(analyzer=analyzer(collection)))
    words = Text().analyzer
    with searchlib.in_memory(schema) as index:
        index.upsert({"id": d["id"], "text": whole_text(d)} for d in collection.documents)
        return {
            query: keys(index.search(Or(*(Term(t.form) for t in words.tokens(text))), limit=DEPTH))
            for query, text in collection.queries.items()
        }


def default(collection: Collection) -> Rankings:
    text = Text(analyzer=analyzer(collection))
    title = Text(analyzer=analyzer(collection), boost=2.0)
    with searchlib.in_memory(Schema(id=Keyword(key=True), title=title, body=text)) as index:
        index.upsert(collection.documents)
        return {
            query: keys(index.search(typed, limit=DEPTH))
            for query, typed in collection.queries.items()
        }


def bm25s_rankings(collection: Collection) -> Rankings:
    import bm25s
    from nltk.stem.snowball import EnglishStemmer

    stems: dict[str, str] = {}
    stemmer = EnglishStemmer()

    def stemmed(words: list[str]) -> list[str]:
        if collection.name not in ENGLISH:
            return words
        return [stems[w] if w in stems else stems.setdefault(w, stemmer.stem(w)) for w in words]

    def tokens(texts: list[str]) -> list[list[str]]:
        split = bm25s.tokenize(texts, stopwords=[], return_ids=False, show_progress=False)
        return [stemmed(words) for words in split]

    ranker = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    ranker.index(tokens([whole_text(d) for d in collection.documents]), show_progress=False)
    depth = min(DEPTH, len(collection.documents))  # it refuses to be asked for more
    found = {}
    for query, text in collection.queries.items():
        (places,), (scores,) = ranker.retrieve(tokens([text]), k=depth, show_progress=False)
        # A query that matches less than DEPTH documents is filled up with scores of 0.
        kept = [place for place, score in zip(places, scores, strict=True) if score > 0]
        found[query] = [collection.documents[place]["id"] for place in kept]
    return found


def analyzer(collection: Collection) -> str:
    return LANGUAGES.get(collection.name, "english" if collection.name in ENGLISH else "standard")


def whole_text(document: dict[str, str]) -> str:
    return f"{document['title']}\n{document['body']}"


def keys(results: Any) -> list[str]:
    return [hit.key for hit in results]


def has_bm25s() -> bool:
    return version("bm25s") is not None


def version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
