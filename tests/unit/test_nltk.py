"""Which parts of NLTK can be named, and what is said of those that cannot run here?"""

import importlib
import inspect
from typing import Any

import pytest
from nltk.stem import StemmerI, WordNetLemmatizer
from nltk.tokenize.api import TokenizerI

import searchlib
from searchlib import Analyzer, ComponentError, Schema, Text
from searchlib.analysis import Filter, words
from searchlib.analysis.foreign import Component
from searchlib.analysis.nltk import ENTRIES, LEFT_OUT, aligned, component_of, named, nltk

NEEDED: dict[str, dict[str, Any]] = {
    "RegexpStemmer": {"regexp": "ing$"},
    "RegexpTokenizer": {"pattern": r"\w+"},
    "SnowballStemmer": {"language": "german"},
}
TEXT = 'Good muffins cost $3.88 in "New York".  Don\'t buy & run.\n\nThanks (all) — naïve 東京.'


def component(name: str, **options: Any) -> Component:
    return component_of(nltk(name, **(options or NEEDED.get(name, {}))), fields=("body",))


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_each_name_runs_or_says_which_data_it_needs(name):
    data = ENTRIES[name].data
    try:
        component(name).call()
    except ComponentError as raised:
        said = str(raised)
    else:
        said = check_answers(name)
    assert said in (
        "",
        f"nltk:{name} needs the data {data!r} of NLTK, which is not on this machine; get it "
        f"with: python -m nltk.downloader {data} (fields that need it: body)",
    )


def check_answers(name: str) -> str:
    if ENTRIES[name].kind == "filter":
        assert isinstance(answer(name, "running"), str)
    else:
        spans = answer(name, TEXT)
        assert spans == sorted(spans)
        assert all(TEXT[start:end] for start, end in spans)
    return ""


def answer(name: str, text: str) -> Any:
    (found,) = component(name).call()([text])
    return found


@pytest.mark.parametrize("package", ["nltk.stem", "nltk.tokenize", "nltk.tokenize.simple"])
def test_every_class_of_nltk_is_in_one_of_the_tables(package):
    module = importlib.import_module(package)
    classes = {
        name
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, (StemmerI, TokenizerI, WordNetLemmatizer))
    }
    assert classes - set(ENTRIES) - set(LEFT_OUT) == set()


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_each_option_is_one_of_nltk(name):
    entry = ENTRIES[name]
    if name == "word_tokenize":
        return
    try:
        made = getattr(importlib.import_module(entry.module), name)
    except LookupError:
        pytest.skip("its module reads data that is not here")
    known = set(inspect.signature(made).parameters)
    if entry.call_options:
        known |= set(inspect.signature(getattr(made, entry.method)).parameters)
    assert set(entry.options) <= known


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("LancesterStemmer", {}, "did you mean 'LancasterStemmer'"),
        (None, {}, "NLTK has no stemmer, lemmatizer or tokenizer None"),
        ("StanfordTokenizer", {}, "cannot be a step of an analyzer: it needs Java"),
        ("CoreNLPTokenizer", {}, "it needs a server"),
        ("MWETokenizer", {}, "it joins the tokens of another tokenizer"),
        ("SnowballStemmer", {}, "needs the option 'language'"),
        ("SnowballStemmer", {"language": "germn"}, "did you mean 'german'"),
        ("LancasterStemmer", {"lang": "x"}, "has no option 'lang'"),
        ("RegexpStemmer", {"regexp": "("}, "is a regular expression, got '('"),
        ("RegexpStemmer", {"regexp": "s$", "min": "2"}, "is of type int, got '2'"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_named(name, options, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is checked below
        nltk(name, **options)
    assert message in str(caught.value)


def test_a_name_is_a_plain_step():
    assert (
        named("nltk:LancasterStemmer")
        == nltk("LancasterStemmer")
        == Filter("component", component="nltk:LancasterStemmer")
    )
    assert (words() | "nltk:LancasterStemmer") == (words() | nltk("LancasterStemmer"))
    treebank = Analyzer(nltk("TreebankWordTokenizer"))
    assert Text(analyzer="nltk:TreebankWordTokenizer").analyzer == treebank
    assert Analyzer("nltk:TreebankWordTokenizer", ["nltk:Cistem"]) == treebank | "nltk:Cistem"
    with pytest.raises(searchlib.SchemaError, match=r"is a filter, and needs a tokenizer"):
        Text(analyzer="nltk:Cistem")
    step = nltk("SnowballStemmer", language="german")
    assert step.to_json() == {
        "name": "component",
        "component": "nltk:SnowballStemmer",
        "options": '{"language":"german"}',
    }


def test_one_analyzer_may_have_two_stemmers_of_one_class():
    english, german = (nltk("SnowballStemmer", language=each) for each in ("english", "german"))
    [token] = (words() | english | german).tokens("runningen")
    assert token.term == answer("GermanStemmer", answer("EnglishStemmer", "runningen"))


def test_an_index_is_searched_and_marked_with_nltk():
    analyzer = Analyzer(nltk("TreebankWordTokenizer")) | nltk("LancasterStemmer")
    index = searchlib.in_memory(Schema(body=Text(analyzer=analyzer)))
    with index.writer() as writer:
        writer.add({"body": "They're maximizing (owed) returns."})
    marks = {
        query: [hit.highlight("body", format="plain") for hit in index.search(query)]
        for query in ("maximized", "owing", "minimal")
    }
    assert marks == {
        "maximized": [["They're **maximizing** (owed) returns."]],
        "owing": [["They're maximizing (**owed**) returns."]],
        "minimal": [],
    }


def test_a_name_that_an_index_has_and_nobody_knows_fails_at_its_first_use(tmp_path):
    unknown = words() | Filter("component", component="nltk:FutureStemmer")
    with searchlib.create(
        tmp_path / "i", Schema(title=Text(), body=Text(analyzer=unknown))
    ) as index:
        assert len(index.search("title:x")) == 0
        with pytest.raises(ComponentError, match=r"tokenizer 'FutureStemmer'.*need it: body"):
            index.search("body:x")


def test_words_are_looked_for_one_after_the_other():
    assert aligned("nltk:X", "a a &amp; & b", ["a", "a", "&amp;", "&amp;", "b"]) == [
        *((0, 1), (2, 3), (4, 9), (10, 11), (12, 13))
    ]


def test_a_word_that_is_not_in_the_text_is_named():
    with pytest.raises(ValueError, match="nltk:X made the word 'c', which is not in the text"):
        aligned("nltk:X", "a b", ["a", "c"])
    tweets = Analyzer(nltk("TweetTokenizer", preserve_case=False))
    with pytest.raises(ValueError, match="nltk:TweetTokenizer made the word 'wind'"):
        tweets.tokens("Wind")
