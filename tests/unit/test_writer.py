import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchlib
from searchlib import (
    DocumentError,
    IndexBusyError,
    IndexClosedError,
    KeyExistsError,
    QuerySyntaxError,
    SchemaError,
)
from searchlib.index import transaction

from .conftest import ARTICLES, LOG, MakeIndex


def keys(index) -> str:
    return "".join(str(document["id"]) for document in index)


def test_leaving_commits(index):
    with index.writer() as writer:
        writer.add({"id": "a"})
        writer.upsert({"id": "b"})
        assert len(index) == 0
    assert (keys(index), index.generation, writer.is_closed) == ("ab", 1, True)
    assert (writer.receipt.generation, writer.receipt.applied) == (1, 2)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exception_rolls_back(index, error):
    index.upsert({"id": "a", "title": "old"})
    with pytest.raises(error), index.writer(memory_bytes=1) as writer:  # noqa: PT012
        writer.add({"id": "b"})
        writer.upsert({"id": "a", "title": "new"})
        writer.delete_matching("old")
        raise error
    assert (list(index), index.generation) == ([{"id": "a", "title": "old"}], 1)
    assert index.upsert({"id": "c"}).generation == 2


def test_nothing_done_makes_no_generation(index):
    with index.writer():
        pass
    assert index.generation == 0


def test_a_writer_goes_on_after_a_commit_and_after_a_roll_back(index):
    with index.writer() as writer:
        writer.add({"id": "a"})
        assert writer.commit().generation == 1
        assert keys(index) == "a"
        writer.add({"id": "b"})
        writer.rollback()
        writer.add({"id": "c"})
    assert (keys(index), index.generation) == ("ac", 2)


def test_a_closed_writer_says_so_and_closing_forgets(index):
    writer = index.writer()
    writer.add({"id": "a"})
    writer.close()
    writer.close()
    for refused in (
        lambda: writer.add({"id": "b"}),
        lambda: writer.delete("b"),
        writer.commit,
        writer.rollback,
        writer.__enter__,
    ):
        with pytest.raises(IndexClosedError):
            refused()
    assert len(index) == 0


def test_a_dropped_writer_lets_others_in(index):
    index.writer().add({"id": "a"})
    index.upsert({"id": "b"}, timeout_s=0)
    assert keys(index) == "b"


def test_one_writer_at_a_time(index):
    with index.writer(), pytest.raises(IndexBusyError):
        index.writer(timeout_s=0)
    index.writer(timeout_s=0).close()


def test_another_thread_waits_its_turn(index):
    with index.writer() as writer:
        other = threading.Thread(target=index.upsert, args=({"id": "b"},))
        other.start()
        writer.add({"id": "a"})
    other.join()
    assert keys(index) == "ab"


# Keys


def test_add_refuses_a_key_at_once_wherever_it_is(index):
    index.upsert({"id": "committed"})
    with index.writer() as writer:
        writer.add({"id": "waiting"})
        for key in ("committed", "waiting"):
            with pytest.raises(KeyExistsError) as caught:
                writer.add({"id": key})
            assert caught.value.key == key
    assert len(index) == 2


@pytest.fixture(params=["in rows", "in the builder", "in a segment", "all mixed"])
def passed_on(request, monkeypatch):
    """Lets documents of a transaction lie in each of the three places where they can be."""
    rows, memory_bytes = {
        "in rows": (1000, 2**30),
        "in the builder": (1, 2**30),
        "in a segment": (1, 1),
        "all mixed": (3, 500),
    }[request.param]
    monkeypatch.setattr(transaction, "BATCH_ROWS", rows)
    return {"memory_bytes": memory_bytes}


def test_add_all_stops_at_the_first_key_that_is_taken(index, passed_on):
    index.upsert({"id": "c"})
    for letters, taken in (("abcd", "c"), ("efef", "e"), ("ghag", "a"), ("i", None), ("jkj", "j")):
        with index.writer(**passed_on) as writer:
            documents = ({"id": key} for key in letters)
            if taken is None:
                writer.add_all(documents)
                continue
            with pytest.raises(KeyExistsError) as caught:
                writer.add_all(documents)
            assert caught.value.key == taken
    assert keys(index) == "cabefghijk"


