"""What is far larger, longer or emptier than an article is indexed, found and shown."""

import pytest

import searchlib
from searchlib import Keyword, LimitError, Schema, Text

SCHEMA = Schema(id=Keyword(key=True), body=Text())


def indexed(body: str) -> searchlib.Index:
    index = searchlib.in_memory(SCHEMA)
    index.upsert([{"id": "a", "body": body}, {"id": "b", "body": "wind"}])
    return index


def test_a_document_of_50_mb_is_found_marked_and_read_back() -> None:
    body = "wind and water move the mill. " * 1_700_000 + "zeppelin"
    assert len(body) > 50_000_000
    with indexed(body) as index:
        [hit] = index.search("zeppelin")
        assert hit.highlight("body", limit=1)[0].endswith("<mark>zeppelin</mark>")
        assert hit["body"] == body


def test_a_document_of_a_million_distinct_words_is_found_by_each() -> None:
    with indexed(" ".join(f"w{number}" for number in range(1_000_000))) as index:
        for number in (0, 1, 777_777, 999_999):
            assert [hit.key for hit in index.search(f"w{number}")] == ["a"]
        assert index.search("w9*").total == 1
        assert index.search('"w41 w42"').total == 1
        assert index.search('"w42 w41"').total == 0


@pytest.mark.parametrize("length", [10_000, 65_535])
def test_a_long_word_is_found(length: int) -> None:
    word = "x" * length
    with indexed(f"a {word} b") as index:
        assert [hit.key for hit in index.search(word)] == ["a"]
        assert [hit.key for hit in index.search('"a ' + word + ' b"')] == ["a"]


def test_a_longer_word_is_left_out_with_a_note_and_keeps_its_place() -> None:
    word = "x" * 65_536
    index = searchlib.in_memory(SCHEMA)
    receipt = index.upsert([{"id": "b", "body": "c"}, {"id": "a", "body": f"a {word} b"}])
    assert [(note.place, note.field, note.word_count) for note in receipt.notes] == [(1, "body", 1)]
    assert index.search(word).total == 0
    assert index.search('"a b"').total == 0
    assert index["a"]["body"] == f"a {word} b"


def test_a_keyword_over_the_limit_is_refused_by_name_and_nothing_is_written() -> None:
    index = searchlib.in_memory(Schema(id=Keyword(key=True), tag=Keyword()))
    with pytest.raises(LimitError, match="limited to 65535 bytes"):
        index.upsert([{"id": "a", "tag": "x"}, {"id": "b", "tag": "x" * 65_536}])
    assert (len(index), index.generation) == (0, 0)


@pytest.mark.parametrize("body", ["", " ", "\0", "wind\0wind", "… — !? “”", "\n\n", "😀", "\u0301"])
def test_empty_odd_and_wordless_texts_come_back_as_they_were(body: str) -> None:
    with indexed(body) as index:
        assert index["a"]["body"] == body
        assert "b" in [hit.key for hit in index.search("wind")]
        assert index.check().ok
