"""Each call to the system fails once, in turn: the index is as it was, and goes on.

Calls of Python fail as `disk.Recorder` sees them pass; those of the core meet real limits of the
process, on the size of a file (a short write, then EFBIG) and on open files (EMFILE).
"""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import searchlib
from searchlib import Index

from .disk import Recorder, make
from .kills import SCHEMA, State, after, document, left_over

STEPS = [
    ("upsert", ["a", "k"], 5),
    ("delete", ["a", "b"], 5),
    ("writer", ["a", "k", "l"], 5),
    ("merge", [], 5),
    ("later", ["a", "k"], 5),
]
FAILURES = {  # of each call, what it may say
    "open": [errno.EMFILE, errno.ENOSPC],
    "write": [errno.ENOSPC, errno.EIO],
    "fsync": [errno.EIO, errno.ENOSPC],
    "rename": [errno.EIO],
    "replace": [errno.ENOSPC],
    "unlink": [errno.EIO],
    "scandir": [errno.EMFILE],
    "utime": [errno.EIO],
}
BEFORE: State = {"a": 1, "b": 1, "c": 2}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Two segments, one of them with a deleted document."""
    with searchlib.create(tmp_path / "index", SCHEMA) as index:
        fill(index)
        yield index


def fill(index: Index) -> None:
    """Make the documents of `BEFORE`."""
    index.upsert([document("a", 1), document("b", 1), document("gone", 1)])
    index.upsert(document("c", 2))
    index.delete("gone")


def found(index: Index) -> State:
    return {str(each["id"]): int(str(each["version"])) for each in index}


def fail_at(recorder: Recorder, place: int, number: int) -> list[tuple[str, str]]:
    """Let the call at `place` fail, counting from 0; lists the calls that were seen."""
    seen: list[tuple[str, str]] = []

    def fail(call: str, path: str) -> None:
        seen.append((call, path))
        if len(seen) == place + 1 and call in FAILURES:
            code = FAILURES[call][number % len(FAILURES[call])]
            raise OSError(code, os.strerror(code), f"{recorder.path}/{path}")

    recorder.fail = fail
    return seen


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[0])
def test_each_call_of_a_change_may_fail_once(
    tmp_path: Path, step: tuple[str, list[str], int], number: int
) -> None:
    place = failed = 0
    while True:
        path = tmp_path / str(place)
        with searchlib.create(path, SCHEMA) as index:
            fill(index)
            recorder = Recorder(path)
            seen = fail_at(recorder, place, number)
            error = attempt(recorder, index, step)
            if len(seen) <= place:
                break
            failed += error is not None
            assert_fine(index, step, error, f"call {place}, {seen[place]}")
        place += 1
    assert failed > 3
    assert place > 15


def attempt(recorder: Recorder, index: Index, step: tuple[str, list[str], int]) -> OSError | None:
    with recorder.watching():
        try:
            make(index, step, lambda: None)
        except OSError as error:
            return error
    return None


def assert_fine(
    index: Index, step: tuple[str, list[str], int], error: OSError | None, where: str
) -> None:
    wanted = after(BEFORE, step)
    assert index.check().ok, where
    if error is None:
        index.writer(timeout_s=0).close()  # applies what the failure left in the queue
        assert found(index) == wanted, where
    else:
        assert error.errno, where
        assert error.filename, where
        assert index.path is not None
        assert str(error.filename).startswith(index.path), where
        assert found(index) in (BEFORE, wanted), where
    index.upsert(document("next", 9), timeout_s=0)
    assert "next" in index, where
    assert left_over(Path(str(index.path))) == set(), where


def test_a_short_write_is_carried_on(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data)[: len(data) // 2 + 1]))
    for step in STEPS:
        make(index, step, lambda: None)
    assert index.check().ok
    assert found(index) == {"c": 2, "a": 5, "k": 5, "l": 5}


@contextmanager
def limited(what: int, value: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(what)
    resource.setrlimit(what, (value, hard))
    try:
        yield
    finally:
        resource.setrlimit(what, (soft, hard))


def sweep(index: Index, what: int, limits: range) -> int:
    """Try a change under each limit; how often it failed, always with the index as it was."""
    failures = 0
    for value in limits:
        before = found(index)
        error = limited_change(index, what, value)
        if error is None:
            assert found(index) == {"b": 1, "c": 2} | {f"k{number}": value for number in range(3)}
        else:
            failures += 1
            assert error.errno in (errno.EFBIG, errno.EMFILE)
            assert found(index) == before
            assert index.check().ok
    return failures


def limited_change(index: Index, what: int, value: int) -> OSError | None:
    try:
        with limited(what, value), index.writer(memory_bytes=1) as writer:
            for number in range(3):
                writer.upsert(document(f"k{number}", value))
            writer.delete("a")
    except OSError as error:
        return error
    return None


def test_a_file_that_may_not_grow_is_an_error_at_any_length(index: Index) -> None:
    assert sweep(index, resource.RLIMIT_FSIZE, range(1, 1_600, 13)) > 30


def test_too_many_open_files_are_an_error_at_any_number(index: Index) -> None:
    free = os.open(os.devnull, os.O_RDONLY)  # the lowest number that is free
    os.close(free)
    assert sweep(index, resource.RLIMIT_NOFILE, range(free, free + 12)) >= 1
    index.upsert(document("next", 9))
    assert left_over(Path(str(index.path))) == set()
