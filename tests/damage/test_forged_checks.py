"""What a deep check passes finds the right hits, even where somebody forged the checksums.

Each byte of a segment is changed and the checksums made to fit. Most are seen by the plain check,
since sections no longer agree with each other; the rest by analyzing the documents again. What
neither sees changes no hit and no score: a comma in a stored text stands nowhere else.
A segment with other fields is left out: it may be one of an older schema.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Keyword, Schema, Text

from ..format.reader import read_sections
from .test_bytes import DOCUMENTS, SCHEMA, answers, put
from .test_hostile import FOOTER, resealed

STEP = 1 if os.environ.get("SEARCHLIB_HYPOTHESIS") == "slow" else 3


@pytest.mark.parametrize("flip", [0x01, 0x80])
def test_a_forged_byte_that_a_deep_check_passes_changes_no_hit(tmp_path: Path, flip: int) -> None:
    path = tmp_path / "small"
    with searchlib.create(path, SCHEMA) as index:
        index.upsert(DOCUMENTS)
    right, *_ = answers(path)
    [segment] = path.glob("*.segment")
    data = segment.read_bytes()
    seen = {"plain": 0, "deep": 0, "neither": 0}
    copy = tmp_path / "copy"
    shutil.copytree(path, copy)
    for place in range(12, len(data) - FOOTER.size, STEP):
        forged = bytearray(data)
        forged[place] ^= flip
        put(copy / segment.name, resealed(bytes(forged)))
        seen[look(copy, right, f"byte {place}")] += 1
    assert seen["plain"] > 2 * seen["deep"] > 2 * seen["neither"]


def test_a_forged_byte_of_the_pairs_is_seen_by_the_plain_check(tmp_path: Path) -> None:
    path = tmp_path / "pairs"
    documents = ({"id": f"{i}", "body": "to be or not to be " * (1 + i % 3)} for i in range(1_100))
    with searchlib.create(path, Schema(id=Keyword(key=True), body=Text())) as index:
        index.upsert(documents)
    [segment] = path.glob("*.segment")
    data = segment.read_bytes()
    sections = [each for each in read_sections(data) if each.kind in ("pairs", "pair postings")]
    assert len(sections) == 2
    for section in sections:
        for place in range(0, len(section.data), len(section.data) // 60):
            forged = bytearray(data)
            forged[section.start + place] ^= 0x01
            put(segment, resealed(bytes(forged)))
            assert not searchlib.check(path).ok, f"{section.kind}, byte {place}"


def look(path: Path, right: Any, where: str) -> str:
    if not searchlib.check(path).ok:
        return "plain"
    if not searchlib.check(path, deep=True).ok:
        return "deep"
    with searchlib.open(path) as index:
        [segment] = index.snapshot()._generation.segments
        if [name for name, _, _ in segment.handle.fields] != list(index.schema):
            return "neither"
    hits, *_ = answers(path)
    assert hits == right, f"{where}: no check sees it, and a hit is wrong"
    return "neither"
