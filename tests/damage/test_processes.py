"""Eight processes write and four read: see `processes.py`, of which this is a short run."""

from pathlib import Path

import pytest

from . import processes


@pytest.mark.parametrize("how", ["spawn", "fork", "thread"])
def test_many_writers_and_readers_lose_nothing_and_meet_no_error(tmp_path: Path, how: str) -> None:
    counts = processes.run(tmp_path / "index", writers=8, documents=60, readers=4, how=how)
    assert counts["documents"] == 8 * 51  # nine of sixty are deleted
    assert counts["calls"] == 8 * 12
