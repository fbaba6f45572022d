import gc
import math
import sys
import weakref
from collections.abc import Mapping, Sequence

import pytest

from searchlib import All, UnknownFieldError
from searchlib.search.results import Hit
from searchlib.search.searcher import Page


@pytest.fixture
def stocked(index):
    """Ten articles, of which 9, 8, ... are ever longer and so ever worse for "wind"."""
    index.upsert(
        {"id": str(number), "title": f"Number {number}", "body": "wind " + "calm " * (10 - number)}
        for number in range(10)
    )
    return index


def test_hits_come_best_first(stocked):
    results = stocked.search("wind")
    assert [hit.key for hit in results] == list("9876543210")
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(score) and score > 0 for score in scores)


def test_results_are_a_sequence_of_hits(stocked):
    results = stocked.search("wind", limit=3)
    assert isinstance(results, Sequence)
    assert (len(results), [hit.key for hit in results[1:]]) == (3, ["8", "7"])
    assert (results[0].key, results[-1].key) == ("9", "7")
    assert [hit.key for hit in reversed(results)] == ["7", "8", "9"]
    with pytest.raises(IndexError):
        results[3]


def test_hits_are_made_of_classes_that_derive_from_found():
    page = Page([3], [0.5], ["c"])
    with pytest.raises(TypeError, match=r"int.* does not derive from .*Found"):
        page.hits(int, ())
    [hit] = page.hits(Hit, ())
    assert (hit._doc, hit.score, hit.key) == (3, 0.5, "c")
    [hit] = Page([3], [0.5], []).hits(Hit, ())
    assert hit.key is None


def test_nothing_of_a_hit_can_be_set_and_one_made_by_hand_is_empty():
    [hit] = Page([3], [0.5], ["c"]).hits(Hit, ())
    for name in ("_searched", "_doc", "score", "key"):
        with pytest.raises(AttributeError):
            setattr(hit, name, None)
    assert (Hit().score, Hit()._doc) == (0.0, 0)
    with pytest.raises(AttributeError):
        Hit().key  # noqa: B018


def test_hits_let_go_of_what_they_hold():
    class Named(str):
        pass

    searched = (Named("searched"),)
    before = sys.getrefcount(searched)
    hits = Page([1, 2, 3], [3.0, 2.0, 1.0], ["a", "b", "c"]).hits(Hit, searched)
    assert sys.getrefcount(searched) == before + 3
    of_class = sys.getrefcount(Hit)
    del hits[2:]
    assert sys.getrefcount(searched) == before + 2
    assert sys.getrefcount(Hit) == of_class - 1
    hits[0]._seen = {"self": hits[0]}  # a circle
    hits[1]._document = {"self": hits[1]}  # another
    del hits
    gc.collect()
    assert sys.getrefcount(searched) == before
    assert sys.getrefcount(Hit) == of_class - 3


def test_iterating_again_gives_the_same_hits(stocked):
    results = stocked.search("wind")
    assert list(results) == list(results)
    assert results[0] is results[0]


@pytest.mark.parametrize(
    ("limit", "offset", "keys"),
    [(2, 0, "98"), (2, 3, "65"), (5, 8, "10"), (5, 10, ""), (5, 99, ""), (0, 0, ""), (0, 5, "")],
)
def test_limit_and_offset_cut_the_same_ranking(stocked, limit, offset, keys):
    results = stocked.search("wind", limit=limit, offset=offset)
    assert ([hit.key for hit in results], results.total) == (list(keys), 10)


def test_an_offset_beyond_all_reason_leaves_no_hits(stocked):
    results = stocked.search("wind", offset=10**30)
    assert (list(results), results.total) == ([], stocked.count("wind"))


def test_a_limit_beyond_all_reason_is_fine(stocked):
    assert len(stocked.search("wind", limit=10**15, offset=1)) == 9


def test_equal_scores_are_in_order_of_insertion(index):
    index.upsert({"id": key, "body": "wind"} for key in "cab")
    index.upsert({"id": key, "body": "wind"} for key in "zy")
    assert [hit.key for hit in index.search("wind")] == list("cabzy")


def test_no_match_is_no_error(stocked):
    results = stocked.search("tornado")
    assert (list(results), results.total, bool(results)) == ([], 0, False)


