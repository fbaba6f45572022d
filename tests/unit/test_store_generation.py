"""Readers and the commit that overtakes them."""

import pytest

import searchlib
from searchlib import CorruptIndexError
from searchlib.store.generation import open_generation


def test_a_reader_that_is_overtaken_reads_again(disk_index, monkeypatch):
    disk_index.upsert({"id": "a"})
    store = disk_index._store
    read = store.files.read
    overtaken = []

    def overtaking(name):
        data = read(name)
        if len(overtaken) < 3:  # a commit that removes the files just named
            overtaken.append(name)
            with searchlib.open(disk_index.path) as other:
                other.upsert({"id": str(len(overtaken))})
                other.optimize()
        return data

    monkeypatch.setattr(store.files, "read", overtaking)
    generation = open_generation(store)
    assert len(overtaken) == 3
    assert generation.manifest.generation == 7
    assert generation.stamp == store.files.stamp("manifest")


def test_a_file_that_is_missing_for_good_is_damage(disk_index, tmp_path):
    disk_index.upsert({"id": key} for key in "abcdef")
    disk_index.delete("a")
    (tmp_path / "index" / "00000002.deletes").unlink()
    with pytest.raises(CorruptIndexError, match="missing") as caught:
        open_generation(disk_index._store)
    assert caught.value.path.endswith("00000002.deletes")


def test_a_refresh_opens_only_what_is_new(index):
    for number in range(5):
        index.upsert({"id": key} for key in f"{number}abcdefg")
    before = index.snapshot()._generation
    index.upsert({"id": "z"})
    after = index.snapshot()._generation
    handles = [segment.handle for segment in before.segments]
    assert [segment.handle in handles for segment in after.segments].count(False) == 1


def test_a_segment_that_is_not_as_the_manifest_says_is_damage(disk_index, tmp_path):
    disk_index.upsert({"id": "a"})
    with searchlib.create(tmp_path / "other", disk_index.schema) as other:
        other.upsert([{"id": "a"}, {"id": "b"}])
    name = "00000001.segment"
    (tmp_path / "index" / name).write_bytes((tmp_path / "other" / name).read_bytes())
    with pytest.raises(CorruptIndexError, match="manifest says 1 documents, the segment 2"):
        searchlib.open(disk_index.path)
    assert not disk_index.check().ok
