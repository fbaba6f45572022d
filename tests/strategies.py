"""Random schemas, documents, queries and histories, small enough that things match.

All words come from one short list, so that a random query meets a random document often.
"""

import datetime
from functools import cache
from typing import Any

import attrs
from hypothesis import strategies as st

from searchlib import Boolean, Date, Keyword, Number, Schema, Text
from searchlib.analysis.analyzer import Analyzer, Filter, Tokenizer
from searchlib.query.tree import (
    All,
    And,
    Bool,
    Boost,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)

from .kinds import rarer_leaves, rarer_parents

WORDS = [
    *("wind", "winds", "winding", "Wind", "turbine", "turbines", "TURBINE", "solar", "sea", "seas"),
    *("the", "of", "to", "be", "or", "not", "farm", "farm's", "farmer", "café", "x1", "1984"),
]
SEPARATORS = [" ", " ", ", ", ". ", "-", "  \n", " – "]
TAGS = ["wire", "Wire", "wind", "the north", "n-1"]
BOOSTS = [0.5, 1.0, 2.0, 3.7]
ANALYZERS: list[str | Analyzer] = [
    "standard",
    "english",
    Analyzer(Tokenizer("words"), (Filter("lowercase"), Filter("stop", words="english"))),
    Analyzer(Tokenizer("words"), ()),
]
KEYS = [f"k{number}" for number in range(12)]
DAYS = ["2001-09-11", "2019-03-03", "2019-03-31", "2020-02-29"]
NUMBERS = [0, 1, -7, 2019, 2**53 + 1, 1.5, -0.25]


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """A key, one to three text fields, and one field of each other kind."""
    fields: dict[str, Any] = {"id": Keyword(key=True)}
    for name in ["title", "body", "note"][: draw(st.integers(1, 3))]:
        analyzer = draw(st.sampled_from(ANALYZERS))
        fields[name] = Text(analyzer=analyzer, boost=draw(st.sampled_from(BOOSTS)))
    fields |= {
        "tags": Keyword(boost=draw(st.sampled_from(BOOSTS))),
        "size": Number(),
        "day": Date(),
        "open": Boolean(),
    }
    return Schema.from_fields(fields)


# A word and what follows it: one draw each, since drawing is what the tests spend their time on.
PIECES = [word + separator for word in WORDS for separator in SEPARATORS]


def text_of(pieces: list[str], times: int) -> str:
    return "".join(pieces) * times


# Up to twelve words; now and then again and again, so that averages move.
texts = st.builds(
    text_of,
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.sampled_from([1, 1, 1, 1, 1, 1, 7, 80]),
)
days = st.sampled_from(DAYS).flatmap(
    lambda day: st.sampled_from(
        [
            day,
            datetime.date.fromisoformat(day),
            datetime.datetime.fromisoformat(f"{day}T23:30:00-05:00"),
            f"{day}T23:59:59.999999Z",
        ]
    )
)
tags = st.sampled_from(TAGS)
values = {
    "text": st.one_of(texts, texts, st.none(), st.lists(texts, max_size=3)),
    "tags": st.one_of(st.none(), tags, st.lists(tags, max_size=3, unique=True)),
    "size": st.sampled_from([None, *NUMBERS]),
    "day": st.one_of(st.none(), days),
    "open": st.sampled_from([None, True, False]),
}


@st.composite
def documents(draw: st.DrawFn, schema: Schema, *, key: str | None = None) -> dict[str, Any]:
    """A document of the schema; any field but the key may be None, empty or absent."""
    document: dict[str, Any] = {"id": draw(st.sampled_from(KEYS)) if key is None else key}
    for name in schema.text_fields:
        document[name] = draw(values["text"])
    for name in ("tags", "size", "day", "open"):
        document[name] = draw(values[name])
    if draw(st.booleans()):
        document = {name: value for name, value in document.items() if value is not None}
    return document


def leaves(schema: Schema) -> st.SearchStrategy[Query]:
    """Queries of one word, one phrase, one prefix or one value."""
    return leaves_in(schema.text_fields)


@cache
def leaves_in(text_fields: tuple[str, ...]) -> st.SearchStrategy[Query]:
    rarer = rarer_leaves(WORDS, TAGS, text_fields)
    return st.one_of(plain_leaves_in(text_fields), plain_leaves_in(text_fields), rarer)


