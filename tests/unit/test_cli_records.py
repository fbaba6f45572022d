"""Files found, and the records in them."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from searchlib.cli.problems import Problem
from searchlib.cli.records import Record, read_records
from searchlib.cli.sources import Kind, Meter, Source, find_sources

FIXTURES = Path(__file__).parents[2] / "fixtures"
NOWHERE = Path("no-such-index")


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(*paths: str) -> list[str]:
    return [
        each.path if isinstance(each, Source) else str(each)
        for each in find_sources(paths, leave_out=NOWHERE)
    ]


def read(name: str, data: bytes | None = None) -> list[Any]:
    """Each record as (line, values), each problem as its text."""
    if data is not None:
        Path(name).write_bytes(data)
    (source,) = find_sources([name], leave_out=NOWHERE)
    assert isinstance(source, Source)
    return [
        (each.line, each.values) if isinstance(each, Record) else str(each)
        for each in read_records(source, Meter())
    ]


def test_folders_are_walked_in_the_order_of_names() -> None:
    for name in ["b/z.txt", "b/a.md", "a/y.jsonl.gz", "a/x.CSV", "a/photo.png", "a/.hidden.txt"]:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    Path(".git").mkdir()
    Path(".git/x.txt").touch()
    everything = ["a/x.CSV", "a/y.jsonl.gz", "b/a.md", "b/z.txt"]
    assert found(".") == everything
    assert found("./b", "a") == [*everything[2:], *everything[:2]]


def test_a_path_given_twice_counts_once() -> None:
    Path("a").mkdir()
    Path("a/x.txt").touch()
    assert found("a", "a/x.txt", "./a//x.txt") == ["a/x.txt"]


def test_the_index_itself_is_passed_over() -> None:
    Path("all/index").mkdir(parents=True)
    Path("all/index/x.txt").touch()
    Path("all/y.txt").touch()
    paths = [each.path for each in find_sources(["all"], leave_out=Path("all/index"))]  # type: ignore[union-attr]
    assert paths == ["all/y.txt"]


def test_what_is_named_outright_is_never_passed_over_in_silence() -> None:
    Path("photo.png").touch()
    assert found("photo.png", "gone.txt", "gone", ".hidden.txt") == [
        "photo.png: not a kind of file that is read here; "
        "known: .txt, .md, .jsonl, .csv, each also .gz",
        "gone.txt: no such file or directory",
        "gone: no such file or folder",
        ".hidden.txt: no such file or directory",
    ]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    ((line, values),) = read(str(FIXTURES / "bytes/bom.txt"))
    assert (line, values["title"]) == (None, "Saved with a byte order mark")
    assert read("a.jsonl", b'\xef\xbb\xbf{"id": "a"}\n') == [(1, {"id": "a"})]
    assert read("a.csv", b"\xef\xbb\xbfid\na\n") == [(2, {"id": "a"})]


def test_text_that_does_not_decode_is_a_problem_that_names_the_byte() -> None:
    (problem,) = read(str(FIXTURES / "bytes/latin1.txt"))
    assert problem == (
        f"{FIXTURES}/bytes/latin1.txt: not UTF-8: byte 0xfc at offset 31; "
        "convert it, for example with iconv -f LATIN1 -t UTF-8"
    )


def test_utf_16_is_named_as_such() -> None:
    (problem,) = read("a.txt", "Wind".encode("utf-16"))
    assert problem.startswith("a.txt: UTF-16, not UTF-8; convert it")


def test_a_bad_line_is_a_problem_with_its_number_and_the_others_are_read() -> None:
    first, problem, third = read(str(FIXTURES / "bytes/bad-line.jsonl"))
    assert (first[0], first[1]["id"]) == (1, "l-1")
    assert (third[0], third[1]["id"]) == (3, "l-3")
    assert "bad-line.jsonl, line 2: not JSON: unterminated string starting at column" in problem


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"[1]", "expected a JSON object, found list"),
        (b'"a"', "expected a JSON object, found str"),
        (b"{", "not JSON: expecting property name"),
        (b'{"a": NaN}', "not a record: NaN is no JSON number"),
        (b'{"a": "\xff"}', "not UTF-8: byte 0xff at offset 7; convert it, for example with iconv"),
        (b"[" * 100_000, "not a record: maximum recursion depth exceeded"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not a record: Exceeds the limit"),
    ],
)
def test_bad_lines(line: bytes, problem: str) -> None:
    found = read("a.jsonl", line + b'\n\n{"id": "b"}')
    assert found[0].startswith(f"a.jsonl, line 1: {problem}")
    assert found[1:] == [(3, {"id": "b"})]


def test_csv_rows_know_the_line_they_start_at() -> None:
    data = b'id,body\na,"two\nlines"\nb,"a ""word"""\n\nc,\n'
    assert read("a.csv", data) == [
        (2, {"id": "a", "body": "two\nlines"}),
        (4, {"id": "b", "body": 'a "word"'}),
        (6, {"id": "c", "body": ""}),
    ]


