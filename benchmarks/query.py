"""How fast are questions answered? Counts and tops are compared first, then calls are timed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from .agreement import Agreement, Disagreement, count_disagreements, top_agreement
from .classes import QuestionClass, classes, pool
from .corpus import Corpus, Wording
from .engines import Ask, Engine
from .indexes import Built, built, deleted_keys, note, with_deletes
from .oracle import Oracle
from .question import Question, Scope
from .stages import Stages, stages
from .timing import best_times_ns
from .tokens import read_tokens


@attrs.frozen
class Settings:
    """What is asked of whom, and how often."""

    only: list[type[Engine]]
    wordings: list[Wording]
    scopes: list[Scope]
    classes: list[str] | None
    queries: Path | None  # a folder of typed queries
    count: int = 200  # questions a class
    rounds: int = 7
    budget_s: float = 4.0  # for an engine and a class, after which no further round begins
    keep: bool = False  # use searchlib's index as it stands, whichever build wrote it


@attrs.frozen
class Measured:
    """One class in one wording and scope."""

    wording: Wording
    scope: Scope
    name: str
    title: str
    questions: list[str]
    times_ns: dict[str, list[int]]  # engine -> best time of each question
    disagreements: list[Disagreement]
    agreements: list[Agreement]
    stages: Stages | None

    def as_json(self) -> dict[str, Any]:
        return attrs.asdict(self)


def run(corpus: Corpus, settings: Settings) -> list[Measured]:
    """Ask every class in every wording and scope; tells on standard error what it is doing."""
    oracles = {corpus.doc_count: Oracle(read_tokens(corpus, corpus.doc_count))}
    drawn = classes(
        pool(oracles[corpus.doc_count].tokens, settings.queries, settings.count), settings.classes
    )
    measured = []
    for wording in settings.wordings:
        standing = [built(engine, corpus, wording, keep=settings.keep) for engine in settings.only]
        for index in standing:
            if index.doc_count not in oracles:
                oracles[index.doc_count] = Oracle(read_tokens(corpus, index.doc_count))
        for is_deleted in (False, True):
            asked = [one for one in drawn if one.deleted == is_deleted]
            if asked:
                with _Opened(standing, oracles, is_deleted) as opened:
                    for scope in settings.scopes:
                        measured += [
                            _measure(one, opened, wording, scope, settings) for one in asked
                        ]
    return measured


class _Opened:
    """All engines with their indexes open, in a `with`."""

    def __init__(self, standing: list[Built], oracles: dict[int, Oracle], deleted: bool) -> None:
        self.oracle: dict[Engine, Oracle] = {}
        self.deleted: dict[Engine, set[str]] = {}
        for index in standing:
            oracle = oracles[index.doc_count]
            gone = deleted_keys(oracle.tokens.keys) if deleted else []
            chosen = with_deletes(index, gone) if deleted else index
            if chosen is not None:
                engine = chosen.opened()
                self.oracle[engine] = oracle
                self.deleted[engine] = set(gone)

    def __enter__(self) -> "_Opened":
        return self

    def __exit__(self, *_: object) -> None:
        for engine in self.oracle:
            engine.close()


def _measure(
    asked: QuestionClass, opened: _Opened, wording: Wording, scope: Scope, settings: Settings
) -> Measured:
    note(f"{wording}, {scope}: {asked.title} ({len(asked.questions)} questions)")
    disagreements, agreements = _agreement(asked, opened, wording, scope)
    ready: dict[Engine, list[Ask]] = {}
    for engine in opened.oracle:
        asks = [engine.ask(question, scope) for question in asked.questions]
        if asks and all(ask is not None for ask in asks):
            ready[engine] = [ask for ask in asks if ask is not None]
    times = best_times_ns(ready, rounds=settings.rounds, budget_s=settings.budget_s)
    return Measured(
        wording,
        scope,
        asked.name,
        asked.title,
        [str(question) for question in asked.questions],
        times,
        disagreements,
        agreements,
        stages(list(ready), asked.questions, scope),
    )


def _agreement(
    asked: QuestionClass, opened: _Opened, wording: Wording, scope: Scope
) -> tuple[list[Disagreement], list[Agreement]]:
    """Against the oracle in plain wording; in English counts against searchlib's, no more."""
    if any(question.kind == "fuzzy" for question in asked.questions):
        return [], []
    disagreements: list[Disagreement] = []
    agreements: list[Agreement] = []
    if wording == "plain":
        counts: dict[Oracle, dict[Question, int]] = {}
        for engine, oracle in opened.oracle.items():
            gone = opened.deleted[engine]
            if oracle not in counts:
                counts[oracle] = {q: oracle.count(q, scope, gone) for q in asked.questions}
            expected = counts[oracle]
            disagreements += count_disagreements([engine], asked.questions, scope, expected)
            # Over two fields peers add up scores, which is another function than the oracle's.
            if _has_scores(asked.questions) and (scope == "body" or engine.name == "searchlib"):
                one = top_agreement(engine, asked.questions, scope, oracle, gone)
                agreements += [one] if one is not None else []
        return disagreements, agreements
    full = [engine for engine in opened.oracle if engine.max_docs is None]
    ours = next((engine for engine in full if engine.name == "searchlib"), None)
    if ours is not None:
        ours_counts = {}
        for question in asked.questions:
            ask = ours.ask(attrs.evolve(question, limit=0, by_date=False), scope)
            ours_counts[question] = ask() if ask else -1
        others = [engine for engine in full if engine is not ours]
        disagreements = count_disagreements(others, asked.questions, scope, ours_counts)  # type: ignore[arg-type]
    return disagreements, agreements


def _has_scores(questions: Sequence[Question]) -> bool:
    return all(
        q.limit and not q.by_date and q.kind in ("or", "and", "phrase") and q.year is None
        for q in questions
    )
