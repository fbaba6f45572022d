"""The commands check, merge, backup and export."""

import json
from pathlib import Path

import pytest

import searchlib
from searchlib import Boolean, Date, Keyword, Number, Schema, Text
from searchlib.cli import main

SCHEMA = Schema(
    id=Keyword(key=True), body=Text(), tags=Keyword(), size=Number(), day=Date(), new=Boolean()
)
DOCUMENTS = [
    {"id": "a", "body": ["Wind", "a\nline"], "tags": ["x", "y"], "size": 2**53 + 1, "new": True},
    {"id": "b", "body": "Café – “sea”", "size": -0.5, "day": "2019-03-03"},
    {"id": "c", "day": "2019-03-03T10:15:00+01:00", "tags": "x", "new": False},
]


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index `news` of three segments in the current folder."""
    monkeypatch.chdir(tmp_path)
    with searchlib.create("news", SCHEMA) as index:
        for document in DOCUMENTS:
            index.upsert(document)
    return tmp_path / "news"


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)


def test_check_says_that_an_index_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "news"]) == 0
    assert "sound" in capsys.readouterr().out
    assert main(["check", "news", "--deep", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["ok"], facts["documents"], facts["findings"]) == (True, 3, [])


def test_check_names_what_is_damaged_and_repair_what_is_lost(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flip(index / "00000002.segment")
    assert main(["search", "news", "wind"]) == 2
    assert "--repair" in capsys.readouterr().err
    assert main(["check", "news", "--json"]) == 2
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert finding["file"] == "00000002.segment"
    assert main(["check", "news", "--repair"]) == 2
    out = capsys.readouterr().out
    assert "00000002.segment: 1 document lost" in out
    assert "00000002.segment.damaged: set aside" in out
    assert main(["check", "news", "--deep"]) == 0
    assert main(["check", "news", "--repair", "--json"]) == 0
    with searchlib.open("news") as opened:
        assert [document["id"] for document in opened] == ["a", "c"]


def test_check_of_no_index_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["check", "none"], ["check", "none", "--repair"], ["export", "none"]):
        assert main(options) == 2
        assert capsys.readouterr().err.startswith("searchlib: no index at none")


def test_merge_leaves_one_segment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", "news"]) == 0
    assert capsys.readouterr().out == "news: 3 segments are 1 now; 3 documents\n"
    assert main(["merge", "news", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["segments"] == 1


def test_backup_copies(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "news", "copy"]) == 0
    assert "generation 3" in capsys.readouterr().out
    with searchlib.open("copy") as copy, searchlib.open("news") as news:
        assert list(copy) == list(news)
    assert main(["backup", "news", "copy"]) == 2


def test_what_export_prints_makes_the_same_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "news"]) == 0
    (tmp_path / "news.jsonl").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["info", "news", "--json"]) == 0
    (tmp_path / "schema.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["index", "again", "news.jsonl", "--schema", "schema.json"]) == 0
    with searchlib.open("again") as again, searchlib.open("news") as news:
        assert list(again) == list(news) == DOCUMENTS
        assert again.schema == news.schema
        one, other = (index.snapshot()._generation.segments for index in (again, news))
        assert sum(s.entry.doc_count for s in one) == sum(s.entry.doc_count for s in other)


def test_an_empty_index_exports_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    searchlib.create("empty", SCHEMA).close()
    assert main(["export", "empty"]) == 1
    assert capsys.readouterr().out == ""
