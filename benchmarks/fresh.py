"""What does a fresh process pay? Importing, opening, the first question, and memory to search.

`python -m benchmarks.fresh PACKAGE ENGINE FOLDER WORDING QUESTIONS` prints the figures as JSON.
Nothing here imports an engine before the clock runs.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import TypedDict

from .question import Question
from .resident import status_bytes


class Fresh(TypedDict):
    """Times in ms; memory in bytes, beyond what the process had before it opened the index."""

    import_ms: float
    open_ms: float
    first_ms: float
    private_bytes: int  # not backed by a file, after all questions
    peak_bytes: int  # most that was resident, pages of mapped files included


def _measure(package: str, name: str, folder: str, wording: str, words: str) -> Fresh:
    import attrs  # noqa: F401 - the budget for importing counts what comes beyond it

    start = time.perf_counter()
    if package != "java":
        importlib.import_module(package)
    imported = time.perf_counter()
    from .engines import ENGINES

    questions = [Question("or", tuple(one)) for one in json.loads(words)]
    engine = ENGINES[name]()
    private, resident = status_bytes("RssAnon"), status_bytes("VmRSS")
    opening = time.perf_counter()
    engine.open(Path(folder), wording)  # type: ignore[arg-type]
    opened = time.perf_counter()
    ask = engine.ask(questions[0], "body")
    assert ask is not None
    ask()
    answered = time.perf_counter()
    for question in questions:
        ask = engine.ask(question, "body")
        assert ask is not None
        ask()
    return Fresh(
        import_ms=(imported - start) * 1e3,
        open_ms=(opened - opening) * 1e3,
        first_ms=(answered - opened) * 1e3,
        private_bytes=status_bytes("RssAnon") - private,
        peak_bytes=status_bytes("VmHWM") - resident,
    )


if __name__ == "__main__":
    print(json.dumps(_measure(*sys.argv[1:])))