@pytest.mark.parametrize("verb", ["add_all", "upsert_all"])
def test_many_documents_are_added_up_to_the_first_that_does_not_fit(index, verb, passed_on):
    with index.writer(**passed_on) as writer:
        with pytest.raises(DocumentError, match="place 3, key 'd'") as caught:
            getattr(writer, verb)([*({"id": key} for key in "abc"), {"id": "d", "year": "x"}, {}])
        writer.add({"id": "e"})
        with pytest.raises(DocumentError) as again:
            writer.add({"id": 7})
    assert (caught.value.place, again.value.place) == (3, 5)
    assert keys(index) == "abce"


def test_documents_without_keys_are_added_together():
    index = searchlib.in_memory(searchlib.Schema(body=searchlib.Text()))
    with index.writer() as writer:
        writer.add_all({"body": f"wind {number}"} for number in range(1000))
        with pytest.raises(SchemaError, match="no key"):
            writer.upsert_all([{"body": "wind"}])
    assert [document["body"] for document in index] == [f"wind {i}" for i in range(1000)]


def test_a_key_is_taken_until_it_is_deleted(index, passed_on):
    index.upsert({"id": "a", "title": "1"})
    with index.writer(**passed_on) as writer:
        assert writer.delete("a") == 1
        assert writer.delete("a") == 0
        writer.add({"id": "a", "title": "2"})
        with pytest.raises(KeyExistsError):
            writer.add({"id": "a"})
        writer.upsert({"id": "a", "title": "3"})
        with pytest.raises(KeyExistsError):
            writer.add({"id": "a"})
        assert writer.delete(["a", "a"]) == 1
        writer.add({"id": "a", "title": "4"})
    assert list(index) == [{"id": "a", "title": "4"}]


def test_a_document_stands_where_it_was_last_upserted(index, passed_on):
    index.upsert({"id": key, "title": "old"} for key in "abcdef")
    with index.writer(**passed_on) as writer:
        for key in "xbyxdza":
            writer.upsert({"id": key, "title": "new"})
    assert keys(index) == "cefbyxdza"
    assert [document["title"] for document in index] == ["old"] * 3 + ["new"] * 6


def test_all_may_be_replaced_again_and_again(index, passed_on):
    for turn in range(3):
        with index.writer(**passed_on) as writer:
            for repeat in range(5):
                for key in "abcdefg":
                    writer.upsert({"id": key, "title": f"{turn} {repeat}"})
    assert keys(index) == "abcdefg"
    assert {document["title"] for document in index} == {"2 4"}
    assert index.check().ok


def test_delete_matching_takes_committed_and_new_documents(index, passed_on):
    index.upsert({"id": key, "body": "wind", "source": "xy"[key in "ac"]} for key in "abc")
    with index.writer(**passed_on) as writer:
        writer.upsert({"id": "d", "body": "wind", "source": "y"})
        writer.upsert({"id": "e", "body": "sea", "source": "y"})
        assert writer.delete_matching("wind source:y") == 3
        assert writer.delete_matching("wind source:y") == 0
        assert writer.delete_matching(searchlib.Term("x", field="source")) == 1
        writer.add({"id": "a", "body": "wind"})
    assert keys(index) == "ea"


@pytest.mark.parametrize("text", ['"wind', "wind AND (sea", "year:soon", "date:<1999 AND"])
def test_delete_matching_refuses_what_it_cannot_read(index, text):
    index.upsert({"id": "a", "body": "wind"})
    with index.writer() as writer, pytest.raises(QuerySyntaxError):
        writer.delete_matching(text)
    assert keys(index) == "a"


def test_delete_matching_joins_words_by_and_unless_told_otherwise(index):
    index.upsert([{"id": "a", "body": "wind"}, {"id": "b", "body": "wind sea"}])
    with index.writer() as writer:
        assert writer.delete_matching("wind sea") == 1
        assert writer.delete_matching("wind sea", operator="or") == 1


