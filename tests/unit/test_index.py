import datetime
import os
import threading

import pytest

import searchlib
from searchlib import (
    Boolean,
    CorruptIndexError,
    Date,
    DocumentError,
    IndexBusyError,
    IndexClosedError,
    IndexVersionError,
    Keyword,
    Number,
    Schema,
    SchemaError,
    Text,
    UnknownFieldError,
)

from .conftest import ARTICLES, LOG, MakeIndex


def keys(index) -> list[object]:
    return [document["id"] for document in index]


def test_a_new_index_is_empty(index):
    assert (len(index), list(index), index.generation, index.schema) == (0, [], 0, ARTICLES)
    assert index  # though it is empty: it is there


def test_documents_come_back_as_they_were_given(make_index: MakeIndex):
    schema = Schema(
        id=Keyword(key=True),
        body=Text(),
        tags=Keyword(),
        count=Number(),
        day=Date(),
        time=Date(),
        text_day=Date(),
        ok=Boolean(),
        hidden=Text(stored=False),
    )
    document = {
        "id": "a",
        "body": ["one text", "and another"],
        "tags": ["x", "y"],
        "count": 2**63 - 1,
        "day": datetime.date(2019, 3, 3),
        "time": datetime.datetime(2019, 3, 3, 1, 2, 3, tzinfo=datetime.UTC),
        "text_day": "2019-03-04",
        "ok": False,
    }
    index = make_index(schema)
    index.upsert({**document, "hidden": "words"})
    assert index["a"] == document
    assert index.search("words")[0] == document


def test_a_key_finds_its_document(index):
    index.upsert([{"id": "a", "body": "wind"}, {"id": "b"}])
    assert index["a"] == {"id": "a", "body": "wind"}
    assert (index.get("b"), index.get("c"), index.get("c", 7)) == ({"id": "b"}, None, 7)
    assert ("a" in index, "c" in index) == (True, False)
    with pytest.raises(KeyError, match="c"):
        index["c"]


def test_no_document_has_half_of_a_character_in_its_key(index):
    index.upsert([{"id": "a"}])
    half = "\ud800"
    assert half not in index
    assert index.get(half) is None
    with pytest.raises(KeyError):
        index[half]
    assert index.delete(["a", half]).applied == 1
    with index.writer() as writer:
        writer.upsert_all([{"id": "b"}] * 300)
        assert writer.delete([half, "b"]) == 1


@pytest.mark.parametrize("key", [1, None, b"a", ["a"]])
def test_a_key_that_is_no_text_is_refused(index, key):
    for question in (index.get, index.__getitem__, index.__contains__, index.delete):
        if not (key == ["a"] and question == index.delete):
            with pytest.raises(TypeError):
                question(key)


def test_iteration_is_in_order_of_insertion_of_one_generation(index):
    index.upsert({"id": key} for key in "abc")
    index.upsert({"id": "d"})
    index.upsert({"id": "b"})
    index.delete("c")
    iterator = iter(index)
    assert next(iterator) == {"id": "a"}
    index.delete(["a", "d", "b"])
    assert [document["id"] for document in iterator] == ["d", "b"]
    assert list(index) == []


def test_upsert_takes_one_document_or_many_and_later_ones_win(index):
    assert index.upsert({"id": "a", "title": "one"}).applied == 1
    assert index.upsert(iter([{"id": "b"}, {"id": "a", "title": "two"}, {"id": "b"}])).applied == 3
    assert list(index) == [{"id": "a", "title": "two"}, {"id": "b"}]


@pytest.mark.parametrize("documents", ["a", b"a", 1, None])
def test_upsert_refuses_what_is_no_document(index, documents):
    with pytest.raises(TypeError, match="mapping"):
        index.upsert(documents)


def test_upsert_is_all_or_nothing(index):
    index.upsert({"id": "a"})
    with pytest.raises(DocumentError) as caught:
        index.upsert([{"id": "b"}, {"id": "a", "title": "new"}, {"id": 3}])
    assert caught.value.place == 2
    assert (list(index), index.generation) == ([{"id": "a"}], 1)


def test_upsert_of_nothing_makes_no_generation(index):
    receipt = index.upsert([])
    assert (receipt.generation, receipt.applied, index.generation) == (0, 0, 0)


