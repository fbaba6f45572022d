"""Many small commits: see `growth.py`, of which this is a short run."""

from pathlib import Path

from . import growth


def test_many_small_commits_leave_few_segments_little_waste_and_no_file(tmp_path: Path) -> None:
    counts = growth.run(tmp_path, commits=80, per_commit=40)
    assert counts["most segments, replacing"] <= 30
