import os
import threading
from pathlib import Path

import pytest

from searchlib import IndexBusyError
from searchlib.store.files import DiskFiles, Files, MemoryFiles, make_directory


@pytest.fixture(params=["disk", "memory"])
def files(request, tmp_path) -> Files:
    return MemoryFiles() if request.param == "memory" else DiskFiles(tmp_path)


def test_what_was_written_is_read(files):
    files.write("a", b"one")
    assert (files.read("a"), files.names()) == (b"one", ["a"])


def test_a_file_is_written_once(files):
    files.write("a", b"one")
    with pytest.raises(FileExistsError):
        files.write("a", b"two")
    assert files.read("a") == b"one"


def test_replacing_makes_or_replaces(files):
    files.replace("a", b"one")
    files.replace("a", b"two")
    assert (files.read("a"), files.names()) == (b"two", ["a"])


def test_removed_files_are_gone(files):
    files.write("a", b"one")
    files.remove("a")
    assert (files.names(), files.stamp("a")) == ([], None)
    with pytest.raises(FileNotFoundError):
        files.read("a")
    with pytest.raises(FileNotFoundError):
        files.remove("a")


def test_a_stamp_changes_with_every_replacement_and_at_no_other_time(files):
    stamps = []
    for _ in range(300):
        files.replace("a", b"same length")
        stamps.append(files.stamp("a"))
        files.write("b", b"")
        files.remove("b")
        assert files.stamp("a") == stamps[-1]
    assert len(set(stamps)) == 300


def test_a_second_lock_waits_then_says_who_has_it(files):
    with files.lock("l", 0), pytest.raises(IndexBusyError, match="is writing") as caught:
        files.lock("l", 0.02)
    assert caught.value.holder == os.getpid()


def test_a_lock_that_is_given_up_can_be_had(files):
    for _ in range(3):
        lock = files.lock("l", 0)
        lock.release()
        lock.release()


def test_a_waiting_lock_comes_when_the_other_goes(files):
    first = files.lock("l", 0)
    threading.Timer(0.05, first.release).start()
    with files.lock("l", 10):
        pass


def test_a_dropped_lock_is_free(files):
    lock = files.lock("l", 0)
    del lock
    files.lock("l", 0).release()


def test_replacing_leaves_the_old_bytes_where_the_new_cannot_be_synced(tmp_path, monkeypatch):
    files = DiskFiles(tmp_path)
    files.replace("a", b"old")

    def failing(fd: int) -> None:
        raise OSError(5, "no")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match=r"a\.new") as caught:
        files.replace("a", b"new")
    assert caught.value.errno == 5
    assert (files.read("a"), files.names()) == (b"old", ["a"])


def test_what_a_crash_left_aside_is_never_synced_again(tmp_path, monkeypatch):
    files = DiskFiles(tmp_path)
    aside = tmp_path / "a.new"
    aside.write_bytes(b"half")
    old = aside.open("rb")
    files.replace("a", b"new")
    assert (old.read(), files.read("a")) == (b"half", b"new")
    old.close()


def test_a_short_write_is_carried_on(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:3]))
    DiskFiles(tmp_path).write("a", b"ten bytes!")
    assert Path(tmp_path, "a").read_bytes() == b"ten bytes!"


def test_directories_are_made_with_those_above(tmp_path):
    make_directory(tmp_path / "a" / "b")
    make_directory(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_way_of_a_directory_is_named(tmp_path):
    (tmp_path / "a").write_text("text")
    with pytest.raises(OSError, match="a"):
        make_directory(tmp_path / "a" / "b")