def test_a_failing_iterable_leaves_the_index_as_it_was(index):
    def documents():
        yield {"id": "a"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.upsert(documents())
    assert len(index) == 0
    assert index.upsert({"id": "b"}).generation == 1


def test_a_str_to_delete_is_one_key(index):
    index.upsert({"id": key} for key in ["a", "b", "ab"])
    assert index.delete("ab").applied == 1
    assert keys(index) == ["a", "b"]
    assert index.delete(["a", "b", "a", "c"]).applied == 2
    assert index.delete("a").applied == 0


def test_a_receipt_names_the_generation_that_holds_the_change(index):
    receipts = [index.upsert({"id": "a"}), index.delete("b"), index.delete("a")]
    assert [receipt.generation for receipt in receipts] == [1, 1, 2]


def test_without_a_key_documents_can_only_be_added(make_index: MakeIndex):
    index = make_index(LOG)
    with index.writer() as writer:
        writer.add({"line": "one wind"})
        writer.add({"line": "one wind"})
    for refused in (
        lambda: index.upsert({"line": "x"}),
        lambda: index.delete("x"),
        lambda: index["x"],
        lambda: "x" in index,
    ):
        with pytest.raises(SchemaError, match="key"):
            refused()
    assert [(hit.key, hit["line"]) for hit in index.search("wind")] == [(None, "one wind")] * 2


def test_a_snapshot_never_moves(index):
    index.upsert({"id": "a", "body": "wind"})
    snapshot = index.snapshot()
    index.upsert([{"id": "a", "body": "sea"}, {"id": "b", "body": "wind"}])
    index.optimize()
    assert (len(snapshot), snapshot.generation, snapshot["a"]["body"]) == (1, 1, "wind")
    assert [hit["body"] for hit in snapshot.search("wind")] == ["wind"]
    assert [hit.key for hit in index.search("wind")] == ["b"]


def test_results_stay_those_of_their_generation(index):
    index.upsert({"id": "a", "body": "wind"})
    results = index.search("wind", limit=0)
    late = index.search("wind")
    index.delete("a")
    assert (results.total, late[0]["body"], late[0].highlight("body", format="plain")) == (
        1,
        "wind",
        ["**wind**"],
    )


def test_another_holder_sees_a_commit_at_its_next_call(disk_index):
    with searchlib.open(disk_index.path) as other:
        disk_index.upsert({"id": "a", "body": "wind"})
        assert (len(other), other.search("wind").total, other.generation) == (1, 1, 1)
        other.delete("a")
        assert (len(disk_index), disk_index.generation) == (0, 2)


def test_many_segments_answer_as_one(index):
    for number in range(30):
        index.upsert({"id": str(number), "body": "wind " * (number + 1)})
    index.delete(["3", "17"])
    alive = [str(number) for number in range(30) if number not in (3, 17)]
    assert index.snapshot().segment_count > 1
    assert (keys(index), index.count("wind")) == (alive, 28)
    assert {hit.key for hit in index.search("wind", limit=100)} == set(alive)


def test_optimize_makes_one_segment_without_deleted_documents(index):
    for number in range(10):
        index.upsert({"id": str(number), "body": "wind"})
    index.delete(["3", "9"])
    done = index.optimize()
    assert (index.generation, index.snapshot().segment_count) == (done.generation, 1)
    assert keys(index) == list("01245678")
    assert index.check().ok
    assert index.optimize().generation == done.generation  # nothing left to do


def test_optimize_reports_what_it_gained(index):
    index.upsert({"id": str(number), "body": "wind"} for number in range(10))
    index.upsert({"id": "new", "body": "sea"})
    index.delete("3")
    segments, before = index.segment_count, index.search("sea")[0].score
    done = index.optimize()
    assert (done.segments_before, done.deleted_before) == (segments, 1)
    assert done.bytes_before > done.bytes_after > 0
    assert done.seconds > 0
    # The deleted document no longer counts, and one of ten is less rare than one of eleven.
    assert index.search("sea")[0].score < before
    again = index.optimize()
    assert (again.deleted_before, again.bytes_after) == (0, again.bytes_before)


def test_an_index_in_which_nothing_is_left_has_no_segment(index):
    index.upsert([{"id": "a"}, {"id": "b"}])
    index.delete(["a", "b"])
    assert (index.snapshot().segment_count, index.search("a").total) == (0, 0)
    index.optimize()
    assert index.check().ok


def test_search_and_count_agree(index):
    index.upsert(
        {"id": str(n), "body": "wind" if n % 2 else "sea", "source": "ab"[n % 3 == 0]}
        for n in range(20)
    )
    assert index.count("wind") == index.search("wind", limit=3).total == 10
    assert index.count("wind sea", operator="and") == 0
    assert index.count("wind", filter="source:b") == len(index.search("wind", filter="source:b"))
    assert index.count("wind", fields="title") == 0


def test_a_filter_narrows_and_does_not_score(index):
    index.upsert([{"id": "a", "body": "wind", "source": "x"}, {"id": "b", "body": "wind wind"}])
    (hit,) = index.search("wind", filter="source:x")
    assert hit.score == {hit.key: hit.score for hit in index.search("wind")}["a"]


def test_the_words_of_a_filter_are_joined_by_and(index):
    index.upsert([{"id": "a", "body": "wind sea", "source": "x"}, {"id": "b", "source": "x"}])
    assert [hit.key for hit in index.search("wind", filter="source:x sea")] == ["a"]


def test_a_tree_is_a_query_too(index):
    index.upsert([{"id": "a", "body": "wind"}, {"id": "b", "body": "wind sea"}])
    query = searchlib.Term("wind") & ~searchlib.Term("sea")
    assert [hit.key for hit in index.search(query)] == ["a"]
    assert index.search(query).query == query
    assert [hit.key for hit in index.search("wind", filter=searchlib.Term("sea"))] == ["b"]


def test_strict_refuses_what_cannot_be_read(index):
    assert index.search('"wind').diagnostics
    with pytest.raises(searchlib.QuerySyntaxError):
        index.search('"wind', strict=True)
    with pytest.raises(searchlib.QuerySyntaxError):
        index.count("year:soon", strict=True)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"limit": -1}, ValueError),
        ({"offset": -1}, ValueError),
        ({"operator": "xor"}, ValueError),
        ({"fields": ["bodi"]}, UnknownFieldError),
    ],
)
def test_options_that_cannot_be_are_refused(index, options, error):
    with pytest.raises(error):
        index.search("wind", **options)


