"""What does a caller see of an error: its class, its facts, one line that helps."""

import pickle
import re

import pytest

from searchlib import errors
from searchlib.errors import (
    ComponentError,
    CorruptIndexError,
    DocumentError,
    IndexBusyError,
    IndexClosedError,
    IndexVersionError,
    KeyExistsError,
    LimitError,
    QuerySyntaxError,
    SchemaError,
    SearchlibError,
    UnknownFieldError,
    shown,
    suggestion,
)

EXAMPLES = [
    (SchemaError("two keys"), ValueError, "two keys"),
    (
        DocumentError(3, "a", "year", "soon", "a number"),
        ValueError,
        "document at place 3, key 'a', field 'year': expected a number, got 'soon'",
    ),
    (
        DocumentError(0, None, None, 12, "a mapping"),
        ValueError,
        "document at place 0: expected a mapping, got 12",
    ),
    (
        ComponentError("component 'python:lemma' was not handed over", "python:lemma", ["body"]),
        LookupError,
        "component 'python:lemma' was not handed over",
    ),
    (KeyExistsError("a"), KeyError, "a document with key 'a' exists already; upsert replaces it"),
    (
        UnknownFieldError("titel", ["title", "body"]),
        KeyError,
        "unknown field 'titel'; did you mean 'title'? known: title, body",
    ),
    (QuerySyntaxError("no closing quote", 7), ValueError, "no closing quote"),
    (IndexBusyError("held", "/index", 41), TimeoutError, "held"),
    (IndexClosedError("the index is closed"), ValueError, "the index is closed"),
    (CorruptIndexError("bad checksum", "/index/1.seg", 12), ValueError, "bad checksum"),
    (IndexVersionError("format 9", "/index/1.seg", 9, 1), ValueError, "format 9"),
    (LimitError("too many"), OverflowError, "too many"),
]


@pytest.mark.parametrize(("error", "builtin", "line"), EXAMPLES)
def test_an_error_is_ours_and_the_builtin_it_resembles_and_prints_its_message(error, builtin, line):
    assert isinstance(error, SearchlibError)
    assert isinstance(error, builtin)
    assert str(error) == line


@pytest.mark.parametrize("error", [error for error, _, _ in EXAMPLES])
def test_an_error_crosses_to_another_process_whole(error):
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def test_every_class_has_an_example_here():
    classes = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, SearchlibError)
    }
    assert classes - {SearchlibError} == {type(error) for error, _, _ in EXAMPLES}


def test_the_facts_of_an_error_are_attributes():
    busy = IndexBusyError("held", "/index", 41)
    corrupt = CorruptIndexError("bad", "/index/1.seg", 12)
    version = IndexVersionError("new", "/index/1.seg", 9, 1)
    unknown = UnknownFieldError("a", iter("bc"))
    assert (busy.path, busy.holder) == ("/index", 41)
    assert (corrupt.path, corrupt.offset) == ("/index/1.seg", 12)
    assert (version.path, version.found, version.newest) == ("/index/1.seg", 9, 1)
    assert (unknown.field, unknown.known) == ("a", ("b", "c"))
    assert QuerySyntaxError("bad", 7).column == 7
    assert KeyExistsError("a").key == "a"


def test_a_busy_index_with_an_unknown_holder_says_none():
    assert IndexBusyError("held", "/index").holder is None


class Broken:
    def __repr__(self):
        raise RuntimeError("no repr")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("wind", "'wind'"),
        (None, "None"),
        ("two\nlines", r"'two\nlines'"),
        ("\ud800", r"'\ud800'"),
        (Broken(), "a value of type Broken"),
        (10**5000, "a value of type int"),
    ],
    ids=["text", "none", "lines", "surrogate", "broken", "huge"],
)
def test_a_value_is_shown_on_one_line(value, text):
    assert shown(value) == text


@pytest.mark.parametrize("value", ["x" * 10**6, b"x" * 10**6, list(range(10**4)), "é" * 81])
def test_a_long_value_is_cut_to_eighty_characters(value):
    assert (len(shown(value)), shown(value)[-1]) == (80, "…")


def test_a_text_that_fits_is_not_cut():
    assert shown("x" * 78) == repr("x" * 78)


@pytest.mark.parametrize(
    ("name", "known", "end"),
    [
        ("bdy", ["title", "body"], "did you mean 'body'? known: title, body"),
        ("zzz", ["title", "body"], "known: title, body"),
        ("a", [], "known: none"),
        (3, ["title"], "known: title"),
    ],
)
def test_a_suggestion_names_the_nearest_and_the_known(name, known, end):
    assert suggestion(name, known) == end


def test_a_suggestion_from_many_names_stays_short():
    known = [f"field{n}" for n in range(100)]
    assert re.search(r"field19 and 80 more$", suggestion("zzz", known))
