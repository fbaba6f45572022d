"""How long does a call take, on a machine that is busy with other things?

Engines take turns, round by round, each round in another order of engines and of questions; of
each question the best time counts. So a busy second hurts one round of every engine, not all
rounds of one. Rounds in which an engine uses up its time are its last, after two at least.
"""

import random
import time
from collections.abc import Mapping, Sequence

from .engines import Ask, Engine

MIN_ROUNDS = 2
WARM_UP_S = 1.5  # at most, for engines that need long to become fast


def best_times_ns(
    asked: Mapping[Engine, Sequence[Ask]], *, rounds: int, budget_s: float, seed: int = 2
) -> dict[str, list[int]]:
    """Engine -> the best time of each of its questions, in nanoseconds, in their order."""
    random_ = random.Random(seed)
    best: dict[Engine, list[int]] = {}
    spent = dict.fromkeys(asked, 0.0)
    for engine, asks in asked.items():
        engine.warm_up(asks, min(WARM_UP_S, 2 * budget_s))
    for turn in range(rounds):
        engines = [e for e in asked if turn < MIN_ROUNDS or spent[e] < budget_s]
        random_.shuffle(engines)
        for engine in engines:
            order = list(range(len(asked[engine])))
            random_.shuffle(order)
            start = time.perf_counter()
            times = engine.times_ns(asked[engine], order)
            spent[engine] += time.perf_counter() - start
            best[engine] = [min(pair) for pair in zip(best.get(engine, times), times, strict=True)]
    return {engine.name: times for engine, times in best.items()}
