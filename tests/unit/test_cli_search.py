"""`searchlib search`, `info` and `demo`: what is printed, for people and for programs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Date, Keyword, Schema, Text
from searchlib.cli import demo, main

FIXTURES = Path(__file__).parents[2] / "fixtures"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line in a folder with an index `wire` of the fixture's records."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> tuple[int, str, str]:
        status = main(args)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    assert call("index", "wire", str(FIXTURES / "wire.jsonl"))[0] == 0
    return call


ZEPPELIN = "searchlib: query, character 1: no document has zeppelin\n"


def printed(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def keys(run: Run, *args: str) -> list[str]:
    return [hit["key"] for hit in printed(run("search", "wire", *args, "--json")[1])]


def test_a_hit_shows_rank_score_title_key_date_and_marked_passages(run: Run) -> None:
    status, out, err = run("search", "wire", '"night train"')
    assert (status, err) == (0, "")
    head, below, passage, empty, total = out.splitlines()
    assert head.startswith("1. ")
    assert head.endswith("  **Night train** to the coast sold out until May")
    assert below == "   w-002  2021-03-09"
    assert passage == (
        "   Seats on the new **night train** to the coast are gone until May. "
        "The railway will add a sleeping car."
    )
    assert (empty, total) == ("", "1 document found")


def test_a_hit_by_its_title_alone_shows_how_its_text_begins(run: Run) -> None:
    _, out, _ = run("search", "wire", "title:tidal")
    assert out.splitlines()[2] == (
        "   A bakery in Port Elling heats its ovens with power from the tide. "
        "The bread is ready when the sea is."
    )


def test_nothing_found_is_status_1(run: Run) -> None:
    assert run("search", "wire", "zeppelin") == (1, "nothing found\n", ZEPPELIN)


def test_limit_and_offset_choose_the_hits_and_the_total_is_of_all(run: Run) -> None:
    _, first, _ = run("search", "wire", "ferry", "--limit", "2")
    _, second, _ = run("search", "wire", "ferry", "--limit", "2", "--offset", "2")
    assert first.splitlines()[-1] == "4 documents found, 1 to 2 shown"
    assert second.splitlines()[-1] == "4 documents found, 3 to 4 shown"
    assert second.startswith("3. ")
    _, third, _ = run("search", "wire", "ferry", "--limit", "1", "--offset", "2")
    assert third.splitlines()[-1] == "4 documents found, number 3 shown"
    assert run("search", "wire", "ferry", "--limit", "0") == (0, "4 documents found\n", "")
    assert run("search", "wire", "ferry", "--offset", "9") == (0, "4 documents found\n", "")


def test_words_are_joined_by_or_unless_told_otherwise(run: Run) -> None:
    assert set(keys(run, "ferry fog")) > set(keys(run, "ferry fog", "--operator", "and"))


def test_fields_and_filters_narrow_the_hits(run: Run) -> None:
    assert set(keys(run, "ferry", "--field", "title")) == {"w-001", "w-010", "w-018"}
    assert set(keys(run, "harbour", "--filter", "date:2021-03-25")) == {"w-018"}
    scores = [hit["score"] for hit in printed(run("search", "wire", "fog", "--json")[1])]
    filtered = run("search", "wire", "fog", "--filter", 'source:"Harbour Post"', "--json")[1]
    assert [hit["score"] for hit in printed(filtered)] == scores


def test_json_gives_one_object_a_hit_with_the_document_and_the_marks(run: Run) -> None:
    (hit,) = printed(run("search", "wire", '"night train"', "--json")[1])
    assert list(hit) == ["rank", "score", "key", "document", "passages", "total"]
    assert (hit["rank"], hit["key"], hit["total"]) == (1, "w-002", 1)
    assert list(hit["document"]) == ["id", "title", "body", "date", "source", "words"]
    (passage,) = hit["passages"]
    body = hit["document"]["body"]
    assert passage["field"] == "body"
    assert body[passage["start"] : passage["end"]] == passage["text"]
    marked = [body[start:end] for start, end in passage["marks"]]
    assert " ".join(marked) == "night train"


def test_json_without_hits_gives_the_total(run: Run) -> None:
    assert run("search", "wire", "zeppelin", "--json") == (1, '{"total": 0}\n', ZEPPELIN)
    assert run("search", "wire", "ferry", "--limit", "0", "--json") == (0, '{"total": 4}\n', "")


def test_what_could_not_be_read_of_a_query_is_said_on_standard_error(run: Run) -> None:
    status, out, err = run("search", "wire", '"night train')
    assert status == 0
    assert "**" in out
    assert err.startswith("searchlib: query, character 1: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["search", "none", "x"], "no index at none; make one: searchlib index none PATH..."),
        (["info", "none"], "no index at none; make one: searchlib index none PATH..."),
        (["search", "wire", "x", "--field", "titel"], "unknown field 'titel'"),
        (["search", "wire"], "missing argument 'QUERY'; see searchlib search --help"),
        (["search", "wire", "x", "--limit", "-1"], "invalid value for '--limit': -1 is not in"),
        (["search", "wire", "x", "--operator", "xor"], "invalid value for '--operator': 'xor'"),
        (["search", "wire", "--lmit", "3"], "no such option"),
        ([], "missing command; see searchlib --help"),
        (["serach"], "no such command 'serach'"),
        (["index", "wire"], "missing argument 'PATH...'; see searchlib index --help"),
    ],
)
def test_a_call_that_cannot_work_says_why_in_one_line(
    run: Run, args: list[str], message: str
) -> None:
    status, out, err = run(*args)
    assert (status, out) == (2, "")
    assert err.lower().startswith("searchlib: " + message.lower())
    assert err.count("\n") == 1


def test_documents_without_title_key_or_date_are_shown_too(run: Run) -> None:
    schema = Schema(text=Text(), hidden=Text(stored=False), name=Keyword())
    with searchlib.create("bare", schema) as index, index.writer() as writer:
        writer.add({"text": ["no wind", "a\x1b[31m wind\nat sea"], "hidden": "wind", "name": "n"})
    status, out, _ = run("search", "bare", "wind")
    assert status == 0
    head, *passages, empty, total = out.splitlines()
    assert head.endswith("  (no title)")
    assert sorted(passages) == ["   a\ufffd[31m **wind** at sea", "   no **wind**"]
    assert (empty, total) == ("", "1 document found")


def test_dates_that_were_given_as_objects_are_printed_as_iso(run: Run) -> None:
    import datetime

    schema = Schema(id=Keyword(key=True), title=Text(), date=Date())
    with searchlib.create("dated", schema) as index:
        index.upsert({"id": "a", "title": "wind", "date": datetime.date(2019, 3, 3)})
    assert "   a  2019-03-03\n" in run("search", "dated", "wind")[1]
    (hit,) = printed(run("search", "dated", "wind", "--json")[1])
    assert hit["document"]["date"] == "2019-03-03"


def test_info_shows_the_schema_and_the_counts(run: Run) -> None:
    size = sum(path.stat().st_size for path in Path("wire").iterdir())
    assert run("info", "wire") == (
        0,
        f"""wire
  documents   20
  segments    1
  generation  1
  bytes       {size:,}
  schema
    id      keyword, key
    title   text, english, boost 2
    body    text, english
    date    date
    source  keyword
    words   number
