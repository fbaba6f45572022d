"""How much of what there is did a search read and score?

Counted in a second run of the same search, when somebody asks: searches that nobody asks about
count nothing.
"""

from typing import Any

import attrs

from ..query.diagnostics import Diagnostic
from .searcher import NativeRanking, Plan, Searcher


@attrs.frozen
class Work:
    """What a search scored and read, of what there was.

    >>> print(Work("BM25", scored=12, tried=10, matching=3204, blocks_read=9, blocks=62))
    12 of 3,204 matching documents scored by BM25, 10 tried beforehand
    9 of 62 blocks of postings read
    """

    ranking: str
    scored: int
    """Documents that were scored because they could reach the top."""
    tried: int
    """Documents that were scored beforehand, for a first threshold."""
    matching: int
    """Documents that match."""
    blocks_read: int
    blocks: int
    """Blocks of up to 128 postings in the lists of the query's words."""
    exhaustive: bool = False
    """Whether every match was scored, as the ranking function gave no bounds for a word."""

    def __str__(self) -> str:
        matching = (
            "1 matching document"
            if self.matching == 1
            else (f"{self.matching:,} matching documents")
        )
        tried = f", {self.tried:,} tried beforehand" if self.tried else ""
        blocks = "1 block" if self.blocks == 1 else f"{self.blocks:,} blocks"
        return (
            f"{self.scored:,} of {matching} scored by {self.ranking}{tried}\n"
            f"{self.blocks_read:,} of {blocks} of postings read"
        )


def work_of(
    searcher: Searcher, plan: Plan, limit: int, ranking: NativeRanking, matching: int
) -> Work:
    """What a search for the best `limit` of `matching` documents takes."""
    tried, scored, blocks, blocks_read, exhaustive = searcher.work(plan, limit, ranking)
    name = ranking_text(ranking)
    return Work(name, scored, tried, matching, blocks_read, blocks, exhaustive)


def not_monotone(
    searcher: Searcher, plan: Plan, limit: int, ranking: NativeRanking
) -> tuple[Diagnostic, ...]:
    """What there is to say of a ranking function that every match was scored by."""
    if ranking[0] != "function" or not searcher.work(plan, limit, ranking)[-1]:
        return ()
    message = f"{ranking_text(ranking)} does not grow with tf and fall with length"
    return (Diagnostic("exhaustive", 0, 0, message, "every match is scored"),)


def ranking_text(ranking: NativeRanking) -> str:
    """What a ranking is called: that of a function is its own name."""
    if ranking[0] != "function":
        return {"bm25": "BM25", "bm25+": "BM25+", "tf-idf": "TF-IDF"}.get(ranking[0], "Dirichlet")
    function: Any = ranking[1]
    return str(getattr(function, "__name__", type(function).__name__))
