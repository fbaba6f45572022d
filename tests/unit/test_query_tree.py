"""Are queries values: equal, hashable, fixed, printable, and refused where without sense?"""

import copy
import datetime as dt
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from searchlib.query.tree import (
    MAX_DEPTH,
    All,
    And,
    Bool,
    Boost,
    Combined,
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
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Regex,
    Term,
    Terms,
    Wildcard,
)

A, B, C = Term("a"), Term("b"), Term("c")


def decay(**options: Any) -> Query:
    return Decay(A, **{"field": "date", "origin": "now", "scale": "7d"} | options)


EXAMPLES = [
    (Term("wind"), "wind", "Term('wind')"),
    (Term("wind", "title"), "title:wind", "Term('wind', field='title')"),
    (Term("wind sea"), r"wind\ sea", "Term('wind sea')"),
    (Term("-5"), r"\-5", "Term('-5')"),
    (Term("-5", "size"), "size:-5", "Term('-5', field='size')"),
    (Term("AND"), r"\AND", "Term('AND')"),
    (Term("AND", "title"), "title:AND", "Term('AND', field='title')"),
    (Term("title:a"), r"title\:a", "Term('title:a')"),
    (Term("a*^(b)"), r"a\*\^\(b\)", "Term('a*^(b)')"),
    (Phrase("the sea"), '"the sea"', "Phrase('the sea')"),
    (Phrase('a "b" \\', "title", 2), r'title:"a \"b\" \\"~2', None),
    (Prefix("inv"), "inv*", "Prefix('inv')"),
    (Prefix("in*v", "body"), r"body:in\*v*", "Prefix('in*v', field='body')"),
    (All(), "*:*", "All()"),
    (Nothing(), "*:()", "Nothing()"),
    (Not(A), "NOT a", "Not(Term('a'))"),
    (Not(Not(A)), "NOT NOT a", "Not(Not(Term('a')))"),
    (Not(Or(A, B)), "NOT (a OR b)", "Not(Or(Term('a'), Term('b')))"),
    (And(A, B), "a AND b", "And(Term('a'), Term('b'))"),
    (And(A, Or(B, C)), "a AND (b OR c)", None),
    (Or(A, And(B, C)), "a OR (b AND c)", None),
    (Or(Or(A, B), C), "(a OR b) OR c", None),
    (Or(A, Not(B)), "a OR NOT b", None),
    (Boost(A, 2), "a^2", "Boost(Term('a'), 2.0)"),
    (Boost(A, 1e-6), "a^0.000001", None),
    (Boost(Or(A, B), 0.5), "(a OR b)^0.5", None),
    (Boost(Not(A), 2), "(NOT a)^2", None),
    (Boost(Boost(A, 2), 3), "(a^2)^3", None),
    (Not(Boost(A, 2)), "NOT a^2", None),
    (Bool(must=[A]), "+a", "Bool(must=(Term('a'),))"),
    (Bool([A], [B], [C]), "+a b -c", None),
    (Bool(must_not=[A]), "-a", "Bool(must_not=(Term('a'),))"),
    (Bool([Or(A, B)], [Not(C)]), "+(a OR b) (NOT c)", None),
    (Or(Bool([A]), B), "(+a) OR b", None),
    (Bool([Term("last", "b"), Term("week")]), "+b:last +week", None),
    (Bool([C], [Term("last", "b"), Term("week")]), "+c (b:last) week", None),
    (Bool([A], [Term("the", "b"), Term("last"), Term("9"), B]), "+a b:the last 9 b", None),
    (Bool([A], [Term("2", "b"), Term("days"), Term("ago")]), "+a (b:2) days ago", None),
    (Demote(Term("last", "b"), Term("week"), 0), "#demote((b:last) week factor=0)", None),
    (Terms(["a", "b c"], "title"), r"title:#terms(a b\ c)", "Terms(('a', 'b c'), field='title')"),
    (Wildcard("w?nd*r"), "w?nd*r", "Wildcard('w?nd*r')"),
    (Wildcard("what?"), '#wildcard("what?")', None),
    (Regex("a/b c"), r"/a\/b\ c/", "Regex('a/b c')"),
    (Regex("a\\"), r'#regex("a\\")', None),
    (Fuzzy("a", "title", 1, 2), "title:a~1/2", "Fuzzy('a', field='title', edits=1, prefix=2)"),
    (Fuzzy("what?"), r"what\?~2", None),
    (Term("a~1"), r"a\~1", None),
    (Term("what?"), "what?", None),
    (Term("wh?t"), r"wh\?t", None),
    (Term("/a/"), r"\/a/", None),
    (Term("[a"), r"\[a", None),
    (Term(">5", "size"), r"size:\>5", None),
    (Term("!a"), r"\!a", None),
    (Term("&&"), r"\&&", None),
    (Term("distance=3"), r"distance\=3", None),
    (Combined("a", {"b": 2, "c": 1}), '#combined(a fields="b^2,c")', None),
    (Range("size", 1, 10), "size:[1 TO 10]", "Range('size', low='1', high='10')"),
    (Range("size", 1, None, False), "size:>1", None),
    (Range(None, None, "a", True, False), "[* TO a}", None),
    (Range("a", "TO", "*"), 'a:["TO" TO "*"]', None),
    (Exists("date"), "date:*", "Exists('date')"),
    (Near(A, Or(B, C), distance=3), "#near(a (b OR c) distance=3)", None),
    (First(A, 20), "#first(a within=20)", "First(Term('a'), 20)"),
    (Constant(Or(A, B), 2), "(a OR b)^=2", "Constant(Or(Term('a'), Term('b')), score=2.0)"),
    (Filter(And(A, B)), "#filter((a AND b))", None),
    (DisMax(A, Not(B), tie=0.5), "#dismax(a NOT b tie=0.5)", None),
    (Demote(A, B, 0), "#demote(a b factor=0)", None),
    (Bool(should=[A, B, C], minimum=2), "#bool(a b c minimum=2)", None),
    (decay(offset="1d"), "#decay(a field=date origin=now scale=7d offset=1d)", None),
    (decay(origin="last week"), '#decay(a field=date origin="last week" scale=7d)', None),
    (FieldScore(A, field="b", factor=2), "#field_score(a field=b factor=2)", None),
    (MoreLike(key="a 1"), '#more_like(key="a 1")', "MoreLike(key='a 1')"),
    (MoreLike("a b", fields=["c", "d"]), '#more_like("a b" fields=c,d)', None),
]


