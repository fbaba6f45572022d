"""How good is a ranking, given graded judgements? nDCG as trec_eval computes it."""

import math
from collections.abc import Iterable, Mapping, Sequence


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Return the discounted gain of the first `depth` documents, as a part of the best possible.

    Source: Järvelin & Kekäläinen 2002, as `ndcg_cut` of trec_eval has it: the gain is the grade,
    the discount log2(place + 1) with places from 1, and the ideal ranking is of all judged
    documents. A document without a judgement has grade 0.

    >>> ndcg(["a", "b"], {"a": 1, "b": 2}) == (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    True
    >>> ndcg(["x", "y"], {"a": 1})
    0.0
    """
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain(grades.get(document, 0) for document in ranking[:depth]) / ideal


def mean_ndcg(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> float:
    """The mean over the queries that were ranked; each must have a relevant document."""
    return math.fsum(ndcg(ranking, judgements[query]) for query, ranking in rankings.items()) / len(
        rankings
    )


def _gain(grades: Iterable[int]) -> float:
    return sum(max(grade, 0) / math.log2(place + 2) for place, grade in enumerate(grades))
