"""How are texts read in the other dialects? A table for each."""

import pytest

import searchlib
from searchlib import (
    All,
    And,
    Bool,
    Boost,
    Exists,
    Filter,
    Fuzzy,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Text,
    Wildcard,
)
from searchlib.query.dialects import OPERATORS
from searchlib.query.parser import parse

from .test_query_parser import SCHEMA, A, B, C, D

SIMPLE = [
    ("", Nothing()),
    ("a", A),
    ("a b", Or(A, B)),
    ('"a b" c', Or(Phrase("a b"), C)),
    ("“a b” c", Or(Phrase("a b"), C)),
    ("a -b", Bool(should=[A], must_not=[B])),
    ('a -"b c"', Bool(should=[A], must_not=[Phrase("b c")])),
    ("-a", Bool(must_not=[A])),
    ("- a", Or(Term("-"), A)),
    ("--a", Term("--a")),
    ("a-b", Term("a-b")),
    ("a - b", Or(A, Term("-"), B)),
    ("+a", Term("+a")),
    ("title:a", Term("title:a")),
    ("a AND b", Or(A, Term("AND"), B)),
    ("NOT a", Or(Term("NOT"), A)),
    ("(a b)", Or(Term("(a"), Term("b)"))),
    (")(", Term(")(")),
    ("inv*", Term("inv*")),
    ("*:*", Term("*:*")),
    ("a^2", Term("a^2")),
    ("a~1", Term("a~1")),
    (r"a\b", Term(r"a\b")),
    ("[a TO b]", Or(Term("[a"), Term("TO"), Term("b]"))),
    ("C++ AT&T", Or(Term("C++"), Term("AT&T"))),
    ("don't", Term("don't")),
    ('5" disk', Or(Term("5"), Term("disk")), "unclosed-quote"),
    ('"a', A, "unclosed-quote"),
    ('""', Nothing(), "empty-quotes"),
    ('-""', Nothing(), "empty-quotes"),
]
LUCENE = [
    ("a b", Or(A, B)),
    ("a AND b", And(A, B)),
    ("a AND b OR c", Bool(must=[A, B], should=[C])),
    ("a OR b AND c", Bool(must=[B, C], should=[A])),
    ("a b AND c", Bool(must=[B, C], should=[A])),
    ("a AND b c", Bool(must=[A, B], should=[C])),
    ("a OR b", Or(A, B)),
    ("a AND NOT b", Bool(must=[A], must_not=[B])),
    ("a NOT b", Bool(should=[A], must_not=[B])),
    ("a OR NOT b", Bool(should=[A], must_not=[B])),
    ("NOT a", Not(A)),
    ("-a", Not(A)),
    ("+a b -c", Bool([A], [B], [C])),
    ("+a +b", And(A, B)),
    ("a && b || c", Bool(must=[A, B], should=[C])),
    ("a && !b", Bool(must=[A], must_not=[B])),
    ("+a OR b", Bool(must=[A], should=[B])),
    ("NOT a AND b", Bool(must=[B], must_not=[A])),
    ("(a AND b) OR c", Or(And(A, B), C)),
    ("title:(a AND b)", And(Term("a", "title"), Term("b", "title"))),
    ("-(a b)", Not(Or(A, B))),
    ("wind~", Fuzzy("wind", edits=2)),
    ("wind~1", Fuzzy("wind", edits=1)),
    ("what?", Wildcard("what?")),
    ("te?t", Wildcard("te?t")),
    ("inv*", Prefix("inv")),
    ("*", All()),
    ("title:*", Exists("title")),
    ("title:[a TO b}", Range("title", "a", "b", True, False)),
    ('"a b"~2', Phrase("a b", slop=2)),
    ("a^2 b", Or(Boost(A, 2), B)),
    ("a AND", Or(A, Term("AND")), "dangling-operator"),
    ("(a AND b", And(A, B), "unclosed-bracket"),
    ("()", Nothing(), "empty-brackets"),
]
LUCENE_ALL_REQUIRED = [
    ("a b", And(A, B)),
    ("a OR b", Or(A, B)),
    ("a b OR c", Bool(must=[A], should=[B, C])),
    ("a OR b AND c", Bool(must=[B, C], should=[A])),
    ("a -b", Bool(must=[A], must_not=[B])),
]
WHOOSH = [
    ("a b", And(A, B)),
    ("a OR b c", And(Or(A, B), C)),
    ("a b OR c", And(A, Or(B, C))),
    ("a AND b OR c", Or(And(A, B), C)),
    ("a OR b AND c", Or(A, And(B, C))),
    ("a NOT b", And(A, Not(B))),
    ("NOT a OR b", Or(Not(A), B)),
    ("a ANDNOT b", And(A, Not(B))),
    ("a ANDNOT b ANDNOT c", And(A, Not(B), Not(C))),
    ("a ANDMAYBE b", Bool(must=[A], should=[B])),
    ("a REQUIRE b", And(A, Filter(B))),
    ("a b ANDMAYBE c d", And(A, Bool(must=[B], should=[C]), D)),
    ("a OR b ANDNOT c", And(Or(A, B), Not(C))),
    ("(a b) OR c", Or(And(A, B), C)),
    ("title:(a b)", And(Term("a", "title"), Term("b", "title"))),
    ("title:a*", Prefix("a", "title")),
    ("i?v", Wildcard("i?v")),
    ("what?", Wildcard("what?")),
    ("*", All()),
    ("*:*", All()),
    ("title:*", Exists("title")),
    ("'a b'", Term("a b")),
    ("title:'a b'", Term("a b", "title")),
    ("don't 'x", And(Term("don't"), Term("'x"))),
    ('"a b"', Phrase("a b")),
    ('"a b"~3', Near(A, B, distance=2, ordered=True)),
    ('"a b"~1', Phrase("a b")),
    ("[a TO b]", Range(None, "a", "b")),
    ("title:{a to b]", Range("title", "a", "b", False, True)),
    ("title:[a TO]", Range("title", "a")),
    ("title:[TO b]", Range("title", None, "b")),
    ("title:['new york' TO z]", Range("title", "new york", "z")),
    ("date:[20190301 to 201904]", Range("date", "2019-03-01", "2019-04")),
    ("date:201903", Term("2019-03", "date")),
    ("date:20190303101500", Term("2019-03-03T10:15:00", "date")),
    ("size:201903", Term("201903", "size")),
    ("a^2", Boost(A, 2)),
    ("(a b)^2", Boost(And(A, B), 2)),
    ("-a", Term("-a")),
    ("+a b", And(Term("+a"), B)),
    ("a~1", Term("a~1")),
    ("/a/", Term("/a/")),
    (r"a\b", Term(r"a\b")),
    ("a and b", And(A, Term("and"), B)),
    ("a AND", And(A, Term("AND"))),
    ("AND a", And(Term("AND"), A)),
    ("a(b)c", And(A, B, C)),
    ("[a b]", And(Term("[a"), Term("b]"))),
    ("NOT NOT a", Not(Not(A))),
    ("a AND OR b", And(A, B), "dangling-operator"),
    ("title:", Term("title"), "empty-field"),
    ("title: a", And(Term("title"), A), "empty-field"),
    ("foo:a", Term("foo:a"), "unknown-field"),
    ("(a b", And(A, B), "unclosed-bracket"),
    ("a b)", And(A, B), "stray-bracket"),
    ("a () b", And(A, B), "empty-brackets"),
    ('""', Nothing(), "empty-quotes"),
    ("a ^2", And(A, Term("^2")), "bad-boost"),
    ("a^0", A, "boost-range"),
]
TABLES = {"simple": SIMPLE, "lucene": LUCENE, "whoosh": WHOOSH}
ROWS = [(dialect, row) for dialect, table in TABLES.items() for row in table]


