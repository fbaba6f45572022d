"""What is kept of a run? One JSON file with the machine, the versions and every best time."""

import datetime
import importlib.metadata
import json
import os
import platform
import re
from pathlib import Path
from typing import Any

from .engines import Engine


def machine() -> dict[str, Any]:
    """The processor and what runs on it."""
    name = platform.processor() or platform.machine()
    flags: set[str] = set()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        text = cpuinfo.read_text()
        found = re.search(r"^model name\s*: (.*)$", text, re.M)
        name = found[1] if found else name
        flags_line = re.search(r"^flags\s*: (.*)$", text, re.M)
        flags = set(flags_line[1].split()) if flags_line else set()
    return {
        "processor": name,
        "vector": next((f for f in ("avx512f", "avx2", "sse4_2") if f in flags), None),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions(engines: list[type[Engine]]) -> dict[str, str]:
    return {
        **{engine.name: engine.version() for engine in engines},
        "numpy": importlib.metadata.version("numpy"),
    }


def report(engines: list[type[Engine]], **figures: Any) -> dict[str, Any]:
    """Figures with what they depend on."""
    now = datetime.datetime.now(datetime.UTC)
    return {
        "date": now.strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
        "versions": versions(engines),
        **figures,
    }


def save(path: Path, content: dict[str, Any]) -> None:
    """Write a report; every float with four digits, which is more than a clock tells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_rounded(content), ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """A report that was saved.

    Raises:
        ValueError: there is none.
    """
    if not path.exists():
        raise ValueError(f"{path} is not there; `all` and `scale` write such files")
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return report


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value
