"""Who may change the index right now?

One writer at a time, in any process: the holder has the lock file under `flock`.
The system drops such a lock when its holder dies, however it dies, so it never goes stale.
The file carries the holder's process number for messages; nothing is decided by it.
A process made by `fork` inherits open files: the child closes its copy and never unlocks,
so the lock stays with the parent and ends with it.
"""

import errno
import os
import threading
import time
import weakref
from types import TracebackType
from typing import Self

from ..errors import IndexBusyError

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without flock can read, not write
    fcntl = None  # type: ignore[assignment]

FIRST_WAIT_S = 0.001  # between two tries; doubled up to the longest
LONGEST_WAIT_S = 0.05


class Lock:
    """A lock that is held from the moment it is made until `release`, or the end of `with`."""

    def release(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


class FileLock(Lock):
    """The lock on the file at `path`, waited for up to `timeout_s` (None: for ever).

    Raises:
        IndexBusyError: somebody else still holds it after `timeout_s`; names the process.
        OSError: the file cannot be made or opened.
    """

    def __init__(self, path: str, timeout_s: float | None) -> None:
        self._fd: int | None = None
        if fcntl is None:  # pragma: no cover
            raise OSError(errno.ENOSYS, "writing needs flock, which this system lacks", path)
        with _OPENING:
            fd = self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            _OPEN.add(self)
        try:
            _wait_for(fd, path, timeout_s)
            os.ftruncate(fd, 0)
            os.pwrite(fd, b"%d\n" % os.getpid(), 0)
        except BaseException:
            self.close()
            raise

    def release(self) -> None:
        """Give the lock up. Fine if it is given up already."""
        if self._fd is None:
            return
        try:
            os.ftruncate(self._fd, 0)
            fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self.close()

    def close(self) -> None:
        """Close this process's copy of the file without unlocking: all that a forked child does."""
        fd, self._fd = self._fd, None
        _OPEN.discard(self)
        if fd is not None:
            os.close(fd)

    def __del__(self) -> None:
        self.release()


class MemoryLock(Lock):
    """The same for an index in memory: only threads of this process can want it."""

    def __init__(self, gate: threading.Lock, timeout_s: float | None) -> None:
        self._gate: threading.Lock | None = None
        if not gate.acquire(timeout=-1 if timeout_s is None else max(0.0, timeout_s)):
            raise _busy("index in memory", os.getpid(), timeout_s)
        self._gate = gate

    def release(self) -> None:
        """Give the lock up. Fine if it is given up already."""
        gate, self._gate = self._gate, None
        if gate is not None and gate.locked():
            gate.release()

    def __del__(self) -> None:
        self.release()


def holder(path: str) -> int | None:
    """The process that holds the lock file at `path`, as it wrote its number; None if none."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        text = os.read(fd, 32).strip()
    finally:
        os.close(fd)
    return int(text) if text.isdigit() else None


def holder_text(path: str | None) -> tuple[str, int | None]:
    """Who has the lock file at `path`, for a message, and its number; None: an index in memory."""
    pid = os.getpid() if path is None else holder(path)
    return _who(pid), pid


def _who(pid: int | None) -> str:
    if pid is None:
        return "another process"
    return f"another writer of this process ({pid})" if pid == os.getpid() else f"process {pid}"


def _wait_for(fd: int, path: str, timeout_s: float | None) -> None:
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    wait_s = FIRST_WAIT_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                error.filename = path
                raise
        if deadline is not None:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise _busy(path, holder(path), timeout_s)
            wait_s = min(wait_s, left_s)
        time.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def _busy(path: str, pid: int | None, timeout_s: float | None) -> IndexBusyError:
    return IndexBusyError(
        f"{path}: {_who(pid)} is writing, waited {timeout_s} s for the lock; "
        "wait longer with timeout_s, or end that writer",
        path,
        pid,
    )


# The open lock files of this process, for its children to close. No fork falls between the opening
# of a file and its entry here.
_OPEN: "weakref.WeakSet[FileLock]" = weakref.WeakSet()
_OPENING = threading.Lock()


def _close_inherited() -> None:
    for lock in list(_OPEN):
        lock.close()
    _OPENING.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_OPENING.acquire,
        after_in_parent=_OPENING.release,
        after_in_child=_close_inherited,
    )
