"""What happens to a change while another writer has the index?"""

import datetime
import os
import threading
import tracemalloc
from pathlib import Path

import pytest

import searchlib
from searchlib import (
    Analyzer,
    Boolean,
    ComponentError,
    CorruptIndexError,
    Date,
    DocumentError,
    Index,
    IndexBusyError,
    IndexVersionError,
    Keyword,
    LimitError,
    Number,
    Schema,
    SchemaError,
    Text,
)
from searchlib.analysis import Tokenizer, python
from searchlib.store.queue import Queue

EVERY_KIND = Schema(
    id=Keyword(key=True),
    body=Text(),
    tags=Keyword(),
    size=Number(),
    day=Date(),
    open=Boolean(),
)


def keys(index: Index) -> str:
    return "".join(str(document["id"]) for document in index)


def batches(index: Index) -> list[str]:
    assert index.path is not None
    return sorted(path.name for path in Path(index.path).glob("*batch*"))


@pytest.fixture
def other(disk_index):
    """The same index, opened again, as by another process."""
    with searchlib.open(disk_index.path) as other:
        yield other


def test_a_change_waits_in_the_queue_while_another_writes(disk_index, other):
    with other.writer():
        receipt = disk_index.upsert({"id": "a"}, timeout_s=0)
        assert (receipt.generation, receipt.applied) == (None, 1)
        assert (batches(disk_index), keys(disk_index)) == (["00000001.batch"], "")
    assert (batches(disk_index), keys(disk_index)) == ([], "a")
    assert receipt.wait(0).generation == disk_index.generation


def test_a_change_waits_in_memory_too(index):
    with index.writer() as writer:
        writer.upsert({"id": "a"})
        receipt = index.upsert([{"id": "b"}, {"id": "c"}], timeout_s=0)
        assert (receipt.generation, keys(index)) == (None, "")
    assert (receipt.wait(0).applied, keys(index)) == (2, "abc")


def test_batches_are_applied_in_the_order_in_which_they_came(index):
    with index.writer() as writer:
        index.upsert({"id": "a", "title": "first"}, timeout_s=0)
        index.delete("a", timeout_s=0)
        index.upsert({"id": "b"}, timeout_s=0)
        index.upsert({"id": "a", "title": "last"}, timeout_s=0)
        writer.upsert({"id": "c"})
    assert keys(index) == "cba"
    assert index["a"]["title"] == "last"


def test_a_rollback_leaves_the_queue_alone(index):
    with index.writer() as writer:
        writer.upsert({"id": "a"})
        index.upsert({"id": "b"}, timeout_s=0)
        writer.rollback()
    assert keys(index) == "b"


