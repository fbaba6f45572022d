"""How is each query text read? A table of texts and trees, by topic; then what is wrong."""

import pytest

from searchlib.errors import QuerySyntaxError
from searchlib.query.diagnostics import KINDS, MAX_DIAGNOSTICS
from searchlib.query.parser import parse
from searchlib.query.tree import (
    All,
    And,
    Bool,
    Boost,
    Exists,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)
from searchlib.schema import Boolean, Date, Keyword, Number, Schema, Text

SCHEMA = Schema.from_fields(
    {
        "id": Keyword(key=True),
        "title": Text(),
        "body": Text(),
        "source": Keyword(),
        "date": Date(),
        "size": Number(),
        "open": Boolean(),
        "dc.sub-title": Text(),
    }
)
A, B, C, D = Term("a"), Term("b"), Term("c"), Term("d")


def check(text: str, tree: Query, *kinds: str, operator: str = "or") -> None:
    """The text is read as the tree, with diagnostics of these kinds, and the tree prints itself."""
    parsed = parse(text, SCHEMA, operator=operator)
    assert (parsed.query, [each.kind for each in parsed.diagnostics]) == (tree, list(kinds))
    assert parse(str(tree), SCHEMA).query == tree


WORDS = [
    ("wind", Term("wind")),
    ("wind turbine", Or(Term("wind"), Term("turbine"))),
    ("  wind \t\n turbine\u3000", Or(Term("wind"), Term("turbine"))),
    ("wind wind", Or(Term("wind"), Term("wind"))),
    ("Wind", Term("Wind")),
    ("W-2", Term("W-2")),
    ("S-300", Term("S-300")),
    ("Tehran-backed", Term("Tehran-backed")),
    ("C++", Term("C++")),
    ("a+b", Term("a+b")),
    ("foo-", Term("foo-")),
    ("don't", Term("don't")),
    ("Syria’s", Term("Syria’s")),
    ("AT&T", Term("AT&T")),
    ("e.g.", Term("e.g.")),
    ("what?", Term("what?")),
    ("50%", Term("50%")),
    ("#1", Term("#1")),
    ("user@example.org", Term("user@example.org")),
    ("a/b", Term("a/b")),
    ("[a]", Term("[a]")),
    ("~", Term("~")),
    ("&&", Term("&&"), "dangling-operator"),
    (":", Term(":")),
    (":)", Term(":"), "stray-bracket"),
    ("हिन्दी", Term("हिन्दी")),
    ("日本語", Term("日本語")),
    ("😀", Term("😀")),
    ("a\x00b", Term("a\x00b")),
    ("and or not", Or(Term("and"), Term("or"), Term("not"))),
    ("And", Term("And")),
    ("ANDROID NOTE", Or(Term("ANDROID"), Term("NOTE"))),
    ("AND,", Term("AND,")),
]
BLANK = [
    ("", Nothing()),
    ("   ", Nothing()),
    ("*:*", All()),
    (" ( *:* ) ", All()),
    ("*:()", Nothing()),
    ("a *:*", Or(A, All())),
    ("*:*^2", Boost(All(), 2)),
    ("-*:*", Bool(must_not=[All()])),
]
PHRASES = [
    ('"foreign troops"', Phrase("foreign troops")),
    ("“foreign troops”", Phrase("foreign troops")),
    ("„foreign troops“", Phrase("foreign troops")),
    ("”foreign troops”", Phrase("foreign troops")),
    ('“foreign troops"', Phrase("foreign troops")),
    ('"foreign troops”', Phrase("foreign troops")),
    ('"the “wise” man"', Phrase("the “wise” man")),
    ('"a AND (b"', Phrase("a AND (b")),
    (r'"a \"b\" c"', Phrase('a "b" c')),
    (r'"a\\"', Phrase("a\\")),
    ('" a  b "', Phrase(" a  b ")),
    ('"a""b"', Or(Phrase("a"), Phrase("b"))),
    ('a"b"c', Or(A, Phrase("b"), C)),
    ('"a b"~3', Phrase("a b", slop=3)),
    ('"a b"~0', Phrase("a b")),
    ('"a b"~', Or(Phrase("a b"), Term("~"))),
    ('"a b"~2^3', Boost(Phrase("a b", slop=2), 3)),
    ('"a b"~9999999', Phrase("a b", slop=1_000_000), "slop-range"),
    ('"a', A, "unclosed-quote"),
    ('a "b c', Or(A, B, C), "unclosed-quote"),
    ('a"', A, "unclosed-quote"),
    ("“a b", Or(A, B), "unclosed-quote"),
    ('5" disk', Or(Term("5"), Term("disk")), "unclosed-quote"),
    ('-"a b', Bool(should=[B], must_not=[A]), "unclosed-quote"),
    ('""', Nothing(), "empty-quotes"),
    ('a "" b', Or(A, B), "empty-quotes"),
    ('a -""^2 b', Or(A, B), "empty-quotes"),
    ("“”", Nothing(), "empty-quotes"),
]
FIELDS = [
    ("title:wind", Term("wind", "title")),
    ("title:Wind turbine", Or(Term("Wind", "title"), Term("turbine"))),
    ("dc.sub-title:wind", Term("wind", "dc.sub-title")),
    ('title:"the sea"', Phrase("the sea", "title")),
    ("title:“the sea”", Phrase("the sea", "title")),
    ("title:inv*", Prefix("inv", "title")),
    ("title:(a b)", Or(Term("a", "title"), Term("b", "title"))),
    ("title:(a body:b)", Or(Term("a", "title"), Term("b", "body"))),
    ("title:(a (b AND c))", Or(Term("a", "title"), And(Term("b", "title"), Term("c", "title")))),
    ("title:(+a -b)", Bool(must=[Term("a", "title")], must_not=[Term("b", "title")])),
    ("title:(a) b", Or(Term("a", "title"), B)),
    ("title: wind", Term("wind", "title")),
    ("title: (a b)", Or(Term("a", "title"), Term("b", "title"))),
    ('title: "a b"', Phrase("a b", "title")),
    ("-title:a b", Bool(should=[B], must_not=[Term("a", "title")])),
    ("+title:(a b)", Bool(must=[Or(Term("a", "title"), Term("b", "title"))])),
    ("date:2019-03-03", Term("2019-03-03", "date")),
    ("date:2019-03-03T10:30:00Z", Term("2019-03-03T10:30:00Z", "date")),
    ("size:-5", Term("-5", "size")),
    ("size:+5", Term("+5", "size")),
    ("title:C++", Term("C++", "title")),
    ("title:AND", Term("AND", "title")),
    ("title:AND a", Or(Term("AND", "title"), A)),
    ("title:a:b", Term("a:b", "title")),
    ("source:http://x.org/", Term("http://x.org/", "source")),
    (r"title\:wind", Term("title:wind")),
    ("title:a^2", Boost(Term("a", "title"), 2)),
    ("title:", Term("title"), "empty-field"),
    ("title: AND b", And(Term("title"), B), "empty-field"),
    ("(title:)", Term("title"), "empty-field"),
    ("title: -a", Bool(should=[Term("title")], must_not=[A]), "empty-field"),
    ("title: body:b", Or(Term("title"), Term("b", "body")), "empty-field"),
    ("title:*", Exists("title")),
    ("a title:* b", Or(A, Exists("title"), B)),
    ("foo:bar", Term("foo:bar"), "unknown-field"),
    ("Title:bar", Term("Title:bar"), "unknown-field"),
    ("http://x.org/", Term("http://x.org/"), "unknown-field"),
    ("10:30", Term("10:30"), "unknown-field"),
    ("foo:", Term("foo:"), "unknown-field"),
    ('foo:"a b"', Or(Term("foo:"), Phrase("a b")), "unknown-field"),
    ("foo:(a b)", Or(Term("foo:"), Or(A, B)), "unknown-field"),
    ("foo:ba*", Prefix("foo:ba"), "unknown-field"),
]
OPERATORS = [
    ("a AND b", And(A, B)),
    ("a OR b", Or(A, B)),
    ("a AND b AND c", And(A, B, C)),
    ("a OR b OR c", Or(A, B, C)),
    ("a AND b OR c", Or(And(A, B), C)),
    ("a OR b AND c", Or(A, And(B, C))),
    ("a AND b OR c AND d", Or(And(A, B), And(C, D))),
    ("a b AND c", Or(A, And(B, C))),
    ("a AND b c", Or(And(A, B), C)),
    ("a b OR c d", Or(A, B, C, D)),
    ("NOT a", Not(A)),
    ("NOT NOT a", Not(Not(A))),
    ("NOT a AND b", And(Not(A), B)),
    ("NOT a OR b", Or(Not(A), B)),
    ("a AND NOT b", And(A, Not(B))),
    ("a OR NOT b", Or(A, Not(B))),
    ("NOT (a b)", Not(Or(A, B))),
    ("NOT a^2", Not(Boost(A, 2))),
    ("a NOT b", Bool(should=[A], must_not=[B])),
    ("a b NOT c", Bool(should=[A, B], must_not=[C])),
    ("a NOT b c", Bool(should=[A, C], must_not=[B])),
    ("a OR b NOT c", Bool(should=[A, B], must_not=[C])),
    ("a AND b NOT c", Bool(should=[And(A, B)], must_not=[C])),
    ("NOT a NOT b", Bool(must_not=[A, B])),
    ("a AND(b)", And(A, B)),
    ("a AND", Or(A, Term("AND")), "dangling-operator"),
    ("a OR", Or(A, Term("OR")), "dangling-operator"),
    ("a NOT", Or(A, Term("NOT")), "dangling-operator"),
    ("AND a", Or(Term("AND"), A), "dangling-operator"),
    ("OR", Term("OR"), "dangling-operator"),
    ("NOT", Term("NOT"), "dangling-operator"),
    ("NOT NOT", Or(Term("NOT"), Term("NOT")), "dangling-operator"),
    ("a AND AND b", Or(And(A, Term("AND")), B), "dangling-operator"),
    ("a AND OR b", Or(And(A, Term("OR")), B), "dangling-operator"),
    ("a AND NOT", And(A, Term("NOT")), "dangling-operator"),
    ("(a AND) b", Or(Or(A, Term("AND")), B), "dangling-operator"),
    ("a AND ()", Or(A, Term("AND")), "dangling-operator", "empty-brackets"),
    (r"a \AND b", Or(A, Term("AND"), B)),
    ('a "AND" b', Or(A, Phrase("AND"), B)),
]
SIGNS = [
    ("-a", Bool(must_not=[A])),
    ("+a", Bool(must=[A])),
    ("a -b", Bool(should=[A], must_not=[B])),
    ("+a b", Bool(must=[A], should=[B])),
    ("+a +b -c d", Bool(must=[A, B], should=[D], must_not=[C])),
    ("-a -b", Bool(must_not=[A, B])),
    ('a -"b c"', Bool(should=[A], must_not=[Phrase("b c")])),
    ("a -(b c)", Bool(should=[A], must_not=[Or(B, C)])),
    ("a -inv*", Bool(should=[A], must_not=[Prefix("inv")])),
    ("(-a) b", Or(Bool(must_not=[A]), B)),
    ("(NOT a) +b", Bool(must=[B], should=[Not(A)])),
    ("a AND -b", And(A, Not(B))),
    ("a OR -b", Or(A, Not(B))),
    ("-a OR b", Or(Not(A), B)),
    ("+a AND b", And(A, B)),
    ("-AND", Bool(must_not=[Term("AND")])),
    ("-5", Bool(must_not=[Term("5")])),
    (r"\-5", Term("-5")),
    ("-C++", Bool(must_not=[Term("C++")])),
    ("+a OR b", Or(A, B), "idle-sign"),
    ("a OR +b", Or(A, B), "idle-sign"),
    ("NOT -a", Not(A), "idle-sign"),
    ("NOT +a", Not(A), "idle-sign"),
    ("--verbose", Term("verbose"), "idle-sign"),
    ("+-a", A, "idle-sign"),
    ("a - b", Or(A, B), "lone-sign"),
    ("a + b", Or(A, B), "lone-sign"),
    ("-", Nothing(), "lone-sign"),
    ("a --", A, "lone-sign"),
    ("(a -)", A, "lone-sign"),
    ("- a", A, "lone-sign"),
]
BRACKETS = [
    ("(a)", A),
    ("((a))", A),
    ("(((a b)))", Or(A, B)),
    ("(a b) c", Or(Or(A, B), C)),
    ("(a OR b) AND c", And(Or(A, B), C)),
    ("a AND (b OR c)", And(A, Or(B, C))),
    ("(a)(b)", Or(A, B)),
    ("print(a)", Or(Term("print"), A)),
    (r"print\(a\)", Term("print(a)")),
    ("()", Nothing(), "empty-brackets"),
    ("a ()", A, "empty-brackets"),
    ("#bool()", Nothing(), "empty-brackets"),
    ("a #bool()", A, "empty-brackets"),
    ("a -()^2 b", Or(A, B), "empty-brackets"),
    ("(())", Nothing(), "empty-brackets", "empty-brackets"),
    ("(a", A, "unclosed-bracket"),
    ("(a AND b", And(A, B), "unclosed-bracket"),
    ("a AND (b c", And(A, Or(B, C)), "unclosed-bracket"),
    ("((a", A, "unclosed-bracket"),
    ("(a (b", Or(A, B), "unclosed-bracket", "unclosed-bracket"),
    ("-(a", Bool(must_not=[A]), "unclosed-bracket"),
    ("title:(a b", Or(Term("a", "title"), Term("b", "title")), "unclosed-bracket"),
    ("a)", A, "stray-bracket"),
    ("a) b", Or(A, B), "stray-bracket"),
    (")(", Nothing(), "stray-bracket", "unclosed-bracket"),
    ("a))^2 b", Or(A, B), "stray-bracket"),
    ("(a AND", Or(A, Term("AND")), "unclosed-bracket", "dangling-operator"),
]
PREFIXES = [
    ("inv*", Prefix("inv")),
    ("inv**", Prefix("inv")),
    ("-inv*", Bool(must_not=[Prefix("inv")])),
    ("inv*^2", Boost(Prefix("inv"), 2)),
    ("S-30*", Prefix("S-30")),
    ("AND*", Prefix("AND")),
    (r"inv\*", Term("inv*")),
    (r"inv\**", Prefix("inv*")),
    (r"inv\\*", Prefix("inv\\")),
    ("*", All()),
    (" *** ", All()),
    ("a * b", Or(A, B), "star"),
    ("-*^2 a", A, "star"),
    ('"a b"*', Phrase("a b"), "star"),
]
BOOSTS = [
    ("a^2", Boost(A, 2)),
    ("a^0.5", Boost(A, 0.5)),
    ("a^.5", Boost(A, 0.5)),
    ("a^2.", Boost(A, 2)),
    ("a^1e3", Boost(A, 1000)),
    ("a^+2", Boost(A, 2)),
    ('"a b"^2', Boost(Phrase("a b"), 2)),
    ("(a b)^2", Boost(Or(A, B), 2)),
    ("(a^2)", Boost(A, 2)),
    ("(a^2)^3", Boost(Boost(A, 2), 3)),
    ("a^2^3", Boost(Boost(A, 2), 3)),
    ("a^2 b", Or(Boost(A, 2), B)),
    ("-a^2", Bool(must_not=[Boost(A, 2)])),
    ("AND^2", Boost(Term("AND"), 2)),
    (r"a\^2", Term("a^2")),
    ("a^x", Term("a^x"), "bad-boost"),
    ("a^", Term("a^"), "bad-boost"),
    ("a^2b", Term("a^2b"), "bad-boost"),
    ("a^x^2", Boost(Term("a^x"), 2), "bad-boost"),
    ("^2", Term("^2"), "bad-boost"),
    ("a ^2", Or(A, Term("^2")), "bad-boost"),
    ("a^0", A, "boost-range"),
    ("a^-2", A, "boost-range"),
    ("a^1e9", A, "boost-range"),
    ("a^9" + "9" * 400, A, "boost-range"),
]
ESCAPES = [
    (r"a\ b", Term("a b")),
    (r"\(a\)", Term("(a)")),
    (r"\"a\"", Term('"a"')),
    (r"\\", Term("\\")),
    ("\\", Term("\\")),
    ("a\\", Term("a\\")),
    (r"\AND", Term("AND")),
    (r"\+a", Term("+a")),
    (r"\*", Term("*")),
    (r"\d", Term(r"\d")),
    (r"C\:\temp\new", Term(r"C:\temp\new")),
    ("a\\\nb", Term("a\nb")),
    ("a\ud800b", Term("a\ufffdb"), "surrogate"),
    ('"\udfff" a', Or(Phrase("\ufffd"), A), "surrogate"),
]
TABLE = [
    *(WORDS + BLANK + PHRASES + FIELDS + OPERATORS),
    *(SIGNS + BRACKETS + PREFIXES + BOOSTS + ESCAPES),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: ascii(case[0])[:30])
