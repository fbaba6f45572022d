"""What is found in a damaged index, what is kept of it, and what is said to be lost."""

import json
import random
import shutil
import zlib
from pathlib import Path

import pytest

import searchlib
from searchlib import (
    CorruptIndexError,
    IndexVersionError,
    Keyword,
    Number,
    Schema,
    Text,
)

PAGE_BYTES = 32 * 1024
SCHEMA = Schema(id=Keyword(key=True), body=Text(analyzer="english"), size=Number())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two segments of 300 documents and 3, the first with deleted documents."""
    path, source = tmp_path / "index", random.Random(0)
    with searchlib.create(path, SCHEMA) as index:
        index.upsert(
            {"id": f"a{n}", "body": f"winds of number n{n} {words(source)}", "size": n}
            for n in range(300)
        )
        index.upsert([{"id": f"b{n}", "body": "the seas"} for n in range(3)])
        index.delete(["a1", "a2"])
        index.upsert({"id": "a3", "body": "newer"})
    return path


def words(source: random.Random) -> str:
    """A text that fills pages: words that hardly repeat."""
    return " ".join(f"{source.randrange(16**6):06x}" for _ in range(120))


def keys(path: Path) -> list[str]:
    with searchlib.open(path) as index:
        return [str(document["id"]) for document in index]


def first_segment(path: Path) -> Path:
    return path / "00000001.segment"


def damage(file: Path, *places: int) -> None:
    """Flip bytes, in a new file: what has the old one mapped keeps it."""
    data = bytearray(file.read_bytes())
    for place in places:
        data[place] ^= 0xFF
    file.unlink()
    file.write_bytes(data)


def test_a_sound_index_is_left_as_it_is(path: Path) -> None:
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    repair = searchlib.repair(path)
    assert (repair.losses, repair.set_aside, repair.report.ok) == ((), (), True)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    assert searchlib.check(path, deep=True).ok


def test_damage_in_the_words_loses_no_document(path: Path) -> None:
    before = keys(path)
    damage(first_segment(path), PAGE_BYTES + 5)
    report = searchlib.check(path)
    assert [(f.file, f.offset) for f in report.findings] == [("00000001.segment", PAGE_BYTES)]
    repair = searchlib.repair(path)
    assert (repair.losses, repair.set_aside) == ((), ("00000001.segment.damaged",))
    assert keys(path) == before
    assert searchlib.check(path, deep=True).ok
    with searchlib.open(path) as index:
        assert [hit.key for hit in index.search("number n77", operator="and")] == ["a77"]


def test_damage_in_any_page_is_repaired_and_what_is_lost_is_counted(path: Path) -> None:
    before = keys(path)
    kept_some = 0
    for page in range(0, first_segment(path).stat().st_size, PAGE_BYTES):
        copy = path.parent / f"copy-{page}"
        shutil.copytree(path, copy)
        damage(copy / "00000001.segment", page + 3)
        repair = searchlib.repair(copy)
        left = keys(copy)
        assert left == [key for key in before if key in set(left)]
        assert repair.doc_count == len(before) - len(left)
        assert repair.live_count == len(left)
        named = {key for loss in repair.losses for key in loss.keys}
        assert named <= set(before) - set(left)
        assert searchlib.check(copy, deep=True).ok
        kept_some += 0 < repair.doc_count < 297
    assert kept_some >= 3  # some pages hold stored documents, which are lost with them


def test_a_missing_segment_is_said_and_the_others_stay(path: Path) -> None:
    first_segment(path).unlink()
    with pytest.raises(CorruptIndexError):
        searchlib.open(path)
    assert [f.file for f in searchlib.check(path).findings] == ["00000001.segment"]
    repair = searchlib.repair(path)
    assert (repair.doc_count, keys(path)) == (297, ["b0", "b1", "b2", "a3"])
    assert "297 documents lost" in str(repair.losses[0])
    assert searchlib.check(path).ok


def test_lost_deletes_bring_back_no_document_that_was_replaced(path: Path) -> None:
    [deletes] = path.glob("*.deletes")
    damage(deletes, 14)
    searchlib.repair(path)
    found = keys(path)
    assert len(found) == len(set(found))
    assert set(found) >= {"a1", "a2", "a3"}  # a1 and a2 come back, and the report says so
    with searchlib.open(path) as index:
        assert index["a3"]["body"] == "newer"
    assert searchlib.check(path, deep=True).ok


def test_a_damaged_batch_is_set_aside_and_writing_goes_on(path: Path) -> None:
    (path / "00000001.batch").write_bytes(b"searchlib batch 1\n+{")
    assert [f.file for f in searchlib.check(path).findings] == ["00000001.batch"]
    repair = searchlib.repair(path)
    assert repair.set_aside == ("00000001.batch.damaged",)
    with searchlib.open(path) as index:
        index.upsert({"id": "next"})
    assert searchlib.check(path).ok


def test_a_newer_format_is_no_damage(path: Path) -> None:
    data = (path / "manifest").read_bytes()
    (path / "manifest").write_bytes(data.replace(b"manifest 1", b"manifest 9", 1))
    with pytest.raises(IndexVersionError):
        searchlib.repair(path)


def test_a_directory_that_is_no_index_is_named(tmp_path: Path) -> None:
    for ask in (searchlib.check, searchlib.repair):
        with pytest.raises(FileNotFoundError):
            ask(tmp_path)
    assert list(tmp_path.iterdir()) == []


def swap_in(path: Path, schema: Schema, documents: list[dict[str, object]]) -> None:
    """Put a segment of these documents in the place of the second one, manifest and all."""
    name = "00000002.segment"
    with searchlib.create(path.parent / "other", schema) as other:
        other.upsert({"id": "x"})
        other.upsert(documents)
    shutil.copy(path.parent / "other" / name, path / name)
    manifest = json.loads((path / "manifest").read_bytes().split(b"\n", 1)[1])
    manifest["segments"][1]["byte_count"] = (path / name).stat().st_size
    content = json.dumps(manifest).encode()
    sealed = b"searchlib manifest 1 %08x\n%s\n" % (zlib.crc32(content), content)
    (path / "manifest").write_bytes(sealed)


def test_a_key_that_is_there_twice_is_found(path: Path) -> None:
    swap_in(path, SCHEMA, [{"id": key, "body": "the seas"} for key in ("b0", "a7", "b2")])
    report = searchlib.check(path)
    assert any("'a7' is that of another" in f.message for f in report.findings)


def test_words_that_the_documents_do_not_have_are_found_in_a_deep_check(path: Path) -> None:
    stemless = Schema(id=Keyword(key=True), body=Text(analyzer="standard"), size=Number())
    swap_in(path, stemless, [{"id": f"b{n}", "body": "the seas"} for n in range(3)])
    assert searchlib.check(path).ok
    report = searchlib.check(path, deep=True)
    assert [f.file for f in report.findings] == ["00000002.segment"] * 3
    assert 'document 0: field "body": other words' in report.findings[0].message
