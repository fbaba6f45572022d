"""Does `why_not` name the clause that a document fails, with its words beside the query's?"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

import searchlib
from searchlib import Boolean, Date, Index, Keyword, Number, Schema, Text, WhyNot
from searchlib.cli.main import main
from searchlib.query.tree import Query
from tests.strategies import documents, queries

SCHEMA = Schema(
    id=Keyword(key=True),
    title=Text(),
    body=Text(analyzer="english"),
    note=Text(stored=False),
    source=Keyword(),
    date=Date(),
    size=Number(),
    open=Boolean(),
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


def check(index: Index, query: str, clause: str, *lines: str) -> None:
    found = index.why_not(query, "a")
    assert (str(found.clause), [str(line) for line in found.fields]) == (clause, list(lines))


def test_a_word_that_other_analysis_would_find_says_so(index: Index) -> None:
    check(
        index,
        "sea AND title:running",
        "title:running",
        "title: looked for 'running'; the document has 'run'; analysis differs: one word in "
        "'body' only",
        "body: has it, but is not looked in",
    )


def test_a_word_spelled_otherwise_is_shown_beside_it(index: Index) -> None:
    check(
        index,
        "body:Netanyahu",
        "body:Netanyahu",
        "body: looked for 'netanyahu'; the document has 'Netanyhau' -> 'netanyhau'; "
        "spelled otherwise",
    )


@pytest.mark.parametrize(
    ("query", "clause", "reason"),
    [
        ("sea AND absent AND lost", "absent", "no field that is looked in has it"),
        ("+sea +absent", "absent", "no field that is looked in has it"),
        ("sea -wide", "NOT wide", "the document has wide, which is excluded"),
        ("sea AND NOT title:run", "NOT title:run", "the document has title:run, which is excluded"),
        ("NOT sea", "NOT sea", "the document has sea, which is excluded"),
        ("(absent^2)^3", "absent", "no field that is looked in has it"),
        ("absent OR lost", "absent OR lost", "no alternative holds"),
        ("#bool(sea absent lost minimum=2)", "#bool(sea absent lost minimum=2)",
         "1 of 3 alternatives hold"),
        ("size:>10", "size:>10", "the document has 5 in field 'size'"),
        ("date:2020", "date:2020", "the document has 2019-03-03 in field 'date'"),
        ("open:yes", "open:yes", "the document has no value in field 'open'"),
        ("date:someday", "date:someday", "the document has 2019-03-03 in field 'date'"),
        ("xyz*", "xyz*", "no field that is looked in has it"),
        ("x?z", "x?z", "nothing in title, body, note of the document matches it"),
        ("*:()", "*:()", "nothing in title, body, note of the document matches it"),
        ("sea", "None", "the document matches"),
        ("sea ...", "None", "the document matches"),
    ],
)  # fmt: skip
def test_the_first_clause_that_fails_is_named(
    index: Index, query: str, clause: str, reason: str
) -> None:
    found = index.why_not(query, "a")
    assert (str(found.clause), found.reason) == (clause, reason)


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("source:WIRE", "source: looked for 'WIRE'; the document has 'wire', 'Post'; letter case "
                        "differs"),
        ("title:zeppelin", "title: looked for 'zeppelin'; nothing like it is there"),
        ("note:absent", "note: is not stored, so its words are not here to see"),
        ('title:"sea run"', "title: looked for 'sea' 'run'; all of its words are there, but not so "
                            "near each other"),
        ('title:"run zeppelin"', "title: looked for 'zeppelin'; nothing like it is there"),
    ],
)  # fmt: skip
def test_what_the_document_has_stands_beside_what_was_looked_for(
    index: Index, query: str, line: str
) -> None:
    assert line in [str(field) for field in index.why_not(query, "a").fields]


def test_each_alternative_is_told(index: Index) -> None:
    found = index.why_not("absent OR size:9", "a")
    assert [str(part.clause) for part in found.parts] == ["absent", "size:9"]
    assert len(index.why_not(" ".join(f"x{n}" for n in range(50)), "a").parts) == 10


def test_the_options_are_those_of_a_search(index: Index) -> None:
    assert index.why_not("run", "a", fields="title").clause is None
    assert index.why_not("wide", "a", fields=iter(["title"])).clause is not None
    assert index.why_not("sea absent", "a", operator="and").clause is not None
    assert index.why_not("sea absent", "a", dialect="whoosh").clause is not None
    now = dt.datetime(2019, 3, 3, 12)
    assert index.why_not("date:today", "a", now=now).clause is None
    assert index.why_not("date:today", "a", now=now, timezone="Asia/Tokyo").clause is None


def test_a_document_that_is_not_there_is_refused(index: Index) -> None:
    with pytest.raises(KeyError, match="'b'"):
        index.why_not("sea", "b")


@given(documents(SCHEMA_OF := Schema(id=Keyword(key=True), title=Text(), body=Text(
    analyzer="english"), tags=Keyword(), size=Number(), day=Date(), open=Boolean()), key="k"),
    queries(SCHEMA_OF))  # fmt: skip
def test_it_says_why_for_exactly_the_queries_that_do_not_match(
    document: dict[str, object], query: Query
) -> None:
    index = searchlib.in_memory(SCHEMA_OF)
    index.upsert(document)
    found = index.why_not(query, "k")
    assert isinstance(found, WhyNot)
    assert (found.clause is None, bool(str(found))) == (index.count(query) == 1, True)


@pytest.fixture
def on_disk(tmp_path: Path) -> str:
    with searchlib.create(tmp_path / "news", SCHEMA) as index:
        index.upsert({"id": "a", "title": "A run at sea", "body": "wind"})
    return str(tmp_path / "news")


def test_the_command_explains_a_score_or_why_there_is_none(
    on_disk: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run: Callable[..., int] = lambda *words: main(["explain", on_disk, *words])  # noqa: E731
    assert run("sea", "a") == 0
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert (first, "'sea' in title" in second) == ("query: sea", True)
    assert run("sea AND lake", "a", "--field", "title") == 1
    assert "no match: lake: no field that is looked in has it" in capsys.readouterr().out
    assert run("sea lake", "a", "--dialect", "whoosh") == 1
    assert run("sea", "b") == 2
    assert "no document 'b' in" in capsys.readouterr().err
