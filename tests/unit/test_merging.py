"""Merges beside a writer: what is merged when, and that nobody sees the difference."""

import random
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import CorruptIndexError, Index, Keyword, MergeRun, Schema, Text
from searchlib.store.deletes import DeleteSet, carried
from searchlib.store.segment import SegmentStore

SCHEMA = Schema(id=Keyword(key=True), body=Text())


@pytest.fixture(autouse=True)
def _every_merge_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchlib.index.transaction.SMALL_BYTES", 0)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Merges wait until this is set."""
    event, merge = threading.Event(), SegmentStore.merge

    def wait(*args):
        assert event.wait(60)
        return merge(*args)

    monkeypatch.setattr(SegmentStore, "merge", wait)
    return event


def fill(writer: searchlib.Writer, commits: int, per_commit: int = 4) -> None:
    for number in range(commits * per_commit):
        writer.upsert({"id": f"k{number}", "body": f"wind {number}"})
        if number % per_commit == per_commit - 1:
            writer.commit()


def test_a_commit_and_a_search_do_not_wait_for_a_merge(held: threading.Event) -> None:
    index = searchlib.in_memory(SCHEMA)
    with index.writer() as writer:
        fill(writer, 8)
        writer.upsert({"id": "late", "body": "wind"})
        writer.commit()
        assert (index.count("wind"), index.segment_count) == (33, 9)
        held.set()
    assert (index.count("wind"), index.segment_count) == (33, 2)


def test_leaving_the_writer_waits_for_its_merges(make_index) -> None:
    index = make_index(SCHEMA)
    with index.writer() as writer:
        fill(writer, 64)
    assert index.segment_count <= 8
    assert [document["id"] for document in index] == [f"k{number}" for number in range(256)]


def test_what_is_deleted_during_a_merge_stays_deleted(held: threading.Event, make_index) -> None:
    index = make_index(SCHEMA)
    with index.writer() as writer:
        fill(writer, 7)
        writer.delete("k0")
        writer.upsert({"id": "k1", "body": "wind again"})
        writer.commit()
        writer.delete(["k2", "k9", "k10", "k27"])
        writer.commit()
        writer.upsert({"id": "k3", "body": "wind again"})
        writer.commit()
        held.set()
    gone = {"k0", "k1", "k2", "k3", "k9", "k10", "k27"}
    kept = [f"k{number}" for number in range(28) if f"k{number}" not in gone]
    assert [document["id"] for document in index] == [*kept, "k1", "k3"]
    assert index.count("wind") == len(index) == len(kept) + 2
    assert index.check().ok


def test_a_run_that_is_deleted_while_it_is_merged_is_gone(held: threading.Event) -> None:
    index = searchlib.in_memory(SCHEMA)
    with index.writer() as writer:
        fill(writer, 8)
        writer.delete([f"k{number}" for number in range(4)])
        writer.commit()  # one of the sources has no document left
        assert (len(index), index.segment_count) == (28, 8)
        held.set()
        writer.delete([f"k{number}" for number in range(32)])
    assert (len(index), index.segment_count) == (0, 0)


def test_a_merge_that_fails_costs_nothing_and_is_made_later(
    disk_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args):
        raise OSError(28, "No space left on device", "x")

    with monkeypatch.context() as patch, disk_index.writer() as writer:
        patch.setattr(SegmentStore, "merge", fail)
        for number in range(9):
            writer.upsert({"id": f"k{number}", "body": "wind"})
            writer.commit()
    assert (len(disk_index), disk_index.segment_count) == (9, 9)
    disk_index.upsert({"id": "next"})
    assert (len(disk_index), disk_index.segment_count) == (10, 2 + 1)


def test_a_merge_that_meets_damage_says_so_and_the_changes_stand(
    disk_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args):
        raise CorruptIndexError("x: byte 7: damaged", "x", 7)

    for number in range(7):
        disk_index.upsert({"id": f"k{number}"})
    with monkeypatch.context() as patch:
        patch.setattr(SegmentStore, "merge", fail)
        with pytest.raises(CorruptIndexError) as raised:
            disk_index.upsert({"id": "late"})
    assert "the changes are committed" in raised.value.__notes__[0]
    assert "late" in disk_index
    disk_index.writer(timeout_s=0).close()


