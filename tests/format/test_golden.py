"""Is an index that an earlier version wrote read, searched and changed like one of today?"""

import shutil
import zlib
from pathlib import Path

import pytest

import searchlib
from searchlib.store.deletes import HEADER_BYTES
from searchlib.store.manifest import FORMAT

from . import golden


@pytest.fixture(params=golden.versions())
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def path(version: int, tmp_path: Path) -> Path:
    """A copy of the index of this version."""
    return Path(shutil.copytree(golden.GOLDEN / f"v{version}", tmp_path / "index"))


def test_there_is_an_index_of_each_format() -> None:
    assert golden.versions() == list(range(1, FORMAT + 1))


def test_it_is_sound_to_the_last_word(path: Path) -> None:
    report = searchlib.check(path, deep=True, components=golden.COMPONENTS)
    assert report.ok, str(report)
    assert report.segment_count == 3


@pytest.mark.parametrize("mmap", [True, False])
def test_it_answers_as_it_did(path: Path, version: int, mmap: bool) -> None:
    with searchlib.open(path, components=golden.COMPONENTS, mmap=mmap) as index:
        assert golden.answers(index) == golden.expected(version)


def test_what_waits_in_its_queue_is_applied_by_the_next_change(path: Path) -> None:
    with searchlib.open(path, components=golden.COMPONENTS) as index:
        count = len(index)
        assert ("queued" in index, "d4" in index) == (False, True)
        index.upsert({"id": "new", "free": "Neue Häfen", "language": "de", "reversed": "Storm"})
        assert ("queued" in index, "d4" in index) == (True, False)
        assert [hit.key for hit in index.search("reversed:storm")] == ["new", "café"]
        index.merge()
        assert (len(index), index.segment_count) == (count + 1, 1)
        assert {hit.key for hit in index.search("free:hafen")} == {"häfen", "new"}
    report = searchlib.check(path, deep=True, components=golden.COMPONENTS)
    assert report.ok, str(report)


def test_the_same_calls_write_the_same_bytes_today(tmp_path: Path) -> None:
    golden.make(tmp_path / "made")
    stands = golden.GOLDEN / f"v{FORMAT}"
    assert contents(tmp_path / "made") == contents(stands), (
        "the format has changed; before its release: python -m tests.format.golden"
    )


def contents(path: Path) -> dict[str, bytes]:
    """The bytes of each file; those of deletes unpacked, since each zlib packs as it likes.

    Without `commits`, which nothing needs.
    """
    held = {file.name: file.read_bytes() for file in path.iterdir() if file.name != "commits"}
    for name, data in held.items():
        if name.endswith(".deletes"):
            held[name] = data[:HEADER_BYTES] + zlib.decompress(data[HEADER_BYTES:])
    return held
