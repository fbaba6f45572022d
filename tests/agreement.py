"""Does the index answer what the oracle answers? One comparison for all tests that ask."""

import math
from typing import Any

from searchlib.query.tree import Query

from .oracle import Oracle

SCORES = 1e-5  # relative: what a score may differ by
TIES = 1e-9  # relative: scores this near may stand in either order, since sums have an order too

Ranking = list[tuple[int, float]]  # (serial number, score)


def assert_agreement(
    index: Any, oracle: Oracle, query: Query, *, limits: tuple[int, ...] = (2, 100), **how: Any
) -> None:
    """Search both, and compare the total, which documents, their order and their scores.

    `index` is an Index or a Snapshot whose documents have keys; `how` goes to its `search`.
    """
    start = how.get("offset", 0)
    ranked = oracle.search(query, fields=how.get("fields"), filter=how.get("filter"))
    for limit in limits:
        results = index.search(query, limit=limit, **how)
        hits = [(oracle.serials[hit.key], hit.score) for hit in results]
        assert results.total == len(ranked)
        assert_same_page(hits, ranked[start : start + limit], dict(ranked))
        if start == 0:
            shown = {serial for serial, _ in hits}
            assert_first_of_equals(oracle, [serial for serial, _ in ranked], shown)


def assert_same_page(hits: Ranking, page: Ranking, scores: dict[int, float]) -> None:
    assert len(hits) == len(page)
    assert [serial for serial, _ in hits if serial not in scores] == []
    assert [
        (serial, score, scores[serial])
        for serial, score in hits
        if not math.isclose(score, scores[serial], rel_tol=SCORES)
    ] == []
    # The hit at each place is worth what the oracle's hit at that place is worth.
    assert [
        (ours, best)
        for (ours, _), (best, worth) in zip(hits, page, strict=True)
        if ours != best and not math.isclose(scores[ours], worth, rel_tol=TIES)
    ] == []
    assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))


def assert_first_of_equals(oracle: Oracle, matching: list[int], shown: set[int]) -> None:
    """Of documents with the same content, those are shown that were inserted first."""
    hidden = set()
    for serial in sorted(matching):
        content = oracle.content(serial)
        if serial in shown:
            assert content not in hidden, f"document {serial} is shown, an equal earlier one is not"
        else:
            hidden.add(content)
