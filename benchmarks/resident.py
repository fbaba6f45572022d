"""How much memory does this process hold? What Linux says of it; elsewhere the peak so far."""

import contextlib
import resource
import sys
from pathlib import Path


def forget_peak() -> int:
    """Begin a new peak of resident memory where Linux lets us; return what is resident now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return status_bytes("VmRSS")


def peak_bytes() -> int:
    return status_bytes("VmHWM")


def status_bytes(name: str) -> int:
    """A line of /proc/self/status, such as VmRSS."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        scale = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    (line,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
