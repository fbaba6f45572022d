"""How is a document's score made from counts? The rankings that a search can be given.

Formulas, sources and worked numbers: docs/ranking.md. The native core computes them; here are their
settings, and the counts that a ranking function of the user's own is called with.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import attrs

from ..errors import shown
from ..schema import Schema
from .searcher import K1, PLAIN, B, NativeRanking


@attrs.frozen
class WordCounts:
    """What is known of a word of the query in the whole snapshot, deleted documents included.

    Of a phrase each word is scored with the phrase's tf, and the scores are added. Several fields
    count as one: their frequencies and lengths are summed with the fields' weights.
    """

    doc_count: int
    """N: all documents."""
    doc_freq: int
    """n: documents that hold the word, in the field where most do."""
    collection_freq: float
    """cf: how often the word stands in all documents together."""
    token_count: float
    """T: how many words the fields of all documents have together."""
    average_length: float
    """T / N."""


RankingFunction = Callable[[float, float, WordCounts], float]
ByField = float | Mapping[str, float]


def _number(low: float, high: float = inf, *, open_low: bool = False) -> Any:
    """A validator of a number, or of a number for each of some fields."""

    def check(instance: object, attribute: "attrs.Attribute[ByField]", value: ByField) -> None:
        numbers = value.values() if isinstance(value, Mapping) else (value,)
        for number in numbers:
            above = low < number if open_low else low <= number
            if not above or not number <= high or number == inf:
                least = f"above {low:g}" if open_low else f"at least {low:g}"
                most = "" if high == inf else f" and at most {high:g}"
                raise ValueError(f"{attribute.name} must be {least}{most}, got {number}")

    return check


@attrs.frozen
class BM25:
    """BM25, over several fields as one (BM25F): what a search uses unless it is told otherwise.

    `k1`: how slowly further occurrences add to the score, 0: not at all. `b`: how much a long
    field is held against a document, from 0 to 1. Either is one number, or a mapping from names of
    fields to their own; other fields have the default.

    >>> BM25(b={"title": 0.3})
    BM25(k1=1.2, b={'title': 0.3})
    """

    k1: ByField = attrs.field(default=K1, validator=_number(0))
    b: ByField = attrs.field(default=B, validator=_number(0, 1))

    def native(self, schema: Schema) -> NativeRanking:
        return ("bm25", *_settings(self.k1, self.b, schema))


@attrs.frozen
class BM25Plus:
    """BM25+: an occurrence counts `delta` at least, so that long documents are not ruled out.

    `k1` and `b` as in `BM25`.
    """

    k1: ByField = attrs.field(default=K1, validator=_number(0))
    b: ByField = attrs.field(default=B, validator=_number(0, 1))
    delta: float = attrs.field(default=1.0, validator=_number(0))

    def native(self, schema: Schema) -> NativeRanking:
        return ("bm25+", *_settings(self.k1, self.b, schema), float(self.delta))


@attrs.frozen
class TFIDF:
    """The square root of a word's share of the document, times how rare the word is."""

    def native(self, schema: Schema) -> NativeRanking:
        return ("tf-idf",)


@attrs.frozen
class Dirichlet:
    """How likely a document's language is to give the query, smoothed by `mu` words of all."""

    mu: float = attrs.field(default=2000.0, validator=_number(0, open_low=True))

    def native(self, schema: Schema) -> NativeRanking:
        return ("dirichlet", float(self.mu))


Ranking = BM25 | BM25Plus | TFIDF | Dirichlet | RankingFunction
NAMED: dict[str, BM25 | BM25Plus | TFIDF | Dirichlet] = {
    "bm25": BM25(),
    "bm25+": BM25Plus(),
    "tf-idf": TFIDF(),
    "dirichlet": Dirichlet(),
}


def native_ranking(ranking: Ranking | None, schema: Schema) -> NativeRanking:
    """A ranking as the native core takes it; None is plain BM25.

    Raises:
        UnknownFieldError: it has settings for a field that the schema lacks.
        TypeError: it is no ranking and cannot be called.
    """
    if ranking is None:
        return PLAIN
    if isinstance(ranking, BM25 | BM25Plus | TFIDF | Dirichlet):
        return ranking.native(schema)
    if isinstance(ranking, type) or not callable(ranking):
        raise TypeError(
            "a ranking is BM25(), BM25Plus(), TFIDF(), Dirichlet() or a function of tf, length and "
            f"the word's counts, got {shown(ranking)}"
        )
    return ("function", ranking, WordCounts)


def _settings(k1: ByField, b: ByField, schema: Schema) -> tuple[float, float, list[Any]]:
    """k1 and b of most fields, and (number, k1, b) of each field with its own."""
    own_k1 = dict(k1) if isinstance(k1, Mapping) else {}
    own_b = dict(b) if isinstance(b, Mapping) else {}
    all_k1 = K1 if isinstance(k1, Mapping) else float(k1)
    all_b = B if isinstance(b, Mapping) else float(b)
    own = [
        (schema.number(name), float(own_k1.get(name, all_k1)), float(own_b.get(name, all_b)))
        for name in dict.fromkeys((*own_k1, *own_b))
    ]
    return all_k1, all_b, own
