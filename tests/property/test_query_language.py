"""Does any text at all have a reading, and does every reading print itself?"""

import json
import pickle
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib import _native
from searchlib.analysis import lowercase, synonyms, words
from searchlib.errors import QuerySyntaxError
from searchlib.query import tree as kinds
from searchlib.query.characters import QUOTES, without_surrogates
from searchlib.query.clock import clock_of
from searchlib.query.diagnostics import KINDS, MAX_DIAGNOSTICS, Problems
from searchlib.query.parser import parse
from searchlib.query.planner import Limits, Planned, plan
from searchlib.query.targets import targets_of
from searchlib.query.tokens import END, tokens_of
from searchlib.query.tree import Nothing, Or, Query, Term
from searchlib.schema import Boolean, Date, Keyword, Number, Schema, Text
from searchlib.search.request import request
from tests.fuzz_queries import run
from tests.trees import trees

SCHEMA = Schema(
    id=Keyword(key=True),
    title=Text(analyzer="english", boost=2.0),
    body=Text(),
    date=Date(),
    size=Number(),
    open=Boolean(),
)
WITH_SYNONYMS = Schema(
    id=Keyword(key=True),
    title=Text(analyzer="english", boost=2.0),
    body=Text(),
    said=Text(analyzer=words() | lowercase() | synonyms(["nyc, new york"])),
)
PIECES = [
    *('"', "“", "”", "(", ")", "+", "-", "*", "^", ":", "\\", "~", " ", "  ", "\n", "'", "&", "😀"),
    *(
        "AND",
        "OR",
        "NOT",
        " AND ",
        *(
            "&&",
            "||",
            "!",
            "/",
            "[",
            "]",
            "{",
            "}",
            " TO ",
            "?",
            "=",
            "<",
            ">",
            "#near(",
            "#terms(",
        ),
        *("#decay(", "#bool(", " distance=3", "fields=", "«", "~1", "*^=2", "last week"),
        " OR ",
        " NOT ",
        "*:*",
        "*:()",
        "^2",
        "^0.5",
        "^x",
        "~3",
        "\ud800",
    ),
    *(
        "title:",
        "body:",
        "date:",
        "size:",
        "foo:",
        "wind",
        "a",
        "the",
        "2019",
        "-5",
        "e\u0301",
        "\0",
    ),
]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.text(st.characters(codec=None, exclude_categories=()), max_size=40),
    st.text(st.sampled_from('ab"“”()+-*^:\\~ \nANDORT1.'), max_size=40),
)
operators = st.sampled_from(["or", "and"])


@given(texts, operators)
@example('“"', "or")
@example("title:-(a)^2", "and")
def test_any_text_has_a_reading_that_prints_itself(text: str, operator: str) -> None:
    parsed = parse(text, SCHEMA, operator=operator)
    again = parse(str(parsed.query), SCHEMA)
    assert (again.query, again.diagnostics) == (parsed.query, ())


@given(texts, operators)
def test_diagnostics_are_of_known_kinds_and_lie_in_the_text(text: str, operator: str) -> None:
    diagnostics = parse(text, SCHEMA, operator=operator).diagnostics
    assert [each for each in diagnostics if not 0 <= each.start < each.end <= len(text)] == []
    assert {each.kind for each in diagnostics} <= KINDS.keys()
    assert [each.start for each in diagnostics] == sorted(each.start for each in diagnostics)
    assert len(diagnostics) <= MAX_DIAGNOSTICS + 1


@given(texts)
def test_a_strict_reading_raises_exactly_where_there_are_diagnostics(text: str) -> None:
    parsed = parse(text, SCHEMA)
    if not parsed.diagnostics:
        assert parse(text, SCHEMA, strict=True) == parsed
        return
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, SCHEMA, strict=True)
    assert caught.value.column == parsed.diagnostics[0].start


@given(trees)
def test_any_tree_prints_as_text_that_reads_back_to_it(tree: Query) -> None:
    parsed = parse(str(tree), SCHEMA, strict=True)
    assert (parsed.query, hash(parsed.query)) == (tree, hash(tree))


