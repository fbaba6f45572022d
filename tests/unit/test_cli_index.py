"""`searchlib index`: what gets into an index, what is reported, what stays as it was."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Date, Keyword, Number, Schema, Text
from searchlib.cli import main

FIXTURES = Path(__file__).parents[2] / "fixtures"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line in a folder of its own: (exit status, output, error output)."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> tuple[int, str, str]:
        status = main(args)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def write(name: str, content: Any = "Title\n\nBody") -> str:
    """Make a file; objects in a list become JSON lines."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, list):
        content = "".join(json.dumps(each) + "\n" for each in content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def documents(index: str = "index") -> list[dict[str, Any]]:
    with searchlib.open(index) as opened:
        return list(opened)


def keys(index: str = "index") -> list[Any]:
    return [next(iter(document.values())) for document in documents(index)]


def generation(index: str = "index") -> int:
    with searchlib.open(index) as opened:
        return opened.generation


def test_text_files_become_documents_keyed_by_their_path(run: Run) -> None:
    write("news/a.txt", "date 2019-03-03 Iran\n\nThe talks.")
    write("news/deep/b.md", "# Tea\nGreen.")
    assert run("index", "index", "news") == (
        0,
        "index: 2 documents indexed; 2 in the index\n",
        "",
    )
    assert documents() == [
        {"path": "news/a.txt", "title": "Iran", "body": "The talks.", "date": "2019-03-03"},
        {"path": "news/deep/b.md", "title": "Tea", "body": "Green."},
    ]


def test_an_unchanged_file_is_skipped_and_a_changed_one_replaced(run: Run) -> None:
    write("a.txt")
    write("b.txt")
    run("index", "index", "a.txt", "b.txt")
    before = generation()
    assert run("index", "index", ".")[1] == (
        "index: 0 documents indexed, 2 unchanged; 2 in the index\n"
    )
    assert generation() == before
    write("a.txt", "Title\n\nOther body")
    assert run("index", "index", ".")[1] == (
        "index: 1 document indexed, 1 unchanged; 2 in the index\n"
    )
    assert [document["body"] for document in documents()] == ["Body", "Other body"]


def test_prune_removes_documents_whose_files_are_gone_and_no_others(run: Run) -> None:
    for name in ["in/a.txt", "in/b.txt", "in/c.md", "out/d.txt"]:
        write(name)
    write("records.jsonl", [{"path": "in/record", "title": "t", "body": "b"}])
    run("index", "index", "in", "out", "records.jsonl")
    for name in ["in/b.txt", "in/c.md", "out/d.txt"]:
        Path(name).unlink()
    assert run("index", "index", "in")[1].endswith("5 in the index\n")
    assert run("index", "index", "in", "--prune")[1] == (
        "index: 0 documents indexed, 1 unchanged, 2 removed; 3 in the index\n"
    )
    assert sorted(keys()) == ["in/a.txt", "in/record", "out/d.txt"]


def test_prune_takes_a_folder_that_is_gone_itself(run: Run) -> None:
    write("in/a.txt")
    write("b.txt")
    run("index", "index", "in", "b.txt")
    shutil.rmtree("in")
    status, _, err = run("index", "index", "in")
    assert (status, err) == (2, "searchlib: in: no such file or folder\n")
    assert run("index", "index", "in", "--prune")[0] == 0
    assert keys() == ["b.txt"]
    status, _, err = run("index", "index", "typo", "--prune")
    assert (status, err) == (2, "searchlib: typo: no such file or folder; left out\n")


def test_records_get_a_schema_from_what_they_hold_and_it_is_shown(run: Run) -> None:
    status, out, err = run("index", "index", str(FIXTURES / "wire.jsonl"))
    assert (status, out) == (0, "index: 20 documents indexed; 20 in the index\n")
    assert err.splitlines() == [
        "schema of index, inferred from 20 records:",
        "  id      keyword, key",
        "  title   text, english, boost 2",
        "  body    text, english",
        "  date    date",
        "  source  keyword",
        "  words   number",
    ]


def test_json_lines_and_csv_go_into_one_index_and_are_updated_by_key(run: Run) -> None:
    wire = str(FIXTURES / "wire.jsonl"), str(FIXTURES / "wire.csv")
    assert run("index", "index", *wire)[0] == 0
    assert run("index", "index", wire[1])[1].endswith("20 documents indexed; 40 in the index\n")
    with searchlib.open("index") as index:
        assert index["c-003"]["words"] == 20
        assert index["w-001"]["date"] == "2021-03-08"
        assert "date" not in index["c-008"]


def test_standard_input_is_json_lines(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = io.TextIOWrapper(io.BytesIO(b'{"id": "a", "title": "t"}\n{"id": "b"}\n'))
    monkeypatch.setattr(sys, "stdin", lines)
    assert run("index", "index", "-")[0] == 0
    assert documents() == [{"id": "a", "title": "t"}, {"id": "b"}]


def test_the_sample_holds_a_thousand_records_and_the_rest_follow_it(run: Run) -> None:
    rows = [{"id": str(number), "size": number} for number in range(2500)]
    write("a.jsonl", rows)
    status, out, err = run("index", "index", "a.jsonl")
    assert (status, out) == (0, "index: 2,500 documents indexed; 2,500 in the index\n")
    assert err.startswith("schema of index, inferred from 1,000 records:")
    assert keys() == [str(number) for number in range(2500)]


def test_a_later_unknown_field_is_named_once_and_left_out(run: Run) -> None:
    rows: list[dict[str, Any]] = [{"id": str(number)} for number in range(1000)]
    write("a.jsonl", [*rows, {"id": "x", "mood": "good"}, {"id": "y", "mood": "bad"}])
    status, _, err = run("index", "index", "a.jsonl")
    assert status == 0
    assert [line for line in err.splitlines() if "mood" in line] == [
        "field 'mood' is not in the schema and is left out (first at a.jsonl, line 1001); "
        "to have it, make a new index with --schema FILE"
    ]
    assert documents()[-1] == {"id": "y"}


def test_a_schema_file_says_what_the_fields_are(run: Run) -> None:
    schema = Schema(nr=Keyword(key=True), text=Text(), year=Number())
    write("schema.json", json.dumps(schema.to_json()))
    write("a.csv", "nr,text,year\n1,wind,2019\n")
    assert run("index", "index", "a.csv", "--schema", "schema.json")[0] == 0
    with searchlib.open("index") as index:
        assert index.schema == schema
    assert documents() == [{"nr": "1", "text": "wind", "year": 2019}]


def test_the_schema_that_info_prints_makes_another_index(run: Run) -> None:
    run("index", "index", str(FIXTURES / "wire.jsonl"))
    write("schema.json", run("info", "index", "--json")[1])
    assert run("index", "other", str(FIXTURES / "wire.csv"), "--schema", "schema.json")[0] == 0
    with searchlib.open("index") as index, searchlib.open("other") as other:
        assert index.schema == other.schema


def test_key_and_analyzer_may_be_named(run: Run) -> None:
    write("a.jsonl", [{"url": "u", "body": "running"}])
    assert run("index", "index", "a.jsonl", "--key", "url", "--analyzer", "standard")[0] == 0
    with searchlib.open("index") as index:
        assert index.schema == Schema(url=Keyword(key=True), body=Text())


def test_records_without_a_key_are_added_each_time_and_that_is_said(run: Run) -> None:
    write("a.jsonl", [{"title": "t"}])
    status, _, err = run("index", "index", "a.jsonl")
    assert (status, err.splitlines()[-1]) == (
        0,
        "no key: indexing a record again adds it again; --key FIELD names one",
    )
    run("index", "index", "a.jsonl")
    assert documents() == [{"title": "t"}] * 2


def test_text_files_may_join_the_records_of_an_index_with_a_key(run: Run) -> None:
    run("index", "index", str(FIXTURES / "wire.jsonl"))
    write("a.txt", "date 2019-03-03 Iran\n\nThe talks.")
    assert run("index", "index", "a.txt")[0] == 0
    assert documents()[-1] == {
        "id": "a.txt",
        "title": "Iran",
        "body": "The talks.",
        "date": "2019-03-03",
    }


def test_text_files_and_records_make_one_new_index_together(run: Run) -> None:
    write("a.txt", "date 2019-03-03 Iran\n\nThe talks.")
    write("b.jsonl", [{"id": "b", "mood": "good"}, {"id": "c", "mood": "good"}])
    assert run("index", "index", "a.txt", "b.jsonl")[0] == 0
    with searchlib.open("index") as index:
        assert index.schema == Schema(
            id=Keyword(key=True),
            mood=Keyword(),
            title=Text(analyzer="english", boost=2.0),
            body=Text(analyzer="english"),
            date=Date(),
        )
    assert keys() == ["b", "c", "a.txt"]


BAD = ["bytes/bad-line.jsonl", "bytes/latin1.txt"]


def test_what_cannot_be_read_is_reported_and_the_rest_is_indexed(run: Run) -> None:
    shutil.copytree(FIXTURES / "bytes", "bytes")
    status, out, err = run("index", "index", *BAD, "bytes/bom.txt", "gone.txt")
    assert status == 2
    assert out == "index: 3 documents indexed, 3 problems; 3 in the index\n"
    assert [line for line in err.splitlines() if line.startswith("searchlib:")] == [
        "searchlib: gone.txt: no such file or directory; left out",
        "searchlib: bytes/bad-line.jsonl, line 2: not JSON: unterminated string starting at "
        "column 47; left out",
        "searchlib: bytes/latin1.txt: not UTF-8: byte 0xfc at offset 31; convert it, for example "
        "with iconv -f LATIN1 -t UTF-8; left out",
    ]
    assert keys() == ["l-1", "l-3", "bytes/bom.txt"]


def test_a_record_that_does_not_fit_is_reported_with_its_line(run: Run) -> None:
    write("a.jsonl", [{"id": "a", "size": 1}] * 1000)
    run("index", "index", "a.jsonl")
    write("b.jsonl", [{"id": "b", "size": 2}, {"id": "c", "size": "big"}, {"size": 3}])
    status, out, err = run("index", "index", "b.jsonl")
    assert (status, out) == (2, "index: 1 document indexed, 2 problems; 2 in the index\n")
    first, second = err.splitlines()
    assert first.startswith("searchlib: b.jsonl, line 2: key 'c', field 'size': expected")
    assert first.endswith("got 'big'; left out")
    assert second.startswith("searchlib: b.jsonl, line 3: field 'id': expected")


def test_strict_stops_at_the_first_problem_and_commits_nothing(run: Run) -> None:
    shutil.copytree(FIXTURES / "bytes", "bytes")
    status, out, err = run("index", "index", "bytes/bom.txt", *BAD, "--strict")
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("searchlib: bytes/bad-line.jsonl, line 2: not JSON")
    assert err.splitlines()[-1].endswith("; nothing was committed")
    assert not Path("index").exists()


def test_strict_leaves_an_index_that_stands_as_it_was(run: Run) -> None:
    write("a.jsonl", [{"id": "a"}])
    run("index", "index", "a.jsonl")
    write("b.jsonl", '{"id": "b"}\n{\n')
    assert run("index", "index", "b.jsonl", "--strict")[0] == 2
    assert (keys(), generation()) == (["a"], 1)


def test_many_problems_are_counted_and_the_first_shown(run: Run) -> None:
    write("a.jsonl", '{"id": "a"}\n' + "{\n" * 100)
    status, out, err = run("index", "index", "a.jsonl")
    assert (status, out) == (2, "index: 1 document indexed, 100 problems; 1 in the index\n")
    assert sum("not JSON" in line for line in err.splitlines()) == 20
    assert "searchlib: more problems follow; they are counted, not shown" in err.splitlines()


def test_no_index_is_made_where_nothing_could_be_indexed(run: Run) -> None:
    write("a.txt", b"\xff")
    write("own/other.dat")
    status, _, err = run("index", "own", "a.txt")
    assert status == 2
    assert err.splitlines()[-1] == (
        "searchlib: no document could be indexed, so own was not created"
    )
    assert [path.name for path in Path("own").iterdir()] == ["other.dat"]
    assert run("index", "new", "a.txt")[0] == 2
    assert not Path("new").exists()


def test_an_index_inside_the_folder_it_is_made_of_is_passed_over(run: Run) -> None:
    write("a.txt")
    run("index", "index", ".")
    write("index/stray.txt")
    assert run("index", "index", ".")[1].startswith("index: 0 documents indexed, 1 unchanged;")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["new", "empty"], "nothing to index in empty; files that are read: .txt, .md, .jsonl, "),
        (["new", "empty.jsonl"], "no record to infer a schema from; give a schema with --schema"),
        (["new", "a.txt", "--key", "id"], "--key id: the key of a text file is its path; "),
        (["new", "a.txt", "--analyzer", "klingon"], "unknown analyzer 'klingon'"),
        (["new", "a.txt", "--schema", "gone.json"], "gone.json: no such file or directory"),
        (["new", "a.txt", "--schema", "a.txt"], "a.txt: expected a schema as JSON: "),
        (["new", "a.txt", "--schema", "no.json"], "no.json: a schema is "),
        (["new", "a.txt", "--schema", "s.json", "--key", "id"], "--schema says it all"),
        (["new", "a.txt", "--schema", "s.json"], "new has no key, and text files need one; "),
        (["old", "a.txt", "--schema", "s.json"], "s.json: not the schema of old; make a new index"),
        (["old", "a.txt", "--key", "id"], "--key id: old has the key path; leave --key out"),
        (["old", "a.txt", "--analyzer", "standard"], "--analyzer standard: the analyzers of old "),
        (["none", "gone", "--prune"], "no index at none, and no file to make one of"),
    ],
)
def test_a_call_that_cannot_work_says_why_in_one_line(
    run: Run, args: list[str], message: str
) -> None:
    write("a.txt")
    write("empty.jsonl", "")
    write("no.json", "{}")
    write("s.json", json.dumps(Schema(body=Text()).to_json()))
    Path("empty").mkdir()
    run("index", "old", "a.txt")
    status, out, err = run("index", *args)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("searchlib: " + message)
    assert not Path("new").exists()


