"""What is said of an index that cannot be used: a named error with its path, and nothing else."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import CorruptIndexError, IndexVersionError, Keyword, Schema, Text

SCHEMA = Schema(id=Keyword(key=True), body=Text())
NOBODY = 65534
SEGMENT = "00000001.segment"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A segment with a deleted document, and another."""
    with searchlib.create(tmp_path / "index", SCHEMA) as index:
        index.upsert([{"id": f"a{number}", "body": f"wind {number}"} for number in range(300)])
        index.upsert({"id": "b"})
        index.delete("a0")
    return tmp_path / "index"


def put(file: Path, data: bytes) -> None:
    """Write a new file: what has the old one mapped keeps it."""
    file.unlink()
    file.write_bytes(data)


def flip(path: Path) -> None:
    data = bytearray((path / SEGMENT).read_bytes())
    data[100] ^= 1
    put(path / SEGMENT, bytes(data))


def cut(path: Path) -> None:
    put(path / SEGMENT, (path / SEGMENT).read_bytes()[:-100])


def cut_manifest(path: Path) -> None:
    put(path / "manifest", (path / "manifest").read_bytes()[:200])


def come_from_the_future(path: Path) -> None:
    data = (path / "manifest").read_bytes()
    put(path / "manifest", data.replace(b"manifest 1 ", b"manifest 7 "))


DAMAGE: list[tuple[Callable[[Path], object], type[Exception], str]] = [
    (flip, CorruptIndexError, SEGMENT),
    (cut, CorruptIndexError, SEGMENT),
    (lambda path: (path / SEGMENT).unlink(), CorruptIndexError, SEGMENT),
    (lambda path: (path / "00000003.deletes").unlink(), CorruptIndexError, "00000003.deletes"),
    (cut_manifest, CorruptIndexError, "manifest"),
    (come_from_the_future, IndexVersionError, "manifest"),
]


@pytest.mark.parametrize(("damage", "kind", "file"), DAMAGE)
def test_damage_is_a_named_error_with_path_and_offset_and_a_finding(
    path: Path, damage: Callable[[Path], object], kind: type[Exception], file: str
) -> None:
    damage(path)
    before = sorted(path.iterdir())
    for use in (search, upsert):
        with pytest.raises(kind) as raised:
            use(path)
        error: Any = raised.value
        assert error.path == str(path / file)
        assert str(error).startswith(error.path)
        if kind is CorruptIndexError:
            assert 0 <= error.offset <= 2**15 * 10
            assert f"byte {error.offset}" in str(error)
        else:
            assert (error.found, error.newest) == (7, 1)
    assert not searchlib.check(path).ok
    assert sorted(path.iterdir()) == before


def search(path: Path) -> None:
    with searchlib.open(path) as index:
        list(index.search("wind"))


def upsert(path: Path) -> None:
    with searchlib.open(path) as index:
        index.upsert({"id": "a1"})


def test_a_directory_that_is_no_index_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    for use in (search, upsert, searchlib.check, searchlib.repair):
        for path in (tmp_path, tmp_path / "nowhere"):
            with pytest.raises(FileNotFoundError, match="no index here") as raised:
                use(path)
            assert raised.value.filename == str(path)
        with pytest.raises(NotADirectoryError):
            use(tmp_path / "notes.txt")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


CLOSED: dict[
    str, dict[Callable[[Path], object], str]
] = {  # what nobody may read or write, and the file that the error of each use names
    SEGMENT: {search: SEGMENT, upsert: SEGMENT},
    "00000003.deletes": {search: "00000003.deletes", upsert: "00000003.deletes"},
    "manifest": {search: "manifest", upsert: "manifest", searchlib.check: "manifest"},
    "writer.lock": {upsert: "writer.lock"},
    ".": {upsert: ""},
}


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.parametrize("file", CLOSED)
def test_a_file_without_permission_is_named(path: Path, file: str) -> None:
    (path / file).chmod(0o555 if file == "." else 0)

    def try_each() -> None:
        for use, named in CLOSED[file].items():
            with pytest.raises(PermissionError) as raised:
                use(Path())
            assert named in str(raised.value.filename)
        if file in (SEGMENT, "00000003.deletes"):
            [finding] = searchlib.check(".").findings
            assert (finding.file, "cannot be read" in finding.message) == (SEGMENT, True)

    assert as_nobody(try_each, path) == 0
    (path / file).chmod(0o755)


def as_nobody(work: Callable[[], None], path: Path) -> int:
    """Do it in `path`, in a process that permissions bind; its exit status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.alarm(60)
            os.chdir(path)
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            work()
            status = 0
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
