"""Indexes to test with, each on disk and in memory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib import Date, Index, Keyword, Number, Schema, Text

MakeIndex = Callable[[Schema], Index]

ARTICLES = Schema(
    id=Keyword(key=True),
    title=Text(analyzer="english", boost=2.0),
    body=Text(analyzer="english"),
    source=Keyword(),
    year=Number(),
    date=Date(),
)
LOG = Schema(line=Text())  # no key


@pytest.fixture(params=["disk", "memory"])
def make_index(request: pytest.FixtureRequest, tmp_path: Path) -> MakeIndex:
    """Makes an empty index of a schema."""
    if request.param == "memory":
        return searchlib.in_memory
    numbers = iter(range(100))
    return lambda schema: searchlib.create(tmp_path / f"index-{next(numbers)}", schema)


@pytest.fixture
def index(make_index: MakeIndex) -> Iterator[Index]:
    """An empty index of articles."""
    with make_index(ARTICLES) as index:
        yield index


@pytest.fixture
def disk_index(tmp_path: Path) -> Iterator[Index]:
    """An empty index of articles, on disk."""
    with searchlib.create(tmp_path / "index", ARTICLES) as index:
        yield index