def test_a_text_is_read_as_the_table_says(case: tuple[str, Query, str]) -> None:
    check(*case)


ALL_REQUIRED = [
    ("a b", And(A, B)),
    ("a b OR c", And(A, Or(B, C))),
    ("a b AND c", And(A, B, C)),
    ("a OR b AND c d", And(Or(A, And(B, C)), D)),
    ("(a b) c", And(And(A, B), C)),
    ("a -b", Bool(must=[A], must_not=[B])),
    ("a NOT b", Bool(must=[A], must_not=[B])),
    ("+a b", Bool(must=[A, B])),
    ("a OR b -c", Bool(must=[Or(A, B)], must_not=[C])),
    ("a AND b -c", Bool(must=[A, B], must_not=[C])),
    ("title:(a b)", And(Term("a", "title"), Term("b", "title"))),
    ("-a", Bool(must_not=[A])),
    ("a () b", And(A, B), "empty-brackets"),
]


@pytest.mark.parametrize("case", ALL_REQUIRED, ids=lambda case: case[0])
def test_with_operator_and_words_side_by_side_are_all_required(
    case: tuple[str, Query, str],
) -> None:
    check(*case, operator="and")


def test_the_table_meets_every_kind_of_problem_that_reading_can_find() -> None:
    from .test_query_kinds import TABLE as RARER  # which imports `check` from here

    met = {kind for _, _, *kinds in TABLE + RARER for kind in kinds}
    later = {
        "too-deep",
        "more",
        "removed",
        "no-fields",
        "bad-value",
        "no-document",
        "bad-pattern",
        "bad-near",
        "cut",
        "exhaustive",
    }  # below, and in test_planner
    assert met == KINDS.keys() - later


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ('wind "sea', "unclosed-quote", '"'),
        ('wind "" sea', "empty-quotes", '""'),
        ("wind ((sea", "unclosed-bracket", "(("),
        ("wind sea)) x", "stray-bracket", "))"),
        ("wind (  ) x", "empty-brackets", "(  )"),
        ("wind AND", "dangling-operator", "AND"),
        ("wind NOT  NOT", "dangling-operator", "NOT  NOT"),
        ("wind - sea", "lone-sign", "-"),
        ("wind NOT -sea", "idle-sign", "-"),
        ("wind ++sea", "idle-sign", "++"),
        ("+wind OR sea", "idle-sign", "OR"),
        ("wind -foo:bar", "unknown-field", "foo:"),
        ("wind title: ", "empty-field", "title:"),
        ("wind^x sea", "bad-boost", "^"),
        ("wind ^2 sea", "bad-boost", "^2"),
        ("wind^0 sea", "boost-range", "^0"),
        ('"wind"~9999999 sea', "slop-range", "~9999999"),
        ("sea * x", "star", "*"),
        ("a\udc80\udc81", "surrogate", "\udc80"),
        ("😀 a ) b", "stray-bracket", ")"),
    ],
)
def test_a_diagnostic_says_where_in_characters(text: str, kind: str, piece: str) -> None:
    (diagnostic,) = parse(text, SCHEMA).diagnostics
    assert (diagnostic.kind, text[diagnostic.start : diagnostic.end]) == (kind, piece)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("titel:x", "0: no field 'titel'; did you mean 'title'? known: id, title"),
        ("foo:x", "0: no field 'foo'; known: id, title, body"),
        ("title: AND b", "0: nothing stands after the field 'title'; taken as: a word"),
        ("a^9e9", "1: a boost is from 0.000001 to 1000000, got '9e9'; taken as: left out"),
        ("(a", "0: no bracket closes this one; taken as: a group up to the end of the text"),
        ("a AND", "2: AND stands between what it joins; taken as: words"),
        ("* a", "0: * stands after the start of a word; for every document write *:*; taken"),
    ],
)
def test_a_diagnostic_reads_as_a_sentence(text: str, said: str) -> None:
    assert str(parse(text, SCHEMA).diagnostics[0]).startswith(said)