def test_a_query_that_is_neither_text_nor_tree_is_refused(index):
    with pytest.raises(TypeError):
        index.search(7)


def test_many_threads_read_while_one_writes(index):
    index.upsert({"id": "0", "body": "wind 0"})
    wrong, done = [], threading.Event()

    def read():
        while not done.is_set():
            snapshot = index.snapshot()
            total = snapshot.search("wind", limit=0).total
            if total != len(snapshot) or total != snapshot.generation:
                wrong.append((total, len(snapshot), snapshot.generation))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 40):
        index.upsert({"id": str(number), "body": f"wind {number}"})
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_closed_index_says_so(index):
    index.upsert({"id": "a", "body": "wind"})
    snapshot, results = index.snapshot(), index.search("wind")
    index.close()
    index.close()
    for refused in (
        lambda: index.search("wind"),
        lambda: len(index),
        lambda: index.writer(),
        lambda: index.check(),
        lambda: index.snapshot(),
        lambda: index.__enter__(),
    ):
        with pytest.raises(IndexClosedError):
            refused()
    assert "closed" in repr(index)
    assert (len(snapshot), results[0]["body"]) == (1, "wind")


def test_closing_an_index_rolls_its_writers_back(disk_index):
    writer = disk_index.writer()
    writer.add({"id": "a"})
    disk_index.close()
    assert writer.is_closed
    with searchlib.open(disk_index.path) as again:
        assert len(again) == 0
        again.upsert({"id": "b"})


def test_repr_says_where_and_how_much(disk_index):
    disk_index.upsert({"id": "a"})
    path = str(disk_index.path)
    assert repr(disk_index) == f"<Index at {path!r}: 1 document, generation 1>"


# Creating and opening


def test_create_makes_the_directory(tmp_path):
    with searchlib.create(tmp_path / "a" / "b", ARTICLES) as index:
        assert index.path == str(tmp_path / "a" / "b")


