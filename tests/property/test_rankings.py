"""Do all rankings, and functions in Python, score as they do by the book, skipping what they may?"""

import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib import BM25, TFIDF, BM25Plus, Dirichlet, WordCounts
from searchlib.query.tree import Bool, Or, Phrase, Prefix, Term

from .. import rankings
from ..agreement import assert_agreement
from ..rankings import Formula
from .test_scale import KINDS, LIMITS, WORDS, Collection, random_query
from .test_search import Case, cases


def steep(tf: float, length: float, word: WordCounts) -> float:
    """Grows faster than tf, so that the scores of two fields do not bound that of both."""
    return tf**2 / (1 + length / 50)


def ideal_length(tf: float, length: float, word: WordCounts) -> float:
    """Best at eight words: neither shorter nor longer documents score more."""
    return tf / (1 + abs(length - 8))


def once_is_best(tf: float, length: float, word: WordCounts) -> float:
    return 1 / tf + 1 / (1 + length)


# A ranking, the same by the book, and which part of the matches of frequent words it may score at
# most; None for a function that must score them all.
RANKINGS: dict[str, tuple[Any, Formula, float | None]] = {
    "other k1 and b": (BM25(k1=0.4, b=1), rankings.bm25(0.4, 1), 0.2),
    "no saturation": (BM25(k1=0), rankings.bm25(0), 1),  # many are equal, and none can be left out
    "BM25+": (BM25Plus(), rankings.bm25_plus(), 0.2),
    "TF-IDF": (TFIDF(), rankings.tf_idf, 0.2),
    "Dirichlet": (Dirichlet(), rankings.dirichlet(), 0.2),
    "Dirichlet of little": (Dirichlet(mu=3), rankings.dirichlet(3), 0.4),
    "BM25 in Python": (rankings.bm25(), rankings.bm25(), 0.2),
    "Dirichlet in Python": (rankings.dirichlet(5), rankings.dirichlet(5), 0.2),
    "steep": (steep, steep, 0.2),
    "ideal length": (ideal_length, ideal_length, None),
    "once is best": (once_is_best, once_is_best, None),
}
ranking_names = st.sampled_from(list(RANKINGS))


@given(cases(), ranking_names)
def test_any_query_is_ranked_as_by_the_book(case: Case, name: str) -> None:
    ranking, formula, _ = RANKINGS[name]
    index, oracle = case.filled()
    oracle.formula = formula
    assert_agreement(index, oracle, case.query, limits=(1, 3, 100), ranking=ranking)


@given(cases(), ranking_names)
def test_the_explanation_of_a_hit_adds_up_to_its_score(case: Case, name: str) -> None:
    index, _ = case.filled()
    for hit in index.search(case.query, ranking=RANKINGS[name][0]):
        explanation = hit.explain()
        assert math.isclose(explanation.value, hit.score, rel_tol=1e-9)
        for leaf in explained_words(explanation):
            assert math.isclose(leaf.value, math.prod(part.value for part in leaf.details))


def explained_words(explanation: Any) -> Any:
    """The explanations of words: those that are a product."""
    if " * " in explanation.description.partition(": ")[2] or explanation.description.endswith(
        ": log-likelihood"
    ):
        yield explanation
    else:
        for part in explanation.details:
            yield from explained_words(part)


@pytest.fixture(scope="module")
def collection() -> Collection:
    """Several segments of unlike lengths, of which documents are deleted."""
    return Collection([(5_000, 6), (800, 60), (60, 400)], deleted=0.05)


@pytest.mark.parametrize("name", RANKINGS)
def test_every_kind_of_query_is_ranked_as_by_the_book(collection: Collection, name: str) -> None:
    ranking, formula, _ = RANKINGS[name]
    oracle = collection.oracle
    oracle.formula = formula
    source = random.Random(name)
    for kind in KINDS:
        query = random_query(source, collection.documents, kind)
        assert_agreement(collection.index, oracle, query, limits=LIMITS, ranking=ranking)


FREQUENT = [
    Term(WORDS[0], "body"),
    Term(WORDS[1]),
    Or(Term(WORDS[0]), Term(WORDS[3]), Term(WORDS[300])),
    Or(Phrase(" ".join(WORDS[:2])), Term(WORDS[5])),
    Bool(must=[Term(WORDS[2])], should=[Term(WORDS[0], "body"), Prefix("j59")]),
]


@pytest.mark.parametrize("name", RANKINGS)
def test_only_what_may_reach_the_top_is_scored(collection: Collection, name: str) -> None:
    ranking, _, most = RANKINGS[name]
    results = [collection.index.search(query, limit=5, ranking=ranking) for query in FREQUENT]
    works = [found.explain() for found in results]
    is_exhaustive = most is None
    assert [work.exhaustive for work in works] == [is_exhaustive] * len(works)
    notes = [[note.kind for note in found.diagnostics] for found in results]
    assert notes == [["exhaustive"] if is_exhaustive else []] * len(works)
    assert all(0 < work.blocks_read <= work.blocks for work in works)
    scored = sum(work.scored for work in works) / sum(work.matching for work in works)
    # A list of less than 64 documents needs no bounds: there the scores themselves are compared.
    assert scored > 0.9 if most is None else scored <= most


def test_a_function_that_breaks_its_bounds_unseen_is_found_out() -> None:
    """It is as it should be wherever the bounds are asked for, and best where no class ends."""
    collection = Collection([(3_000, 30)])

    def odd(tf: float, length: float, word: WordCounts) -> float:
        usual = tf / (tf + length)
        return usual + 5 if tf == 2 and length % 7 == 3 and length != int(length / 2) * 2 else usual

    collection.oracle.formula = odd
    query = Or(*(Term(word, "body") for word in WORDS[:3]))
    assert_agreement(collection.index, collection.oracle, query, limits=(10,), ranking=odd)


@given(cases(), st.sampled_from([(0.0, 0.0), (0.5, 0.2), (2.0, 1.0)]))
def test_fields_with_settings_of_their_own_are_ranked_by_the_mean_of_their_norms(
    case: Case, own: tuple[float, float]
) -> None:
    name = case.schema.text_fields[0]
    index, _ = case.filled()
    k1, b = own
    ranking = BM25(k1={name: k1}, b={name: b})
    for text in ("wind", "farm"):
        for query in (Term(text, name), Term(text)):
            found = index.search(query, limit=100, ranking=ranking)
            expected = by_norms(case, query, {name: own})
            assert {hit.key: pytest.approx(hit.score, rel=1e-9) for hit in found} == expected


def by_norms(case: Case, query: Term, own: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Scores of a word by the book: the norm is the mean of the fields' norms, by their share."""
    oracle = case.filled()[1]
    names = [query.field] if query.field else list(case.schema.text_fields)
    terms = {name: oracle._terms(query.text, name) for name in names}
    weights = {name: case.schema[name].boost for name in names}
    total = len(oracle.kept)
    averages = {
        name: sum(entry.lengths[name] for entry in oracle.kept.values()) / total for name in names
    }
    average = sum(weights[name] * averages[name] for name in names)
    n = max(oracle._doc_freq(name, terms[name][0][0]) for name in names)
    scores = {}
    for entry in oracle.live.values():
        tf = sum(weights[name] * oracle._count(entry, name, terms[name]) for name in names)
        if tf:
            norm = 0.0
            for name in names:
                k1, b = own.get(name, (1.2, 0.75))
                if averages[name]:
                    share = weights[name] * averages[name] / average
                    norm += share * k1 * (1 - b + b * entry.lengths[name] / averages[name])
            scores[entry.document["id"]] = oracle._idf(n) * tf / (tf + norm)
    return scores