def test_diagnostics_stand_in_the_order_of_the_text() -> None:
    diagnostics = parse('(a AND) ) b^x "c', SCHEMA).diagnostics
    kinds = ["dangling-operator", "stray-bracket", "bad-boost", "unclosed-quote"]
    assert [each.kind for each in diagnostics] == kinds


def test_many_problems_are_listed_up_to_a_hundred() -> None:
    diagnostics = parse("a:b " * 1000, SCHEMA).diagnostics
    assert len(diagnostics) == MAX_DIAGNOSTICS + 1
    assert (diagnostics[-1].kind, diagnostics[-1].message) == (
        "more",
        "900 more problems are not listed",
    )


@pytest.mark.parametrize(
    ("text", "column"),
    [("a)", 1), ("wind (sea", 5), ('x "', 2), ("foo:bar a)", 0), ("(title:a^0 AND", 0)],
)
def test_a_strict_reading_raises_for_the_first_problem(text: str, column: int) -> None:
    with pytest.raises(QuerySyntaxError, match=f"^column {column}: ") as caught:
        parse(text, SCHEMA, strict=True)
    assert caught.value.column == column


@pytest.mark.parametrize("text", ["", "wind AND sea", 'title:"a b"~2^3 -(c d)', "C++ W-2"])
def test_a_strict_reading_of_a_sound_text_is_the_reading(text: str) -> None:
    assert parse(text, SCHEMA, strict=True) == parse(text, SCHEMA)


def test_a_text_that_is_no_text_and_an_unknown_operator_are_refused() -> None:
    with pytest.raises(TypeError, match="a query text is a str, got b'a'"):
        parse(b"a", SCHEMA)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="operator is 'or' or 'and', got 'xor'"):
        parse("a", SCHEMA, operator="xor")
