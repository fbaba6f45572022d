"""Do hits, scores, order and totals equal those of the oracle, whatever is asked?"""

import math
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Index, Schema
from searchlib.query.tree import And, Or, Query, Term

from ..agreement import assert_agreement
from ..oracle import Oracle
from ..strategies import WORDS, documents, plain_leaves_in, queries, schemas


@attrs.frozen
class Case:
    """A schema, batches of documents (a segment each, until they are merged), and a query."""

    schema: Schema
    batches: list[list[dict[str, Any]]]
    query: Query

    def filled(self) -> tuple[Index, Oracle]:
        index, oracle = searchlib.in_memory(self.schema), Oracle(self.schema)
        for batch in self.batches:
            index.upsert(batch)
            for document in batch:
                oracle.add(document)
        oracle.commit()
        return index, oracle


@st.composite
def cases(draw: st.DrawFn) -> Case:
    schema = draw(schemas())
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    keys = (f"d{number}" for number in range(100))
    batches = [[draw(documents(schema, key=next(keys))) for _ in range(size)] for size in sizes]
    return Case(schema, batches, draw(queries(schema)))


@given(cases())
def test_any_query_answers_like_the_oracle(case: Case) -> None:
    assert_agreement(*case.filled(), case.query, limits=(0, 1, 3, 100))


@given(cases())
def test_a_query_written_as_text_answers_like_its_tree(case: Case) -> None:
    index, _ = case.filled()
    by_text, by_tree = index.search(str(case.query)), index.search(case.query)
    # The planner may have something to say of either, the parser of neither.
    assert len(by_text.diagnostics) == len(by_tree.diagnostics)
    assert by_text.total == by_tree.total
    assert [(hit.key, hit.score) for hit in by_text] == [(hit.key, hit.score) for hit in by_tree]


@given(cases(), st.data())
def test_a_filter_takes_away_and_does_not_score(case: Case, data: st.DataObject) -> None:
    only = data.draw(queries(case.schema, max_leaves=3))
    assert_agreement(*case.filled(), case.query, filter=only)


@given(cases(), st.data())
def test_only_the_fields_that_are_asked_for_are_searched(case: Case, data: st.DataObject) -> None:
    names = st.sampled_from([*case.schema.text_fields, "tags"])
    fields = tuple(data.draw(st.lists(names, min_size=1, unique=True)))
    assert_agreement(*case.filled(), case.query, fields=fields)


@given(cases(), st.integers(0, 5), st.integers(0, 5))
def test_pages_are_pieces_of_one_ranking(case: Case, offset: int, limit: int) -> None:
    index, oracle = case.filled()
    assert_agreement(index, oracle, case.query, limits=(limit,), offset=offset)
    whole = [hit.key for hit in index.search(case.query, limit=100)]
    page = [hit.key for hit in index.search(case.query, limit=limit, offset=offset)]
    assert page == whole[offset : offset + limit]


@given(cases())
def test_the_explanation_of_a_hit_adds_up_to_its_score(case: Case) -> None:
    index, _ = case.filled()
    for hit in index.search(case.query):
        explanation = hit.explain()
        assert math.isclose(explanation.value, hit.score, rel_tol=1e-6)


@given(cases(), st.data())
def test_a_word_typed_twice_counts_twice(case: Case, data: st.DataObject) -> None:
    plain = plain_leaves_in(case.schema.text_fields)
    word = data.draw(plain.filter(lambda leaf: isinstance(leaf, Term)))
    assert_agreement(*case.filled(), Or(word, word, case.query))


words = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)


@given(cases(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_typed_words_are_joined_by_or_unless_the_caller_says_and(
    case: Case, typed: list[str]
) -> None:
    index, oracle = case.filled()
    terms = [Term(word) for word in typed]
    for operator, query in (("or", Or(*terms)), ("and", And(*terms))):
        found = [(hit.key, hit.score) for hit in index.search(" ".join(typed), operator=operator)]
        assert found == [(hit.key, hit.score) for hit in index.search(query)]
        assert_agreement(index, oracle, query)


@given(schemas(), st.lists(words, min_size=1, max_size=4), st.data())
def test_long_documents_after_short_ones_move_the_averages_of_all(
    schema: Schema, short: list[str], data: st.DataObject
) -> None:
    """Bounds that a segment stored from its own averages would be wrong after the second batch."""
    name = schema.text_fields[0]
    first = [{"id": f"s{number}", name: text} for number, text in enumerate(short)]
    second = [{"id": f"l{number}", name: f"{text} " * 200} for number, text in enumerate(short)]
    query = data.draw(queries(schema))
    for batches in ([first], [first, second], [second, first]):
        assert_agreement(*Case(schema, batches, query).filled(), query, limits=(1, 3))