@pytest.mark.parametrize(("dialect", "row"), ROWS, ids=lambda each: ascii(each)[:40])
def test_a_text_is_read_as_the_table_of_its_dialect_says(
    dialect: str, row: tuple[str, Query, str]
) -> None:
    text, tree, *kinds = row
    parsed = parse(text, SCHEMA, dialect=dialect)
    assert (parsed.query, [each.kind for each in parsed.diagnostics]) == (tree, kinds)
    assert parse(str(tree), SCHEMA).query == tree


@pytest.mark.parametrize("row", LUCENE_ALL_REQUIRED, ids=lambda row: row[0])
def test_with_operator_and_lucene_requires_what_no_operator_marks(row: tuple[str, Query]) -> None:
    assert parse(row[0], SCHEMA, dialect="lucene", operator="and").query == row[1]


def test_the_operator_of_a_caller_goes_before_that_of_the_dialect() -> None:
    assert parse("a b -c", SCHEMA, dialect="simple", operator="and").query == Bool([A, B], [], [C])
    assert parse("a b", SCHEMA, dialect="simple", operator="and").query == And(A, B)
    assert parse("a b", SCHEMA, dialect="whoosh", operator="or").query == Or(A, B)


@pytest.mark.parametrize("dialect", OPERATORS)
@pytest.mark.parametrize(
    "unit", ["(", "a AND (b OR ", "NOT ", "a ANDNOT (", "(-(", '"', "'", "[a "]
)
def test_a_long_text_is_read_in_every_dialect(dialect: str, unit: str) -> None:
    parsed = parse(unit * 3_000 + "c", SCHEMA, dialect=dialect)
    assert parsed.query.depth <= 100
    assert parse(str(parsed.query), SCHEMA).query == parsed.query


def test_an_unknown_dialect_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"unknown dialect 'lucen'; did you mean 'lucene'\?"):
        parse("a", SCHEMA, dialect="lucen")


def test_a_search_reads_its_texts_in_its_dialect() -> None:
    index = searchlib.in_memory(searchlib.Schema(body=Text()))
    with index.writer() as writer:
        writer.add({"body": "wind AND sea"})
        writer.add({"body": "wind"})
    assert index.search("wind AND sea", dialect="simple").total == 2
    assert index.search("wind sea", dialect="whoosh").total == 1
    assert index.count("wind sea", dialect="whoosh", operator="or") == 2
    assert index.search("wind", filter="sea OR sea", dialect="lucene").total == 1
