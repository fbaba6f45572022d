"""What rarer kinds of query find, mark and explain, on documents that a person can check."""

import re

import pytest

import searchlib
from searchlib import Date, Index, Keyword, Number, Schema, Text
from searchlib.query.tree import (
    Constant,
    Decay,
    Demote,
    DisMax,
    Exists,
    FieldScore,
    Filter,
    First,
    Fuzzy,
    MoreLike,
    Near,
    Phrase,
    Query,
    Range,
    Regex,
    Term,
    Terms,
    Wildcard,
)


@pytest.fixture(scope="module")
def index() -> Index:
    schema = Schema(
        id=Keyword(key=True),
        title=Text(analyzer="english", boost=2.0),
        body=Text(analyzer="english"),
        size=Number(),
        day=Date(),
        source=Keyword(),
    )
    index = searchlib.in_memory(schema)
    index.upsert(
        [
            {
                "id": "a",
                "title": "Wind turbines at sea",
                "body": "Investment in wind power grew. Investors cheer the migration of farms.",
                "size": 3,
                "day": "2019-03-03",
                "source": "wire",
            },
            {
                "id": "b",
                "title": "Solar",
                "body": "Solar farms and immigration: Netanyahu met investors.",
                "size": 9,
                "source": "radio",
            },
        ]
    )
    return index


# What is asked, the documents that match, and what is marked in the body of the first.
FOUND: list[tuple[Query, str, list[str]]] = [
    (Wildcard("*gration", "body"), "ab", ["migration"]),
    (Wildcard("inv?st*r?", "body"), "ab", ["Investors"]),
    (Regex("(im)?migration", "body"), "ab", ["migration"]),
    (Fuzzy("Netanyhau", edits=1), "b", ["Netanyahu"]),
    (Fuzzy("Netanyhau", edits=1, prefix=8), "", []),
    (Terms(["wire", "telex"], "source"), "a", []),
    (Terms(["wind power", "radio waves"]), "a", ["wind power"]),
    (Range("body", "m", "n"), "ab", ["migration"]),
    (Range("size", "3", "9", include_low=False), "b", []),
    (Exists("day"), "a", []),
    (Near(Term("investment"), Phrase("wind power"), distance=1), "a", ["Investment", "wind power"]),
    (Near(Phrase("wind power"), Term("investment"), distance=1, ordered=True), "", []),
    (Near(Wildcard("im*tion"), Term("met"), distance=1), "b", ["immigration", "met"]),
    (First(Term("investment"), 2), "a", ["Investment"]),
    (First(Term("investors"), 2), "", []),
    (DisMax(Term("cheer"), Term("met")), "ab", ["cheer"]),
    (Filter(Term("cheer")), "a", []),
    (Constant(Term("cheer"), 2), "a", ["cheer"]),
]


@pytest.mark.parametrize(("query", "keys", "marked"), FOUND, ids=lambda value: str(value)[:60])
def test_what_matches_is_found_and_marked(
    index: Index, query: Query, keys: str, marked: list[str]
) -> None:
    hits = sorted(index.search(query), key=lambda hit: hit.key or "")
    assert "".join(hit.key or "" for hit in hits) == keys
    if hits:
        shown = " ".join(hits[0].highlight("body", format="plain", width=None))
        assert re.findall(r"\*\*(.*?)\*\*", shown) == marked


@pytest.mark.parametrize(
    "query",
    [query for query, keys, _ in FOUND if keys]
    + [
        Demote(Term("farms"), Term("solar"), 0.2),
        Decay(Term("farms"), field="day", origin="2019-04", scale="7d"),
        Decay(Term("farms"), field="size", origin="5", scale="2", shape="linear"),
        FieldScore(Term("farms"), field="size", function="log1p"),
        MoreLike("solar farms at sea", min_docs=1),
        MoreLike(key="a", min_docs=1),
    ],
    ids=lambda query: str(query)[:60],
)
def test_an_explanation_is_exact_to_the_score(index: Index, query: Query) -> None:
    hits = index.search(query)
    assert len(hits) > 0
    for hit in hits:
        assert hit.explain().value == pytest.approx(hit.score, rel=1e-12)


def test_a_document_is_not_like_itself(index: Index) -> None:
    assert [hit.key for hit in index.search(MoreLike(key="a", min_docs=1))] == ["b"]
    [note] = index.search(MoreLike(key="c")).diagnostics
    assert note.message == "no document has the key 'c'"


def test_a_pattern_that_cannot_be_read_matches_nothing_and_says_so(index: Index) -> None:
    results = index.search(Regex("inv("))
    assert results.total == 0
    assert [note.kind for note in results.diagnostics] == ["bad-pattern"]


def test_a_pattern_that_stands_for_too_many_words_says_how_many() -> None:
    index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text()))
    words = (f"a{number:05}" for number in range(10_001))
    index.upsert([{"id": "a", "body": " ".join(words)}, {"id": "b", "body": "a10000"}])
    results = index.search(Wildcard("?????*"))
    [note] = results.diagnostics
    assert (note.kind, note.message) == ("cut", "?????* stands for 10001 words of body")
    assert results.total == 2  # the most frequent ones are kept


def test_how_many_words_a_pattern_stands_for_is_a_setting() -> None:
    index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text()))
    index.upsert(
        [{"id": key, "body": body} for key, body in zip("abc", ["car", "cat", "cat"], strict=True)]
    )
    results = index.search("?a?", max_words=1)
    assert [hit.key for hit in results] == ["b", "c"]  # the more frequent word
    assert results.diagnostics[0].taken_as == "the 1 most frequent ones"
    assert (index.count("?a?", max_words=1), index.count("?a?")) == (2, 3)
    with pytest.raises(ValueError, match="max_words must be at least 1"):
        index.search("?a?", max_words=0)


def test_near_words_of_two_fields_and_of_keywords_are_never_near(index: Index) -> None:
    for query in (
        Near(Term("a", "title"), Term("b", "body")),
        Near(Term("a", "source"), Term("b")),
    ):
        results = index.search(query)
        assert results.total == 0
        assert [note.kind for note in results.diagnostics] == ["bad-near"]