@given(trees)
def test_any_tree_is_what_its_repr_and_its_pickle_make(tree: Query) -> None:
    assert (eval(repr(tree), vars(kinds)), pickle.loads(pickle.dumps(tree))) == (tree, tree)


@given(trees)
def test_any_tree_is_what_its_json_makes(tree: Query) -> None:
    assert Query.from_json(json.loads(json.dumps(tree.to_json()))) == tree


@given(texts)
def test_words_without_meaning_in_them_are_read_as_they_are(text: str) -> None:
    """A slow twin: where nothing is special, reading is splitting."""
    plain = without_surrogates(text)
    for special in QUOTES + "()+-*^:\\?~/[]{}<>!&|=#":
        plain = plain.replace(special, "")
    words = [word for word in plain.split() if word not in ("AND", "OR", "NOT")]
    assert parse(" ".join(words), SCHEMA).query == Or(*map(Term, words))


@given(texts)
def test_no_character_is_read_twice_and_tokens_rise(text: str) -> None:
    """With possessive patterns this is what makes reading linear."""
    tokens = tokens_of(without_surrogates(text), SCHEMA, Problems())
    ends = [0, *(token[2] for token in tokens)]
    assert [token for token, end in zip(tokens, ends, strict=False) if token[1] < end] == []
    assert tokens[-1][0] == END


@given(texts, operators, st.sampled_from([None, ("title",), ("body", "id"), ("id",)]))
def test_any_text_has_a_plan(text: str, operator: str, fields: tuple[str, ...] | None) -> None:
    planned = plan(text, SCHEMA, operator=operator, fields=fields)
    assert problems_of(planned.root) == []
    assert [
        each for each in planned.diagnostics if not 0 <= each.start < each.end <= len(text)
    ] == []
    assert_nothing_is_silent(planned)


@given(trees)
def test_any_tree_has_a_plan(tree: Query) -> None:
    planned = plan(tree, SCHEMA)
    assert problems_of(planned.root) == []
    assert {(each.start, each.end) for each in planned.diagnostics} <= {(0, 0)}


@given(
    st.lists(
        st.sampled_from(
            [
                *("wind", "Winds", "the", "日本語", "nyc", "new", "york", "AND", "OR", "NOT", "c3"),
                *(
                    "W-2",
                    "don’t",
                    "AT&T",
                    "why?",
                    "wh?y",
                    "-",
                    "-a",
                    "+a",
                    "!a",
                    "a!",
                    "U.S.",
                    "a=b",
                ),
                *(
                    "a:b",
                    "title:a",
                    "a*",
                    "a~",
                    "a^2",
                    "हिन्दी",
                    "ः",
                    "\u3000",
                    "a\tb",
                    "\x1f",
                    '"',
                    "“",
                ),
                *("&&", "a&&b", "?", "\\", "a/b/", "/a/", "[a", "{a", "#a", "\ud800", "\0", "\x85"),
            ]
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([" ", " ", "  ", ""]),
    st.sampled_from(["{}", '"{}"', "({})", " {} "]),
    st.sampled_from([None, "or", "and"]),
    st.sampled_from([None, "title", ("body", "id"), ("said", "title")]),
)
@example(["a"], " ", '"{}', None, None)
@example([""], " ", '"{}"', None, None)
@example(["a" * 1_001], " ", "{}", None, "title")
def test_a_text_of_words_has_the_plan_that_it_has_by_its_tree(
    pieces: list[str],
    between: str,
    form: str,
    operator: str | None,
    fields: str | tuple[str, ...] | None,
) -> None:
    text = form.format(between.join(pieces))
    asked = request(text, WITH_SYNONYMS, fields=fields, operator=operator)  # type: ignore[arg-type]
    planned = plan(text, WITH_SYNONYMS, fields=fields, operator=operator)
    assert _native.Plan(asked.plan) == _native.Plan(planned.root)
    assert (asked.query, asked.diagnostics) == (planned.query, planned.diagnostics)


WORDS = ["wind", "Winds", "the", "W-2", "don’t", "日本語", "why?", "AND", "OR", "NOT", "2019"]
PIECES_IN_FIELDS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "title:", "body:", "id:", "date:", "size:", "open:", "foo:"]),
        st.sampled_from(
            [
                *WORDS,
                *(f"{word}{mark}" for word in WORDS for mark in ("*", "~", "~0", "~1", "~2", "~3")),
                *('"foreign troops"', '"a"', '"the"', '""', '"x" ', '"a"~2', '"a\\"', '"W-2"'),
                *("turbine~", "turbi~", "wi*d", "w?*", "why?~1", "wind~1/2", "wind~0.8", "wind^2"),
                *(
                    "2019-03",
                    "2020-02-29",
                    "2019-02-29",
                    "2019-03-00",
                    "2019-00",
                    "0000",
                    "9999-12-31",
                    "2019-W05",
                    "true",
                ),
                *("3", "days", "ago", "march", "2019*", "2019?", ">=2019", "(wind)", "-5"),
                *(
                    "2019-03-05T10:15",
                    "２０１９",
                    "",
                    ":",
                    "http://a.b",
                    "[2018 TO 2019]",
                    "{2018 TO  2019-03}",
                    "[* TO 2019-02-03}",
                    "{2019 TO *]",
                    "[* TO *]",
                    "[2018 TO 2019]^2",
                    "[2018 TO now",
                    "[2018 to 2019]",
                    ">2019",
                    "<=2019-02",
                    "<2019-02-30",
                    ">= 2019",
                    "=2019",
                    ">=2019 AND wind",
                    "+wind",
                ),
            ]
        ),
    ),
)
typed = st.recursive(
    PIECES_IN_FIELDS,
    lambda parts: st.builds(
        lambda joiner, parts, form: form.format(joiner.join(parts)),
        st.sampled_from([" ", "  ", " AND ", " OR ", " NOT ", "AND", ""]),
        st.lists(parts, min_size=1, max_size=4),
        st.sampled_from(["({})", "{}", " {} ", "( {} )", "({}", "{})", "({})^2"]),
    ),
    max_leaves=8,
)