def test_deleting_what_is_not_there_is_fine(index):
    with index.writer() as writer:
        assert (writer.delete("a"), writer.delete([]), writer.delete_matching("a")) == (0, 0, 0)
    assert index.generation == 0


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["upsert", "upsert", "add", "delete", "commit", "rollback", "merge"]),
            st.sampled_from("abcdefgh"),
        ),
        max_size=60,
    ),
    st.integers(1, 5),
    st.sampled_from([1, 150, 2**28]),
)
def test_any_history_leaves_what_a_dict_would(actions, rows, memory_bytes):
    expected: dict[str, int] = {}
    committed: dict[str, int] = {}
    index = searchlib.in_memory(ARTICLES)
    with pytest.MonkeyPatch.context() as patch, index.writer(memory_bytes=memory_bytes) as writer:
        patch.setattr(transaction, "BATCH_ROWS", rows)
        for year, (action, key) in enumerate(actions):
            if action == "upsert":
                writer.upsert({"id": key, "year": year})
                expected.pop(key, None)
                expected[key] = year
            elif action == "add" and key in expected:
                with pytest.raises(KeyExistsError):
                    writer.add({"id": key})
            elif action == "add":
                writer.add({"id": key, "year": year})
                expected[key] = year
            elif action == "delete":
                assert writer.delete(key) == (expected.pop(key, None) is not None)
            elif action == "rollback":
                writer.rollback()
                expected = dict(committed)
            else:
                getattr(writer, action)()
                committed = dict(expected)
            if action in ("commit", "rollback", "merge"):
                assert [(hit["id"], hit["year"]) for hit in index] == list(committed.items())
    assert [(hit["id"], hit["year"]) for hit in index] == list(expected.items())
    assert index.check().ok


# Bad documents


def test_a_bad_document_is_left_out_where_the_caller_catches_it(index):
    with index.writer() as writer:
        writer.add({"id": "a"})
        for place, document in enumerate([{"id": ""}, {"title": "x"}, {"id": "b", "y": 1}, 5], 1):
            with pytest.raises(DocumentError) as caught:
                writer.upsert(document)
            assert caught.value.place == place
        writer.add({"id": "c"})
    assert keys(index) == "ac"


def test_a_bad_document_that_is_not_caught_rolls_all_back(index):
    with pytest.raises(DocumentError), index.writer() as writer:  # noqa: PT012
        writer.add({"id": "a"})
        writer.add({"id": "b", "year": "soon"})
    assert len(index) == 0


def test_without_a_key_there_is_only_add(make_index: MakeIndex):
    index = make_index(LOG)
    with index.writer() as writer:
        for refused in (lambda: writer.upsert({"line": "x"}), lambda: writer.delete("x")):
            with pytest.raises(SchemaError, match="key"):
                refused()
        writer.add({"line": "wind"})
        writer.add({"line": "sea"})
        assert writer.delete_matching("sea") == 1
    assert list(index) == [{"line": "wind"}]


# Segments


def test_a_full_builder_becomes_a_segment_before_the_commit(disk_index, tmp_path):
    with disk_index.writer(memory_bytes=300_000) as writer:
        for number in range(3000):
            writer.add({"id": str(number), "body": f"word{number} " * 20})
        flushed = list((tmp_path / "index").glob("*.segment"))
    assert len(flushed) >= 2
    assert (len(disk_index), disk_index.search("word2999").total) == (3000, 1)


def test_a_roll_back_removes_what_was_flushed(disk_index, tmp_path):
    with disk_index.writer(memory_bytes=1) as writer:
        for number in range(600):
            writer.add({"id": str(number)})
        assert list((tmp_path / "index").glob("*.segment"))
        writer.rollback()
        assert not list((tmp_path / "index").glob("*.segment"))


def test_a_commit_leaves_only_the_files_it_names(disk_index, tmp_path):
    for number in range(40):
        disk_index.upsert([{"id": str(number)}, {"id": "again"}])
    (tmp_path / "index" / "00009999.segment").write_bytes(b"left by a crash")
    (tmp_path / "index" / "manifest.new").write_bytes(b"left by a crash")
    (tmp_path / "index" / "notes.txt").write_bytes(b"the user's own")
    disk_index.upsert({"id": "last"})
    manifest = disk_index.snapshot()._generation.manifest
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == sorted(
        [*manifest.file_names(), "commits", "manifest", "notes.txt", "writer.lock"]
    )


