"""The lock between processes."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from searchlib import IndexBusyError
from searchlib.store.lock import FileLock, holder

HOLDING = """
import sys, time
from searchlib.store.lock import FileLock
lock = FileLock(sys.argv[1], 0)
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def another_process_holding(path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def in_child(action) -> int:
    """The exit status of a forked child that runs `action`; 1 where it raises."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            action()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_another_process_is_waited_for_and_named(tmp_path):
    path = str(tmp_path / "lock")
    with another_process_holding(path) as process:
        with pytest.raises(IndexBusyError, match=f"process {process.pid} is writing") as caught:
            FileLock(path, 0.05)
        assert (caught.value.path, caught.value.holder) == (path, process.pid)


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    path = str(tmp_path / "lock")
    with another_process_holding(path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        FileLock(path, 5).release()


def test_a_lock_that_is_given_up_names_nobody(tmp_path):
    path = str(tmp_path / "lock")
    lock = FileLock(path, 0)
    assert holder(path) == os.getpid()
    lock.release()
    assert holder(path) is None


def test_a_child_does_not_unlock_what_it_inherits(tmp_path):
    path = str(tmp_path / "lock")
    lock = FileLock(path, 0)
    assert in_child(lock.release) == 0
    with pytest.raises(IndexBusyError):
        FileLock(path, 0)
    lock.release()


def test_a_child_does_not_hold_what_its_parent_gives_up(tmp_path):
    path = str(tmp_path / "lock")
    lock = FileLock(path, 0)
    (ready, say_ready), (asking, told) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        os.write(say_ready, b"r")
        os.read(asking, 1)  # stays until the parent is done
        os._exit(0)
    os.read(ready, 1)
    lock.close()  # as if the parent were killed: closed, never unlocked
    FileLock(path, 0).release()
    for end in (told, asking, ready, say_ready):
        os.close(end)
    os.waitpid(pid, 0)


def test_a_child_can_lock_for_itself(tmp_path):
    path = str(tmp_path / "lock")
    FileLock(path, 0).release()
    assert in_child(lambda: FileLock(path, 0).release()) == 0
