"""How is an analyzer run? The only file of analysis that touches the compiled module."""

from __future__ import annotations

from functools import lru_cache
from json import dumps
from typing import TypeAlias

from .. import _native
from .analyzer import Analyzer
from .foreign import BoundFilter, BoundTokenizer, Call, Component, Step, key_of, missing, steps_of
from .nltk import NLTK, component_of
from .samples import Recorder

NativeWords: TypeAlias = _native.Words
NativeGroup: TypeAlias = tuple[
    tuple[_native.Analyzer, _native.Analyzer] | None, list[tuple[int, float]]
]

MAX_COMPILED = 256  # a schema has a handful; each holds its stop words and a stemmer


def compiled(analyzer: Analyzer) -> _native.Analyzer:
    """Return the native form of `analyzer`; equal analyzers of the same components share one.

    It is immutable and may be used from many threads at once.

    Raises:
        ComponentError: a component is missing, cannot be made, or has changed its answers.
    """
    return _compiled(analyzer, tuple(_source(step) for _, step in steps_of(analyzer)))


def compiled_when_asked(analyzer: Analyzer) -> _native.Analyzer:
    """Return a native form whose components are made when one is asked, which need not be.

    What `compiled` raises is raised then.
    """
    return _compiled_when_asked(analyzer, tuple(_source(step) for _, step in steps_of(analyzer)))


def compiled_for_indexing(analyzer: Analyzer, recorder: Recorder) -> _native.Analyzer:
    """Return a native form whose components are sampled, and blamed, by `recorder`.

    Raises:
        ComponentError: as `compiled`.
    """
    native = compiled(analyzer)
    steps = list(steps_of(analyzer))
    if not steps:
        return native
    calls = [
        recorder.watched(analyzer, place, key_of(step), _source(step).call())
        for place, step in steps
    ]
    return _made(analyzer, calls)


@lru_cache(maxsize=MAX_COMPILED)
def _compiled(analyzer: Analyzer, sources: tuple[Component, ...]) -> _native.Analyzer:
    return _made(analyzer, [source.call() for source in sources])


@lru_cache(maxsize=MAX_COMPILED)
def _compiled_when_asked(analyzer: Analyzer, sources: tuple[Component, ...]) -> _native.Analyzer:
    def asked(source: Component) -> Call:
        return lambda texts: source.call()(texts)

    return _made(analyzer, [asked(source) for source in sources])


def _made(analyzer: Analyzer, calls: list[Call]) -> _native.Analyzer:
    """Hand `calls` over, one for each component in order, under the names "0", "1", …"""
    spec = analyzer.to_json()
    if not calls:
        return _native.Analyzer(dumps(spec))
    tokenizers: dict[str, Call] = {}
    filters: dict[str, Call] = {}
    for (place, _), call in zip(steps_of(analyzer), calls, strict=True):
        # The component alone does not tell two of NLTK's apart that differ in their options.
        handed = {"name": "component", "component": str(place)}
        if place == 0:
            spec["tokenizer"] = handed
            tokenizers[str(place)] = call
        else:
            spec["filters"][place - 1] = handed
            filters[str(place)] = call
    return _native.Analyzer(dumps(spec), tokenizers, filters)


def _source(step: Step) -> Component:
    """Return the component that a step carries, or else the one that its name stands for."""
    if isinstance(step, BoundFilter | BoundTokenizer):
        return step.source
    return _default(step)


@lru_cache(maxsize=MAX_COMPILED)
def _default(step: Step) -> Component:
    name = dict(step.params)["component"]
    if name.startswith(NLTK):
        return component_of(step)

    def make() -> Call:
        raise missing(name, ())

    return Component(key_of(step), make)


def group_of(analyzer: Analyzer | None, members: list[tuple[int, float]]) -> NativeGroup:
    """Return fields of one analyzer, None for keywords, as `words_of` takes them."""
    if analyzer is None:
        return None, members
    return (compiled(analyzer.of_queries()), compiled(analyzer.of_prefixes())), members


def words_of(
    groups: list[NativeGroup],
    named: list[tuple[str, list[NativeGroup]]],
    dates: list[tuple[str, int]],
) -> NativeWords:
    """Return what makes plans of texts that look in these groups.

    They may name fields: some with their groups, and dates with their numbers.
    """
    return _native.Words(groups, named, dates)


def pattern_fault(kind: str, text: str) -> str | None:
    """Return what is wrong with a pattern, a "wildcard" or a "regex"; None where nothing is."""
    return _native.pattern_fault(kind, text)
