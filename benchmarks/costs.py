"""What does an index cost? Building, its size, opening it, memory: records, and their tables."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from .building import build_in_child
from .corpus import Corpus, Wording
from .engines import Engine
from .fresh import Fresh
from .indexes import Built, built, note
from .question import Question
from .tables import number, table

BOUND_BYTES = 256 * 2**20  # searchlib's default, and the bound for every engine that takes one
CHILDREN = 5  # processes that open an index; the best time counts
SEARCHED = 100  # questions while memory is watched
Record = dict[str, Any]


def indexing(
    corpus: Corpus, engines: Sequence[type[Engine]], wordings: Sequence[Wording], *, anew: bool
) -> list[Record]:
    """One record for each engine and wording; indexes are built anew, or taken as they stand."""
    return [
        _record(built(engine, corpus, wording, anew=anew))
        for wording in wordings
        for engine in engines
    ]


def unstemmed(corpus: Corpus) -> Record:
    """searchlib on the real text with its plain analyzer: what stemming costs is the difference."""
    from .engines import ENGINES

    note(f"searchlib builds {corpus.name}, unstemmed")
    cost = build_in_child(
        ENGINES["searchlib"], corpus.path("english"), _emptied(corpus), "plain", BOUND_BYTES
    )
    shutil.rmtree(_emptied(corpus))
    return {"engine": "searchlib", "cost": cost, "text_bytes": corpus.text_bytes["english"]}


def opening(
    corpus: Corpus,
    engines: Sequence[type[Engine]],
    wording: Wording,
    questions: Sequence[Question],
) -> list[Record]:
    """Importing, opening and searching in fresh processes."""
    records = []
    for engine in engines:
        index = built(engine, corpus, wording)
        note(f"{engine.name} opens {corpus.name} in fresh processes")
        records.append({"engine": engine.name, **_fresh(index, questions)})
    return records


def bounded(corpus: Corpus, engines: Sequence[type[Engine]], wording: Wording) -> list[Record]:
    """Indexing again with 256 MiB to gather in, by engines that mind it and take all documents."""
    records = []
    for engine in engines:
        if not engine.bounds_memory or engine.max_docs is not None:
            continue
        note(f"{engine.name} builds {corpus.name} in bounded memory")
        folder = _emptied(corpus)
        cost = build_in_child(engine, corpus.path(wording), folder, wording, BOUND_BYTES)
        opened = engine()
        opened.open(folder, wording)
        records.append({"engine": engine.name, "cost": cost, "segments": opened.segment_count()})
        opened.close()
        shutil.rmtree(folder)
    return records


def indexing_table(records: Sequence[Record]) -> str:
    rows = []
    for one in records:
        cost, mb = one["cost"], one["text_bytes"] / 1e6
        cells = (
            mb / (cost["cpu_s"] + cost["merge_cpu_s"]),
            mb / cost["cpu_s"],
            mb / cost["wall_s"],
            cost["merge_cpu_s"] or None,
        )
        row = [f"{one['wording']}, {one['engine']}", f"{one['doc_count']:,}", *map(number, cells)]
        rows.append([*row, str(one["segment_count"]), number(cost["peak_bytes"] / 1e6)])
    header = ["MB of text a second", "documents", "CPU, merged", "CPU, unmerged", "wall, unmerged"]
    return table([*header, "merge, CPU s", "segments", "peak MB"], rows)


def size_table(records: Sequence[Record]) -> str:
    rows = [
        [
            f"{one['wording']}, {one['engine']}",
            number(one["text_bytes"] / 1e6),
            number(one["index_bytes"] / 1e6),
            number(one["index_bytes"] / one["text_bytes"]),
        ]
        for one in records
    ]
    return table(["size", "text MB", "index MB", "index / text"], rows)


def opening_table(records: Sequence[Record]) -> str:
    names = ("import_ms", "open_ms", "first_ms")
    rows = []
    for one in records:
        cells = [one[name] for name in names]
        cells += [one["private_bytes"] / 1e6, one["peak_bytes"] / 1e6]
        if one["engine"] == "lucene":  # Java holds its memory, and nothing is imported
            cells = [None, *cells[1:3], None, None]
        rows.append([one["engine"], *map(number, cells)])
    header = ["fresh process", "import ms", "open ms", "first query ms"]
    return table([*header, "private MB", "peak MB"], rows)


def bounded_table(records: Sequence[Record]) -> str:
    rows = [
        [
            one["engine"],
            number(one["cost"]["peak_bytes"] / 1e6),
            number(one["cost"]["cpu_s"] + one["cost"]["merge_cpu_s"]),
            str(one["segments"]),
        ]
        for one in records
    ]
    return table(["indexing with 256 MiB", "peak MB", "CPU s", "segments"], rows)


def _record(index: Built) -> Record:
    return {
        "engine": index.engine.name,
        "wording": index.wording,
        "doc_count": index.doc_count,
        "text_bytes": index.text_bytes,
        "index_bytes": index.index_bytes,
        "segment_count": index.segment_count,
        "cost": index.cost,
    }


def _emptied(corpus: Corpus) -> Any:
    folder = corpus.folder / "bounded"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _fresh(built: Built, questions: Sequence[Question]) -> Fresh:
    """The best of several processes; memory is that of the last.

    They find sources compiled, as in a package that was installed: the first compiles them.
    """
    words = json.dumps([question.words for question in questions[:SEARCHED]])
    engine = built.engine
    command = [sys.executable, "-m", "benchmarks.fresh"]
    command += [engine.package, engine.name, str(built.folder), built.wording, words]
    found: list[Fresh] = []
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(CHILDREN):
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            if done.returncode:
                raise RuntimeError(f"{engine.name} did not open: {done.stderr.strip()[-2000:]}")
            found.append(json.loads(done.stdout))
    best = found[-1]
    best["import_ms"] = min(one["import_ms"] for one in found)
    best["open_ms"] = min(one["open_ms"] for one in found)
    best["first_ms"] = min(one["first_ms"] for one in found)
    return best
