"""What does the native core get for a query? Field numbers, analyzed terms, boosts in leaves."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.analysis import lowercase, stop, words
from searchlib.errors import UnknownFieldError
from searchlib.query.nodes import LEAVES, Node, merged
from searchlib.query.planner import plan
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
from searchlib.schema import Boolean, Date, Keyword, Number, Schema, Text

STOPPED = words() | lowercase() | stop(["the", "of"])
SCHEMA = Schema(
    id=Keyword(key=True),  # 0
    title=Text(analyzer="english", boost=2.0),  # 1
    body=Text(analyzer="english"),  # 2
    tag=Keyword(boost=3.0),  # 3
    date=Date(),  # 4
    size=Number(),  # 5
    open=Boolean(),  # 6
)
ONE = Schema(body=Text())
LEAN = Schema(body=Text(analyzer=STOPPED))
A, B, C, D = Term("a"), Term("b"), Term("c"), Term("d")
DAY = 86_400_000_000  # microseconds


def match(*words: str, boost: float = 1.0, slop: int = 0) -> Node:
    """The node of a word, or of a phrase of words side by side, in `ONE`."""
    terms = [(word, place) for place, word in enumerate(words)]
    return ("match", boost, [(0, 1.0, terms, slop)])


def either(*nodes: Node) -> Node:
    return ("bool", [], list(nodes), [], [])


def both(*nodes: Node, but: Node | None = None) -> Node:
    return ("bool", list(nodes), [], [] if but is None else [but], [])


a, b, c, d = map(match, "abcd")


@pytest.mark.parametrize(
    ("query", "root"),
    [
        ("", ("none",)),
        ("*:*", ("all", 1.0)),
        ("a", a),
        ("A", a),
        ("W-2", match("w", "2")),
        ('"a b"', match("a", "b")),
        ('"a b"~2', match("a", "b", slop=2)),
        ('"a"~2', a),
        ("a^2", match("a", boost=2.0)),
        ("a b", either(a, b)),
        ("a AND b", both(a, b)),
        ("a AND b OR c", either(both(a, b), c)),
        ("(a b) OR (c d)", either(a, b, c, d)),
        ("a AND (b AND (c AND d))", both(a, b, c, d)),
        ("-a", both(("all", 1.0), but=a)),
        ("NOT a", both(("all", 1.0), but=a)),
        ("NOT NOT a", both(("all", 1.0), but=both(("all", 1.0), but=a))),
        ("a -b", ("bool", [], [a], [b], [])),
        ("a AND NOT b", both(a, but=b)),
        ("a OR NOT b", either(a, both(("all", 1.0), but=b))),
        ("+a b -c", ("bool", [a], [b], [c], [])),
        ("+a", a),
        ("+a +(+b c)", ("bool", [a, ("bool", [b], [c], [], [])], [], [], [])),
        ("(a AND NOT b) AND c", both(a, c, but=b)),
        ("NOT a AND NOT b", ("bool", [("all", 1.0)], [], [a, b], [])),
        ("a -(b c)", ("bool", [], [a], [either(b, c)], [])),
        ("(a^2 b)^3", either(match("a", boost=6.0), match("b", boost=3.0))),
        ("a -b^5", ("bool", [], [a], [match("b", boost=5.0)], [])),
        ("(-a)^3", both(("all", 3.0), but=a)),
        ("a*", ("prefix", 1.0, [(0, "a")])),
    ],
)
def test_a_text_becomes_this_plan(query: str, root: Node) -> None:
    assert plan(query, ONE).root == root


@pytest.mark.parametrize(
    ("query", "root"),
    [
        (And(A, Nothing()), ("none",)),
        (Or(A, Nothing()), a),
        (Or(Nothing(), Nothing()), ("none",)),
        (Bool([A], [Nothing()]), a),
        (Bool([Nothing()], [A]), ("none",)),
        (Bool([], [Nothing()], [A]), ("none",)),
        (Bool([], [], [Nothing()]), ("all", 1.0)),
        (Not(Nothing()), ("all", 1.0)),
        (And(A, Not(Nothing())), a),
        (And(A, Boost(Not(B), 2.0)), both(a, ("all", 2.0), but=b)),
        (Bool([Not(A), B]), both(b, but=a)),
        (Boost(All(), 2), ("all", 2.0)),
    ],
)
def test_nothing_and_everything_keep_their_meaning_inside_others(query: Query, root: Node) -> None:
    assert plan(query, ONE).root == root


@pytest.mark.parametrize(
    ("query", "root"),
    [
        ("a a", match("a", boost=2.0)),
        ("a b A a^2", either(match("a", boost=4.0), b)),
        ('a "a"', match("a", boost=2.0)),
        ("a AND a AND b", both(match("a", boost=2.0), b)),
        ('"a b" "a c" "a b"', either(match("a", "b", boost=2.0), match("a", "c"))),
        ("a* a* a", either(("prefix", 2.0, [(0, "a")]), a)),
        ("(a b) (a c)", either(match("a", boost=2.0), b, c)),
        ("(a AND b) (a AND b)", either(both(a, b), both(a, b))),
        ("+a a", ("bool", [a], [a], [], [])),
    ],
)
def test_equal_leaves_side_by_side_become_one_that_counts_as_often(query: str, root: Node) -> None:
    assert plan(query, ONE).root == root


def test_a_word_without_a_field_is_looked_for_in_every_text_field() -> None:
    terms = [("troop", 0)]
    assert plan("Troops", SCHEMA).root == ("match", 1.0, [(1, 2.0, terms, 0), (2, 1.0, terms, 0)])


def test_a_word_in_a_field_is_looked_for_there() -> None:
    assert plan("title:Troops", SCHEMA).root == ("match", 1.0, [(1, 2.0, [("troop", 0)], 0)])


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        (("body",), [2]),
        ("body", [2]),
        (["body", "title"], [1, 2]),
        (iter(("body", "body")), [2]),
        (("tag", "body"), [2, 3]),
    ],
)
def test_fields_say_where_words_are_looked_for(fields: object, numbers: list[int]) -> None:
    root = plan("wind", SCHEMA, fields=fields).root  # type: ignore[arg-type]
    assert [part[0] for part in root[2]] == numbers


def test_each_field_has_its_own_analysis() -> None:
    schema = Schema(a=Text(), b=Text(analyzer="english"), c=Keyword(), d=Text())
    assert plan("Winds", schema, fields=("d", "c", "b", "a")).root == (
        "match",
        1.0,
        [
            (0, 1.0, [("winds", 0)], 0),
            (1, 1.0, [("wind", 0)], 0),
            (2, 1.0, [("Winds", 0)], 0),
            (3, 1.0, [("winds", 0)], 0),
        ],
    )


def test_without_text_fields_words_are_looked_for_in_keyword_fields() -> None:
    schema = Schema(size=Number(), a=Keyword(), b=Keyword(boost=2.0))
    parts = [(1, 1.0, [("Wind", 0)], 0), (2, 2.0, [("Wind", 0)], 0)]
    assert plan("Wind", schema).root == ("match", 1.0, parts)


def test_without_a_field_for_words_a_word_finds_nothing_and_says_so() -> None:
    planned = plan("wind", Schema(size=Number()))
    assert (planned.root, [each.kind for each in planned.diagnostics]) == (("none",), ["no-fields"])


@pytest.mark.parametrize(
    ("query", "term"),
    [("tag:the-Wire", "the-Wire"), ('tag:"the wire!"', "the wire!"), (r"tag:\(a\)", "(a)")],
)
def test_a_keyword_is_taken_whole_and_as_it_is_typed(query: str, term: str) -> None:
    assert plan(query, SCHEMA).root == ("match", 1.0, [(3, 3.0, [(term, 0)], 0)])


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ('"wind of the sea"', [("wind", 0), ("sea", 3)]),
        ('"the wind"', [("wind", 0)]),
        ('"of the wind sea"', [("wind", 0), ("sea", 1)]),
        ("wind-of-sea", [("wind", 0), ("sea", 2)]),
    ],
)
def test_a_phrase_keeps_the_places_of_stop_words(query: str, terms: list[object]) -> None:
    assert plan(query, LEAN).root == ("match", 1.0, [(0, 1.0, terms, 0)])


@pytest.mark.parametrize(
    ("query", "root", "pieces"),
    [
        ("the wind", match("wind"), ["the"]),
        ("the AND wind", match("wind"), ["the"]),
        ("+the wind", match("wind"), ["the"]),
        ("wind -the", match("wind"), ["the"]),
        ("wind AND NOT the", match("wind"), ["the"]),
        ("NOT the", ("none",), ["the"]),
        ('"of the" !!', ("none",), ['"of the"', "!!"]),
        ("body:the", ("none",), ["body:the"]),
        ("!!*", ("none",), ["!!*"]),
        ("-wind the", both(("all", 1.0), but=match("wind")), ["the"]),
    ],
)
def test_what_analysis_removes_is_left_out_and_said(
    query: str, root: Node, pieces: list[str]
) -> None:
    planned = plan(query, LEAN)
    said = [(each.kind, query[each.start : each.end]) for each in planned.diagnostics]
    assert (planned.root, said) == (root, [("removed", piece) for piece in pieces])


def test_a_field_that_keeps_nothing_is_left_out_without_a_word_where_another_keeps_it() -> None:
    planned = plan("the", Schema(a=Text(analyzer=STOPPED), b=Text()))
    assert (planned.root, planned.diagnostics) == (("match", 1.0, [(1, 1.0, [("the", 0)], 0)]), ())


@pytest.mark.parametrize(
    ("query", "field", "low", "high"),
    [
        ("size:2019", 5, 2019, 2019),
        ("size:-5", 5, -5, -5),
        ("size:1.5", 5, 1.5, 1.5),
        ("size:9007199254740993", 5, 2**53 + 1, 2**53 + 1),
        ('size:"7"', 5, 7, 7),
        ("open:yes", 6, 1, 1),
        ("open:false", 6, 0, 0),
        ("date:1970-01-02", 4, DAY, 2 * DAY - 1),
        ("date:1970-01", 4, 0, 31 * DAY - 1),
        ("date:1970", 4, 0, 365 * DAY - 1),
        ("date:1970*", 4, 0, 365 * DAY - 1),
        ('date:"1970-01-02"', 4, DAY, 2 * DAY - 1),
        ("date:1970-01-01T00:00:01Z", 4, 1_000_000, 1_999_999),
    ],
)
def test_a_value_becomes_a_range_with_both_ends(
    query: str, field: int, low: float, high: float
) -> None:
    root = plan(query, SCHEMA).root
    assert (root, type(root[3])) == (("range", 1.0, field, low, high), type(low))


@pytest.mark.parametrize(
    ("query", "kind_of_root"),
    [
        ("size:many", "none"),
        ("size:20*", "none"),
        ("open:perhaps", "none"),
        ("date:someday", "none"),
        ("wind AND date:someday", "none"),
        ("wind date:someday", "match"),
        ("wind -date:someday", "match"),
    ],
)
def test_a_value_that_cannot_be_matches_nothing_and_says_so(query: str, kind_of_root: str) -> None:
    planned = plan(query, SCHEMA)
    said = [each.kind for each in planned.diagnostics]
    assert (planned.root[0], said) == (kind_of_root, ["bad-value"])


@pytest.mark.parametrize(
    ("query", "root"),
    [
        ("title:Turb*", ("prefix", 1.0, [(1, "turb")])),
        ("troops*", ("prefix", 1.0, [(1, "troops"), (2, "troops")])),
        ("tag:The-W*", ("prefix", 1.0, [(3, "The-W")])),
        ("title:foo-*", ("prefix", 1.0, [(1, "foo")])),
        (
            "body:x-30*",
            both(("match", 1.0, [(2, 1.0, [("x", 0)], 0)]), ("prefix", 1.0, [(2, "30")])),
        ),
        (
            "body:x-30*^2",
            both(("match", 2.0, [(2, 1.0, [("x", 0)], 0)]), ("prefix", 2.0, [(2, "30")])),
        ),
    ],
)
def test_a_prefix_is_folded_but_not_stemmed(query: str, root: Node) -> None:
    assert plan(query, SCHEMA).root == root


def test_a_prefix_of_several_words_may_differ_by_field() -> None:
    schema = Schema(a=Text(), b=Keyword(), c=Text())
    parts = [(0, 1.0, [("x", 0)], 0), (2, 1.0, [("x", 0)], 0)]
    assert plan("X-30*", schema, fields=("a", "b", "c")).root == either(
        both(("match", 1.0, parts), ("prefix", 1.0, [(0, "30"), (2, "30")])),
        ("prefix", 1.0, [(1, "X-30")]),
    )


def test_boosts_multiply_within_their_limits() -> None:
    query: Query = A
    for _ in range(20):
        query = Boost(query, 1e6)
    assert plan(query, ONE).root == match("a", boost=1e6)


@pytest.mark.parametrize("wrap", [Not, lambda q: And(q, B), lambda q: Or(Not(q), B)])
def test_the_deepest_queries_have_a_plan(wrap: Callable[[Query], Query]) -> None:
    query: Query = A
    while query.depth < MAX_DEPTH - 1:
        query = wrap(query)
    assert plan(query, ONE).root[0] == "bool"


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "NOT " * 50_000 + "a", "a " * 20_000, "(a " * 9_999]
)
def test_long_texts_have_a_plan(text: str) -> None:
    assert plan(text, ONE).root[0] in ("none", "bool", "match")


def test_a_plan_of_a_text_carries_its_query_and_all_of_its_diagnostics() -> None:
    planned = plan("the wind)", LEAN, operator="and")
    assert planned.query == And(Term("the"), Term("wind"))
    assert [each.kind for each in planned.diagnostics] == ["removed", "stray-bracket"]


def test_diagnostics_of_a_tree_have_no_place() -> None:
    (diagnostic,) = plan(Term("the"), LEAN).diagnostics
    assert (diagnostic.kind, diagnostic.start, diagnostic.end) == ("removed", 0, 0)


def test_each_removed_word_is_said_for_texts_and_for_trees() -> None:
    text, tree = plan("the wind the", LEAN), plan(Or(Term("the"), Term("the")), LEAN)
    assert (len(text.diagnostics), len(tree.diagnostics)) == (2, 2)


@pytest.mark.parametrize(
    "query", [Term("a", "titel"), Prefix("a", "titel"), Not(Phrase("a", "titel"))]
)
def test_a_tree_with_an_unknown_field_is_refused(query: Query) -> None:
    with pytest.raises(UnknownFieldError, match="unknown field 'titel'; did you mean 'title'"):
        plan(query, SCHEMA)


def test_what_cannot_be_planned_is_refused_in_words() -> None:
    with pytest.raises(UnknownFieldError, match="unknown field 'titel'"):
        plan("a", SCHEMA, fields=("titel",))
    with pytest.raises(ValueError, match="'size' is a number field, so name it in the query"):
        plan("a", SCHEMA, fields=("title", "size"))
    with pytest.raises(ValueError, match="fields is empty"):
        plan("a", SCHEMA, fields=())
    with pytest.raises(TypeError, match="a query is a str or a Query, got 5"):
        plan(5, SCHEMA)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="schema is a Schema, got None"):
        plan("a", None)  # type: ignore[arg-type]


def test_a_word_that_stands_twice_in_a_text_without_spaces_counts_twice() -> None:
    schema = Schema(title=Text(analyzer="chinese", boost=2.0), body=Text(analyzer="chinese"))
    once, twice = plan("东京", schema).root, plan("东京东京", schema).root
    boosts = {node[2][0][2][0][0]: node[1] for node in twice[2]}
    assert {node[2][0][2][0][0]: node[1] for node in once[2]} == dict.fromkeys(
        ("东京", "东", "京"), 1.0
    )
    assert boosts == {"东京": 2.0, "东": 2.0, "京": 2.0, "京东": 1.0}


@given(
    st.lists(
        st.sampled_from(
            [
                *(a, b, match("a", "b"), match("a", "c"), match("a", boost=2.0), match("a")),
                *(("all", 1.0), ("range", 0.5, 0, 5, 5), ("range", 1.0, 0, 5, 5), both(a, b)),
            ]
        ),
        max_size=12,
    )
)
def test_nodes_are_merged_as_if_each_were_compared_with_all_before(nodes: list[Node]) -> None:
    kept: list[Node] = []
    for node in nodes:
        for place, other in enumerate(kept):
            if node[0] in LEAVES and (other[0], other[2:]) == (node[0], node[2:]):
                kept[place] = (node[0], other[1] + node[1], *node[2:])
                break
        else:
            kept.append(node)
    assert merged(nodes) == kept


def test_each_of_many_equal_words_that_are_removed_is_said() -> None:
    planned = plan("the (the sea) OR the", LEAN)
    assert [each.start for each in planned.diagnostics] == [0, 5, 17]
