"""Where does searchlib's time go in a call? Reading and planning, the core, keys.

The rest of a call makes results and hits. Each is repeated by itself, and so is the whole call, so
that all find the processor's caches alike; in turns with other engines a call finds them cold.
This is the one file that looks behind the public names.
"""

import time
from collections.abc import Callable, Sequence

import attrs

from searchlib.search.request import request

from .engines import Engine
from .engines.searchlib import Searchlib, query_text
from .question import Question, Scope

ROUNDS = 5


@attrs.frozen
class Stages:
    """The best times of each question, in µs."""

    read: list[float]  # text to plan
    core: list[float]  # plan to documents and scores
    keys: list[float]  # documents to keys
    whole: list[float]  # text to the keys of the hits


def stages(engines: Sequence[Engine], questions: Sequence[Question], scope: Scope) -> Stages | None:
    """The stages of searchlib, where it is among the engines and the questions want hits."""
    ours = next((engine for engine in engines if isinstance(engine, Searchlib)), None)
    if ours is None or not all(q.limit and q.source is None and not q.by_date for q in questions):
        return None
    schema = ours.index.schema
    searcher = ours.index.snapshot()._searcher
    fields = "body" if scope == "body" else None
    best = Stages([], [], [], [])
    for question in questions:
        text, limit = query_text(question), question.limit
        assert text is not None
        best.read.append(_best_us(lambda text=text: request(text, schema, fields=fields)))  # type: ignore[misc]
        plan = request(text, schema, fields=fields).plan
        best.core.append(_best_us(lambda plan=plan, limit=limit: searcher.top(plan, limit)))  # type: ignore[misc]
        docs, _ = searcher.top(plan, limit)
        best.keys.append(_best_us(lambda docs=docs: searcher.keys(docs)))  # type: ignore[misc]
        ask = ours.ask(question, scope)
        assert ask is not None
        best.whole.append(_best_us(ask))
    return best


def _best_us(step: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        step()
        best = min(best, (time.perf_counter_ns() - start) / 1000)
    return best
