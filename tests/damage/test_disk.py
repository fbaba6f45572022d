"""The power goes between any two calls: see `disk.py`, of which this is a short run."""

from pathlib import Path

import pytest

from searchlib import CorruptIndexError
from searchlib.store import files
from searchlib.store.files import DiskFiles

from . import disk


@pytest.mark.parametrize("seed", range(3))
def test_a_crash_between_any_two_calls_leaves_a_whole_index(tmp_path: Path, seed: int) -> None:
    counts = disk.explore(tmp_path, seed, states_a_crash=6)
    assert counts["crashes"] > 100


LEFT_OUT = {
    "of files": (files, "_sync", lambda fd: None),
    "of the directory": (DiskFiles, "sync", lambda self: None),
    "of a batch": (files._GrowingDiskFile, "finish", files._GrowingDiskFile._flush),
}


@pytest.mark.parametrize("sync", LEFT_OUT)
def test_a_sync_that_is_left_out_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sync: str
) -> None:
    """The simulation would see such a defect: what is not synced is lost."""
    owner, name, instead = LEFT_OUT[sync]
    monkeypatch.setattr(owner, name, instead)
    with pytest.raises((AssertionError, CorruptIndexError, FileNotFoundError)):
        explore_some(tmp_path)


def explore_some(folder: Path) -> None:
    for seed in range(6):
        (folder / str(seed)).mkdir()
        disk.explore(folder / str(seed), seed, states_a_crash=12)