def test_an_exception_leaves_the_queue_alone(index):
    def change() -> None:
        with index.writer() as writer:
            writer.upsert({"id": "a"})
            index.upsert({"id": "b"}, timeout_s=0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert keys(index) == "b"


def test_a_long_writer_applies_the_queue_at_each_commit(disk_index, other):
    with other.writer() as writer:
        writer.upsert({"id": "a"})
        receipt = disk_index.upsert({"id": "b"}, timeout_s=0)
        writer.commit()
        assert receipt.wait(0).applied == 1
        assert keys(disk_index) == "ab"
        writer.upsert({"id": "b"})
    assert keys(disk_index) == "ab"


def test_what_waited_first_is_applied_first(disk_index, other, monkeypatch):
    """A writer that died left a batch; a change after it must not be undone by it."""
    writer = other.writer()
    disk_index.upsert({"id": "a", "title": "old"}, timeout_s=0)
    monkeypatch.setattr("searchlib.index.writer.apply_left", lambda *_: None)
    writer.close()
    monkeypatch.undo()
    assert batches(disk_index) == ["00000001.batch"]
    assert disk_index.upsert({"id": "a", "title": "new"}).applied == 1
    assert disk_index["a"]["title"] == "new"


def test_a_value_of_every_kind_comes_through_the_queue_as_it_was_given():
    documents = [
        {
            "id": "a",
            "body": ["the wind\nof the\u2028sea", "a \x00 farm"],
            "tags": ["x", "y"],
            "size": 2**53 + 1,
            "day": datetime.date(2019, 3, 3),
            "open": False,
        },
        {"id": "b", "body": "", "size": -0.5, "day": "2019-03-03T10:15:00+01:00", "open": True},
        {"id": "c", "day": datetime.datetime(2019, 3, 3, 10, tzinfo=datetime.UTC)},
    ]
    direct, queued = searchlib.in_memory(EVERY_KIND), searchlib.in_memory(EVERY_KIND)
    direct.upsert(documents)
    with queued.writer():
        queued.upsert(documents, timeout_s=0)
    assert list(queued) == list(direct)
    for query in ("sea", "tags:y", "size:9007199254740993", "day:2019-03-03", "open:false"):
        assert [hit.key for hit in queued.search(query)] == [
            hit.key for hit in direct.search(query)
        ]


def test_a_change_that_does_not_fit_is_refused_at_once(disk_index, other):
    with other.writer():
        with pytest.raises(DocumentError, match="place 1"):
            disk_index.upsert([{"id": "a"}, {"id": "b", "year": "soon"}], timeout_s=0)
        with pytest.raises(LimitError):
            disk_index.upsert({"id": "a", "source": "x" * 70_000}, timeout_s=0)
        with pytest.raises(TypeError):
            disk_index.delete([1], timeout_s=0)  # type: ignore[list-item]
        assert batches(disk_index) == []


def test_a_generator_that_raises_leaves_nothing_in_the_queue(disk_index, other):
    def documents():
        yield {"id": "a"}
        raise ZeroDivisionError

    with other.writer(), pytest.raises(ZeroDivisionError):
        disk_index.upsert(documents(), timeout_s=0)
    assert (batches(disk_index), keys(disk_index)) == ([], "")


def test_an_index_without_a_key_says_so_while_another_writes():
    index = searchlib.in_memory(Schema(line=Text()))
    with index.writer():
        with pytest.raises(SchemaError):
            index.upsert({"line": "wind"}, timeout_s=0)
        with pytest.raises(SchemaError):
            index.delete("a", timeout_s=0)


def test_a_receipt_says_who_writes_when_the_wait_is_over(disk_index, other):
    with other.writer():
        receipt = disk_index.upsert({"id": "a"}, timeout_s=0)
        with pytest.raises(IndexBusyError, match="durable") as caught:
            receipt.wait(0.01)
        assert caught.value.holder == os.getpid()


def test_a_call_waits_until_searches_find_its_change(disk_index, other):
    writer = other.writer()
    threading.Timer(0.1, writer.close).start()
    receipt = disk_index.upsert({"id": "a"}, timeout_s=10)
    assert (receipt.generation, keys(disk_index)) == (disk_index.generation, "a")


def test_a_delete_in_the_queue_is_counted_by_whoever_applies_it(disk_index):
    disk_index.upsert({"id": "a"})
    writer = disk_index.writer()
    receipt = disk_index.delete(["a", "b"], timeout_s=0)
    assert receipt.applied is None
    writer._turn._lock.release()  # as if its process had died
    assert receipt.wait(1).applied == 1


def test_a_generator_goes_to_the_queue_in_bounded_memory(disk_index, other):
    count, text = 4_000, "wind " * 1_000
    with other.writer():
        tracemalloc.start()
        receipt = disk_index.upsert(
            ({"id": f"k{number}", "body": text} for number in range(count)), timeout_s=0
        )
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert receipt.applied == len(disk_index) == count
    assert peak < count * len(text) / 4


def test_a_number_is_never_given_twice(disk_index, other):
    for expected in (["00000001.batch"], ["00000002.batch"]):
        with other.writer():
            disk_index.upsert({"id": "a"}, timeout_s=0)
            assert batches(disk_index) == expected


def test_a_child_of_fork_puts_into_the_queue(disk_index):
    with disk_index.writer():
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                receipt = disk_index.upsert({"id": "child"}, timeout_s=0)
                status = 0 if receipt.generation is None else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert keys(disk_index) == "child"


def test_a_batch_in_the_making_survives_a_commit_and_an_abandoned_one_does_not(disk_index, other):
    growing = Queue(disk_index._store).begin(disk_index.schema)
    (Path(disk_index.path) / "99999-0.batch.new").write_bytes(b"searchlib batch 1\n+{")
    disk_index.upsert({"id": "a"})
    assert (
        [name for name in batches(disk_index) if "99999" not in name] == batches(disk_index) != []
    )
    growing.file.discard()
    assert batches(disk_index) == []


def damage(index: Index, change) -> Path:
    """A batch that waits, changed."""
    writer = index.writer()
    index.upsert([{"id": "a"}, {"id": "b"}], timeout_s=0)
    path = Path(index.path) / "00000001.batch"
    path.write_bytes(change(path.read_bytes()))
    writer._turn._lock.release()
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data.replace(b'"a"', b'"c"'),
        lambda data: data + b"x",
        lambda data: b"x" + data,
    ],
)
def test_a_damaged_batch_is_named_and_kept(disk_index, change):
    path = damage(disk_index, change)
    with pytest.raises(CorruptIndexError) as caught:
        disk_index.writer(timeout_s=0)
    assert caught.value.path == str(path)
    assert path.exists()
    assert keys(disk_index) == ""


def test_a_batch_of_a_newer_format_is_refused_by_name(disk_index):
    damage(disk_index, lambda data: data.replace(b"batch 1", b"batch 7"))
    with pytest.raises(IndexVersionError) as caught:
        disk_index.writer(timeout_s=0)
    assert (caught.value.found, caught.value.newest) == (7, 1)


def test_a_batch_waits_for_a_process_that_has_its_component(tmp_path):
    analyzer = Analyzer(Tokenizer("words"), (python("small", str.lower),))
    schema = Schema(id=Keyword(key=True), body=Text(analyzer=analyzer))
    with searchlib.create(tmp_path / "index", schema) as index:
        writer = index.writer()
        index.upsert({"id": "a", "body": "WIND"}, timeout_s=0)
        writer._turn._lock.release()
        with searchlib.open(tmp_path / "index") as without:
            assert without.delete("b").applied == 0
            with pytest.raises(ComponentError):
                without.upsert({"id": "b", "body": "SEA"})
        index.delete("c")
        assert [hit.key for hit in index.search("wind")] == ["a"]
