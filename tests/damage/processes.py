"""Many processes write one index while others read it: nothing is lost, nothing is there twice.

    python -m tests.damage.processes [--writers 8] [--documents 10000] [--readers 4] [--how fork]

Each writer upserts its documents one call after another, deletes some of them, and keeps the
receipts. Each reader looks again and again, and every snapshot that it sees must hold a prefix of
what each writer did: a change is never seen without those before it.
`--how`: processes of their own (spawn), children of a process that has the index open (fork), who
go on with what they inherit, or threads that share one open index (thread).
The long run is the default; `test_processes.py` runs a short one.
"""

import argparse
import contextlib
import json
import multiprocessing
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import searchlib
from searchlib import Index, Keyword, Number, Schema, Text

SCHEMA = Schema(id=Keyword(key=True), writer=Keyword(), number=Number(), body=Text())
BATCH = 10  # documents of one call
DELETED = 7  # of every so many documents the first is deleted afterwards


def run(
    path: Path, writers: int, documents: int, readers: int, how: str = "spawn"
) -> dict[str, Any]:
    """Write and read in `writers` + `readers` processes; the counts, where all went well.

    Raises AssertionError where something was lost, was there twice, or an error came up.
    """
    searchlib.create(path, SCHEMA).close()
    context: Any = threading if how == "thread" else multiprocessing.get_context(how)
    start = threading.Thread if how == "thread" else context.Process
    answers = queue.Queue() if how == "thread" else context.Queue()
    over = context.Event()
    # A path for those who open the index themselves, or the open index that is shared or inherited.
    place: Path | Index = path if how == "spawn" else searchlib.open(path)
    began = time.monotonic()
    reading = [start(target=told, args=(answers, read, place, over)) for _ in range(readers)]
    writing = [
        start(target=told, args=(answers, write, place, number, documents))
        for number in range(writers)
    ]
    for process in reading + writing:
        process.start()
    told_of = [answers.get() for _ in writing]
    over.set()
    told_of += [answers.get() for _ in reading]
    for process in reading + writing:
        process.join()
    failures = [each for each in told_of if isinstance(each, str)]
    assert failures == [], "\n".join(failures)
    with searchlib.open(path) as index:
        kept = [document["id"] for document in index]
        expected = {
            f"{writer}-{number}"
            for writer in range(writers)
            for number in range(documents)
            if number % DELETED
        }
        assert len(kept) == len(set(kept)), "a document is there twice"
        assert set(kept) == expected, f"{len(expected ^ set(kept))} documents differ"
        report = index.check()
        assert report.ok, str(report)
        assert list(path.glob("*batch*")) == [], "a batch was left"
        counts: dict[str, Any] = {"documents": len(kept), "generation": index.generation}
    for each in told_of:
        for name, count in each.items():
            counts[name] = counts.get(name, 0) + count
    return counts | {"seconds": round(time.monotonic() - began, 1)}


def told(answers: Any, work: Callable[..., dict[str, int]], *args: Any) -> None:
    """Put what `work` returns, or what went wrong, where the parent reads it."""
    try:
        answers.put(work(*args))
    except BaseException as error:
        answers.put(f"{work.__name__}{args[1:]}: {type(error).__name__}: {error}")


def opened(place: Path | Index) -> contextlib.AbstractContextManager[Index]:
    return searchlib.open(place) if isinstance(place, Path) else contextlib.nullcontext(place)


def write(place: Path | Index, writer: int, documents: int) -> dict[str, int]:
    queued = calls = 0
    with opened(place) as index:
        receipts = []
        for first in range(0, documents, BATCH):
            numbers = range(first, min(first + BATCH, documents))
            receipts.append(index.upsert(document(writer, number) for number in numbers))
            gone = [f"{writer}-{number}" for number in numbers if number % DELETED == 0]
            receipts.append(index.delete(gone, timeout_s=0))
        for receipt in receipts:
            calls += 1
            queued += receipt.generation is None
            while receipt.generation is None:
                receipt = receipt.wait(60)
    return {"calls": calls, "unseen when the call returned": queued}


def document(writer: int, number: int) -> dict[str, object]:
    return {
        "id": f"{writer}-{number}",
        "writer": f"w{writer}",
        "number": number,
        "body": f"wind turbine {number % 97} of writer {writer}",
    }


def read(place: Path | Index, over: Any) -> dict[str, int]:
    """Look until it is over: every snapshot is whole."""
    looks = 0
    with opened(place) as index:
        last = 0
        while not over.is_set():
            looks += 1
            snapshot = index.snapshot()
            assert snapshot.generation >= last, "the index went back"
            last = snapshot.generation
            seen: dict[object, list[int]] = {}
            for each in snapshot:
                seen.setdefault(each["writer"], []).append(int(str(each["number"])))
            for numbers in seen.values():
                # Deletes follow the documents of their call at once, in the same or a later batch.
                upper = max(numbers) // BATCH * BATCH
                assert sorted(numbers) == numbers, "documents out of order"
                missing = set(range(max(numbers) + 1)) - set(numbers)
                assert all(number % DELETED == 0 for number in missing), "a document is missing"
                extra = {number for number in numbers if number % DELETED == 0 and number < upper}
                assert not extra, f"deleted documents came back: {sorted(extra)[:5]}"
            assert snapshot.count("wind") == len(snapshot), "the words and the documents differ"
    return {"looks": looks}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--documents", type=int, default=10_000, help="of each writer")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--how", choices=["spawn", "fork", "thread"], default="spawn")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        counts = run(path, asked.writers, asked.documents, asked.readers, asked.how)
    print(json.dumps(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
