"""Do imports point down, and does the compiled module stay behind its four doors?

The table below is the one in docs/architecture.md; a new row is a decision, not a detail.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "searchlib"
LAYERS = (
    *("errors", "analysis", "schema", "query", "store"),
    *("highlight", "search", "index", "__init__", "cli", "__main__"),
)
NATIVE_DOORS = (
    *("analysis/native.py", "highlight.py", "schema/values.py", "search/searcher.py"),
    "store/segment.py",
)
RUNTIME = {"searchlib", "attr", "attrs"}  # what `import searchlib` may bring in
MAX_LINES = 500

MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if "native" not in path.relative_to(PACKAGE).parts[:-1]
)


def layer(parts: tuple[str, ...]) -> int:
    """The place in the table of a module inside the package; () is the package itself."""
    return LAYERS.index(parts[0] if parts else "__init__")


def imported(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each module of the package that a file imports: (line, ("query", "tree", ...))."""
    here = path.relative_to(PACKAGE).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "searchlib":
                    yield node.lineno, tuple(alias.name.split(".")[1:])
        elif isinstance(node, ast.ImportFrom):
            named = tuple(node.module.split(".")) if node.module else ()
            if node.level == 0 and named[:1] != ("searchlib",):
                continue
            base = named[1:] if node.level == 0 else (*here[: len(here) - node.level], *named)
            for alias in node.names:
                yield node.lineno, module_of((*base, alias.name))


def module_of(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that are a module: without the last one where it is a name inside a module."""
    path = PACKAGE.joinpath(*parts)
    is_module = path.is_dir() or path.with_suffix(".py").exists() or parts == ("_native",)
    return parts if is_module else parts[:-1]


def own_layer(path: Path) -> int:
    return layer(path.relative_to(PACKAGE).with_suffix("").parts)


def test_every_module_has_its_place_in_the_table() -> None:
    names = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in MODULES}
    assert names - set(LAYERS) == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    up = [
        f"line {line}: {'.'.join(parts) or 'searchlib'}"
        for line, parts in imported(path)
        if parts != ("_native",) and layer(parts) > own_layer(path)
    ]
    assert up == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_inside_the_package_are_relative(path: Path) -> None:
    names = [
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
    ]
    assert [name for name in names if name.split(".")[0] == "searchlib"] == []


def test_the_compiled_module_is_touched_by_four_files_only() -> None:
    doors = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if any(parts[:1] == ("_native",) for _, parts in imported(path))
    }
    assert doors == set(NATIVE_DOORS)


def test_the_command_line_uses_only_the_public_library() -> None:
    public = public_names()
    private = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.module or ''} {alias.name}"
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] == "cli"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and leaves_cli(path, node)
        for alias in node.names
        if alias.name not in public
    ]
    assert private == []


def leaves_cli(path: Path, node: ast.ImportFrom) -> bool:
    """Does this import of a file in cli/ reach a module outside cli/?"""
    depth = len(path.relative_to(PACKAGE).parts) - 1  # 1 for cli/x.py
    return node.level > depth


def public_names() -> set[str]:
    for node in ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    raise AssertionError("searchlib/__init__.py has no __all__")


def test_importing_searchlib_imports_nothing_optional() -> None:
    code = (
        "import json, sys; before = set(sys.modules); import searchlib; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = {name.split(".")[0] for name in json.loads(answer.stdout)}
    assert loaded - RUNTIME - sys.stdlib_module_names == set()


def test_the_core_knows_no_python() -> None:
    manifest = (PACKAGE / "native/core/Cargo.toml").read_text(encoding="utf-8")
    assert [line for line in manifest.splitlines() if "pyo3" in line or "python" in line] == []


def source_files() -> list[Path]:
    return sorted(
        path
        for folder in ("searchlib", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".rs", ".pyi"} and "target" not in path.parts
    )


def test_every_file_is_under_500_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in source_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) >= MAX_LINES
    }
    assert long == {}
