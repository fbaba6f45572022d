"""The two articles that the project started from are found among all others, and each by the other.

The environment variable SEARCHLIB_DATA names a folder with `news.jsonl.gz`, an article a line.
"""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Date, Index, Keyword, Schema, Text

DATA = os.environ.get("SEARCHLIB_DATA")
NEWS = Path(DATA or ".") / "news.jsonl.gz"
ARTICLES = Path(__file__).parents[2] / "fixtures/articles"
FIRST, SECOND = "000_9d3568ec65f61390", "003_adbbb7ac7aa6b343"

pytestmark = pytest.mark.skipif(
    DATA is None or not NEWS.exists(), reason="SEARCHLIB_DATA names no folder with news.jsonl.gz"
)


@pytest.fixture(scope="module")
def index() -> Index:
    text = Text(analyzer="english")
    index = searchlib.in_memory(Schema(id=Keyword(key=True), title=text, body=text, date=Date()))
    with index.writer() as writer:
        for document in articles():
            writer.add(document)
    return index


def articles() -> Iterator[dict[str, Any]]:
    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        for line in lines:
            found = json.loads(line)
            yield {name: found[name] or None for name in ("id", "title", "body", "date")}
    for path in sorted(ARTICLES.glob("*.txt")):
        title, _, body = path.read_text(encoding="utf-8").partition("\n")
        date = "2019-03-03" if path.stem == SECOND else None
        yield {"id": path.stem, "title": title, "body": body, "date": date}


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("Netanyahu~1", {FIRST, SECOND}),
        ('"Bashar Assad"~1', {FIRST, SECOND}),
        ("Syria's", {FIRST, SECOND}),
        ("S-300", {SECOND}),
        ("Tehran-backed", {SECOND}),
        ("date:2019-03-03", {SECOND}),
        ("date:[2019-03 TO 2019-04]", {SECOND}),
    ],
)
def test_a_query_finds_these_articles(index: Index, query: str, keys: set[str]) -> None:
    found = {hit.key for hit in index.search(query, limit=len(index))}
    assert found & {FIRST, SECOND} == keys
    assert all(index.why_not(query, key).matches == (key in keys) for key in (FIRST, SECOND))


@pytest.mark.parametrize(("key", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_more_like_either_article_puts_the_other_first(index: Index, key: str, other: str) -> None:
    assert index.search(f"#more_like(key={key})")[0].key == other
