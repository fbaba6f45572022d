"""What does a component answer while documents are indexed, and where did it fail?

A few questions and answers of each component are stored with the index, so that a later process
can tell whether it was handed the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import eq, ne
from typing import Any

import attrs

from .analyzer import Analyzer
from .foreign import Call, Samples, texts_of

SAMPLES = 10  # of each sort: answers that differ from what was asked, and answers that do not
MAX_SAMPLE_CHARS = 100  # longer texts are cut, and longer forms are not taken


@attrs.frozen
class Failure:
    """A call of a component that raised: its place in the analyzer (0: the tokenizer)."""

    analyzer: Analyzer
    place: int
    asked: str
    error: Exception


class Recorder:
    """Takes samples of the components that have none stored yet. For one thread at a time."""

    def __init__(self, stored: Mapping[str, Samples]) -> None:
        self.failure: Failure | None = None  # the last
        self._stored = dict(stored)
        self._kept: dict[str, tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]] = {}

    @property
    def samples(self) -> dict[str, Samples]:
        """Those stored and those taken since, of each component by its key."""
        taken = {
            key: tuple(sorted({**changed, **same}.items()))
            for key, (changed, same) in self._kept.items()
            if changed or same
        }
        return taken | self._stored

    def watched(self, analyzer: Analyzer, place: int, key: str, call: Call) -> Call:
        """Return `call`, the component at this place of the analyzer, with its answers noted."""
        take = None if key in self._stored else self._taker(key, call, is_tokenizer=place == 0)

        def ask(texts: Sequence[str]) -> list[Any]:
            answers: list[Any] = []
            try:
                answers.extend(call(texts))  # those before an error stay: they say which failed
            except Exception as error:
                self.failure = Failure(analyzer, place, texts[len(answers)], error)
                raise
            if take is not None:
                take(texts, answers)
            return answers

        return ask

    def _taker(
        self, key: str, call: Call, *, is_tokenizer: bool
    ) -> Callable[[Sequence[str], Sequence[Any]], None]:
        changed, same = self._kept.setdefault(key, ({}, {}))

        def take(texts: Sequence[str], answers: Sequence[Any]) -> None:
            may_change = len(changed) < SAMPLES and any(map(ne, texts, answers))
            may_stay = len(same) < SAMPLES and any(map(eq, texts, answers))
            if not (may_change or may_stay):
                return
            for asked, answer in zip(texts, answers, strict=True):
                if len(same if answer == asked else changed) < SAMPLES:
                    take_one(asked, answer)

        def take_one(asked: str, answer: Any) -> None:
            if len(asked) > MAX_SAMPLE_CHARS:
                if not is_tokenizer:
                    return
                asked = asked[:MAX_SAMPLE_CHARS]
                try:
                    (answer,) = call([asked])
                except Exception:  # the whole text was fine, half of one need not be
                    return
            texts = texts_of(asked, answer)
            kept = same if texts == (asked,) else changed
            if len(kept) < SAMPLES:
                kept[asked] = texts

        return take
