"""Arbitrary bytes in the place of a file: see `fuzz.py`, of which this is a short run."""

from pathlib import Path

import searchlib

from . import fuzz
from .test_hostile import needs_linux


@needs_linux
def test_arbitrary_bytes_give_an_answer_or_a_named_error(tmp_path: Path) -> None:
    assert fuzz.run(tmp_path, inputs=600, seed=1) == {"inputs": 600}


def test_what_is_fuzzed_is_a_sound_index_with_a_queue(tmp_path: Path) -> None:
    fuzz.make(tmp_path / "small")
    assert len(list((tmp_path / "small").glob("*.batch"))) == 2
    assert searchlib.check(tmp_path / "small", deep=True).ok
    for name, data in [(f.name, f.read_bytes()) for f in (tmp_path / "small").iterdir()]:
        assert fuzz.sealed(name, data) == data
