"""Does a text come out of an index as it went in, whatever its characters?"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import searchlib
from searchlib import DocumentError, Keyword, Schema, Text
from searchlib._native import is_whole

SCHEMA = Schema(id=Keyword(key=True), body=Text())
LONG = 65_536  # characters; longer texts are left to Python's encoder


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Runs of ASCII of about sixteen characters, among any other characters and their halves."""
    ascii_runs = st.text(st.characters(max_codepoint=0x7F), max_size=40)
    others = st.text(max_size=3) | st.sampled_from(["\ud800", "\udfff", "\ud7ff", "\ue000"])
    return "".join(draw(st.lists(ascii_runs | others, max_size=8)))


def can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@given(texts())
@example("x" * LONG + "”")
@example("x" * LONG + "\ud800")
@example("”" + "x" * (LONG - 1))
@example("\udc00" + "x" * (LONG - 1))
def test_a_text_is_whole_where_python_can_encode_it(text):
    assert is_whole(text) == can_be_encoded(text)


@given(texts())
@example("x" * LONG + "”")
@example("”" + "x" * (LONG - 1))
def test_a_whole_text_comes_back_and_another_is_refused_with_its_place(text):
    index = searchlib.in_memory(SCHEMA)
    if can_be_encoded(text):
        index.upsert({"id": "a", "body": text})
        assert index["a"]["body"] == text
        return
    with pytest.raises(UnicodeEncodeError) as error:
        text.encode()
    with pytest.raises(DocumentError, match=f"at {error.value.start} in"):
        index.upsert({"id": "a", "body": text})
    assert "a" not in index
