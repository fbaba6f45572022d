"""Where does searchlib's time go in a call? Reading and planning, the core, keys; the rest is
making results and hits."""

import time
from collections.abc import Callable, Sequence

import attrs

from searchlib.search.request import request

from .engines import Engine
from .question import Question, Scope

ROUNDS = 3


@attrs.frozen
class Stages:
    """Means of best times, in µs."""

    read: float  # text to plan
    core: float  # plan to documents and scores
    keys: float  # documents to keys


def stages(engines: Sequence[Engine], questions: Sequence[Question], scope: Scope) -> Stages | None:
    """The stages of searchlib, where it is among the engines and the questions want hits."""
    from .engines.searchlib import Searchlib, query_text

    ours = next((engine for engine in engines if isinstance(engine, Searchlib)), None)
    if ours is None or not all(q.limit and q.source is None and not q.by_date for q in questions):
        return None
    schema = ours.index.schema
    searcher = ours.index.snapshot()._searcher
    fields = "body" if scope == "body" else None
    totals = [0.0, 0.0, 0.0]
    for question in questions:
        text = query_text(question)
        assert text is not None
        plan = request(text, schema, fields=fields).plan
        docs, _ = searcher.top(plan, question.limit)
        steps: list[Callable[[], object]] = [
            lambda text=text: request(text, schema, fields=fields),  # type: ignore[misc]
            lambda plan=plan, limit=question.limit: searcher.top(plan, limit),  # type: ignore[misc]
            lambda docs=docs: searcher.keys(docs),  # type: ignore[misc]
        ]
        for place, step in enumerate(steps):
            totals[place] += min(_seconds(step) for _ in range(ROUNDS))
    return Stages(*(total / len(questions) * 1e6 for total in totals))


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start
