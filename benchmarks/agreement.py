"""Do the engines answer the same, and right? Asked before anything is timed.

In plain wording all tokens agree, so counts must be equal, and the keys that come back must have
the best scores that brute force finds. Only their scores under the oracle are compared, so ties
do not matter, nor how an engine writes its own scores.
"""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from .engines import Engine
from .oracle import Oracle
from .question import Question, Scope

TOLERANCE = 1e-4  # of a score: engines compute with four bytes
CHECKED = 40  # questions a class


@attrs.frozen
class Disagreement:
    """An engine that found another number of documents than the others."""

    engine: str
    question: str
    count: int
    expected: int


@attrs.frozen
class Agreement:
    """How near the best hits of an engine are to the best there are."""

    engine: str
    checked: int  # questions
    exact: int  # questions all of whose hits score as the best do
    score_part: float  # of the best scores' sum, in the mean over the questions


def count_disagreements(
    engines: Sequence[Engine],
    questions: Sequence[Question],
    scope: Scope,
    expected: Mapping[Question, int],
) -> list[Disagreement]:
    """Where an engine's count is not the expected one. Engines that cannot count are left out."""
    found = []
    for engine in engines:
        for question in questions:
            ask = engine.ask(attrs.evolve(question, limit=0, by_date=False), scope)
            if ask is None:
                break
            count = ask()
            assert isinstance(count, int)
            if count != expected[question]:
                found.append(Disagreement(engine.name, str(question), count, expected[question]))
    return found


def top_agreement(
    engine: Engine, questions: Sequence[Question], scope: Scope, oracle: Oracle, deleted: set[str]
) -> Agreement | None:
    """Compare the top of an engine with brute force; None where it cannot answer."""
    places = oracle.tokens.places
    gone = [places[key] for key in deleted]
    checked = exact = 0
    parts = []
    for question in questions[:CHECKED]:
        ask = engine.ask(question, scope)
        if ask is None:
            return None
        keys = ask()
        assert isinstance(keys, list)
        scores = oracle.scores(question, scope)
        scores[gone] = 0
        matched = int(np.count_nonzero(scores))
        best = np.sort(scores)[::-1][: min(question.limit, matched)]
        got = np.sort(scores[[places[key] for key in keys]])[::-1]
        checked += 1
        exact += len(got) == len(best) and bool(np.all(got >= best * (1 - TOLERANCE)))
        parts.append(got.sum() / best.sum() if len(best) else 1.0)
    return Agreement(engine.name, checked, exact, float(np.mean(parts))) if checked else None
