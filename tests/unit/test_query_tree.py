"""Are queries values: equal, hashable, fixed, printable, and refused where without sense?"""

import copy
import pickle
from collections.abc import Callable

import attrs
import pytest

from searchlib.query.tree import (
    MAX_DEPTH,
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

A, B, C = Term("a"), Term("b"), Term("c")

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
        (lambda: A & "b", TypeError, "unsupported operand"),
        (lambda: "a" | A, TypeError, "unsupported operand"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    make: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make()
