"""Is a text read whatever its length, and however deep its brackets and operators go?"""

import time
import timeit
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.query import depth
from searchlib.query.dialects import OPERATORS
from searchlib.query.parser import parse
from searchlib.query.tree import All, And, Boost, Not, Nothing, Or, Query, Term
from searchlib.schema import Schema, Text

SCHEMA = Schema(title=Text(), body=Text())
A = Term("a")
B = Term("b")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("(" * 100_000, Nothing()),
        (")" * 100_000, Nothing()),
        ("(" * 10_000 + "a" + ")" * 10_000, A),
        ("(" * 10_000 + "a AND b" + ")" * 10_000, And(A, B)),
        ("-" * 100_000, Nothing()),
        ("*" * 100_000, All()),
        ("NOT " * 50_000 + "a", A),
        ("NOT " * 50_001 + "a", Not(A)),
        ("NOT " * 50_000, Or(*[Term("NOT")] * 50_000)),
        ("a" + "^2" * 50_000, Boost(A, 2)),
        ("a " * 50_000, Or(*[A] * 50_000)),
        ("a AND " * 30_000 + "a", And(*[A] * 30_001)),
        ('"' * 100_001, Nothing()),
    ],
    ids=lambda value: str(value)[:12],
)
def test_long_texts_are_read_whatever_they_repeat(text: str, tree: Query) -> None:
    query = parse(text, SCHEMA).query
    assert (query, hash(query)) == (tree, hash(tree))
    assert parse(str(query), SCHEMA).query == tree


@pytest.mark.parametrize(
    "text",
    [
        "(a " * 10_000 + ")" * 10_000,
        "(a AND (b OR " * 5_000 + "c" + "))" * 5_000,
        "-(" * 10_000 + "a" + ")" * 10_000,
        "(NOT " * 10_000 + "a",
        "(+a " * 10_000 + "b" + ")^2" * 10_000,
    ],
    ids=lambda text: text[:12],
)
def test_brackets_that_stand_too_deep_are_left_out_with_a_word(text: str) -> None:
    parsed = parse(text, SCHEMA)
    assert "too-deep" in {each.kind for each in parsed.diagnostics}
    assert 0 < parsed.query.depth <= 100
    assert parse(str(parsed.query), SCHEMA).query == parsed.query


@pytest.mark.parametrize("operator", ["or", "and"])
@pytest.mark.parametrize("text", ["(a b -", "+(a OR b AND NOT ("])
def test_brackets_up_to_the_depth_are_read_as_they_stand(text: str, operator: str) -> None:
    parsed = parse(text * 20 + "c" + ")" * 60, SCHEMA, operator=operator)
    assert "too-deep" not in {each.kind for each in parsed.diagnostics}


@pytest.mark.parametrize("dialect", OPERATORS)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "(",
                    "(",
                    "(",
                    ")",
                    "a ",
                    "b* ",
                    '"" ',
                    "'' ",
                    '"a b" ',
                    "^2 ",
                    "^0 ",
                    "* ",
                    "- ",
                ),
                *("-", "title:", "title:(", "#terms(", "#near(", "NOT ", "AND ", "OR ", "ANDNOT "),
                *("[", "]", "[a TO b] "),
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_no_tree_is_less_deep_than_its_pieces_say(dialect: str, text: str) -> None:
    said = []

    def least_depth(roles: Iterable[int]) -> int:
        said.append(exact(roles))
        return -1  # so that the pieces are read as they stand

    with pytest.MonkeyPatch.context() as patch:
        exact = depth.least_depth
        patch.setattr(depth, "least_depth", least_depth)
        patch.setattr(depth, "MAX_DEPTH", -1)
        query = parse(text, SCHEMA, dialect=dialect).query
    assert all(each <= query.depth for each in said)
    assert said or dialect in ("default", "simple")


UNITS = [
    *(
        "a ",
        "(",
        ")",
        '"',
        '"a',
        "“",
        "[",
        "[a TO ",
        "{a ",
        "title:[a ",
        "/",
        "/a ",
        "*",
        "?a",
        "a~",
    ),
    *(
        "~1 ",
        "^2",
        "^",
        "\\",
        "\\ ",
        "!",
        "&&",
        "#near(",
        "#near(+-",
        "#terms(a ",
        "#terms(||",
        "distance=3 ",
        "title:>",
    ),
    *("a:b ", "title: ", "-(", "NOT ", "AND ", "date:last week ", "'", "' ", "''a", "a ANDNOT "),
    *("*:()", "日本", "http://a?b ", '["a" TO "b" ', "\n'", "TO "),
]


@pytest.mark.parametrize("dialect", OPERATORS)
def test_the_time_to_read_a_text_grows_with_its_length(dialect: str) -> None:
    """Eight times the text takes about eight times as long, not sixty-four."""

    def seconds(text: str, times: int) -> float:
        # Without a collection of all of this process's objects: `timeit` has none.
        run = timeit.Timer(lambda: parse(text, SCHEMA, dialect=dialect), timer=time.process_time)
        return min(run.repeat(times, number=1))

    def is_slow(unit: str, times: int) -> bool:
        short, long = (unit * (chars // len(unit)) for chars in (1_500, 12_000))
        return seconds(long, times) > 30 * seconds(short, times) + 0.01

    assert [unit for unit in UNITS if all(is_slow(unit, times) for times in (1, 5, 20))] == []
