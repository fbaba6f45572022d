import threading

import pytest

import searchlib
from searchlib import (
    IndexClosedError,
    QuerySyntaxError,
    Results,
    Schema,
    Term,
    Text,
    UnknownFieldError,
)


@pytest.fixture
def stocked(index):
    index.upsert(
        {"id": str(number), "title": f"Number {number}", "body": "wind " + "calm " * (10 - number)}
        for number in range(10)
    )
    return index


def test_results_stand_in_the_order_of_the_queries(stocked):
    many = stocked.search_many(["wind", "zeppelin", "title:3"], limit=3)
    assert [[hit.key for hit in results] for results in many] == [list("987"), [], ["3"]]
    assert [results.total for results in many] == [10, 0, 1]


def test_a_batch_of_all_kinds_of_queries_finds_what_single_searches_find(stocked):
    kinds = ["wind", "calm AND wind", "+wind -calm", "win*", Term("wind"), "title:3", "\ud800", ""]
    many = stocked.search_many(kinds * 20, threads=2)
    single = [stocked.search(query) for query in kinds] * 20
    assert [(results.query, [hit.key for hit in results]) for results in many] == [
        (results.query, [hit.key for hit in results]) for results in single
    ]


def test_a_batch_is_a_sequence_of_results(stocked):
    many = stocked.search_many(["wind", "calm"])
    assert isinstance(many[0], Results)
    assert [str(results.query) for results in many[-1:]] == [str(many[1].query)]
    assert (len(many), repr(many)) == (2, "<ManyResults of 2 queries: 20 hits>")
    with pytest.raises(IndexError):
        many[2]


def test_hits_of_a_batch_can_be_looked_into(stocked):
    (results,) = stocked.search_many(["wind"], limit=1)
    assert results[0]["title"] == "Number 9"
    assert results[0].highlight("body") == ["<mark>wind</mark> calm"]
    assert results[0].explain().value == pytest.approx(results[0].score)


def test_no_queries_give_no_results(stocked):
    many = stocked.search_many([])
    assert (list(many), many.hit_offsets.tolist(), many.scores.tolist()) == ([], [0], [])
    assert (many.key_offsets.tolist(), bytes(many.key_bytes)) == ([0], b"")


def test_a_limit_of_0_counts_only(stocked):
    (results,) = stocked.search_many(["wind"], limit=0)
    assert (list(results), results.total) == ([], 10)


@pytest.mark.parametrize(("limit", "offset"), [(2, 3), (5, 8), (5, 10), (5, 99), (10**15, 1)])
def test_a_page_of_a_batch_is_the_page_of_a_search(stocked, limit, offset):
    (results,) = stocked.search_many(["wind"], limit=limit, offset=offset)
    expected = stocked.search("wind", limit=limit, offset=offset)
    assert [hit.key for hit in results] == [hit.key for hit in expected]
    assert results.total == expected.total == 10


def test_the_buffers_are_typed_and_read_only(stocked):
    many = stocked.search_many(["wind", "calm"], limit=2)
    assert many.hit_offsets.tolist() == [0, 2, 4]
    assert (many.hit_offsets.format, many.scores.format, many.key_offsets.format) == ("q", "d", "q")
    assert many.scores.readonly
    assert many.key_bytes.readonly


def test_numpy_takes_the_buffers_without_copying(stocked):
    numpy = pytest.importorskip("numpy")
    many = stocked.search_many(["wind"], limit=2)
    scores = numpy.asarray(many.scores)
    assert scores.dtype == numpy.float64
    assert numpy.shares_memory(scores, numpy.asarray(many.scores))


def test_without_a_key_there_are_no_keys():
    index = searchlib.in_memory(Schema(body=Text()))
    with index.writer() as writer:
        writer.add({"body": "wind"})
    many = index.search_many(["wind"])
    assert (many.key_offsets.tolist(), bytes(many.key_bytes)) == ([0], b"")
    assert [(hit.key, hit["body"]) for hit in many[0]] == [(None, "wind")]


def test_fields_given_once_hold_for_all_queries(stocked):
    many = stocked.search_many(["number", "number"], fields=iter(["title"]))
    assert [len(results) for results in many] == [10, 10]


def test_a_batch_sees_one_generation(stocked):
    many = stocked.snapshot().search_many(["wind"])
    stocked.upsert({"id": "new", "body": "wind"})
    assert "new" not in [hit.key for hit in many[0]]
    assert "new" in [hit.key for hit in stocked.search_many(["wind"], limit=20)[0]]


@pytest.mark.parametrize("options", [{"limit": -1}, {"offset": -1}, {"threads": 0}])
def test_numbers_out_of_range_are_refused_by_name(stocked, options):
    (name,) = options
    with pytest.raises(ValueError, match=name):
        stocked.search_many(["wind"], **options)


@pytest.mark.parametrize("queries", ["wind", searchlib.Term("wind"), None])
def test_one_query_is_not_taken_for_many(stocked, queries):
    with pytest.raises(TypeError, match="expected several queries"):
        stocked.search_many(queries)


def test_an_error_names_the_query_by_its_place(stocked):
    with pytest.raises(QuerySyntaxError) as caught:
        stocked.search_many(["wind", '"wind'], strict=True)
    assert caught.value.__notes__ == ["query number 1, counting from 0"]
    with pytest.raises(UnknownFieldError):
        stocked.search_many(["wind"], fields="bodi")


def test_a_closed_index_says_so(stocked):
    stocked.close()
    with pytest.raises(IndexClosedError):
        stocked.search_many(["wind"])


def test_batches_run_in_several_threads_at_once(stocked):
    found = []

    def search():
        many = stocked.search_many(["wind", "calm"] * 50, threads=3)
        found.append([hit.key for results in many for hit in results])

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(keys == found[0] for keys in found)
