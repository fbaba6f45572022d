"""Phrases of the collections' articles are found, and just their words are marked.

The environment variable SEARCHLIB_DATA names a folder that has the collections in `collections/`,
as `python -m benchmarks quality` takes them.
"""

import gzip
import json
import os
from pathlib import Path

import pytest

from searchlib.analysis import analyzer_named

from ..phrases import tally

DATA = os.environ.get("SEARCHLIB_DATA")
COLLECTIONS = {
    "xquad-ar": "arabic", "xquad-de": "german", "xquad-el": "greek", "xquad-es": "spanish",
    "xquad-hi": "hindi", "xquad-ru": "russian", "xquad-th": "thai", "xquad-zh": "chinese",
    "jsquad": "japanese", "cranfield": "english",
}  # fmt: skip
ARTICLES, PHRASES = 240, 5


@pytest.mark.skipif(DATA is None, reason="SEARCHLIB_DATA names no folder with collections/")
@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_phrase_of_an_article_finds_and_marks_its_words(name: str) -> None:
    path = Path(str(DATA)) / "collections" / name / "docs.jsonl.gz"
    texts: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(ARTICLES), strict=False):
            article = json.loads(line)
            texts[str(len(texts))] = " ".join(
                each for each in article.values() if type(each) is str
            )
    found = tally(analyzer_named(COLLECTIONS[name]), texts, phrases=PHRASES)
    assert found.asked > ARTICLES
    assert (found.lost, found.wrong, found.cut) == ([], [], [])
