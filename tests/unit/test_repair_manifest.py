"""What becomes of an index whose manifest is damaged or gone."""

import json
import shutil
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import CorruptIndexError, Date, Keyword, Schema, SchemaError, Text
from searchlib.store.manifest import FORMAT, Manifest
from searchlib.store.salvage import corrections

from ..damage import kills

SCHEMA = Schema(id=Keyword(key=True), body=Text(analyzer="english"), day=Date())
KEYS = ["b1", "b2", "a1", "c0", "c1"]  # what `path` holds, in this order


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three segments, two of them with deleted documents, and a batch that waits."""
    path = tmp_path / "index"
    with searchlib.create(path, SCHEMA, merging=lambda sizes: []) as index:
        index.upsert([{"id": f"a{n}", "body": "winds"} for n in range(3)])
        index.upsert([{"id": f"b{n}", "body": "the seas"} for n in range(3)])
        index.delete(["a0", "a2", "b0"])
        index.upsert([{"id": "a1", "body": "newer"}, *({"id": f"c{n}"} for n in range(2))])
        writer = index.writer()
        index.upsert({"id": "late"}, timeout_s=0)
        batch = (path / "00000001.batch").read_bytes()
        writer.close()
        index.delete("late")
    (path / "00000003.batch").write_bytes(batch)
    return path


def held(path: Path) -> list[str]:
    """The keys in the index, which is sound and takes changes."""
    assert searchlib.check(path, deep=True).ok
    with searchlib.open(path) as index:
        keys = [str(document["id"]) for document in index]
        assert index["a1"]["body"] == "newer"
        assert [hit.key for hit in index.search("sea")] == ["b1", "b2"]
        index.upsert({"id": "next"})  # after what waits
        assert [str(document["id"]) for document in index] == [*keys, "late", "next"]
    return keys


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_any_wrong_byte_in_a_manifest_is_put_right(path: Path, tmp_path: Path) -> None:
    data = (path / "manifest").read_bytes()
    before = Manifest.decode(data, "manifest")
    for place in [*range(40), *range(40, len(data), 7), len(data) - 1]:
        copy = tmp_path / f"copy-{place}"
        shutil.copytree(path, copy)
        (copy / "manifest").write_bytes(data[:place] + b"\xf0" + data[place + 1 :])
        assert not searchlib.check(copy).ok
        with pytest.raises(CorruptIndexError):
            searchlib.open(copy)
        repair = searchlib.repair(copy)
        assert (repair.losses, repair.set_aside) == ((), ("manifest.damaged",))
        after = Manifest.decode((copy / "manifest").read_bytes(), "manifest")
        assert (after.segments, after.schema) == (before.segments, before.schema)
        assert (after.generation, after.last_batch) == (before.generation + 1, before.last_batch)
        if place % 50 == 0:
            assert held(copy) == KEYS


@given(st.binary(max_size=300).map(lambda text: text.hex().encode()), st.data())
def test_the_wrong_byte_is_found_wherever_it_is(text: bytes, data: st.DataObject) -> None:
    from zlib import crc32

    whole = b"searchlib manifest %d %08x\n%s\n" % (FORMAT, crc32(text), text)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.integers(0, 255))
    assert list(corrections(whole)) == [whole]
    assert whole in corrections(whole[:place] + bytes([wrong]) + whole[place + 1 :])


def test_a_manifest_that_was_cut_is_made_anew_of_the_segments(path: Path, tmp_path: Path) -> None:
    data = (path / "manifest").read_bytes()
    for length in range(0, len(data) - 1, 97):
        copy = tmp_path / f"copy-{length}"
        shutil.copytree(path, copy)
        (copy / "manifest").write_bytes(data[:length])
        repair = searchlib.repair(copy, schema=SCHEMA)
        assert repair.doc_count == 0
        assert [loss.file for loss in repair.losses] == ["manifest"]
        assert "made anew" in str(repair.losses[0])
        assert held(copy) == KEYS


def test_a_missing_manifest_is_a_finding_and_is_made_anew(path: Path) -> None:
    (path / "manifest").unlink()
    [finding] = searchlib.check(path).findings
    assert (finding.file, finding.message) == (
        "manifest",
        "is missing, though files of an index lie here",
    )
    with pytest.raises(FileNotFoundError, match="repair"):
        searchlib.open(path)
    with pytest.raises(CorruptIndexError, match="give the schema"):
        searchlib.repair(path)
    repair = searchlib.repair(path, schema=SCHEMA)
    assert (repair.doc_count, repair.set_aside, repair.live_count) == (0, (), 5)
    assert held(path) == KEYS


def test_a_damaged_manifest_may_still_say_the_schema(path: Path) -> None:
    data = (path / "manifest").read_bytes()
    (path / "manifest").write_bytes(data.replace(b'"generation"', b'"generations').rstrip(b"}\n"))
    repair = searchlib.repair(path)
    assert "the schema that the damaged manifest has" in str(repair.losses[0])
    assert held(path) == KEYS


def test_the_manifest_of_a_commit_that_a_crash_cut_off_is_taken(path: Path) -> None:
    before = files(path)
    with searchlib.open(path) as index:
        index.upsert({"id": "a9"})
    shutil.copy(path / "manifest", path / "manifest.new")
    for name in before.keys() - files(path).keys():
        (path / name).write_bytes(before[name])
    (path / "manifest").write_bytes(b"\0" * 700)
    repair = searchlib.repair(path)
    assert (repair.losses, repair.set_aside) == ((), ("manifest.damaged",))
    with searchlib.open(path) as index:
        assert [document["id"] for document in index] == [*KEYS, "late", "a9"]


def test_of_two_generations_the_newer_document_of_each_key_is_kept(path: Path) -> None:
    before = files(path)
    with searchlib.open(path) as index:
        index.upsert({"id": "b1", "body": "the seas, again"})
        index.merge()
    for name in before.keys() - files(path).keys():
        (path / name).write_bytes(before[name])  # as if a crash had kept them
    (path / "manifest").unlink()
    repair = searchlib.repair(path, schema=SCHEMA)
    assert repair.live_count == len(KEYS) + 1
    assert searchlib.check(path, deep=True).ok
    with searchlib.open(path) as index:
        assert sorted(str(document["id"]) for document in index) == sorted([*KEYS, "late"])
        assert index["b1"]["body"] == "the seas, again"


def test_a_segment_that_cannot_be_opened_is_set_aside_and_said(path: Path) -> None:
    (path / "manifest").unlink()
    segment = path / "00000002.segment"
    segment.write_bytes(segment.read_bytes()[:-30])
    repair = searchlib.repair(path, schema=SCHEMA)
    assert repair.set_aside == ("00000002.segment.damaged",)
    assert "how many is not known" in "\n".join(map(str, repair.losses))
    with searchlib.open(path) as index:
        assert sorted(str(document["id"]) for document in index) == ["a1", "c0", "c1"]


@pytest.mark.parametrize("seed", range(8))
def test_after_any_history_every_document_is_found_without_the_manifest(
    tmp_path: Path, seed: int
) -> None:
    state: kills.State = {}
    with searchlib.create(tmp_path / "index", kills.SCHEMA) as index:
        for change in islice(kills.changes("a", seed), 25):
            kills.make(index, change)
            state = kills.after(state, change)
    (tmp_path / "index" / "manifest").unlink()
    assert searchlib.repair(tmp_path / "index", schema=kills.SCHEMA).doc_count == 0
    assert searchlib.check(tmp_path / "index", deep=True).ok
    with searchlib.open(tmp_path / "index") as index:
        assert {str(each["id"]): each["version"] for each in index} == state
        assert index.count("winds") == len(state)


def test_another_schema_is_refused_and_nothing_is_touched(path: Path) -> None:
    (path / "manifest").unlink()
    before = files(path)
    for schema in (Schema(id=Text()), Schema(name=Keyword(key=True), body=Text())):
        with pytest.raises(SchemaError, match="other fields than the schema"):
            searchlib.repair(path, schema=schema)
    with pytest.raises(CorruptIndexError):
        searchlib.repair(path)
    assert files(path) == before


def test_the_schema_may_come_from_a_file(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from searchlib.cli import main

    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA.to_json()))
    (path / "manifest").unlink()
    assert main(["check", str(path)]) == 2
    assert "manifest: is missing" in capsys.readouterr().out
    assert main(["check", str(path), "--repair"]) == 2
    assert "--schema" in capsys.readouterr().err
    assert main(["check", str(path), "--repair", "--schema", str(schema)]) == 2
    assert "manifest: cannot be read; made anew" in capsys.readouterr().out
    assert held(path) == KEYS
