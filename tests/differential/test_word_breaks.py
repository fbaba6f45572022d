"""Are the words of a text those of the Unicode project's vectors for word breaks?

SEARCHLIB_DATA names a folder with `unicode/WordBreakTest.jsonl`: texts and their segments. The
segments that are allowed to differ stand in docs/analysis.md; the core's tests compare all of them.
"""

import json
import os
import re
from pathlib import Path

import pytest

from searchlib.analysis import Analyzer, words

DATA = os.environ.get("SEARCHLIB_DATA")
DOCUMENT = Path(__file__).parents[2] / "searchlib/docs/analysis.md"
ROW = re.compile(r"^\| `((?:[0-9A-F]{4,5} ?)+)` \| (\d) \| \d \|$", flags=re.M)

pytestmark = pytest.mark.skipif(DATA is None, reason="SEARCHLIB_DATA names no folder with unicode/")


def vectors() -> dict[str, list[str]]:
    lines = (Path(str(DATA)) / "unicode/WordBreakTest.jsonl").read_text(encoding="utf-8")
    read = map(json.loads, lines.splitlines())
    return {vector["input"]: vector["segments"] for vector in read}


def test_the_words_of_every_vector_are_found() -> None:
    analyzer = Analyzer(words(segment="dictionary"))
    different = {
        text: segments
        for text, segments in vectors().items()
        if [token.form for token in analyzer.tokens(text)]
        != [each for each in segments if any(map(str.isalnum, each))]
    }
    assert different == {}


def test_the_document_counts_them_and_lists_what_unicode_changed() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    known = vectors()
    assert f"are {len(known):,} texts with their segments" in document
    listed = {
        "".join(chr(int(code, 16)) for code in codes.split()): int(count)
        for codes, count in ROW.findall(document)
    }
    assert len(listed) == 5
    assert {text: len(known[text]) for text in listed} == listed
