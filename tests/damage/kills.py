"""Processes that change an index are killed at random instants: nothing acknowledged is lost.

    python -m tests.damage.kills [--kills 3000] [--seed 0]

Two processes change documents of their own, in transactions, single calls, deletes, merges and
rollbacks; one often has the lock while the other one's changes go to the queue. Both are killed
(SIGKILL) after a random time. The index must then open as it is and pass its check; and once the
queue is applied, the documents of each process must be those after its last acknowledged change,
or after the one that was under way. The next two processes go on from there.
The long run is the default; `test_kills.py` runs a short one.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import searchlib
from searchlib import Index, Keyword, Number, Schema, Text
from searchlib.index import transaction

SCHEMA = Schema(id=Keyword(key=True), version=Number(), body=Text(analyzer="english"))
KEYS = 40  # of each process
LONGEST_S = 0.25  # between start and kill

State = dict[str, int]  # key -> version of the document that has it
Change = tuple[str, list[str], int]  # (what, keys, version)


def changes(name: str, seed: int) -> Iterator[Change]:
    """What a process does, one after another."""
    source = random.Random(f"{name} {seed}")
    keys = [f"{name}{number}" for number in range(KEYS)]
    version = 0
    while True:
        version += 1
        what = source.choice(["upsert", "upsert", "delete", "writer", "rollback", "merge", "later"])
        yield what, source.sample(keys, source.choice([1, 1, 3, 20])), version


def after(state: State, change: Change) -> State:
    """The documents after a change, by the book."""
    what, keys, version = change
    state = dict(state)
    for key in keys:
        if what in ("upsert", "writer", "later"):
            state[key] = version
        elif what == "delete":
            state.pop(key, None)
    return state


def make(index: Index, change: Change) -> None:
    """The same change to an index; it is acknowledged when this returns."""
    what, keys, version = change
    if what == "upsert":
        index.upsert((document(key, version) for key in keys), timeout_s=1)
    elif what == "later":
        index.upsert([document(key, version) for key in keys], timeout_s=0)
    elif what == "delete":
        index.delete(keys, timeout_s=0)
    elif what == "merge":
        index.merge()
    else:
        # A little memory, so that segments are written before the commit.
        with index.writer(memory_bytes=1 if version % 2 else 2**20) as writer:
            for key in keys:
                writer.upsert(document(key, version))
            time.sleep(0.002)  # long enough for the other to meet a held lock
            if what == "rollback":
                writer.rollback()


def document(key: str, version: int) -> dict[str, object]:
    return {"id": key, "version": version, "body": f"the winds of version {version} " * 3}


def work(path: Path, name: str, seed: int, done: int) -> None:
    """Change the index until killed; a byte on `done` acknowledges each change."""
    if name == "a":
        transaction.SMALL_BYTES = 0  # every merge on a second thread
    with searchlib.open(path) as index:
        for change in changes(name, seed):
            make(index, change)
            os.write(done, b".")


def run(path: Path, kills: int, seed: int) -> Counter[str]:
    """Kill two processes again and again; returns counts.

    Raises AssertionError where the index is not what it must be.
    """
    source = random.Random(seed)
    searchlib.create(path, SCHEMA).close()
    states: dict[str, State] = {"a": {}, "b": {}}
    counts: Counter[str] = Counter()
    while counts["kills"] < kills:
        round_seed = source.randrange(2**32)
        running = {name: started(path, name, round_seed) for name in states}
        time.sleep(source.uniform(0, LONGEST_S))
        for pid, _ in running.values():
            os.kill(pid, signal.SIGKILL)
            counts["kills"] += 1
        acknowledged = {name: drained(*each) for name, each in running.items()}
        counts["acknowledged changes"] += sum(acknowledged.values())
        counts["files left by a kill"] += len(left_over(path))
        with searchlib.open(path) as index:
            report = index.check()
            assert report.ok, f"round {round_seed}: {report}"
            counts["batches in the queue"] += len(list(path.glob("*.batch")))
            index.writer(timeout_s=0).close()
            found = {str(each["id"]): int(str(each["version"])) for each in index}
            assert len(index) == len(found) == index.count("winds"), "not one document a key"
        for name, state in states.items():
            states[name] = settled(name, state, round_seed, acknowledged[name], found)
        if source.random() < 0.1:
            assert_no_file_is_left(path)
    return counts


def started(path: Path, name: str, seed: int) -> tuple[int, int]:
    """A process that works; its number, and where it acknowledges."""
    done, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(done)
            work(path, name, seed, telling)
        except BaseException as error:
            sys.stderr.write(f"{name}: {type(error).__name__}: {error}\n")
            os.write(telling, b"!")
        finally:
            os._exit(1)
    os.close(telling)
    return pid, done


def drained(pid: int, done: int) -> int:
    """How many changes the dead process had acknowledged."""
    os.waitpid(pid, 0)
    told = b""
    while some := os.read(done, 1 << 16):
        told += some
    os.close(done)
    assert b"!" not in told, "an error came up before the kill"
    return len(told)


def settled(name: str, state: State, seed: int, acknowledged: int, found: State) -> State:
    """The state that was found, which must be the acknowledged one or the next."""
    coming = changes(name, seed)
    for _ in range(acknowledged):
        state = after(state, next(coming))
    under_way = next(coming)
    mine = {key: version for key, version in found.items() if key.startswith(name)}
    assert mine in (state, after(state, under_way)), (
        f"process {name}, seed {seed}: after {acknowledged} changes {state}, "
        f"then {under_way}, found {mine}"
    )
    return mine


def left_over(path: Path) -> set[str]:
    """Files that the manifest does not name, but for locks, batches and the count of commits."""
    content = json.loads((path / "manifest").read_bytes().split(b"\n", 1)[1])
    named = {each[name] for each in content["segments"] for name in ("name", "deletes")}
    files = {each.name for each in path.iterdir() if each.suffix not in (".lock", ".batch")}
    return files - named - {"manifest", "commits"}


def assert_no_file_is_left(path: Path) -> None:
    with searchlib.open(path) as index:
        index.upsert({"id": "other", "version": 0})
        index.delete("other")
    assert left_over(path) == set(), "files survived the next commit"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = run(Path(folder) / "index", asked.kills, asked.seed)
    print(json.dumps(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
