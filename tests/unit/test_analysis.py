"""Analyzers as values; what they do to text, as the core does it."""

import json

import pytest

from searchlib.analysis import (
    NAMED,
    Analyzer,
    Filter,
    Token,
    Tokenizer,
    analyzer_named,
    lowercase,
    possessive,
    stem,
    stop,
    whole,
    words,
)

ENGLISH = {
    "tokenizer": {"name": "words"},
    "filters": [
        {"name": "lowercase"},
        {"name": "possessive"},
        {"name": "stop", "words": ["of", "the"]},
        {"name": "stem", "language": "english"},
    ],
}


def english():
    return words() | lowercase() | possessive() | stop(["the", "of", "the"]) | stem("english")


def test_a_pipeline_is_a_value():
    assert english() == english()
    assert hash(english()) == hash(english())
    assert english() != words() | lowercase()
    assert len({english(), english(), whole() | lowercase()}) == 2


def test_the_order_of_filters_matters():
    assert words() | lowercase() | possessive() != words() | possessive() | lowercase()


def test_an_analyzer_to_json_spells_everything_out():
    assert english().to_json() == ENGLISH


@pytest.mark.parametrize("data", [ENGLISH, json.dumps(ENGLISH)], ids=["values", "text"])
def test_an_analyzer_comes_back_from_json(data):
    assert Analyzer.from_json(data) == english()


def test_an_analyzer_prints_as_it_is_written():
    assert repr(english()) == (
        "words() | lowercase() | possessive() | stop(['of', 'the']) | stem('english')"
    )
    assert repr(words() | stop("english")) == "words() | stop('english')"
    assert eval(repr(english())) == english()


def test_an_analyzer_cannot_be_changed():
    with pytest.raises(AttributeError):
        english().filters = ()
    with pytest.raises(AttributeError):
        words().name = "whole"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Tokenizer("word"), "unknown tokenizer 'word'; did you mean 'words'? known: words"),
        (lambda: Tokenizer("words", size=3), "tokenizer 'words' has no parameter 'size'"),
        (lambda: Filter("stemm"), "unknown filter 'stemm'; did you mean 'stem'? known: lowercase"),
        (lambda: Filter("stem"), "filter 'stem' needs the parameter 'language'"),
        (lambda: Filter("stem", langauge="en"), "did you mean 'language'?"),
        (lambda: Filter(["stem"]), "unknown filter ['stem']"),
        (
            lambda: stem("englisch"),
            "no stemmer for the language 'englisch'; did you mean 'english'",
        ),
        (lambda: stem(3), "no stemmer for the language 3"),
        (lambda: stop("englsh"), "unknown stop list 'englsh'; did you mean 'english'?"),
        (lambda: stop(["the", 3]), "texts not empty, got ['the', 3]"),
        (lambda: stop([""]), "texts not empty"),
        (lambda: stop(3), "texts not empty, got 3"),
        (lambda: Analyzer(lowercase()), "starts with a tokenizer, got lowercase()"),
        (lambda: Analyzer(words(), [words()]), "stand filters, got words()"),
        (lambda: analyzer_named("englisch"), "did you mean 'english'? known: standard, simple"),
        (lambda: analyzer_named(["english"]), "unknown analyzer ['english']"),
        (lambda: Analyzer.from_json("{"), "Expecting"),
        (lambda: Analyzer.from_json("[" * 10**5), "JSON"),
        (lambda: Analyzer.from_json([]), "an object with a tokenizer, got []"),
        (lambda: Analyzer.from_json({}), 'a tokenizer is an object with a "name", got None'),
        (lambda: Analyzer.from_json({"tokenizer": {}}), "unknown tokenizer None"),
        (lambda: Analyzer.from_json({"filter": []}), "a tokenizer and filters, got 'filter'"),
        (
            lambda: Analyzer.from_json({"tokenizer": {"name": "words"}, "filters": {}}),
            "filters are a list, got {}",
        ),
        (
            lambda: Analyzer.from_json({"tokenizer": {"name": "words", "self": 1}}),
            "tokenizer 'words' has no parameter 'self'",
        ),
    ],
)
def test_a_wrong_component_is_refused_when_it_is_made(make, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is checked below
        make()
    assert message in str(caught.value)


def test_only_filters_stand_behind_a_bar():
    with pytest.raises(TypeError):
        words() | whole()
    with pytest.raises(TypeError):
        english() | "stem"


# From here on the core is at work.


def terms(analyzer, text):
    return [token.term for token in analyzer.tokens(text)]


def test_a_token_knows_its_place_in_the_text():
    text = "Iran’s “foreign troops”"
    assert analyzer_named("english").tokens(text) == [
        Token("Iran’s", "iran", 0, 0, 6),
        Token("foreign", "foreign", 1, 8, 15),
        Token("troops", "troop", 2, 16, 22),
    ]


@pytest.mark.parametrize(
    "text", ["", "...!?", "é e\u0301 \U0001f600 \U00010400x", "a\0b", "x" * 70_000, "10,000 3.5"]
)
@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_form_is_what_stands_in_the_text(name, text):
    for token in analyzer_named(name).tokens(text):
        assert text[token.start : token.end] == token.form


@pytest.mark.parametrize(
    ("analyzer", "text", "expected"),
    [
        (Analyzer(words()), "The U.N. met", ["The", "U.N", "met"]),
        (words() | lowercase(), "STRASSE Éa", ["strasse", "éa"]),
        (words() | possessive(), "Iran's Iran’s don't", ["Iran", "Iran", "don't"]),
        (words() | lowercase() | stop("english"), "The wind of change", ["wind", "change"]),
        (words() | stem("english"), "connections running", ["connect", "run"]),
        (words() | stem("german"), "automaten", ["automat"]),
        (Analyzer(whole()), "New York", ["New York"]),
    ],
)
def test_filters_change_or_remove_terms(analyzer, text, expected):
    assert terms(analyzer, text) == expected


def test_a_removed_word_leaves_a_hole_in_the_positions():
    analyzer = words() | lowercase() | stop("english")
    tokens = analyzer.tokens("removal of foreign troops")
    assert [token.position for token in tokens] == [0, 2, 3]


def test_equal_analyzers_share_one_native_form():
    from searchlib.analysis.native import compiled

    assert compiled(english()) is compiled(english())


def test_a_lone_surrogate_cannot_be_analyzed():
    with pytest.raises(ValueError, match="surrogate"):
        analyzer_named("standard").tokens("a\ud800")
