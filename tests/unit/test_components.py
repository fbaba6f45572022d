"""What does a component of the user's own do to an index, and what does the index do without it?"""

import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib import Analyzer, ComponentError, Keyword, Schema, SchemaError, Text, Token
from searchlib.analysis import Filter, Tokenizer, lowercase, words
from searchlib.analysis.foreign import python, python_tokenizer
from searchlib.store.manifest import Manifest

# The core drops every second answer of a batch (analysis/mod.rs, apply_foreign: the zip there takes
# an answer before it sees that the forms are at their end). Goes with the module that does not.

DOCUMENTS = [
    {"id": "a", "title": "Cats", "body": "Cats and dogs and CATS"},
    {"id": "b", "title": "Mice", "body": "The mice of dogs"},
]


def lemma(form: str) -> str | list[str] | None:
    """One form stays, one loses its end, one has two terms, one goes."""
    if form == "mice":
        return ["mice", "mouse"]
    if form == "the":
        return None
    return form.removesuffix("s")


def schema(function: Callable[[str], object] = lemma) -> Schema:
    return Schema(
        id=Keyword(key=True),
        title=Text(),
        body=Text(analyzer=words() | lowercase() | python("lemma", function)),  # type: ignore[arg-type]
    )


def nameless() -> Schema:
    """The same, as it is read from an index: names without functions."""
    return Schema.from_json(schema().to_json())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index that was written with `lemma`."""
    with searchlib.create(tmp_path / "index", schema()) as index:
        index.upsert(DOCUMENTS)
    return tmp_path / "index"


def keys(results: searchlib.Results) -> list[str | None]:
    return [hit.key for hit in results]


def test_a_filter_may_answer_one_term_several_or_none():
    analyzer = words() | lowercase() | python("lemma", lemma)
    tokens = [
        (token.form, token.term, token.position) for token in analyzer.tokens("The Mice dogs")
    ]
    assert tokens == [("Mice", "mice", 1), ("Mice", "mouse", 1), ("dogs", "dog", 2)]


def test_a_tokenizer_may_answer_places_or_tokens():
    def places(text: str) -> Iterator[tuple[int, int]]:
        yield from ((0, 2), (2, 4))

    def tokens(text: str) -> list[Token]:
        return [Token(text[:2], text[:2], 0, 0, 2), Token(text[2:4], text[2:4], 1, 2, 4)]

    forms = [
        [token.form for token in Analyzer(python_tokenizer("pairs", function)).tokens("äбçd")]
        for function in (places, tokens)
    ]
    assert forms == [["äб", "çd"], ["äб", "çd"]]


def test_a_component_is_equal_to_its_name_and_stored_as_it():
    step = python("lemma", lemma)
    plain = Filter("component", component="python:lemma")
    assert (step, plain, hash(step)) == (plain, step, hash(plain))
    assert python("lemma", str.upper) == step != python("other", lemma)
    assert step.to_json() == {"name": "component", "component": "python:lemma"}
    assert pickle.loads(pickle.dumps(step)) == step
    assert python_tokenizer("lemma", str.split) == Tokenizer(  # type: ignore[arg-type]
        "component", component="python:lemma"
    )


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: python("", lemma), ValueError),
        (lambda: python(3, lemma), ValueError),  # type: ignore[arg-type]
        (lambda: python("lemma", "lemma"), TypeError),  # type: ignore[arg-type]
        (lambda: searchlib.in_memory(schema(), components=["lemma"]), TypeError),  # type: ignore[arg-type]
        (lambda: searchlib.in_memory(schema(), components={"lemma": 3}), TypeError),  # type: ignore[dict-item]
    ],
)
def test_what_is_no_component_is_refused(make: Callable[[], object], error: type[Exception]):
    with pytest.raises(error):
        make()


def test_two_functions_of_one_name_are_refused():
    both = Schema(
        a=Text(analyzer=words() | python("lemma", lemma)),
        b=Text(analyzer=words() | python("lemma", str.upper)),
    )
    with pytest.raises(SchemaError, match="two functions are named 'python:lemma'"):
        searchlib.in_memory(both)


@pytest.mark.parametrize("given", ["with the schema", "by name"])
def test_documents_are_found_and_marked_by_what_the_component_answers(given):
    if given == "by name":
        index = searchlib.in_memory(nameless(), components={"lemma": lemma})
    else:
        index = searchlib.in_memory(schema())
    index.upsert(DOCUMENTS)
    found = {
        query: [(hit.key, *hit.highlight("body")) for hit in index.search(query, fields="body")]
        for query in ("dog", "cats", "mouse", "the")
    }
    assert found == {
        "dog": [
            ("b", "The mice of <mark>dogs</mark>"),
            ("a", "Cats and <mark>dogs</mark> and CATS"),
        ],
        "cats": [("a", "<mark>Cats</mark> and dogs and <mark>CATS</mark>")],
        "mouse": [("b", "The <mark>mice</mark> of dogs")],
        "the": [],
    }


def test_two_indexes_may_have_functions_of_their_own_by_one_name():
    terms = []
    for function in (str.upper, str.title):
        index = searchlib.in_memory(nameless(), components={"lemma": function})
        index.upsert({"id": "a", "body": "wind"})
        terms.append(str(index.search("wind", fields="body")[0].explain()))
    assert ["WIND" in terms[0], "Wind" in terms[1]] == [True, True]


def test_a_filter_is_asked_once_for_each_form():
    asked: Counter[str] = Counter()

    def count(form: str) -> str:
        asked[form] += 1
        return form

    index = searchlib.in_memory(nameless(), components={"lemma": count})
    body = " ".join(f"w{n}" for n in range(50))
    with index.writer() as writer:
        for number in range(200):  # 10,000 tokens
            writer.add({"id": str(number), "body": body})
    assert (len(asked), asked.total()) == (50, 50)
    index.search("w3 w4", fields="body")[0].highlight("body")
    index.upsert({"id": "again", "body": body})
    assert asked.total() == 50


def test_opening_calls_nothing(path):
    def never(form: str) -> str:
        raise AssertionError(form)

    with searchlib.open(path, components={"lemma": never}) as index:
        assert (len(index), index["a"]["title"]) == (2, "Cats")


def test_opening_imports_nothing(tmp_path):
    code = (
        "import sys, searchlib; from searchlib import *; from searchlib.analysis import *;"
        "from searchlib.analysis.nltk import nltk;"
        "a = Analyzer(nltk('TreebankWordTokenizer')) | nltk('LancasterStemmer');"
        f"searchlib.create({str(tmp_path / 'i')!r}, Schema(body=Text(analyzer=a))).close();"
        f"len(searchlib.open({str(tmp_path / 'i')!r})); print('nltk' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "False\n"


def uses(index: searchlib.Index) -> list[Callable[[], object]]:
    """What needs the component."""
    return [
        lambda: index.search("dogs", fields="body"),
        lambda: index.search("dogs"),
        lambda: index.search("body:dogs"),
        lambda: index.count("body:dogs"),
        lambda: index.upsert({"id": "c", "body": "dogs"}),
    ]


def test_without_its_component_only_what_needs_it_fails(path):
    with searchlib.open(path) as index:
        for use in uses(index):
            with pytest.raises(
                ComponentError, match=r"was not handed over.*need it: body"
            ) as caught:
                use()
            assert (caught.value.component, caught.value.fields) == ("python:lemma", ("body",))
        assert keys(index.search("mice", fields="title")) == ["b"]
        assert keys(index.search("title:cats")) == ["a"]
        assert index.search("title:cats")[0].highlight("title") == ["<mark>Cats</mark>"]
        assert (index["a"], list(index), index.check().ok) == (DOCUMENTS[0], DOCUMENTS, True)
        assert (index.delete("a").applied, len(index)) == (1, 1)
        index.optimize()


def test_a_component_of_another_name_is_suggested(path):
    with (
        searchlib.open(path, components={"lema": lemma}) as index,
        pytest.raises(ComponentError, match="did you mean 'lema'"),
    ):
        index.search("dogs")


def test_a_component_that_answers_otherwise_is_refused(path):
    with searchlib.open(path, components={"lemma": str.upper}) as index:
        for use in uses(index):
            with pytest.raises(ComponentError, match=r"'and' became 'and' .* becomes 'AND' now"):
                use()
        assert keys(index.search("title:cats")) == ["a"]


def test_a_component_that_raises_on_its_samples_is_refused(path):
    def broken(form: str) -> str:
        raise KeyError(form)

    with (
        searchlib.open(path, components={"lemma": broken}) as index,
        pytest.raises(ComponentError, match="now raises KeyError: 'and'") as caught,
    ):
        index.search("dogs")
    assert isinstance(caught.value.__cause__, KeyError)


def test_the_right_component_works_on(path):
    with searchlib.open(path, components={"lemma": lemma}) as index:
        index.upsert({"id": "c", "body": "dogs"})
        assert keys(index.search("dog", fields="body")) == ["c", "b", "a"]


def test_samples_are_of_both_sorts_and_few(path):
    def samples() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
        return dict(Manifest.decode((path / "manifest").read_bytes(), "manifest").samples)

    few = (
        ("and", ("and",)),
        ("cats", ("cat",)),
        ("dogs", ("dog",)),
        ("mice", ("mice", "mouse")),
        ("of", ("of",)),
        ("the", ()),
    )
    assert samples() == {"python:lemma": few}
    with searchlib.open(path, components={"lemma": lemma}) as index:
        index.upsert({"id": "c", "body": "they are what was first and stay"})
    assert samples() == {"python:lemma": few}


def test_many_forms_leave_ten_samples_of_each_sort(tmp_path):
    body = " ".join(f"{letter}{number}" for number in range(100) for letter in "xs")
    with searchlib.create(tmp_path / "i", schema(lambda form: form.lstrip("s"))) as index:
        index.upsert({"id": "a", "body": body})
    manifest = Manifest.decode((tmp_path / "i/manifest").read_bytes(), "manifest")
    [(_, samples)] = manifest.samples
    assert Counter((form,) == terms for form, terms in samples) == {True: 10, False: 10}


def test_a_transaction_without_documents_needs_no_component_and_stores_no_samples(tmp_path):
    with searchlib.create(tmp_path / "i", nameless()) as index:
        assert index.delete("a").applied == 0
        assert index.snapshot()._generation.manifest.samples == ()


def test_what_a_component_raises_rolls_back_and_says_where(tmp_path):
    def fragile(form: str) -> str:
        if form == "boom":
            raise ZeroDivisionError("inside")
        return form

    index = searchlib.create(tmp_path / "i", schema(fragile))
    index.upsert({"id": "before", "body": "calm"})
    documents = [{"id": f"k{n}", "body": ["calm", "a Boom"][n == 3]} for n in range(5)]
    with pytest.raises(ZeroDivisionError, match="inside") as caught:
        index.upsert(documents)
    assert caught.value.__notes__ == [
        "raised by component 'python:lemma' for the form 'boom'",
        "in the document at place 3, key 'k3', field 'body'",
    ]
    assert [document["id"] for document in index] == ["before"]


def test_what_a_tokenizer_raises_says_where():
    def fragile(text: str) -> list[tuple[int, int]]:
        return [(0, len(text) // (text != "bad"))]

    analyzer = Analyzer(python_tokenizer("fragile", fragile))
    index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text(analyzer=analyzer)))
    with pytest.raises(ZeroDivisionError) as caught:
        index.upsert([{"id": "a", "body": "good"}, {"id": "b", "body": ["good", "bad"]}])
    assert caught.value.__notes__ == [
        "raised by component 'python:fragile' for the text 'bad'",
        "in the document at place 1, key 'b', field 'body'",
    ]


@pytest.mark.parametrize("answer", [1, ("a",), ["a", None], b"a", "\ud800", ["\udfff"]])
def test_a_wrong_answer_of_a_filter_is_named(answer):
    with pytest.raises((TypeError, ValueError)) as caught:
        (words() | python("odd", lambda form: answer)).tokens("wind")
    assert caught.value.__notes__ == ["raised by component 'python:odd' for the form 'wind'"]


@pytest.mark.parametrize("answer", [1, "\ud800", ["\udfff"]])
def test_a_wrong_answer_among_right_ones_is_named_with_its_document(answer):
    def odd(form: str) -> object:
        return answer if form == "odd" else {"none": None, "two": ["a", "b"]}.get(form, form)

    index = searchlib.in_memory(schema(odd))
    texts = ["one none two", "one three", "four odd five", "odd six"]
    with pytest.raises((TypeError, ValueError)) as caught:
        index.upsert({"id": f"k{place}", "body": text} for place, text in enumerate(texts))
    assert caught.value.__notes__ == [
        "raised by component 'python:lemma' for the form 'odd'",
        "in the document at place 2, key 'k2', field 'body'",
    ]


def test_a_filter_that_raises_the_end_of_an_iteration_fails_like_any_other():
    def ended(form: str) -> str:
        return form if form == "calm" else next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration") as caught:
        (words() | python("ended", ended)).tokens("calm wind sea")
    assert caught.value.__notes__ == ["raised by component 'python:ended' for the form 'wind'"]


@pytest.mark.parametrize(
    "answer",
    [
        *(None, 3, "ab", ["ab"], [(0,)], [(0, 0)], [(2, 1)], [(0, 3)], [(-1, 1)]),
        [(1, 2), (0, 1)],
        [Token("ab", "other", 0, 0, 2)],
    ],
)
def test_a_wrong_answer_of_a_tokenizer_is_named(answer):
    with pytest.raises((TypeError, ValueError)) as caught:
        Analyzer(python_tokenizer("odd", lambda text: answer)).tokens("ab")
    assert caught.value.__notes__ == ["raised by component 'python:odd' for the text 'ab'"]


def test_samples_written_by_another_process_are_compared(path):
    """An index that is open meets samples only when another writes them."""
    other = path.parent / "late"
    here = searchlib.create(other, nameless(), components={"lemma": str.upper})
    with searchlib.open(other, components={"lemma": lemma}) as there:
        there.upsert(DOCUMENTS)
    with pytest.raises(ComponentError, match="has changed"):
        here.search("dogs")