def test_an_exception_drops_the_merges_and_their_files(disk_index: Index) -> None:
    def change() -> None:
        with disk_index.writer() as writer:
            for number in range(8):
                writer.upsert({"id": f"k{number}"})
                writer.commit()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert len(disk_index) == 8
    disk_index.upsert({"id": "next"})
    files = {path.name for path in Path(str(disk_index.path)).iterdir()}
    named = set(disk_index.snapshot()._generation.manifest.file_names())
    assert files == named | {"commits", "manifest", "writer.lock"}


def written(path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> dict[str, bytes]:
    """The files after some changes, with merges that take their time as it happens."""
    clock, source, merge = random.Random(seed), random.Random(7), SegmentStore.merge

    def slow(*args):
        time.sleep(clock.choice([0, 0, 0.005, 0.03]))
        return merge(*args)

    monkeypatch.setattr(SegmentStore, "merge", slow)
    with searchlib.create(path, SCHEMA) as index, index.writer() as writer:
        for commit in range(60):
            for _ in range(source.randrange(1, 6)):
                key = f"k{source.randrange(120)}"
                writer.upsert({"id": key, "body": f"wind of {commit}"})
            writer.delete(f"k{source.randrange(120)}")
            writer.commit()
            time.sleep(clock.choice([0, 0, 0.01]))
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_the_same_calls_write_the_same_bytes_with_a_second_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = written(tmp_path / "first", monkeypatch, 1)
    for seed in (2, 3):
        assert written(tmp_path / f"{seed}", monkeypatch, seed) == first


def test_the_choice_of_merges_is_the_users() -> None:
    asked: list[int] = []

    def in_pairs(sizes):
        asked.append(len(sizes))
        return [MergeRun(0, 2)] if len(sizes) >= 2 else []

    index = searchlib.in_memory(SCHEMA, merging=in_pairs)
    never = searchlib.in_memory(SCHEMA, merging=lambda sizes: [])
    for number in range(20):
        index.upsert({"id": str(number)})
        never.upsert({"id": str(number)})
    assert (index.segment_count, never.segment_count) == (1, 20)
    assert max(asked) == 2
    assert list(index) == list(never)


def test_a_choice_that_changes_nothing_ends() -> None:
    index = searchlib.in_memory(SCHEMA, merging=lambda sizes: [MergeRun(0, 1)])
    for number in range(3):
        index.upsert({"id": str(number)})
    assert index.segment_count == 3


@pytest.mark.parametrize(
    "runs", [[MergeRun(0, 9)], [MergeRun(1, 1)], [MergeRun(0, 2), MergeRun(1, 2)]]
)
def test_a_choice_that_cannot_be_is_named(runs: list[MergeRun]) -> None:
    index = searchlib.in_memory(SCHEMA, merging=lambda sizes: runs if len(sizes) > 1 else [])
    index.upsert({"id": "a"})
    with pytest.raises(ValueError, match="choice of merges"):
        index.upsert({"id": "b"})
    assert len(index) == 1


@given(
    st.lists(
        st.lists(st.sampled_from(["live", "gone", "going"]), min_size=1, max_size=40), min_size=1
    )
)
def test_deletes_are_carried_to_the_merged_segment_one_by_one(sources: list[list[str]]) -> None:
    def bits(source: list[str], *states: str) -> bytes | None:
        deletes = DeleteSet(len(source))
        for doc, state in enumerate(source):
            if state in states:
                deletes.add(doc)
        return deletes.bits()

    merged = [state for source in sources for state in source if state != "gone"]
    found = carried(
        (len(source), bits(source, "gone"), bits(source, "gone", "going")) for source in sources
    )
    assert list(found) == [doc for doc, state in enumerate(merged) if state == "going"]


def test_a_thousand_commits_of_a_hundred_leave_few_segments_and_little_waste(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    documents = [
        {"id": f"k{number}", "body": f"wind {number} of {number % 97} seas"}
        for number in range(100_000)
    ]
    many, one = searchlib.in_memory(SCHEMA), searchlib.in_memory(SCHEMA)
    one.upsert(documents)
    most = 0
    for first in range(0, len(documents), 100):
        many.upsert(documents[first : first + 100])
        most = max(most, many.segment_count)
    assert most <= 30
    assert size(many) <= 1.3 * size(one)
    source = random.Random(0)
    for _ in range(100):
        many.upsert(source.sample(documents, 100))
        entries = [segment.entry for segment in many.snapshot()._generation.segments]
        assert all(entry.deleted_count <= 0.2 * entry.doc_count for entry in entries)
    assert len(many) == 100_000
    assert size(many) <= 1.3 * size(one)


def size(index: Index) -> int:
    return sum(each.entry.byte_count for each in index.snapshot()._generation.segments)