def test_create_refuses_where_an_index_stands(disk_index):
    with pytest.raises(FileExistsError, match=r"searchlib\.open"):
        searchlib.create(disk_index.path, ARTICLES)


def test_create_refuses_what_is_left_of_an_index(disk_index, tmp_path):
    disk_index.upsert({"id": "a"})
    (tmp_path / "index" / "manifest").unlink()
    with pytest.raises(FileExistsError, match="manifest is missing"):
        searchlib.create(disk_index.path, ARTICLES)


def test_open_finds_what_was_committed(disk_index):
    disk_index.upsert({"id": "a", "body": "wind"})
    for mmap in (True, False):
        with searchlib.open(disk_index.path, mmap=mmap) as again:
            assert again.schema == ARTICLES
            assert [hit.key for hit in again.search("wind")] == ["a"]


def test_open_refuses_where_no_index_stands(tmp_path):
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(FileNotFoundError, match=r"searchlib\.create"):
            searchlib.open(path)
    assert list(tmp_path.iterdir()) == []


def test_open_with_a_schema_creates_or_opens(tmp_path):
    for generation in (1, 2):
        with searchlib.open(tmp_path / "index", schema=ARTICLES) as index:
            assert index.upsert({"id": str(generation)}).generation == generation


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (Schema.from_fields({**ARTICLES, "more": Text()}), "'more' that the index lacks"),
        (Schema(id=Keyword(key=True)), "'title' that the schema lacks"),
        (Schema.from_fields({**ARTICLES, "body": Text()}), "field 'body' is"),
        (Schema.from_fields(dict(sorted(ARTICLES.items()))), "another order"),
    ],
)
def test_open_refuses_another_schema_and_says_what_differs(disk_index, schema, message):
    with pytest.raises(SchemaError, match=message):
        searchlib.open(disk_index.path, schema=schema)


def test_a_manifest_from_the_future_is_refused(disk_index, tmp_path):
    (tmp_path / "index" / "manifest").write_bytes(b"searchlib manifest 9 00000000\n{}\n")
    with pytest.raises(IndexVersionError, match="upgrade"):
        searchlib.open(disk_index.path)


def test_a_missing_segment_is_a_named_error(disk_index, tmp_path):
    disk_index.upsert({"id": "a"})
    (tmp_path / "index" / "00000001.segment").unlink()
    with pytest.raises(CorruptIndexError, match="missing"):
        searchlib.open(disk_index.path)


def test_an_index_made_anew_in_the_same_place_is_seen(tmp_path):
    path = tmp_path / "index"
    held = searchlib.create(path, ARTICLES)
    held.upsert({"id": "a", "body": "wind"})
    for file in path.iterdir():
        file.unlink()
    with searchlib.create(path, ARTICLES) as again:
        again.upsert({"id": "a", "body": "seas"})
    assert held["a"]["body"] == "seas"


def test_an_index_in_use_says_who_writes(disk_index):
    with (
        searchlib.open(disk_index.path) as other,
        other.writer(),
        pytest.raises(IndexBusyError) as caught,
    ):
        disk_index.writer(timeout_s=0.01)
    assert caught.value.holder == os.getpid()


# Checking


def test_a_sound_index_has_no_findings(index):
    index.upsert({"id": str(number), "body": "wind"} for number in range(20))
    index.delete(["1", "2"])
    report = index.check()
    assert (report.ok, report.findings, report.live_count, report.generation) == (True, (), 18, 2)


def test_check_names_the_damaged_file(disk_index, tmp_path):
    disk_index.upsert({"id": str(number)} for number in range(20))
    disk_index.delete("1")
    for name in ("00000001.segment", "00000002.deletes"):
        path = tmp_path / "index" / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        report = disk_index.check()
        assert not report.ok
        assert {finding.file for finding in report.findings} == {name}
        path.unlink()
        assert not disk_index.check().ok
        path.write_bytes(whole)
    assert disk_index.check().ok


def test_check_names_a_damaged_manifest(disk_index, tmp_path):
    (tmp_path / "index" / "manifest").write_bytes(b"")
    (finding,) = disk_index.check().findings
    assert finding.file == "manifest"
