"""Is a query plain data and back, and does data that is no query say where and why?"""

import json
from typing import Any

import pytest

from searchlib import MoreLike, Query
from searchlib.query.plain import KINDS

from .test_query_dialects import ROWS
from .test_query_kinds import TABLE as RARER
from .test_query_parser import TABLE

TREES = [row[1] for row in TABLE + RARER] + [row[1] for _, row in ROWS]


def test_every_tree_of_the_tables_comes_back_from_its_json() -> None:
    assert [Query.from_json(json.loads(json.dumps(tree.to_json()))) for tree in TREES] == TREES


def test_the_tables_have_every_kind_of_query() -> None:
    kinds: set[type] = set()
    left: list[Query] = list(TREES)
    while left:
        query = left.pop()
        kinds.add(type(query))
        for name in type(query).__slots__:
            value = getattr(query, name, None)
            parts = value if isinstance(value, tuple) else (value,)
            left += [part for part in parts if isinstance(part, Query)]
    assert {kind.__name__ for kind in KINDS.values()} - {kind.__name__ for kind in kinds} == set()


def test_what_has_its_default_is_left_out() -> None:
    assert MoreLike(key="a17").to_json() == {"type": "more_like", "key": "a17"}
    assert MoreLike(document={"title": ["a", "b"], "size": 5}).to_json() == {
        "type": "more_like",
        "document": {"title": ["a", "b"]},
    }


A = {"type": "term", "text": "a"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], r"query: expected an object with a type, got \[\]"),
        ("a", "query: expected an object with a type, got 'a'"),
        (None, "query: expected an object with a type, got None"),
        ({}, "query: unknown type None"),
        ({"type": "trem"}, r"query: unknown type 'trem'; did you mean 'term'\?"),
        ({"type": ["term"]}, "query: unknown type"),
        ({"type": "term"}, "query: term needs 'text'"),
        ({"type": "term", "text": 5}, "query: the text of a Term is a str, got 5"),
        ({"type": "term", "text": ""}, "query: the text of a Term is empty"),
        ({"type": "term", "text": "a\ud800"}, "query: the text .* has half of a character"),
        ({"type": "term", "text": "a", "span": [0, 1]}, "query: term has no 'span'"),
        ({"type": "term", "text": "a", "feild": "b"}, "no 'feild'; did you mean 'field'"),
        ({"type": "term", "text": "a", 5: "b"}, "query: term has no 5"),
        ({"type": "and", "queries": A}, "query.queries: expected a list of queries"),
        ({"type": "and", "queries": [A, "b"]}, r"query.queries\[1\]: expected an object"),
        ({"type": "not", "query": {"type": "boost", "query": A}}, "query.query: boost needs"),
        ({"type": "bool", "must": [A, {"type": "x"}]}, r"query.must\[1\]: unknown type 'x'"),
        ({"type": "bool", "should": [A], "minimum": 3}, "query: minimum is from 0 to 1, got 3"),
        ({"type": "boost", "query": A, "factor": "2"}, "query: factor is a number, got '2'"),
        ({"type": "boost", "query": A, "factor": 0}, "query: factor is 0.000001 to 1000000"),
        ({"type": "phrase", "text": "a", "slop": 1.5}, "query: slop is an int, got 1.5"),
        ({"type": "fuzzy", "text": "a", "edits": 3}, "query: edits is from 0 to 2, got 3"),
        ({"type": "near", "queries": [A]}, "query: a Near has two queries or more, got 1"),
        ({"type": "terms", "texts": "ab"}, "query: texts of Terms is a set, list or tuple"),
        ({"type": "range", "field": "a"}, r"query: a Range without low and high"),
        ({"type": "more_like"}, "query: a MoreLike has one of text, key and document"),
        ({"type": "more_like", "document": 5}, "query: document of MoreLike is a mapping"),
        ({"type": "more_like", "document": ["ab"]}, "query: document of MoreLike is a mapping"),
        ({"type": "more_like", "text": "a", "fields": 5}, "query: fields of MoreLike is a list"),
        ({"type": "combined", "text": "a", "fields": [5]}, "query: a field of Combined is a name"),
        ({"type": "combined", "text": "a", "fields": [[["a"], 1]]}, "query: field is a field's"),
    ],
)  # fmt: skip
def test_data_that_is_no_query_is_refused_with_its_place(data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Query.from_json(data)


@pytest.mark.parametrize("key", ["query", "text", "type", "queries", "fields"])
def test_data_of_any_depth_is_refused_without_running_out_of_stack(key: str) -> None:
    data: Any = A
    for _ in range(50_000):
        data = {"type": "not", key: data}
    with pytest.raises(ValueError, match=r"at most 100 deep|has no|unknown type|needs"):
        Query.from_json(data)
    deep: Any = []
    for _ in range(50_000):
        deep = [deep]
    for kind in KINDS:
        with pytest.raises(ValueError, match="query"):
            Query.from_json({"type": kind, key: deep})


def test_a_hundred_deep_is_read() -> None:
    data: Any = A
    for _ in range(100):
        data = {"type": "not", "query": data}
    query = Query.from_json(data)
    assert (query.depth, query.to_json()) == (100, data)
