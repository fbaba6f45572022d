"""Copies of an index: made while others write, and the same as what was copied."""

import errno
import os
import threading
from pathlib import Path

import pytest

import searchlib
from searchlib import Index, Keyword, Schema, Text

SCHEMA = Schema(id=Keyword(key=True), body=Text())


def fill(index: Index) -> None:
    index.upsert({"id": f"k{number}", "body": f"wind {number}"} for number in range(50))
    index.upsert({"id": "late", "body": "wind at sea"})
    index.delete(["k1", "k7"])


def test_a_copy_answers_as_the_index_does(make_index, tmp_path: Path) -> None:
    index = make_index(SCHEMA)
    fill(index)
    generation = index.backup(tmp_path / "copy")
    with searchlib.open(tmp_path / "copy") as copy:
        assert (copy.generation, list(copy)) == (generation, list(index))
        assert copy.check(deep=True).ok
        assert [hit.key for hit in copy.search("sea")] == ["late"]
        copy.upsert({"id": "only in the copy"})
    assert "only in the copy" not in index
    assert index.check(deep=True).ok


def test_the_files_of_a_copy_take_no_room(disk_index: Index, tmp_path: Path) -> None:
    disk_index.upsert({"id": "a"})
    disk_index.backup(tmp_path / "copy")
    [segment] = (tmp_path / "copy").glob("*.segment")
    assert segment.samefile(Path(str(disk_index.path)) / segment.name)


def test_a_copy_to_another_file_system_is_made_of_bytes(
    disk_index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refuse)
    disk_index.upsert({"id": "a"})
    disk_index.backup(tmp_path / "copy")
    with searchlib.open(tmp_path / "copy") as copy:
        assert list(copy) == [{"id": "a"}]


def test_what_waits_in_the_queue_is_copied_too(disk_index: Index, tmp_path: Path) -> None:
    with disk_index.writer():
        disk_index.upsert({"id": "waits"}, timeout_s=0)
        disk_index.backup(tmp_path / "copy")
    with searchlib.open(tmp_path / "copy") as copy:
        assert len(copy) == 0
        copy.upsert({"id": "next"})
        assert [document["id"] for document in copy] == ["waits", "next"]


def test_no_index_is_overwritten(disk_index: Index, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        disk_index.backup(str(disk_index.path))
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "00000001.segment").write_bytes(b"")
    with pytest.raises(FileExistsError):
        disk_index.backup(tmp_path / "left")


def test_copies_made_while_another_writes_are_whole(disk_index: Index, tmp_path: Path) -> None:
    over = threading.Event()

    def write() -> None:
        with searchlib.open(str(disk_index.path)) as other:
            number = 0
            while not over.is_set():
                other.upsert({"id": f"k{number % 40}", "body": f"wind {number}"})
                number += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(20):
            generation = disk_index.backup(tmp_path / f"copy-{number}")
            with searchlib.open(tmp_path / f"copy-{number}") as copy:
                assert copy.generation == generation
                assert copy.check().ok
                assert copy.count("wind") == len(copy) == min(generation, 40)
    finally:
        over.set()
        writing.join()
