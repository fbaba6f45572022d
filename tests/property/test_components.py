"""Are components in Python and the native steps that do the same one and the same?"""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

import searchlib
from searchlib import Analyzer, Keyword, Schema, Term, Text
from searchlib.analysis import lowercase, words
from searchlib.analysis.foreign import python, python_tokenizer

# The core drops every second answer of a batch (analysis/mod.rs, apply_foreign: the zip there takes
# an answer before it sees that the forms are at their end). Goes with the module that does not.

ALPHABET = "aAbBsS 'é東ß\N{COMBINING ACUTE ACCENT}"
TEXTS = st.text(alphabet=ALPHABET, max_size=40)


def native_words(text: str) -> list[tuple[int, int]]:
    return [(token.start, token.end) for token in Analyzer(words()).tokens(text)]


@given(TEXTS)
def test_a_tokenizer_in_python_gives_the_tokens_of_the_native_one(text):
    mine = python_tokenizer("words", native_words) | lowercase()
    assert mine.tokens(text) == (words() | lowercase()).tokens(text)


@given(TEXTS)
def test_a_filter_in_python_stands_for_a_native_one_at_any_place(text):
    def same(form: str) -> str:
        return form

    plain = (words() | lowercase()).tokens(text)
    assert (words() | python("same", same) | lowercase()).tokens(text) == plain
    assert (words() | lowercase() | python("same", same)).tokens(text) == plain


@given(st.lists(st.text(alphabet="abc ", max_size=20), max_size=12), st.integers(0, 4))
@settings(max_examples=50, deadline=None)
def test_an_index_with_a_component_answers_like_a_table_of_its_terms(bodies, seed):
    """The twin: each document as the set of what the function makes of its words."""

    def function(form: str) -> str | list[str] | None:
        return [form, [form, form[::-1]], None, form[:1], []][(len(form) + seed) % 5]  # type: ignore[return-value]

    asked: Counter[str] = Counter()

    def counted(form: str) -> str | list[str] | None:
        asked[form] += 1
        return function(form)

    schema = Schema(
        id=Keyword(key=True), body=Text(analyzer=Analyzer(words()) | python("odd", counted))
    )
    index = searchlib.in_memory(schema)
    index.upsert({"id": str(number), "body": body} for number, body in enumerate(bodies))

    def terms(form: str) -> set[str]:
        answer = function(form)
        return {term for term in (answer if isinstance(answer, list) else [answer]) if term}

    held = [set().union(*map(terms, body.split())) for body in bodies]
    forms = {form for body in bodies for form in body.split()}
    expected = {
        form: [str(number) for number, each in enumerate(held) if each & terms(form)]
        for form in forms
    }
    found = {form: sorted_keys(index.search(Term(form), limit=len(bodies))) for form in forms}
    assert found == expected
    assert set(asked.values()) <= {1}


def sorted_keys(results: searchlib.Results) -> list[str]:
    return sorted((str(hit.key) for hit in results), key=int)
