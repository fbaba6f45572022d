"""Is the repository laid out as its map says, and does a package carry what it should?"""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MAP = ROOT / "searchlib/docs/architecture.md"
TOP_LEVEL = {
    *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore", ".ci"),
    *("searchlib", "indexes", "fixtures", "tests", "benchmarks"),
}
PATH = re.compile(r"`((?:searchlib|tests|benchmarks|fixtures|indexes|\.ci)/[\w./-]*)`")


@pytest.fixture(scope="module")
def project() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def repository_files() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listing.returncode:
        pytest.skip("no git checkout: this is an unpacked source distribution")
    return listing.stdout.splitlines()


def test_the_top_level_is_as_the_design_fixes_it() -> None:
    assert {name.split("/")[0] for name in repository_files()} == TOP_LEVEL


def test_every_path_in_the_map_exists() -> None:
    paths = PATH.findall(MAP.read_text(encoding="utf-8"))
    assert paths, "the map names no path"
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_module_and_crate_file_is_under_a_path_of_the_map() -> None:
    """A folder stands for what is in it, so a new file needs no new line, a new part does."""
    paths = set(PATH.findall(MAP.read_text(encoding="utf-8"))) - {"searchlib/"}
    lost = [
        name
        for name in repository_files()
        if name.startswith("searchlib/")
        and not any(name == path or name.startswith(path.rstrip("/") + "/") for path in paths)
    ]
    assert lost == []


def test_a_wheel_leaves_the_rust_source_out_and_a_source_distribution_does_not(
    project: Any,
) -> None:
    exclude = project["tool"]["maturin"]["exclude"]
    assert {"path": "searchlib/native/**/*", "format": "wheel"} in exclude
    assert [entry for entry in exclude if entry["format"] == "sdist"] == []


def test_run_time_needs_four_libraries_and_each_says_why(project: Any) -> None:
    needs = [re.split(r"[<>=~!\[]", need)[0] for need in project["project"]["dependencies"]]
    assert needs == ["attrs", "nltk", "click", "rich"]
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for need in project["project"]["dependencies"]:
        assert re.search(rf'"{re.escape(need)}",\s+# \w+', text), f"{need} says no reason"


def test_every_test_that_is_committed_is_collected() -> None:
    """A folder of tests without `__init__.py` would hide a namesake in another folder."""
    folders = {(ROOT / name).parent for name in repository_files() if name.startswith("tests/")}
    modules = {folder for folder in folders if list(folder.glob("*.py"))}
    assert [folder for folder in sorted(modules) if not (folder / "__init__.py").exists()] == []