@pytest.mark.parametrize(("query", "text"), [(query, text) for query, text, _ in EXAMPLES])
def test_a_query_prints_as_query_text(query: Query, text: str) -> None:
    assert str(query) == text


@pytest.mark.parametrize(
    ("query", "python"), [(query, python) for query, _, python in EXAMPLES if python]
)
def test_the_repr_of_a_query_is_python_that_makes_it(query: Query, python: str) -> None:
    assert (repr(query), eval(python)) == (python, query)


@pytest.mark.parametrize("query", [query for query, _, _ in EXAMPLES], ids=str)
def test_copies_and_pickles_of_a_query_are_equal_to_it(query: Query) -> None:
    others = [copy.copy(query), copy.deepcopy(query), pickle.loads(pickle.dumps(query))]
    assert (others, {query, *others}) == ([query] * 3, {query})


def test_no_two_of_the_examples_are_equal() -> None:
    assert len({query for query, _, _ in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("query", [A, Phrase("a"), Not(A), And(A, B), Boost(A, 2), Bool([A])])
def test_a_query_never_changes(query: Query) -> None:
    name = attrs.fields(type(query))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(query, name, None)


def test_where_a_word_stood_in_the_text_is_no_part_of_its_value() -> None:
    assert (Term("a", span=(3, 4)), hash(Term("a", span=(3, 4)))) == (A, hash(A))


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        (And(A), A),
        (Or(A), A),
        (And(And(A, B)), And(A, B)),
        (Or(Or(A, B)), Or(A, B)),
        (And(), All()),
        (Or(), Nothing()),
        (Bool(), Nothing()),
        (Bool(should=[A]), A),
        (Bool(should=[A, B]), Or(A, B)),
        (Bool(should=[Bool([A])]), Bool([A])),
        (Terms([]), Nothing()),
        (Terms(["b", "a", "b"]), Terms({"a", "b"})),
        (Wildcard("inv*"), Prefix("inv")),
        (Wildcard(r"in\*v**"), Prefix("in*v")),
        (Wildcard(r"\d*x"), Wildcard(r"\\d*x")),
        (Range("a", 5, 0.5), Range("a", "5", "0.5")),
        (Range("a", dt.date(2019, 3, 3)), Range("a", "2019-03-03")),
        (Range("a", 1, include_high=False), Range("a", 1)),
        (Bool(should=[A, B], minimum=1), Or(A, B)),
        (Bool(should=[A], must_not=[B], minimum=1), Bool(should=[A], must_not=[B])),
        (decay(scale=dt.timedelta(hours=36)), decay(scale="36h")),
        (decay(origin=5), decay(origin="5")),
        (Combined("a", ["b"]), Combined("a", {"b": 1})),
        (MoreLike(document={"b": "x", "a": 5}), MoreLike(document={"b": ["x"]})),
        (A & B, And(A, B)),
        (A & B & C, And(A, B, C)),
        (A & (B & C), And(A, B, C)),
        (A | B | C, Or(A, B, C)),
        (A | B & C, Or(A, And(B, C))),
        (~A & B, And(Not(A), B)),
        (~~A, Not(Not(A))),
    ],
)
def test_queries_that_mean_the_same_by_how_they_are_made_are_equal(
    query: Query, plain: Query
) -> None:
    assert query == plain