@cache
def plain_leaves_in(text_fields: tuple[str, ...]) -> st.SearchStrategy[Query]:
    """Queries that a document matches or not whatever other documents there are."""
    words = st.sampled_from(WORDS)
    phrases = st.lists(words, min_size=1, max_size=4).map(" ".join)
    field = st.sampled_from([None, None, *text_fields])
    values = [
        *(Term(tag, "tags") for tag in TAGS),
        *(Prefix(start, "tags") for start in ("w", "W", "the ", "n-")),
        *(Term(str(number), "size") for number in NUMBERS),
        *(Term(day, "day") for day in ("2019", "2019-03", "2020-03", *DAYS)),
        *(Term(truth, "open") for truth in ("true", "false")),
        *(All(), Nothing()),
    ]
    return st.one_of(
        st.builds(Term, words, field),
        st.builds(Term, words, field),
        st.builds(Term, st.lists(words, min_size=2, max_size=3).map("-".join), field),
        st.builds(Phrase, phrases, field),
        st.builds(Phrase, phrases, field),
        st.builds(Prefix, st.sampled_from(["w", "wi", "Wind", "turbi", "farm", "x", "é"]), field),
        st.sampled_from(values),
        st.sampled_from(values),
    )


def queries(schema: Schema, *, max_leaves: int = 6) -> st.SearchStrategy[Query]:
    """Query trees of every kind."""
    return queries_in(schema.text_fields, max_leaves)


@cache
def queries_in(text_fields: tuple[str, ...], max_leaves: int) -> st.SearchStrategy[Query]:
    def wider(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        some = st.lists(parts, min_size=1, max_size=3)
        few = st.lists(parts, max_size=2).map(tuple)
        return st.one_of(
            some.map(lambda queries: And(*queries)),
            some.map(lambda queries: Or(*queries)),
            some.map(lambda queries: Or(*queries, queries[0])),
            st.tuples(parts, parts).map(lambda pair: And(pair[0], Not(pair[1]))),
            parts.map(Not),
            st.builds(Boost, parts, st.sampled_from(BOOSTS)),
            st.builds(Bool, must=few, should=few, must_not=few),
            rarer_parents(parts),
            rarer_parents(parts),
        )

    return st.recursive(leaves_in(text_fields), wider, max_leaves=max_leaves)


@attrs.frozen
class Transaction:
    """What one writer does; `ends` is "commit", "rollback" or "raise"."""

    steps: tuple[tuple[str, Any], ...]
    ends: str
    batch_rows: int
    memory_bytes: int


@st.composite
def transactions(draw: st.DrawFn, schema: Schema) -> Transaction:
    document = documents(schema)
    step = st.one_of(
        st.tuples(st.just("add"), document),
        st.tuples(st.just("upsert"), document),
        st.tuples(st.just("upsert"), document),
        st.tuples(st.just("add_all"), st.lists(document, max_size=5)),
        st.tuples(st.just("upsert_all"), st.lists(document, max_size=5)),
        st.tuples(st.just("delete"), st.sampled_from(KEYS)),
        st.tuples(st.just("delete_matching"), plain_leaves_in(schema.text_fields)),
    )
    return Transaction(
        tuple(draw(st.lists(step, max_size=8))),
        ends=draw(st.sampled_from(["commit", "commit", "commit", "commit", "rollback", "raise"])),
        batch_rows=draw(st.sampled_from([1, 2, 256])),
        memory_bytes=draw(st.sampled_from([1, 2**28])),
    )


@attrs.frozen
class Queued:
    """Calls made while another writer has the index, of "upsert" with a list or "delete"."""

    calls: tuple[tuple[str, Any], ...]


@st.composite
def queued(draw: st.DrawFn, schema: Schema) -> Queued:
    call = st.one_of(
        st.tuples(st.just("upsert"), st.lists(documents(schema), min_size=1, max_size=3)),
        st.tuples(st.just("delete"), st.sampled_from(KEYS)),
    )
    return Queued(tuple(draw(st.lists(call, min_size=1, max_size=4))))


@attrs.frozen
class History:
    """A schema, what happened to an index, and what it is asked after each event."""

    schema: Schema
    events: tuple[Any, ...]  # a Transaction, a Queued, "reopen" or "merge"
    queries: tuple[Query, ...]


@st.composite
def histories(draw: st.DrawFn, *, max_events: int = 8) -> History:
    schema = draw(schemas())
    change = transactions(schema)
    others = st.one_of(queued(schema), st.sampled_from(["reopen", "merge"]))
    event = st.one_of(change, change, change, change, others)
    return History(
        schema,
        tuple(draw(st.lists(event, min_size=1, max_size=max_events))),
        tuple(draw(st.lists(queries(schema), min_size=1, max_size=3))),
    )
