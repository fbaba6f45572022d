"""The benchmarks' nDCG is that of trec_eval."""

import random

import pytest

from benchmarks.ndcg import mean_ndcg

pytrec_eval = pytest.importorskip(
    "pytrec_eval", reason="pytrec_eval, the peer of this test, is not installed"
)


def test_the_mean_ndcg_of_random_rankings_is_that_of_trec_eval() -> None:
    source = random.Random(0)
    names = [f"d{number}" for number in range(30)]
    judgements, rankings = {}, {}
    for query in map(str, range(200)):
        judged = source.sample(names, 15)
        judgements[query] = {name: source.choice([-1, 0, 0, 1, 2, 4]) for name in judged}
        judgements[query][judged[0]] = 1
        rankings[query] = source.sample(names, source.choice([0, 3, 10, 20]))
    evaluator = pytrec_eval.RelevanceEvaluator(judgements, {"ndcg_cut.10"})
    theirs = evaluator.evaluate(
        {q: {name: -float(place) for place, name in enumerate(r)} for q, r in rankings.items()}
    )
    # trec_eval leaves a query out that found nothing; the mean is over all of them.
    expected = sum(row["ndcg_cut_10"] for row in theirs.values()) / len(rankings)
    assert mean_ndcg(rankings, judgements) == pytest.approx(expected)