def test_any_number_of_queries_can_be_joined_one_by_one() -> None:
    joined: Query = Nothing()
    for number in range(2_000):
        joined = joined | Term(str(number))
    assert joined.depth == 1


WRAPS = [
    Not,
    lambda query: And(query, A),
    lambda query: Boost(query, 2),
    lambda query: Bool([query]),
]


@pytest.mark.parametrize("wrap", WRAPS)
def test_queries_stand_at_most_100_deep_and_work_there(wrap: Callable[[Query], Query]) -> None:
    query: Query = A
    for _ in range(MAX_DEPTH):
        query = wrap(query)
    others = [copy.deepcopy(query), pickle.loads(pickle.dumps(query))]
    assert (others, {query, *others}, len(str(query)) > 100) == ([query] * 2, {query}, True)
    with pytest.raises(ValueError, match="at most 100 deep in each other"):
        wrap(query)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Term(""), ValueError, r"the text of a Term is empty; take Nothing\(\)"),
        (lambda: Term(5), TypeError, "the text of a Term is a str, got 5"),
        (lambda: Term("a\ud800"), ValueError, "has half of a character at 1"),
        (lambda: Term("a", field=""), TypeError, "field is a field's name or None, got ''"),
        (lambda: Term("a", field=1), TypeError, "field is a field's name or None, got 1"),
        (lambda: Phrase(""), ValueError, "the text of a Phrase is empty"),
        (lambda: Phrase("a", slop=-1), ValueError, "slop is from 0 to 1000000, got -1"),
        (lambda: Phrase("a", slop=True), TypeError, "slop is an int, got True"),
        (lambda: Prefix(""), ValueError, "the text of a Prefix is empty"),
        (lambda: And("a", "b"), TypeError, r"each query of And is a Query, got 'a'; .*Term\('a'\)"),
        (lambda: Or("a"), TypeError, "each query of Or is a Query, got 'a'"),
        (lambda: Not(None), TypeError, "each query of Not is a Query, got None"),
        (lambda: Bool(must=A), TypeError, r"must of Bool is a tuple of queries, got Term\('a'\)"),
        (lambda: Bool(should="ab"), TypeError, "should of Bool is a tuple of queries, got 'ab'"),
        (lambda: Bool(must_not=["a"]), TypeError, "each must_not of Bool is a Query, got 'a'"),
        (lambda: Boost(A, 0), ValueError, "factor is 0.000001 to 1000000, got 0"),
        (lambda: Boost(A, float("nan")), ValueError, "factor is 0.000001 to 1000000, got nan"),
        (lambda: Boost(A, float("inf")), ValueError, "factor is 0.000001 to 1000000, got inf"),
        (lambda: Boost(A, "2"), TypeError, "factor is a number, got '2'"),
        (lambda: Boost("a", 2), TypeError, "each query of Boost is a Query, got 'a'"),
        (lambda: Bool(should=[A], minimum=2), ValueError, "minimum is from 0 to 1, got 2"),
        (lambda: Bool([A], minimum=True), TypeError, "minimum is an int, got True"),
        (lambda: Terms("ab"), TypeError, "texts of Terms is a set, list or tuple of texts"),
        (lambda: Terms([""]), ValueError, "the text of a Terms is empty"),
        (lambda: Wildcard("abc"), ValueError, r"has a \* or a \?, got 'abc'; take Term\('abc'\)"),
        (lambda: Wildcard("**"), ValueError, r"take Exists\(field\) or All\(\)"),
        (lambda: Wildcard(5), TypeError, "the text of a Wildcard is a str, got 5"),
        (lambda: Regex(""), ValueError, "the text of a Regex is empty"),
        (lambda: Fuzzy("a", edits=3), ValueError, "edits is from 0 to 2, got 3"),
        (lambda: Fuzzy("a", prefix=-1), ValueError, "prefix is from 0 to 1000000, got -1"),
        (lambda: Combined("a", []), ValueError, "fields of Combined is empty"),
        (lambda: Combined("a", "title"), TypeError, "a list of names, got 'title'"),
        (lambda: Combined("a", ["b", "b"]), ValueError, "names 'b' twice"),
        (lambda: Combined("a", {"b": 0}), ValueError, "weight is 0.000001 to 1000000, got 0"),
        (lambda: Combined("a", ["b"], phrase=1), TypeError, "phrase is True or False, got 1"),
        (lambda: Range("a"), ValueError, r"take Exists\('a'\)"),
        (lambda: Range(None), ValueError, r"take All\(\)"),
        (lambda: Range("a", b""), TypeError, "a value is a text, a number, a date"),
        (lambda: Range("a", ""), ValueError, "the low of a Range is empty"),
        (lambda: Range("a", 1, include_low=1), TypeError, "include_low is True or False, got 1"),
        (lambda: Exists(""), TypeError, "field is a field's name, got ''"),
        (lambda: Near(A), ValueError, "a Near has two queries or more, got 1"),
        (lambda: Near(A, Not(B)), TypeError, "a query of Near is a word, phrase or pattern"),
        (lambda: Near(A, B, distance=-1), ValueError, "distance is from 0 to 1000000, got -1"),
        (lambda: Near(A, B, ordered=1), TypeError, "ordered is True or False, got 1"),
        (lambda: First(A, 0), ValueError, "within is from 1 to 1000000, got 0"),
        (lambda: First(All(), 1), TypeError, "a query of First is a word"),
        (lambda: Constant(A, 0), ValueError, "score is 0.000001 to 1000000, got 0"),
        (lambda: Filter("a"), TypeError, "each query of Filter is a Query, got 'a'"),
        (lambda: DisMax(), ValueError, r"at least one query; take Nothing\(\)"),
        (lambda: DisMax(A, tie=2), ValueError, "tie is 0 to 1, got 2"),
        (lambda: Demote(A, B, 2), ValueError, "factor is 0 to 1, got 2"),
        (lambda: Demote(A, "b"), TypeError, "each query of Demote is a Query, got 'b'"),
        (lambda: decay(decay=1), ValueError, "decay is more than 0 and less than 1, got 1"),
        (lambda: decay(shape="round"), ValueError, "shape is one of exponential, gaussian, lin"),
        (lambda: decay(field=None), TypeError, "field is a field's name, got None"),
        (lambda: decay(scale=""), ValueError, "the scale of a Decay is empty"),
        (lambda: FieldScore(A, field="a", function="log"), ValueError, "function is one of value"),
        (lambda: FieldScore(A, field="a", missing=-1), ValueError, "missing is 0 to "),
        (lambda: MoreLike(), ValueError, "a MoreLike has one of text, key and document"),
        (lambda: MoreLike("a", key="b"), ValueError, "a MoreLike has one of text, key and"),
        (lambda: MoreLike("a", fields=[]), ValueError, "fields of MoreLike is empty"),
        (lambda: MoreLike("a", max_terms=0), ValueError, "max_terms is from 1 to 1000, got 0"),
        (lambda: MoreLike(document=5), TypeError, "document of MoreLike is a mapping, got 5"),
        (lambda: A & "b", TypeError, "unsupported operand"),
        (lambda: "a" | A, TypeError, "unsupported operand"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    make: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make()