def test_bad_rows_are_problems_and_the_others_are_read() -> None:
    data = b"id,body\na,b,c\nb\nc,\xff\nd,fine\n"
    assert read("a.csv", data) == [
        "a.csv, line 2: 3 values where the header names 2 fields",
        "a.csv, line 3: 1 values where the header names 2 fields",
        "a.csv, line 4: not UTF-8; convert the file",
        (5, {"id": "d", "body": "fine"}),
    ]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "line 1: expected a header with the fields' names, found none"),
        (b"\n\n", "line 1: expected a header with the fields' names, found none"),
        (b"id,id,body\n", "line 1: the header names 'id' more than once"),
        (b"id,\xfc\n", "line 1: the header is not UTF-8; convert the file"),
    ],
)
def test_a_header_that_cannot_be_used_is_a_problem_of_the_file(data: bytes, what: str) -> None:
    assert read("a.csv", data) == [f"a.csv: {what}"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_may_be_separated_by_commas_semicolons_or_tabs(delimiter: str) -> None:
    data = f"id{delimiter}title\na{delimiter}Wind\n".encode()
    assert read("a.csv", data) == [(2, {"id": "a", "title": "Wind"})]


def test_a_csv_value_may_be_longer_than_the_modules_default_limit() -> None:
    ((_, values),) = read("a.csv", b"id\n" + b"x" * 200_000)
    assert len(values["id"]) == 200_000


def test_gzipped_files_are_read_as_what_they_hold() -> None:
    assert read("a.jsonl.gz", gzip.compress(b'{"id": "a"}\n')) == [(1, {"id": "a"})]
    assert read("a.csv.gz", gzip.compress(b"id\na\n")) == [(2, {"id": "a"})]
    ((_, values),) = read("a.txt.gz", gzip.compress(b"Title\n\nBody"))
    assert values == {"path": "a.txt.gz", "title": "Title", "body": "Body", "date": None}


def test_a_gzipped_file_that_is_cut_short_gives_its_first_lines_and_a_problem() -> None:
    lines = b"".join(json.dumps({"id": f"{n:x}" * 5}).encode() + b"\n" for n in range(20_000))
    *records, problem = read("a.jsonl.gz", gzip.compress(lines)[:-500])
    assert records[0] == (1, {"id": "00000"})
    assert problem.startswith("a.jsonl.gz: compressed file ended before the end")


def test_what_is_no_gzip_is_a_problem() -> None:
    (problem,) = read("a.txt.gz", b"plain text")
    assert problem.startswith("a.txt.gz: not a gzipped file")


def test_an_empty_text_file_has_no_title_and_no_body() -> None:
    assert read("a.txt", b"") == [
        (None, {"path": "a.txt", "title": None, "body": None, "date": None})
    ]


def test_standard_input_is_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b'{"id": "a"}\n{\n'))
    monkeypatch.setattr("sys.stdin", stdin)
    assert read("-")[0] == (1, {"id": "a"})


def test_the_meter_counts_bytes_on_the_disk_over_all_files() -> None:
    data = gzip.compress(b'{"id": "a"}\n' * 1000)
    Path("a.jsonl.gz").write_bytes(data)
    Path("b.txt").write_bytes(b"Wind")
    meter = Meter()
    for source in find_sources(["."], leave_out=NOWHERE):
        assert isinstance(source, Source)
        list(read_records(source, meter))
    assert meter.byte_count == len(data) + 4


def test_a_file_is_closed_when_the_reader_stops_early() -> None:
    Path("a.jsonl").write_bytes(b'{"id": "a"}\n{"id": "b"}\n')
    meter = Meter()
    records = read_records(Source("a.jsonl", Kind.LINES, 24), meter)
    next(records)
    records.close()  # type: ignore[attr-defined]
    assert meter._file is not None
    assert meter._file.closed


def test_a_problem_prints_its_place() -> None:
    assert str(Problem("a.jsonl", 7, "not JSON")) == "a.jsonl, line 7: not JSON"
