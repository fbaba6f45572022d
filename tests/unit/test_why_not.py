"""Does `why_not` name the condition that a document fails, with its words beside the query's?"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Date, Index, Keyword, Number, Schema, Text
from searchlib.query.tree import Query
from tests.strategies import documents, queries, schemas

SCHEMA = Schema(
    id=Keyword(key=True),
    title=Text(),
    body=Text(analyzer="english"),
    note=Text(stored=False),
    source=Keyword(),
    date=Date(),
    size=Number(),
)


@pytest.fixture(scope="module")
def index() -> Index:
    index = searchlib.in_memory(SCHEMA)
    index.upsert(
        {
            "id": "a",
            "title": "A run at sea",
            "body": "Netanyhau spoke. They were running to the wide sea.",
            "note": "hidden",
            "source": ["wire", "Post"],
            "date": "2019-03-03",
            "size": 5,
        }
    )
    return index


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        ("sea AND absent AND lost", "not there: 'absent' in title, body, note"),
        ("+sea +title:absent", "not there: 'absent' in title"),
        ("sea -wide", "excluded, and there: 'wide' in title, body, note"),
        ("NOT title:sea", "excluded, and there: 'sea' in title"),
        ("title:(absent OR lost)", "none of these is there: 'absent' in title or 'lost' in title"),
        ("size:[10 TO 20]", "not there: 10 <= size <= 20"),
    ],
)
def test_the_first_condition_that_fails_is_named(index: Index, query: str, clause: str) -> None:
    assert index.why_not(query, "a").clause == clause


@pytest.mark.parametrize(
    ("query", "line"),
    [
        (
            "title:running",
            'analysis differs: query "running" -> "run", field "title" is not stemmed',
        ),
        ("source:WIRE", "a keyword is compared letter by letter, capitals included"),
        ("note:absent", "the field is not stored, so its text is not here"),
        ('title:"sea run"', "the words stand, but not so together"),
        ("size:9", "size: wanted 9; the document has '5'"),
    ],
)
def test_what_the_document_has_stands_beside_what_is_wanted(
    index: Index, query: str, line: str
) -> None:
    assert line in [each.strip() for each in str(index.why_not(query, "a")).splitlines()]


def test_the_options_are_those_of_a_search(index: Index) -> None:
    assert index.why_not("run", "a", fields="title").matches
    assert not index.why_not("wide", "a", fields=iter(["title"])).matches
    assert not index.why_not("sea absent", "a", operator="and").matches
    assert not index.why_not("sea absent", "a", dialect="whoosh").matches
    assert not index.why_not("sea", "a", filter="absent").matches
    now = dt.datetime(2019, 3, 3, 12)
    assert index.why_not("date:today", "a", now=now).matches
    assert not index.why_not("date:today", "a", now=now, timezone="America/New_York").matches


def test_a_document_that_is_not_there_is_refused(index: Index) -> None:
    with pytest.raises(KeyError, match="'b'"):
        index.why_not("sea", "b")


@given(st.data())
def test_it_says_why_for_exactly_the_queries_that_do_not_match(data: st.DataObject) -> None:
    schema = data.draw(schemas())
    index = searchlib.in_memory(schema)
    index.upsert(data.draw(documents(schema, key="k")))
    query: Query = data.draw(queries(schema))
    found = index.why_not(query, "k")
    assert (found.matches, bool(str(found))) == (index.count(query) == 1, True)
    assert (found.clause is None) == found.matches
