"""Do the core's main loops still take as few instructions as they did?

`searchlib/native/core/examples/kernels.rs` runs each loop once on made-up documents; callgrind
counts the instructions of each, which no busy machine disturbs. They are compared with
`baseline.json`; one that takes more than it allows fails. A new kernel is a line in that example,
and a run with `--record`.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .tables import number, table

ROOT = Path(__file__).parents[1]
WORKSPACE = ROOT / "searchlib" / "native"
BASELINE = Path(__file__).with_name("baseline.json")
TOLERANCE = 0.15  # another compiler of the same year moves a loop by a few parts in a hundred
NAME = re.compile(r"^\s*([\d,]+)\s.*:kernel_(\w+)", re.M)


def run(*, record: bool) -> int:
    """0 where no kernel takes more than the baseline allows, or where it cannot be told."""
    reason = missing()
    if reason is not None:
        print(f"kernels: left out, {reason}")
        return 0
    counts = count()
    compiler = _output(["rustc", "--version"]).strip()
    if record:
        content = {"compiler": compiler, "instructions": counts}
        BASELINE.write_text(json.dumps(content, indent=1) + "\n")
        print(f"kernels: recorded {len(counts)} in {BASELINE}")
        return 0
    known = json.loads(BASELINE.read_text())
    baseline: dict[str, int] = known["instructions"]
    if known["compiler"] != compiler:
        print(f"kernels: the baseline is of {known['compiler']}, this is {compiler}")
    rows, failures = [], []
    for name in sorted(counts.keys() | baseline.keys()):
        now, then = counts.get(name), baseline.get(name)
        ratio = now / then if now and then else None
        verdict = _verdict(now, then)
        rows.append([name, number(then), number(now), number(ratio), verdict])
        if verdict not in ("", "faster"):
            failures.append(name)
    print(table(["kernel", "baseline", "instructions", "ratio", ""], rows))
    if failures:
        print(f"kernels: look at {', '.join(failures)}; if it must be so, run with --record")
    return 1 if failures else 0


def missing() -> str | None:
    """Why nothing can be counted; None where it can."""
    if platform.machine() != "x86_64":
        return f"the baseline is of x86_64, this is {platform.machine()}"
    for command in ("cargo", "valgrind", "callgrind_annotate"):
        if shutil.which(command) is None:
            return f"no {command} is found"
    return None


def count() -> dict[str, int]:
    """The instructions of each kernel. Builds the example first."""
    manifest = str(WORKSPACE / "Cargo.toml")
    target = Path(os.environ.get("CARGO_TARGET_DIR", WORKSPACE / "target"))
    build = ["cargo", "build", "--quiet", "--manifest-path", manifest, "--profile", "kernels"]
    subprocess.run([*build, "--package", "searchlib-core", "--example", "kernels"], check=True)
    program = str(target / "kernels" / "examples" / "kernels")
    with tempfile.TemporaryDirectory() as folder:
        counted = f"{folder}/callgrind.out"
        _output(["valgrind", "--tool=callgrind", f"--callgrind-out-file={counted}", program])
        listing = _output(["callgrind_annotate", "--inclusive=yes", "--threshold=100", counted])
    return {name: int(digits.replace(",", "")) for digits, name in NAME.findall(listing)}


def _verdict(now: int | None, then: int | None) -> str:
    if now is None:
        return "gone"
    if then is None:
        return "new"
    if now > then * (1 + TOLERANCE):
        return "slower"
    return "faster" if now < then * (1 - TOLERANCE) else ""


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
