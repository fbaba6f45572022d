"""Where do the words for the person go?

Results go to standard output, everything else to standard error: one line a message, and a
progress bar where standard error is a terminal. rich is imported only for the bar.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .problems import Problem
from .sources import Meter

if TYPE_CHECKING:
    from rich.progress import TaskID

MAX_PROBLEMS_SHOWN = 20  # more of them would push the first off the screen

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def harmless(text: str) -> str:
    r"""Return `text` on one line, without the characters that a terminal would act on.

    >>> harmless("a\tb\n\x1b[31mc")
    'a b \ufffd[31mc'
    """
    return _CONTROL.sub(lambda match: " " if match[0] in "\t\n\r\v\f" else "\ufffd", text)


class Messages:
    """Standard error for one command. Counts the problems; shows the first few of them."""

    def __init__(self) -> None:
        self.problem_count = 0
        self._bar: _Bar | None = None

    def say(self, text: str) -> None:
        """Print one line, above the progress bar if there is one."""
        if self._bar is not None:
            self._bar.say(harmless(text))
        else:
            print(harmless(text), file=sys.stderr)

    def problem(self, problem: Problem) -> None:
        """Report something that is left out of the index."""
        self.problem_count += 1
        if self.problem_count <= MAX_PROBLEMS_SHOWN:
            self.say(f"searchlib: {problem}; left out")
        elif self.problem_count == MAX_PROBLEMS_SHOWN + 1:
            self.say("searchlib: more problems follow; they are counted, not shown")

    @contextmanager
    def progress(self, meter: Meter, byte_count: int) -> Iterator["Ticker"]:
        """A bar that follows `meter` up to `byte_count`, on a terminal; a clock that is silent."""
        if not sys.stderr.isatty():
            yield Ticker(None)
            return
        with _Bar(meter, byte_count) as bar:
            self._bar = bar
            try:
                yield Ticker(bar)
            finally:
                self._bar = None


class Ticker:
    """Counts documents, and moves the bar every so many of them."""

    EVERY = 64  # documents between two looks at the meter: well under the bar's ten frames a second

    def __init__(self, bar: "_Bar | None") -> None:
        self._bar = bar
        self._count = 0

    def tick(self) -> None:
        """One more document has been read."""
        self._count += 1
        if self._bar is not None and self._count % self.EVERY == 0:
            self._bar.move(self._count)


class _Bar:
    def __init__(self, meter: Meter, byte_count: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._meter = meter
        self._progress: Progress = Progress(
            TextColumn("{task.fields[documents]:,} documents"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID = self._progress.add_task("", total=byte_count or None, documents=0)

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def move(self, document_count: int) -> None:
        self._progress.update(
            self._task, completed=self._meter.byte_count, documents=document_count
        )

    def say(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
