"""Does a batch find what a search for each of its queries finds?"""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Index, Keyword, Schema, Text

from ..strategies import documents, queries, schemas


@st.composite
def indexes(draw: st.DrawFn) -> Index:
    """Up to three segments, some documents deleted."""
    schema = draw(schemas())
    index = searchlib.in_memory(schema)
    keys = [f"d{number}" for number in range(draw(st.integers(1, 12)))]
    size = draw(st.integers(1, 6))
    for start in range(0, len(keys), size):
        index.upsert(draw(documents(schema, key=key)) for key in keys[start : start + size])
    index.delete(draw(st.lists(st.sampled_from(keys), max_size=3)))
    return index


@given(indexes(), st.data())
def test_a_batch_finds_what_single_searches_find(index: Index, data: st.DataObject) -> None:
    asked = data.draw(st.lists(queries(index.schema, max_leaves=4), max_size=6))
    options: dict[str, Any] = {
        "limit": data.draw(st.sampled_from([0, 1, 3, 100])),
        "offset": data.draw(st.integers(0, 3)),
        "operator": data.draw(st.sampled_from(["or", "and"])),
        "filter": data.draw(st.none() | queries(index.schema, max_leaves=2)),
    }
    texts = [data.draw(st.sampled_from([query, str(query)])) for query in asked]
    many = index.search_many(texts, threads=data.draw(st.sampled_from([None, 1, 2, 5])), **options)
    single = [index.search(text, **options) for text in texts]

    assert len(many) == len(single)
    for results, expected in zip(many, single, strict=True):
        assert [(hit.key, hit.score) for hit in results] == [
            (hit.key, hit.score) for hit in expected
        ]
        assert [dict(hit) for hit in results] == [dict(hit) for hit in expected]
        assert (results.total, results.query) == (expected.total, expected.query)
        assert results.diagnostics == expected.diagnostics
    assert many.scores.tolist() == [hit.score for results in single for hit in results]


@given(st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_keys_of_any_characters_come_out_of_the_buffers(keys: list[str]) -> None:
    index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text()))
    try:
        index.upsert({"id": key, "body": "wind"} for key in keys)
    except searchlib.DocumentError:  # surrogates, which no index takes
        return
    many = index.search_many(["wind", "calm", "wind"], limit=100)
    offsets = many.key_offsets.tolist()
    found = [bytes(many.key_bytes[start:end]).decode() for start, end in pairwise(offsets)]
    assert found == keys + keys
    assert [hit.key for hit in many[2]] == keys
