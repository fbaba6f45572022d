"""A disk that loses power: what can be left of an index between any two calls that change files?

    python -m tests.damage.disk [--histories 40] [--states 30] [--seed 0]

The calls that Python makes are recorded as they pass through `os`; segments, which the core writes,
are recorded as made, written and synced when the core returns. From the record every state of the
directory is made that a crash after each call may leave: entries made, renamed and removed since
the directory was last synced are there or not, each for itself and in any combination; bytes that
were not synced are there, cut short, or zeros. In each state the index must open at the last
acknowledged change or at the one under way, whole, with no repair, and be writable.
The long run is the default; `test_disk.py` runs a short one.
"""

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import attrs

import searchlib
from searchlib import Index
from searchlib.store.segment import SegmentStore

from .kills import SCHEMA, State, after, document, left_over

ALL_SUBSETS = 3  # pending entries of which every combination is tried; of more, a sample

Event = tuple[str, ...] | tuple[str, str, bytes]


class Recorder:
    """The calls that change files of one directory, in order, while `watching`.

    `fail` is asked before each call, with its name and path, and may raise.
    """

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.events: list[Event] = []
        self.fail: Callable[[str, str], None] = lambda call, path: None
        self._names: dict[int, str] = {}  # of open files

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        real = {name: getattr(os, name) for name in CALLS}
        write, merge = SegmentStore.write, SegmentStore.merge

        def core(method: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any) -> Any:
                segment = method(*args)
                name = segment.entry.name
                self.events += [
                    ("make", name),
                    ("write", name, (Path(self.path) / name).read_bytes()),
                    ("sync", name),
                ]
                return segment

            return call

        with contextlib.ExitStack() as stack:
            for name, function in real.items():
                stack.enter_context(mock.patch.object(os, name, self._call(name, function)))
            stack.enter_context(mock.patch.object(SegmentStore, "write", core(write)))
            stack.enter_context(mock.patch.object(SegmentStore, "merge", core(merge)))
            yield

    def _call(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            where = self._names.get(args[0]) if isinstance(args[0], int) else self._name(args[0])
            if where is None:
                return function(*args, **options)
            self.fail(name, where)
            result = function(*args, **options)
            self._note(name, where, args, result)
            return result

        return call

    def _name(self, path: Any) -> str | None:
        text = os.fspath(path)
        if text == self.path:
            return "."
        return Path(text).name if str(Path(text).parent) == self.path else None

    def _note(self, call: str, where: str, args: tuple[Any, ...], result: Any) -> None:
        if call == "open":
            self._names[result] = where
            if args[1] & os.O_EXCL:
                self.events.append(("make", where))
        elif call == "close":
            del self._names[args[0]]
        elif call == "write":
            self.events.append(("write", where, bytes(args[1])[:result]))
        elif call == "fsync":
            self.events.append(("sync", where))
        elif call in ("rename", "replace"):
            new = Path(args[1]).name
            self.events.append(("rename", where, new))
            self._names = {fd: new if n == where else n for fd, n in self._names.items()}
        elif call == "unlink":
            self.events.append(("remove", where))


CALLS = ("open", "close", "write", "fsync", "rename", "replace", "unlink", "scandir", "utime")


@attrs.define
class File:
    """What was written to a file, and how much of it is synced."""

    data: bytes = b""
    synced: int = 0


class Disk:
    """What is for good in a directory, and what is pending, after some events."""

    def __init__(self) -> None:
        self.lasting: dict[str, File] = {}  # entries as they were when the directory was synced
        self.entries: dict[str, File] = {}  # as a process sees them
        self.pending: list[tuple[str, str, str, File]] = []  # (what, name, new name, file)

    def happen(self, event: Any) -> None:
        what, name = event[0], event[1]
        match what:
            case "make":
                file = self.entries[name] = File()
                self.pending.append(("make", name, "", file))
            case "write":
                self.entries[name].data += event[2]
            case "sync" if name == ".":
                self.lasting, self.pending = dict(self.entries), []
            case "sync":
                self.entries[name].synced = len(self.entries[name].data)
            case "rename":
                file = self.entries[event[2]] = self.entries.pop(name)
                self.pending.append(("rename", name, event[2], file))
            case "remove":
                self.pending.append(("remove", name, "", self.entries.pop(name)))

    def states(self, source: random.Random, count: int) -> Iterator[dict[str, bytes]]:
        """Directories that a crash now may leave; all combinations of few pending entries."""
        pending = len(self.pending)
        if pending <= ALL_SUBSETS:
            chosen = [[bool(bits >> i & 1) for i in range(pending)] for bits in range(1 << pending)]
        else:
            chosen = [[False] * pending, [True] * pending]
            chosen += [[i == j for i in range(pending)] for j in range(pending)]
            chosen += [[source.random() < 0.5 for _ in range(pending)] for _ in range(count)]
        for kept in chosen[:count] if len(chosen) > count else chosen:
            entries = dict(self.lasting)
            for (what, name, new, file), is_kept in zip(self.pending, kept, strict=True):
                if not is_kept:
                    continue
                if what == "make":
                    entries[name] = file
                elif what == "remove":
                    entries.pop(name, None)
                else:
                    # Atomic: the old name goes and the new one comes, whatever else was lost.
                    entries.pop(name, None)
                    entries[new] = file
            yield {name: left(file, source) for name, file in entries.items()}


def left(file: File, source: random.Random) -> bytes:
    """The bytes that a crash may leave of a file."""
    unsynced = len(file.data) - file.synced
    some = file.data[file.synced : file.synced + source.randint(0, unsynced)]
    rest = source.choice([b"", b"\0" * (unsynced - len(some))])
    return file.data[: file.synced] + source.choice(
        [b"", some, some + rest, file.data[file.synced :]]
    )


Step = tuple[str, list[str], int]


def history(source: random.Random) -> list[Step]:
    """Some changes; those "later" find the lock held by a writer that the step after ends."""
    keys = [f"k{number}" for number in range(6)]
    kinds = ["upsert", "delete", "writer", "merge", "later", "rollback"]
    steps = []
    for version in range(1, 9):
        steps.append((source.choice(kinds), source.sample(keys, source.choice([1, 1, 3])), version))
    return steps


def make(index: Index, step: Step, acknowledge: Callable[[], None]) -> None:
    """Make a change; `acknowledge` is called once it must not be lost any more."""
    what, keys, version = step
    documents = [document(key, version) for key in keys]
    if what == "upsert":
        index.upsert(documents)
    elif what == "delete":
        index.delete(keys)
    elif what == "merge":
        index.merge()
    else:
        with index.writer(memory_bytes=1) as writer:
            if what == "later":
                index.upsert(documents, timeout_s=0)
                acknowledge()
                index.delete("nobody", timeout_s=0)
                return
            for each in documents:
                writer.upsert(each)
            if what == "rollback":
                writer.rollback()
    acknowledge()


def record(path: Path, steps: list[Step]) -> tuple[list[Event], list[int], list[State]]:
    """Make the changes: the events, how many there were after each step, and each state."""
    recorder = Recorder(path)
    path.mkdir()
    ends: list[int] = []
    states: list[State] = [{}]
    with recorder.watching():
        index = searchlib.create(path, SCHEMA)
        begun = len(recorder.events)
        for step in steps:
            make(index, step, lambda: ends.append(len(recorder.events)))
            states.append(after(states[-1], step))
        index.close()
    return recorder.events, [begun, *ends], states


def explore(folder: Path, seed: int, states_a_crash: int) -> Counter[str]:
    """Record one history and open every state that a crash may leave of it.

    Raises AssertionError where one is not what it must be.
    """
    source = random.Random(seed)
    events, ends, states = record(folder / "recorded", history(source))
    disk = Disk()
    counts: Counter[str] = Counter()
    scratch = folder / "crashed"
    scratch.mkdir()
    for place, event in enumerate(events, 1):
        disk.happen(event)
        done = sum(end <= place for end in ends) - 1  # steps; -1 while the index is being made
        for files in disk.states(source, states_a_crash):
            counts["crashes"] += 1
            where = f"seed {seed}, after call {place} of {len(events)}, {event[:2]}"
            lay_down(scratch, files)
            if done < 0 and "manifest" not in files:
                continue
            wanted = [states[max(done, 0)], states[min(max(done, 0) + 1, len(states) - 1)]]
            assert_sound(scratch, wanted, where)
    counts["calls"] = len(events)
    return counts


def lay_down(path: Path, files: dict[str, bytes]) -> None:
    for old in path.iterdir():
        old.unlink()
    for name, data in files.items():
        (path / name).write_bytes(data)


def assert_sound(path: Path, wanted: list[State], where: str) -> None:
    """The index opens whole, has one of the states, and goes on as if nothing had been."""
    with searchlib.open(path, mmap=False) as index:
        report = index.check()
        assert report.ok, f"{where}: {report}"
        index.writer(timeout_s=0).close()
        found = {str(each["id"]): int(str(each["version"])) for each in index}
        assert found in wanted, f"{where}: found {found}, expected one of {wanted}"
        index.upsert(document("next", 0), timeout_s=0)
        assert index.count("winds") == len(found) + 1, where
    assert left_over(path) == set(), f"{where}: files survive the next commit"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=40)
    parser.add_argument("--states", type=int, default=30, help="at most, of each crash")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    for seed in range(asked.seed, asked.seed + asked.histories):
        with tempfile.TemporaryDirectory() as folder:
            counts += explore(Path(folder), seed, asked.states)
        counts["histories"] += 1
    print(json.dumps(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