def test_results_say_how_the_query_was_read(stocked):
    results = stocked.search('wind "calm')
    assert str(results.query) == "wind OR calm"
    (diagnostic,) = results.diagnostics
    assert (diagnostic.start, diagnostic.kind) == (5, "unclosed-quote")


def test_repr_is_short(stocked):
    assert repr(stocked.search("wind", limit=1)) == "<Results of 'wind': 1 hit>"
    assert repr(stocked.search("wind", limit=2)) == "<Results of 'wind': 2 hits>"
    assert repr(stocked.search("wind")[0]).startswith("<Hit '9', score 0.0")


def test_a_hit_is_a_mapping_of_its_document(stocked):
    hit = stocked.search("wind")[0]
    assert isinstance(hit, Mapping)
    assert dict(hit) == {"id": "9", "title": "Number 9", "body": "wind calm "}
    assert (hit["title"], hit.get("date"), "date" in hit, len(hit)) == ("Number 9", None, False, 3)
    assert {**hit} == stocked["9"]


def test_an_empty_field_is_a_key_error_and_an_unknown_one_names_the_nearest(stocked):
    hit = stocked.search("wind")[0]
    with pytest.raises(KeyError, match="date"):
        hit["date"]
    with pytest.raises(UnknownFieldError, match="did you mean 'title'"):
        hit["titel"]


def test_what_a_ranking_function_holds_goes_when_its_hits_do(stocked):
    class Application:
        def __init__(self):
            self.hits = list(stocked.search("wind", ranking=self.score))

        def score(self, tf, length, counts):
            return tf

    application = Application()
    assert application.hits
    gone = weakref.ref(application)
    del application
    gc.collect()
    assert gone() is None


def test_a_hit_cannot_be_given_other_attributes(stocked):
    with pytest.raises(AttributeError):
        stocked.search("wind")[0].colour = "red"


# Explanations


def total(explanation) -> float:
    """What an explanation's own arithmetic comes to."""
    if explanation.description.startswith("sum of"):
        return math.fsum(total(detail) for detail in explanation.details)
    if explanation.description.endswith("idf * saturation"):
        return math.prod(
            detail.value
            for detail in explanation.details
            if detail.description.split(",")[0] in ("boost", "idf", "saturation")
        )
    return explanation.value


@pytest.mark.parametrize(
    "query",
    [
        "wind",
        "wind calm",
        '"wind calm"',
        "wind^3 calm",
        "title:number body:wind",
        "number wind calm*",
        "+wind -tornado",
        "wind calm wind",
        "wind AND NOT (tornado OR storm)",
    ],
)
def test_the_arithmetic_of_an_explanation_comes_to_the_score(stocked, query):
    for hit in stocked.search(query, filter="calm"):
        explanation = hit.explain()
        assert math.isclose(explanation.value, hit.score, rel_tol=1e-6)
        assert math.isclose(total(explanation), hit.score, rel_tol=1e-5)


def test_an_explanation_prints_the_numbers_of_the_formula(stocked):
    text = str(stocked.search("wind")[0].explain())
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0].endswith("'wind' in title, body: idf * saturation")
    assert any("N = 10 documents, n = 10 with the word" in line for line in lines)
    assert "1.2 = k1" in lines
    assert "0.75 = b" in lines


def test_an_explanation_shows_what_is_excluded_and_what_filters(stocked):
    text = str(stocked.search("wind -tornado", filter="calm OR body:x*")[0].explain())
    assert "excluded, and not there: 'tornado' in title, body" in text
    assert "filter that holds: ('calm' in title, body or 'x*' in body)" in text


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("year:1999", "boost of 1999 <= year <= 1999"),
        ("date:1999-05-04", "boost of 1999-05-04T00:00:00 <= date <= 1999-05-04T23:59:59.999999"),
        ("tit*", "boost of 'tit*' in title, body"),
        ("source:x*", "boost of 'x*' in source"),
        (All(), "boost of every document"),
    ],
)
def test_an_explanation_says_what_was_looked_for(index, query, text):
    index.upsert(
        {"id": "a", "title": "title", "year": 1999, "date": "1999-05-04", "source": ["xy"]}
    )
    explanation = index.search(query)[0].explain()
    assert (explanation.value, explanation.description) == (1.0, text)
