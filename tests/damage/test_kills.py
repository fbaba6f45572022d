"""Processes are killed while they write: see `kills.py`, of which this is a short run."""

from pathlib import Path

from . import kills


def test_what_was_acknowledged_survives_a_kill_at_any_instant(tmp_path: Path) -> None:
    counts = kills.run(tmp_path / "index", kills=60, seed=1)
    assert counts["kills"] >= 60
    assert counts["acknowledged changes"] > 0
