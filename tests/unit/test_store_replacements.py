"""Does a reader see each commit at once, and ask the system no more often than it must?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import searchlib
from searchlib import Keyword, Schema
from searchlib.store import replacements
from searchlib.store.files import DiskFiles


@pytest.fixture
def stats(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose stamps were asked of the system."""
    asked: list[str] = []
    stamp = DiskFiles.stamp

    def noted(self: DiskFiles, name: str) -> object:
        asked.append(name)
        return stamp(self, name)

    monkeypatch.setattr(DiskFiles, "stamp", noted)
    return asked


def index_at(path: Path) -> searchlib.Index:
    return searchlib.create(path, Schema(id=Keyword(key=True)))


def forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacements, "TRUSTED_S", 1e9)


def test_searches_between_commits_do_not_ask_the_system(
    tmp_path: Path, stats: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forever(monkeypatch)
    index_at(tmp_path / "index").upsert({"id": "a"})
    index = searchlib.open(tmp_path / "index")
    assert len(index) == 1
    stats.clear()
    assert [len(index) for _ in range(100)] == [1] * 100
    assert stats == []


def test_a_commit_of_another_process_is_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forever(monkeypatch)
    index = index_at(tmp_path / "index")
    program = "import sys, searchlib; searchlib.open(sys.argv[1]).upsert({'id': sys.argv[2]})"
    for number in range(3):
        assert len(index) == number
        path, key = str(tmp_path / "index"), str(number)
        subprocess.run([sys.executable, "-c", program, path, key], check=True)
        assert key in index


def test_a_commit_of_another_handle_is_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forever(monkeypatch)
    writer = index_at(tmp_path / "index")
    readers = [searchlib.open(tmp_path / "index") for _ in range(3)]
    for number in range(20):
        writer.upsert({"id": str(number)})
        assert [len(reader) for reader in readers] == [number + 1] * 3


@pytest.mark.parametrize("lost", ["missing", "short", "behind"])
def test_a_number_that_says_nothing_delays_a_reader_for_a_moment_at_most(
    tmp_path: Path, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(replacements, "monotonic", lambda: now)
    writer = index_at(tmp_path / "index")
    number = tmp_path / "index" / "commits"
    if lost == "missing":
        number.unlink()
    elif lost == "short":
        number.unlink()
        number.write_bytes(b"1")
    reader = searchlib.open(tmp_path / "index")
    assert len(reader) == 0
    monkeypatch.setattr(replacements.Replacements, "add", lambda self: None)  # a crash before it
    writer.upsert({"id": "a"})
    assert len(reader) == (0 if lost == "behind" else 1)
    now += replacements.TRUSTED_S
    assert len(reader) == 1


def test_a_reader_maps_the_number_again_where_its_file_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(replacements, "monotonic", lambda: now)
    writer = index_at(tmp_path / "index")
    reader = searchlib.open(tmp_path / "index")
    assert len(reader) == 0
    (tmp_path / "index" / "commits").unlink()
    writer.upsert({"id": "a"})
    now += replacements.TRUSTED_S
    assert len(reader) == 1
    forever(monkeypatch)
    assert len(reader) == 1
    writer.upsert({"id": "b"})
    assert len(reader) == 2


def test_a_number_that_cannot_be_written_fails_no_commit(tmp_path: Path) -> None:
    index = index_at(tmp_path / "index")
    (tmp_path / "index" / "commits").unlink()
    (tmp_path / "index" / "commits").mkdir()
    index.upsert({"id": "a"})
    assert len(index) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
def test_an_index_that_may_only_be_read_needs_no_number(tmp_path: Path) -> None:
    index_at(tmp_path / "index").upsert({"id": "a"})
    os.chmod(tmp_path / "index" / "commits", 0)  # noqa: PTH101
    assert len(searchlib.open(tmp_path / "index")) == 1


def test_without_maps_nothing_is_mapped(tmp_path: Path, stats: list[str]) -> None:
    index_at(tmp_path / "index").upsert({"id": "a"})
    index = searchlib.open(tmp_path / "index", mmap=False)
    stats.clear()
    assert [len(index) for _ in range(10)] == [1] * 10
    assert len(stats) == 10


def test_the_number_counts_what_replaced_the_manifest(tmp_path: Path) -> None:
    index = index_at(tmp_path / "index")
    for key in "ab":
        index.upsert({"id": key})
    number = (tmp_path / "index" / "commits").read_bytes()
    assert number == (3).to_bytes(8, "little")