def test_the_same_options_may_be_given_again(run: Run) -> None:
    write("a.jsonl", [{"url": "u", "body": "b"}])
    args = ["index", "index", "a.jsonl", "--key", "url", "--analyzer", "standard"]
    assert (run(*args)[0], run(*args)[0]) == (0, 0)


def test_json_says_what_was_done(run: Run) -> None:
    write("a.txt")
    assert json.loads(run("index", "index", "a.txt", "--json")[1]) == {
        "index": "index",
        "indexed": 1,
        "unchanged": 0,
        "removed": 0,
        "problems": 0,
        "documents": 1,
        "generation": 1,
    }


def test_a_word_that_is_far_too_long_is_named_with_its_file_and_line(run: Run) -> None:
    write("a.jsonl", [{"id": "a", "body": "wind"}, {"id": "b", "body": "wind " + "x" * 100_000}])
    status, _, err = run("index", "index", "a.jsonl")
    assert status == 0
    assert err.splitlines()[-1] == (
        "a.jsonl, line 2, field 'body': 1 word left out, longer than 65,535 bytes"
    )


def test_a_file_whose_name_is_not_utf_8_is_a_problem(run: Run) -> None:
    write("in/a.txt")
    try:
        Path("in/\udcff.txt").touch()
    except OSError:
        pytest.skip("this file system takes no such name")
    status, _, err = run("index", "index", "in")
    assert status == 2
    assert err == "searchlib: in/\\udcff.txt: the file's name is not UTF-8; rename it; left out\n"