def test_segments_stay_few_and_hold_few_deleted_documents(index):
    for number in range(200):
        index.upsert([{"id": str(number)}, {"id": str(number // 2)}])
    manifest = index.snapshot()._generation.manifest
    assert len(manifest.segments) <= 21
    assert all(entry.deleted_count <= 0.2 * entry.doc_count for entry in manifest.segments)


def test_the_same_calls_give_the_same_bytes(tmp_path):
    contents = []
    for name in ("one", "two"):
        with searchlib.create(tmp_path / name, ARTICLES) as index:
            for turn in range(20):
                index.upsert({"id": str(n), "body": f"wind {turn}"} for n in range(turn, 2 * turn))
                index.delete(str(turn))
        contents.append(
            {path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())}
        )
    assert contents[0] == contents[1]


# Processes


def test_a_writer_refuses_in_a_child(disk_index):
    with disk_index.writer() as writer:
        writer.add({"id": "a"})
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                writer.add({"id": "b"})
            except IndexClosedError as error:
                writer.close()
                status = 0 if str(os.getppid()) in str(error) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        with searchlib.open(disk_index.path) as other, pytest.raises(IndexBusyError):
            other.writer(timeout_s=0)
    assert keys(disk_index) == "a"


# Failing disks


class Failing:
    """Lets the nth of the calls that change files fail, as a full or broken disk would."""

    def __init__(self, patch: pytest.MonkeyPatch, fail_at: int) -> None:
        self.left = fail_at
        for name in ("fsync", "write"):
            patch.setattr(os, name, self.wrapped(getattr(os, name)))
        path_type = type(searchlib.store.files.Path())
        patch.setattr(searchlib.store.files.Path, "replace", self.wrapped(path_type.replace))
        patch.setattr(searchlib.store.files.Path, "unlink", self.wrapped(path_type.unlink))

    def wrapped(self, call):
        def failing(*args, **options):
            self.left -= 1
            if self.left == 0:
                raise OSError(28, "no space left")
            return call(*args, **options)

        return failing


def test_any_failing_call_leaves_the_old_generation_or_the_new_one(tmp_path):
    outcomes = set()
    for fail_at in range(1, 60):
        path = tmp_path / str(fail_at)
        with searchlib.create(path, ARTICLES) as index:
            index.upsert({"id": key} for key in "abcdefgh")
            before, after = "abcdefgh", "bcdefgha"
            with pytest.MonkeyPatch.context() as patch:
                failing = Failing(patch, fail_at)
                try:
                    index.upsert({"id": "a", "title": "new"})
                except OSError:
                    failed = True
                else:
                    failed = False
            outcomes.add((failed, keys(index)))
            with searchlib.open(path) as again:
                assert keys(again) in (before, after)
                assert again.check().ok
                again.upsert({"id": "z"})
                assert keys(again)[-1] == "z"
                names = again.snapshot()._generation.manifest.file_names()
            assert {file.name for file in path.iterdir()} == {
                *names,
                "commits",
                "manifest",
                "writer.lock",
            }
            if failing.left > 0:
                break
    else:
        pytest.fail("the commit makes more calls than this test fails")
    assert outcomes == {(True, before), (True, after), (False, after)}


def test_documents_like_one_that_is_named_can_be_deleted() -> None:
    schema = searchlib.Schema(id=searchlib.Keyword(key=True), body=searchlib.Text())
    index = searchlib.in_memory(schema)
    index.upsert([{"id": "a", "body": "wind sea"}, {"id": "b", "body": "sun"}])
    with index.writer() as writer:
        writer.upsert({"id": "c", "body": "wind farm"})
        assert writer.delete_matching(searchlib.MoreLike(key="a", min_docs=1)) == 1
        with pytest.raises(searchlib.QuerySyntaxError, match="no document has the key 'z'"):
            writer.delete_matching(searchlib.MoreLike(key="z"))
    assert "c" not in index
