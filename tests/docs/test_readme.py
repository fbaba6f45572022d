"""Does the README tell the truth? Its commands are run, and their output is compared.

The first two sh blocks set things up: they are not run here, but `.ci/run` and every newcomer do.
"""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    (match[1], match[2]) for match in re.finditer(r"^```(\w+)\n(.*?)^```", README, re.M | re.S)
]
SCREEN_LINES = 40


@pytest.fixture(autouse=True)
def in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder with the fixtures and an empty indexes/, as a fresh clone has them."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    (tmp_path / "indexes").mkdir()
    monkeypatch.chdir(tmp_path)


def blocks(language: str) -> list[str]:
    return [body for name, body in BLOCKS if name == language]


def commands(block: str) -> list[tuple[str, str]]:
    """Each line behind a `$ ` with the output below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)
    assert parts[0] == "", "a console block starts with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def run(command: str, folder: Path) -> str:
    """The output of a command, error output included, with `searchlib` this very package."""
    program = folder / "bin" / "searchlib"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m searchlib "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        ["bash", "-c", command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


def test_the_first_two_blocks_are_one_line_each_and_ci_runs_the_second() -> None:
    assert [name for name, _ in BLOCKS[:2]] == ["sh", "sh"]
    demo, tests = (body.splitlines() for _, body in BLOCKS[:2])
    assert demo == ["python -m pip install -e . && searchlib demo"]
    assert tests == ["python -m pip install -e '.[test]' && python -m pytest"]
    assert "readme_block 2" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_the_library_does_what_the_readme_shows() -> None:
    (block,) = blocks("pycon")
    test = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
    assert test.examples
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert result.failed == 0, "".join(report)


def test_the_command_line_prints_what_the_readme_shows(tmp_path: Path) -> None:
    (block,) = blocks("console")
    shown = commands(block)
    assert [(command, run(command, tmp_path)) for command, _ in shown] == shown


def test_library_and_command_line_fit_on_a_screen_each() -> None:
    for language in ("pycon", "console"):
        (block,) = blocks(language)
        assert len(block.splitlines()) <= SCREEN_LINES, language


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link.split("#")[0]).exists()] == []
