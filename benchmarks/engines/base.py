"""What does an engine have to do to be measured?

An engine builds an index in a folder, opens it, and words questions. Building happens in a child
process of its own; opened engines answer in the process that measures.
"""

import gc
import importlib.metadata
import importlib.util
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, TypedDict

from ..corpus import Document, Wording
from ..question import Question, Scope

Ask = Callable[[], list[str] | int]
"""A question made ready: the call that is timed, text in, keys or a number out."""


class Cost(TypedDict):
    """What an index cost to build."""

    cpu_s: float
    wall_s: float
    merge_cpu_s: float  # of making one segment afterwards, where the engine can; not in cpu_s
    merge_wall_s: float
    peak_bytes: int  # most memory resident while building, less what the documents took


class Engine(ABC):
    """One engine with one index. Made closed; `open` comes first."""

    name: ClassVar[str]
    package: ClassVar[str]  # that must be installed, as it is imported
    distribution: ClassVar[str]  # that has the version
    max_docs: ClassVar[int | None] = None  # it is too slow for more
    bounds_memory: ClassVar[bool] = True  # whether it minds `memory_bytes` when it builds
    note: ClassVar[str] = ""  # what its call is made of, for the table

    @classmethod
    def missing(cls) -> str | None:
        """Why it cannot take part; None where it can."""
        if importlib.util.find_spec(cls.package) is None:
            return f"{cls.package} is not installed"
        return None

    @classmethod
    def version(cls) -> str:
        """Changes whenever an index that stands should be built anew."""
        return importlib.metadata.version(cls.distribution)

    @classmethod
    def as_given(cls, documents: Sequence[Document]) -> Sequence[Document]:
        """The documents as users of the engine have them; making them is not timed."""
        return documents

    @classmethod
    @abstractmethod
    def build(
        cls, documents: Sequence[Document], folder: Path, wording: Wording, memory_bytes: int
    ) -> None:
        """Index the documents in an empty folder, durably, with about so much memory to gather.

        The documents are `as_given`.
        """

    @classmethod
    def build_outside(
        cls, corpus: Path, folder: Path, wording: Wording, memory_bytes: int, limit: int | None
    ) -> Cost | None:
        """Build and merge in another process, which measures the cost; None: built in this one."""
        return None

    @classmethod
    def merge(cls, folder: Path, wording: Wording) -> None:
        """Make one segment of the index, where the engine offers that to its users."""
        return

    @abstractmethod
    def open(self, folder: Path, wording: Wording) -> None: ...

    @abstractmethod
    def ask(self, question: Question, scope: Scope) -> Ask | None:
        """The question in the engine's own words; None where it cannot answer it."""

    @abstractmethod
    def segment_count(self) -> int: ...

    def delete(self, keys: Sequence[str]) -> bool:
        """Delete documents, durably; False where the engine cannot."""
        return False

    def warm_up(self, asks: Sequence[Ask], seconds: float) -> None:
        """Whatever makes the calls to come as fast as they get; one pass, cut short by the time."""
        end = time.perf_counter() + seconds
        for ask in asks:
            ask()
            if time.perf_counter() > end:
                return

    def times_ns(self, asks: Sequence[Ask], order: Sequence[int]) -> list[int]:
        """One timed call of each question, in this order; the times in that of the questions."""
        times = [0] * len(asks)
        clock = time.perf_counter_ns
        gc.collect()
        gc.disable()  # as timeit does: what a collection costs depends on all that lives
        try:
            for place in order:
                ask = asks[place]
                start = clock()
                ask()
                times[place] = clock() - start
        finally:
            gc.enable()
        return times

    def close(self) -> None:
        """Let go of the index."""
        return
