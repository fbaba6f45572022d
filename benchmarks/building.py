"""What does indexing cost? One engine builds one index in a fresh process, and is measured.

`python -m benchmarks.building ENGINE CORPUS FOLDER WORDING MEMORY [LIMIT]` prints the figures as
JSON. The documents are in memory as dicts, `as_given`, before the clock starts; CPU time is that of
the whole process, user and system, threads and merges included.
"""

import gc
import itertools
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from .corpus import Wording, read_documents
from .engines import ENGINES, Cost, Engine
from .resident import forget_peak, peak_bytes


def build_in_child(
    engine: type[Engine],
    corpus: Path,
    folder: Path,
    wording: Wording,
    memory_bytes: int,
    limit: int | None = None,
) -> Cost:
    """Build in a process of its own.

    Raises:
        RuntimeError: the engine failed; with what it printed last.
    """
    options = [engine.name, corpus, folder, wording, memory_bytes, *([limit] if limit else [])]
    command = [sys.executable, "-m", "benchmarks.building", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{engine.name} did not build: {done.stderr.strip()[-2000:]}")
    cost: Cost = json.loads(done.stdout.splitlines()[-1])
    return cost


def _build(
    name: str, corpus: Path, folder: Path, wording: Wording, memory: int, limit: int | None
) -> Cost:
    engine = ENGINES[name]
    outside = engine.build_outside(corpus, folder, wording, memory, limit)
    if outside is not None:
        return outside
    documents = engine.as_given(list(read_documents(corpus, limit)))
    gc.collect()
    gc.freeze()
    before = forget_peak()
    clocks = [_clocks()]
    engine.build(documents, folder, wording, memory)
    peak = peak_bytes() - before
    clocks.append(_clocks())
    engine.merge(folder, wording)
    clocks.append(_clocks())
    (cpu_s, wall_s), (merge_cpu_s, merge_wall_s) = (
        (after[0] - start[0], after[1] - start[1]) for start, after in itertools.pairwise(clocks)
    )
    return Cost(
        cpu_s=cpu_s,
        wall_s=wall_s,
        merge_cpu_s=merge_cpu_s,
        merge_wall_s=merge_wall_s,
        peak_bytes=peak,
    )


def _clocks() -> tuple[float, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, time.perf_counter()


if __name__ == "__main__":
    name, corpus, folder, wording, memory, *limit = sys.argv[1:]
    print(
        json.dumps(
            _build(
                name,
                Path(corpus),
                Path(folder),
                wording,  # type: ignore[arg-type]
                int(memory),
                int(limit[0]) if limit else None,
            )
        )
    )
