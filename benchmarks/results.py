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

RESULTS = Path(__file__).parent / "results"


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


def save(name: str, content: dict[str, Any], folder: Path = RESULTS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def load(name: str, folder: Path = RESULTS) -> dict[str, Any] | None:
    path = folder / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None