@given(
    typed,
    operators,
    st.sampled_from([None, "title", ("body", "id")]),
    st.sampled_from([None, "UTC", "Asia/Tokyo"]),
    st.sampled_from([None, 3]),
)
@example("wind AND (date:3 days ago OR sea)", "or", None, None, None)
@example("(" * 30 + "wind" + ")" * 30, "or", None, None, None)
@example("(" * 120 + "wind" + ")" * 120, "or", None, None, None)
def test_a_text_of_a_common_kind_has_the_plan_that_it_has_by_its_tree(
    text: str,
    operator: str,
    fields: str | tuple[str, ...] | None,
    zone: str | None,
    max_words: int | None,
) -> None:
    now = datetime(2019, 3, 3, 12)
    asked = request(
        text,
        SCHEMA,
        fields=fields,
        operator=operator,  # type: ignore[arg-type]
        timezone=zone,
        now=None if zone is None else now,
        max_words=max_words,
    )
    planned = plan(
        text,
        SCHEMA,
        fields=fields,
        operator=operator,
        clock=None if zone is None else clock_of(zone, now),
        limits=None if max_words is None else Limits(max_words, max_words),
    )
    assert _native.Plan(asked.plan) == _native.Plan(planned.root)
    assert (asked.query, asked.diagnostics) == (planned.query, planned.diagnostics)


@pytest.mark.parametrize(
    "text",
    [
        *("wind", "wind sea", "wind AND sea AND lake", "wind OR sea", '"foreign troops" iran'),
        *("wi*", "wnid~1", "turbine~", "title:wind", 'id:"a b"', "title:wi* wind~2", "why? not"),
        *("date:2019", "wind AND date:2019-03", "date:2019-03-05 OR wind", "(wind sea)"),
        *("date:[2018 TO *] wind", "date:>=2019-03 wind", "(wind) AND date:{2018 TO 2019}"),
        *("(wind OR sea) AND (date:2019)", "(wind sea) AND date:2019", "((wind) (sea lake))"),
    ],
)
def test_a_text_of_a_common_kind_is_planned_by_the_compiled_module(text: str) -> None:
    words = targets_of(SCHEMA).among(None).native
    assert words is not None
    assert words.plan(text, False) is not None


