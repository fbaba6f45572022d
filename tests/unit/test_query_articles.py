"""Do queries find what they say in the two articles that the project started from?"""

from pathlib import Path

import pytest

import searchlib
from searchlib import Date, Index, Keyword, Schema, Text

ARTICLES = Path(__file__).parents[2] / "fixtures/articles"
FIRST, SECOND = "000_9d3568ec65f61390", "003_adbbb7ac7aa6b343"


@pytest.fixture(scope="module")
def index() -> Index:
    schema = Schema(
        id=Keyword(key=True), title=Text(analyzer="english"), body=Text(analyzer="english"),
        date=Date(),
    )  # fmt: skip
    index = searchlib.in_memory(schema)
    for path in sorted(ARTICLES.glob("*.txt")):
        title, _, body = path.read_text(encoding="utf-8").partition("\n")
        date = "2019-03-03" if path.stem == SECOND else None
        index.upsert({"id": path.stem, "title": title, "body": body, "date": date})
    return index


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("Netanyahu~1", {FIRST, SECOND}),  # the second has Netanyhau as well
        ("body:Netanyhau", {SECOND}),
        ('"Bashar Assad"~1', {FIRST, SECOND}),
        ("Syria's", {FIRST, SECOND}),
        ("Syria’s", {FIRST, SECOND}),
        ("S-300", {SECOND}),
        ("S-30*", {SECOND}),
        ("Tehran-backed", {SECOND}),
        ("date:2019-03-03", {SECOND}),
        ("date:[2019-03 TO 2019-04]", {SECOND}),
        ("date:>2019-03-03", set()),
        ("date:march 2019", {SECOND}),
        ("“foreign troops”", {FIRST}),
        ('"foreign troops" OR "foreign forces"', {FIRST, SECOND}),
        ("#near(foreign (troops OR forces) distance=0 ordered=true)", {FIRST, SECOND}),
        ("#near(withdrawal syria distance=5)", {SECOND}),
        ("/netany(ahu|hau)/", {FIRST, SECOND}),
        ("Netany?au", {SECOND}),
        ("#first(title:russia within=1)", {FIRST}),
    ],
)
def test_a_query_finds_these_articles(index: Index, query: str, keys: set[str]) -> None:
    results = index.search(query)
    story = {FIRST, SECOND}
    assert {str(hit.key) for hit in results} & story == keys


@pytest.mark.parametrize(("key", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_more_like_either_article_puts_the_other_first(index: Index, key: str, other: str) -> None:
    assert index.search(f"#more_like(key={key})")[0].key == other