""",
        "",
    )


def test_info_as_json_has_the_schema_as_json(run: Run) -> None:
    (facts,) = printed(run("info", "wire", "--json")[1])
    assert (facts["index"], facts["documents"], facts["generation"]) == ("wire", 20, 1)
    with searchlib.open("wire") as index:
        assert Schema.from_json(facts["schema"]) == index.schema


def test_the_demo_finds_the_phrase_first_and_marks_it(run: Run) -> None:
    status, out, err = run("demo")
    assert (status, err) == (0, "")
    first, _, title, below, passage, *_ = out.splitlines()
    assert first.endswith(
        'articles of fixtures/articles, indexed in memory, searched for: "foreign troops" syria'
    )
    assert title.startswith("1. ")
    assert title.endswith("the removal of **foreign troops** from **Syria**")
    assert below == "   fixtures/articles/000_9d3568ec65f61390.txt"
    assert "**foreign troops** from **Syria**" in passage
    assert "fixtures/articles/003_adbbb7ac7aa6b343.txt  2019-03-03" in out


def test_the_demo_says_what_to_do_where_the_articles_are_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    status, out, err = run("demo")
    assert (status, out) == (2, "")
    assert err.startswith(f"searchlib: no fixtures/articles beside the package in {tmp_path}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["index", "search", "info", "demo"])
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"\n    searchlib {command}" in out
    assert max(map(len, out.splitlines())) <= 100


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"searchlib {searchlib.__version__}\n", "")


def test_a_query_is_read_in_the_dialect_and_zone_that_are_asked_for(run: Run) -> None:
    status, out, _ = run("search", "wire", "ferry OR zeppelin", "--dialect", "simple", "--json")
    assert (status, '"key"' in out) == (0, True)
    status, _, err = run("search", "wire", "date:today", "--timezone", "Mars/Phobos")
    assert (status, err.count("\n")) == (2, 1)
    assert "no time zone 'Mars/Phobos' is known here" in err
    assert run("search", "wire", "date:1900", "--timezone", "Europe/Berlin")[0] == 1
