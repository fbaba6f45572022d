"""`searchlib analyze`: the words of a text as a table or as JSON, and the named analyzers."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import searchlib
from searchlib import Keyword, Schema, Text
from searchlib.analysis import NAMED, Analyzer, ByField, lowercase, stop, synonyms, words
from searchlib.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*args: str) -> tuple[int, str, str]:
        status = main(["analyze", *args])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def give(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))

    return give


@pytest.fixture
def index(tmp_path: Path) -> str:
    """The path of an index whose field `body` leaves words out."""
    path = str(tmp_path / "index")
    schema = Schema(id=Keyword(key=True), body=Text(analyzer=words() | lowercase() | stop(["of"])))
    searchlib.create(path, schema).close()
    return path


def test_a_line_a_word_with_form_term_position_and_characters(run: Run) -> None:
    assert run("Iran’s “foreign troops”", "--analyzer", "english") == (
        0,
        "form     term     position  characters\n"
        "Iran’s   iran            0  0-6\n"
        "foreign  foreign         1  8-15\n"
        "troops   troop           2  16-22\n",
        "",
    )


def test_without_an_analyzer_words_are_lower_cased_and_no_more(run: Run) -> None:
    assert run("Troops")[1].splitlines()[1] == "Troops  troops         0  0-6"


def test_wide_and_combining_characters_do_not_push_columns_aside(run: Run) -> None:
    assert run("e\u0301té 스카이")[1] == (
        "form    term    position  characters\n"
        "e\u0301té     e\u0301té            0  0-4\n"
        "스카이  스카이         1  5-8\n"
    )


def test_what_a_terminal_would_act_on_is_not_printed(run: Run) -> None:
    out = run("a\x1b[31m\nb", "--analyzer", "keyword")[1]
    assert out.splitlines()[1].startswith("a\ufffd[31m b  a\ufffd[31m b ")


def test_the_analyzer_of_a_field_is_taken_from_an_index(run: Run, index: str) -> None:
    out = run("Ferry of Tunes", "--index", index, "--field", "body", "--json")[1]
    assert [json.loads(line) for line in out.splitlines()] == [
        {"form": "Ferry", "term": "ferry", "position": 0, "start": 0, "end": 5},
        {"form": "Tunes", "term": "tunes", "position": 2, "start": 9, "end": 14},
    ]


def test_json_keeps_the_text_as_it_is(run: Run) -> None:
    out = run("Brücke", "--json")[1]
    assert out == '{"form": "Brücke", "term": "brücke", "position": 0, "start": 0, "end": 6}\n'


def test_a_dash_reads_standard_input(run: Run, stdin: Callable[[bytes], None]) -> None:
    stdin("\ufeffBrücken\n".encode())
    assert run("-", "--analyzer", "german") == (
        0,
        "form     term   position  characters\nBrücken  bruck         0  0-7\n",
        "",
    )


def test_a_text_without_words_is_status_1(run: Run) -> None:
    assert run("...") == (1, "no words\n", "")
    assert run("...", "--json") == (1, "", "")


def test_the_list_names_every_analyzer_and_says_what_it_does(run: Run) -> None:
    status, out, err = run("--list")
    assert (status, err) == (0, "")
    listed = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert listed == {name: repr(analyzer) for name, analyzer in NAMED.items()}


def test_the_list_as_json_can_be_read_back(run: Run) -> None:
    rows = [json.loads(line) for line in run("--list", "--json")[1].splitlines()]
    assert {row["name"]: Analyzer.from_json(row["analyzer"]) for row in rows} == NAMED


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "give either a TEXT, or - for standard input, or --list; see searchlib analyze"),
        (["x", "--list"], "give either a TEXT, or - for standard input, or --list"),
        (["--list", "--analyzer", "english"], "--list names all analyzers; leave the others out"),
        (["x", "--analyzer", "englsh"], "unknown analyzer 'englsh'; did you mean 'english'?"),
        (["x", "--field", "body"], "--index and --field go together"),
        (["x", "--index", "none"], "--index and --field go together"),
        (
            ["x", "--index", "none", "--field", "body", "--analyzer", "english"],
            "give either --analyzer, or --index and --field",
        ),
        (["x", "--index", "none", "--field", "body"], "no index at none; make one"),
        (["a\udcff"], "the text is not UTF-8"),
    ],
)
def test_a_call_that_cannot_work_says_why_in_one_line(
    run: Run, args: list[str], message: str
) -> None:
    status, out, err = run(*args)
    assert (status, out) == (2, "")
    assert err.startswith(f"searchlib: {message}")
    assert err.count("\n") == 1


def test_a_field_that_has_no_analyzer_is_refused(run: Run, index: str) -> None:
    assert run("x", "--index", index, "--field", "bdy") == (
        2,
        "",
        "searchlib: unknown field 'bdy'; did you mean 'body'? known: id, body\n",
    )
    status, _, err = run("x", "--index", index, "--field", "id")
    assert status == 2
    assert err.endswith(" is a keyword, and only text has an analyzer; text fields: body\n")


def test_standard_input_that_is_not_utf8_is_refused(
    run: Run, stdin: Callable[[bytes], None]
) -> None:
    stdin(b"a\xff")
    assert run("-")[2].startswith("searchlib: standard input: not UTF-8: byte 0xff at offset 1")


def test_a_query_is_shown_in_each_of_its_readings(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "cities")
    analyzer = words() | lowercase() | synonyms("nyc => new york")
    searchlib.create(path, Schema(body=Text(analyzer=analyzer))).close()
    field = ("--index", path, "--field", "body", "--query")
    assert run("NYC", *field)[1] == (
        "form  term  position  characters\n"
        "NYC   nyc          0  0-3\n"
        "\n"
        "form  term  position  characters\n"
        "NYC   new          0  0-3\n"
        "NYC   york         1  0-3\n"
    )
    lines = run("NYC", *field, "--json")[1].splitlines()
    assert [json.loads(line)["reading"] for line in lines] == [0, 1, 1]
    assert run("Troops", "--query")[1].splitlines()[1] == "Troops  troops         0  0-6"


def test_one_of_several_analyzers_is_chosen(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "languages")
    choice = ByField("language", {"de": "german"})
    searchlib.create(path, Schema(language=Keyword(), body=Text(analyzer=choice))).close()
    field = ("--index", path, "--field", "body")
    assert "häuser" in run("Häuser", *field)[1]
    assert "haus" in run("Häuser", *field, "--choice", "de")[1]
    status, _, err = run("Häuser", *field, "--choice", "fr")
    assert (status, "has no choice 'fr'; known: de" in err) == (2, True)
    assert "--choice goes with" in run("Häuser", "--choice", "fr")[2]
