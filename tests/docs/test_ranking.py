"""The worked numbers and constants of docs/ranking.md are those of the library."""

import re
from pathlib import Path

import pytest

import searchlib
from searchlib.query.nearness import MAX_NEAR_WORDS, MAX_UNORDERED
from searchlib.query.planner import MAX_FUZZY_WORDS, MAX_PATTERN_WORDS
from searchlib.search.searcher import K1, B

PAGE = (Path(__file__).parents[2] / "searchlib/docs/ranking.md").read_text(encoding="utf-8")


def rows(header: str) -> list[list[str]]:
    """The cells of the table under `header`, row by row."""
    _, _, after = PAGE.partition(header + "\n")
    table = re.match(r"\|[-|]+\n((?:\|.*\n)+)", after)
    assert table is not None, header
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


@pytest.fixture(scope="module")
def index() -> searchlib.Index:
    schema = searchlib.Schema(key=searchlib.Keyword(key=True), body=searchlib.Text())
    index = searchlib.in_memory(schema)
    index.upsert([{"key": key, "body": body} for key, body in rows("| key | body |")])
    return index


WORKED = rows("| query | key | n | idf | tf | length | score |")


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row[0]}-{row[1]}")
def test_a_worked_score_is_what_a_search_gives(index: searchlib.Index, row: list[str]) -> None:
    query, key, n, idf, tf, length, score = row
    [hit] = [hit for hit in index.search(query) if hit.key == key]
    assert f"{hit.score:.6f}" == score
    explained = str(hit.explain())
    for number in (n, idf, tf, length):
        shown = f"{float(number):.6g}"  # as explanations write numbers
        assert re.search(rf"(?<![\d.]){re.escape(shown)}", explained), (number, explained)


def test_every_score_of_the_worked_queries_is_on_the_page(index: searchlib.Index) -> None:
    found = {(query, hit.key) for query in ("wind", "sun", "sand") for hit in index.search(query)}
    assert found == {(row[0], row[1]) for row in WORKED}


RARER = rows("| kind of query | key | score |")


def test_the_worked_scores_of_rarer_queries_are_what_searches_give(index: searchlib.Index) -> None:
    queries = dict.fromkeys(row[0].strip("`") for row in RARER)
    assert [
        [f"`{q}`", hit.key, f"{hit.score:.6f}"] for q in queries for hit in index.search(q)
    ] == RARER


def test_the_limits_on_the_page_are_those_of_patterns() -> None:
    assert f"at most {MAX_PATTERN_WORDS:,} terms of a field" in PAGE
    assert f"for {MAX_NEAR_WORDS:,} inside a `#near`" in PAGE
    assert f"a word spelled nearly so for {MAX_FUZZY_WORDS}." in PAGE
    assert f"At most {MAX_UNORDERED} queries can be near each other" in PAGE


def test_the_constants_on_the_page_are_the_defaults() -> None:
    assert f"| k1 | {K1}:" in PAGE
    assert f"| b | {B}:" in PAGE


def test_the_slack_on_the_page_is_the_one_in_the_core() -> None:
    core = Path(__file__).parents[2] / "searchlib/native/core/src/search/top.rs"
    assert "1.0 + (terms as f64 + 4.0) * 1.2e-7" in core.read_text(encoding="utf-8")
