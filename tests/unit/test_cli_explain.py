"""`searchlib explain`: the arithmetic of a score, or what fails."""

import json
from pathlib import Path

import pytest

import searchlib
from searchlib import Keyword, Schema, Text
from searchlib.cli import main


@pytest.fixture
def index(tmp_path: Path) -> str:
    path = str(tmp_path / "index")
    schema = Schema(id=Keyword(key=True), title=Text(), body=Text(analyzer="english"))
    with searchlib.create(path, schema) as made:
        made.upsert([{"id": "a", "title": "He runs", "body": "wind at sea"}])
    return path


def test_a_score_is_shown_with_what_it_is_made_of(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", index, "wind", "a"]) == 0
    out = capsys.readouterr().out
    assert "= 'wind' in title, body: idf * saturation" in out
    assert "1 = tf, occurrences: 1 in body" in out


def test_what_the_search_skipped_is_shown(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", index, "wind", "a", "--ranking", "dirichlet"]) == 0
    out = capsys.readouterr().out
    assert "gain, ln(1 + tf / (mu * p))" in out
    assert out.endswith(
        "\n1 of 1 matching document scored by Dirichlet\n1 of 1 block of postings read\n"
    )
    assert main(["explain", index, "wind", "a", "--json"]) == 0
    work = json.loads(capsys.readouterr().out)["work"]
    assert (work["ranking"], work["scored"], work["matching"]) == ("BM25", 1, 1)


def test_a_document_that_is_not_found_is_compared_with_the_query(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", index, "running", "a"]) == 1
    out = capsys.readouterr().out
    assert 'analysis differs: query "running" -> "run", field "title" is not stemmed' in out
    assert "'runs' -> 'runs'" in out


def test_as_json_it_is_one_object(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", index, "wind -sea", "a", "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert (facts["key"], facts["matches"]) == ("a", False)
    assert facts["clause"] == "excluded, and there: 'sea' in title, body"
    assert facts["held"][1]["found"] == ["'sea' -> 'sea'"]
    assert facts["explanation"]["value"] == 0


def test_a_key_that_no_document_has_is_an_error(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", index, "wind", "b"]) == 2
    assert "no document with the key 'b'" in capsys.readouterr().err


def test_notes_on_the_query_go_to_standard_error(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", index, "wind )", "a"]) == 0
    assert "taken as" in capsys.readouterr().err