@pytest.mark.parametrize("sign", [*QUOTES, *map(chr, range(128))])
@pytest.mark.parametrize("form", ["a{}b", "a{}", "{}a", "a {} b", "a b{}c d"])
def test_every_sign_of_the_language_is_known_to_the_short_way(form: str, sign: str) -> None:
    text = form.format(sign)
    asked, planned = request(text, SCHEMA), plan(text, SCHEMA)
    assert _native.Plan(asked.plan) == _native.Plan(planned.root)
    assert (asked.query, asked.diagnostics) == (planned.query, planned.diagnostics)


@given(texts, operators)
def test_a_text_that_is_taken_for_words_is_read_as_words(text: str, operator: str) -> None:
    plain = request(text, SCHEMA, fields="body", operator=operator)  # type: ignore[arg-type]
    planned = plan(text, SCHEMA, fields="body", operator=operator)
    assert _native.Plan(plain.plan) == _native.Plan(planned.root)
    assert plain.query == planned.query


def test_many_random_texts_have_a_reading_and_a_plan_in_every_dialect() -> None:
    """The short mode; `python -m tests.fuzz_queries --texts 1000000` is the long one."""
    assert run(1_000, seed=7) == 0


def assert_nothing_is_silent(planned: Planned) -> None:
    """A text that finds nothing says why, unless that is what it asks for."""
    if planned.root == ("none",) and "*:()" not in str(planned.query):
        assert planned.diagnostics or planned.query == Nothing()


def problems_of(root: tuple[object, ...]) -> list[object]:
    """What in a plan is not as the native core takes it."""
    wrong: list[object] = []
    left: list[object] = [root]
    while left:
        node = left.pop()
        match node:
            case ("bool", list(must), list(should), list(must_not), list(filters)) if (
                must or should or filters
            ):
                left += must + should + must_not + filters
            case ("at_least", int(count), list(plans)) if 0 < count <= len(plans):
                left += plans
            case ("dis_max", float(tie), list(plans)) if 0 <= tie <= 1 and plans:
                left += plans
            case ("constant", float(score), plan) if score >= 0:
                left.append(plan)
            case ("demote", float(factor), plan, negative) if 0 <= factor <= 1:
                left += [plan, negative]
            case ("decay", plan, int(), str(), int() | float(), scale, offset, float(decay)) if (
                scale > 0 and offset >= 0 and 0 < decay < 1
            ):
                left.append(plan)
            case ("value", plan, int(), str(), float(factor), float(missing)) if (
                factor > 0 and missing >= 0
            ):
                left.append(plan)
            case ("match", float(boost), list(parts)) if boost > 0 and parts:
                for number, weight, terms, slop in parts:
                    offsets = [offset for _, offset in terms]
                    sound = offsets[0] == 0 and offsets == sorted(offsets) and slop >= 0
                    if not (sound and SCHEMA.names[number] and weight > 0):
                        wrong.append(node)
            case ("prefix", float(boost), list(parts)) if boost > 0 and parts:
                wrong += [node for number, start in parts if not (SCHEMA.names[number] and start)]
            case (
                ("wildcard" | "regex" | "texts" | "fuzzy" | "near"),
                float(boost),
                list(parts),
                int(limit),
            ) if boost > 0 and parts and limit > 0:
                wrong += [node for part in parts if not SCHEMA.names[part[0]]]
            case ("terms", float(boost), list(parts)) if boost > 0 and parts:
                wrong += [node for number, terms in parts if not (SCHEMA.names[number] and terms)]
            case ("exists", float(boost), list(numbers)) if boost > 0 and numbers:
                wrong += [node for number in numbers if not SCHEMA.names[number]]
            case ("more_like", float(boost), list(parts), int(), int(), int()) if boost > 0:
                wrong += [node for number, _, _ in parts if not SCHEMA.names[number]]
            case ("range", float(boost), int(), _, _) | ("all", float(boost)) if boost > 0:
                pass
            case ("none",):
                pass
            case _:
                wrong.append(node)
    return wrong
