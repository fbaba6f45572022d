"""Each tokenizer and filter as a value: printed, stored, and refused where it is wrong."""

import json
import pickle

import pytest

from searchlib import analysis
from searchlib.analysis import (
    COMPOUND_LANGUAGES,
    ELISION_LANGUAGES,
    LIGHT_STEM_LANGUAGES,
    MINIMAL_STEM_LANGUAGES,
    SEGMENTS,
    STEM_LANGUAGES,
    Analyzer,
    Filter,
    Tokenizer,
    casefold,
    compounds,
    edge_ngrams,
    elision,
    fold_accents,
    hyphens,
    keywords,
    length,
    letters,
    light_stem,
    lowercase,
    nfkc,
    ngrams,
    paths,
    phonetic,
    possessive,
    regex,
    shingles,
    stem,
    stop,
    synonyms,
    urls,
    whitespace,
    whole,
    word_edge_ngrams,
    word_ngrams,
    words,
)

# As it is written, and as it is stored.
STEPS = [
    ("words()", {"name": "words"}),
    ("words(keep=['C#', 'C++'])", {"name": "words", "keep": ["C#", "C++"]}),
    ("words(segment='bigrams')", {"name": "words", "segment": "bigrams"}),
    ("urls(keep=['W-2'])", {"name": "urls", "keep": ["W-2"]}),
    ("whitespace()", {"name": "whitespace"}),
    ("letters()", {"name": "letters"}),
    ("regex('[a-z]+')", {"name": "regex", "gaps": False, "pattern": "[a-z]+"}),
    ("regex(', *', gaps=True)", {"name": "regex", "gaps": True, "pattern": ", *"}),
    ("whole()", {"name": "whole"}),
    ("ngrams(2, 3)", {"name": "ngrams", "max": 3, "min": 2}),
    ("edge_ngrams(1, 64)", {"name": "edge_ngrams", "max": 64, "min": 1}),
    ("paths()", {"name": "paths", "delimiter": "/"}),
    ("paths(':')", {"name": "paths", "delimiter": ":"}),
    ("lowercase()", {"name": "lowercase"}),
    ("casefold()", {"name": "casefold", "turkish": False}),
    ("casefold(turkish=True)", {"name": "casefold", "turkish": True}),
    ("nfkc()", {"name": "nfkc"}),
    ("fold_accents()", {"name": "fold_accents"}),
    ("elision('french')", {"name": "elision", "articles": "french"}),
    ("elision(['d', 'l'])", {"name": "elision", "articles": ["d", "l"]}),
    ("elision([])", {"name": "elision", "articles": []}),
    ("possessive()", {"name": "possessive"}),
    ("stop(['a', 'the'])", {"name": "stop", "words": ["a", "the"]}),
    ("stem('english')", {"name": "stem", "language": "english"}),
    ("light_stem('french')", {"name": "light_stem", "language": "french", "minimal": False}),
    (
        "light_stem('english', minimal=True)",
        {"name": "light_stem", "language": "english", "minimal": True},
    ),
    ("length()", {"name": "length", "min": 0}),
    ("length(2)", {"name": "length", "min": 2}),
    ("length(max=4)", {"name": "length", "max": 4, "min": 0}),
    ("word_ngrams(2, 32)", {"name": "ngrams", "max": 32, "min": 2}),
    ("word_edge_ngrams(1, 256)", {"name": "edge_ngrams", "max": 256, "min": 1}),
    ("phonetic()", {"name": "phonetic", "keep_original": False}),
    ("phonetic(keep_original=True)", {"name": "phonetic", "keep_original": True}),
    ("synonyms()", {"name": "synonyms"}),
    ("synonyms(groups=[['car', 'auto']])", {"name": "synonyms", "groups": [["car", "auto"]]}),
    (
        "synonyms(rules=[[['tv', 'telly'], ['television']]])",
        {"name": "synonyms", "rules": [[["tv", "telly"], ["television"]]]},
    ),
    ("keywords(['news'])", {"name": "keywords", "words": ["news"]}),
    ("compounds(['haus'])", {"name": "compounds", "min": 3, "words": ["haus"]}),
    (
        "compounds(['haus'], min=4, language='german')",
        {"name": "compounds", "language": "german", "min": 4, "words": ["haus"]},
    ),
    ("hyphens()", {"name": "hyphens"}),
    (
        "shingles(2, 2)",
        {
            "name": "shingles",
            "longest": False,
            "max": 2,
            "min": 2,
            "separator": " ",
            "unigrams": True,
        },
    ),
    (
        "shingles(2, 3, separator='', unigrams=False, longest=True)",
        {
            "name": "shingles",
            "longest": True,
            "max": 3,
            "min": 2,
            "separator": "",
            "unigrams": False,
        },
    ),
]
NAMES = {name: getattr(analysis, name) for name in analysis.__all__}


def analyzer_of(step):
    return Analyzer(step) if isinstance(step, Tokenizer) else words() | step


@pytest.mark.parametrize(("code", "stored"), STEPS, ids=[code for code, _ in STEPS])
def test_a_step_prints_as_it_is_written_and_comes_back_from_json(code, stored):
    step = eval(code, NAMES)
    again = analyzer_of(step).from_json(json.dumps(analyzer_of(step).to_json()))
    assert (repr(step), step.to_json()) == (code, stored)
    assert (again, hash(again)) == (analyzer_of(step), hash(analyzer_of(step)))
    assert pickle.loads(pickle.dumps(step)) == step


@pytest.mark.parametrize("code", [code for code, _ in STEPS])
def test_the_core_takes_every_step(code):
    for token in analyzer_of(eval(code, NAMES)).tokens("The wi-fi, l'été: 東京"):
        assert token.term


def test_every_step_is_tried():
    tried = {(type(eval(code, NAMES)), stored["name"]) for code, stored in STEPS}
    known = {(step, name) for step in (Tokenizer, Filter) for name in step.KNOWN}
    assert known - tried == {(Tokenizer, "component"), (Filter, "component")}


@pytest.mark.parametrize("step", [Tokenizer, Filter])
def test_a_component_is_stored_by_its_name(step):
    plain, with_options = (
        step("component", component="python:lemma"),
        step("component", component="nltk:X", options='{"a": 1}'),
    )
    assert plain.to_json() == {"name": "component", "component": "python:lemma"}
    assert with_options.to_json()["options"] == '{"a": 1}'
    assert [eval(repr(each), NAMES) for each in (plain, with_options)] == [plain, with_options]


def test_a_parameter_that_json_leaves_out_has_its_default():
    data = {"tokenizer": {"name": "paths"}, "filters": [{"name": "length", "max": None}]}
    assert Analyzer.from_json(data) == paths() | length()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: words(keep="C++"), "tokenizer 'words': keep: expected a list of words without"),
        (lambda: words(keep=["New York"]), "without white space, got ['New York']"),
        (lambda: words(keep=[""]), "without white space, got ['']"),
        (lambda: words(segment="bigram"), "no way to segment 'bigram'; did you mean 'bigrams'?"),
        (lambda: regex(""), "pattern: expected a text that is not empty, got ''"),
        (lambda: regex("("), 'the pattern "(" cannot be used'),
        (lambda: regex(r"(?=a)"), "cannot be used"),
        (lambda: regex("a", gaps=1), "gaps: expected True or False, got 1"),
        (lambda: ngrams(0, 2), "min: expected a whole number from 1 to 64, got 0"),
        (lambda: ngrams(1, 65), "max: expected a whole number from 1 to 64, got 65"),
        (lambda: ngrams(True, 2), "from 1 to 64, got True"),
        (lambda: edge_ngrams(3, 2), "tokenizer 'edge_ngrams': max is at least min, got 3 and 2"),
        (lambda: paths("::"), "delimiter: expected one character, got '::'"),
        (lambda: paths("\ud800"), "expected one character"),
        (lambda: casefold(turkish="yes"), "turkish: expected True or False, got 'yes'"),
        (lambda: elision("dutch"), "no articles of 'dutch'; known: catalan, french, irish"),
        (lambda: elision([3]), "expected a list of texts that are not empty, got [3]"),
        (lambda: stop(["\ud800"]), "stop words are"),
        (lambda: light_stem("english"), "no light stemmer for the language 'english'"),
        (lambda: light_stem("russian", minimal=True), "no minimal stemmer for the language"),
        (lambda: light_stem(3), "language: expected a text that is not empty, got 3"),
        (lambda: length(-1), "min: expected a whole number from 0 to 65535, got -1"),
        (lambda: length(5, 4), "max is at least min, got 5 and 4"),
        (lambda: length(2.0), "from 0 to 65535, got 2.0"),
        (lambda: word_ngrams(1, 33), "from 1 to 32, got 33"),
        (lambda: word_edge_ngrams(1, 257), "from 1 to 256, got 257"),
        (lambda: synonyms(groups="car"), "groups: expected lists of words, got 'car'"),
        (lambda: synonyms(groups=[["car"]]), "a group has two words at least, got ['car']"),
        (lambda: synonyms(groups=[["car", 3]]), "expected a text that is not empty, got 3"),
        (lambda: synonyms(rules=["tv"]), "expected pairs of words, left and right, got 'tv'"),
        (lambda: synonyms(rules=[(["tv"], [])]), "expected a list of words, got an empty one"),
        (lambda: synonyms("car, auto\n\nbus"), "line 3 of the synonyms: a group has two words"),
        (lambda: synonyms("a => b => c"), "line 1 of the synonyms: expected one => at most"),
        (lambda: synonyms("tv => "), "line 1 of the synonyms: expected a text that is not empty"),
        (lambda: synonyms([3]), "line 1 of the synonyms: expected a text, got 3"),
        (lambda: shingles(1, 2), "min: expected a whole number from 2 to 8, got 1"),
        (lambda: shingles(3, 2), "filter 'shingles': max is at least min, got 3 and 2"),
        (lambda: shingles(separator=3), "separator: expected a text that is not empty, got 3"),
        (lambda: keywords("news"), "words: expected a list of texts that are not empty"),
        (lambda: compounds(["haus"], min=0), "min: expected a whole number from 1 to 256"),
        (lambda: compounds(["haus"], language="danish"), "no linking letters of 'danish'"),
        (lambda: Filter("component"), "filter 'component' needs the parameter 'component'"),
        (lambda: Tokenizer("component", component=""), "expected a text that is not empty"),
    ],
)
def test_a_wrong_parameter_is_refused_when_the_step_is_made(make, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is checked below
        make()
    assert message in str(caught.value)


def known_to_the_core(stored):
    """What a message of the core lists behind "known: "."""
    from searchlib import _native

    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is returned
        _native.Analyzer(json.dumps(stored))
    return tuple(str(caught.value).split("known: ")[1].split(", "))


@pytest.mark.parametrize(
    ("listed", "name", "params"),
    [
        (STEM_LANGUAGES, "stem", {"language": "?"}),
        (LIGHT_STEM_LANGUAGES, "light_stem", {"language": "?"}),
        (MINIMAL_STEM_LANGUAGES, "light_stem", {"language": "?", "minimal": True}),
        (ELISION_LANGUAGES, "elision", {"articles": "?"}),
        (COMPOUND_LANGUAGES, "compounds", {"words": [], "language": "?"}),
    ],
)
def test_the_languages_of_a_filter_are_those_of_the_core(listed, name, params):
    filters = [{"name": name, **params}]
    assert known_to_the_core({"tokenizer": {"name": "words"}, "filters": filters}) == listed


def test_the_names_of_filters_are_those_of_the_core():
    stored = {"tokenizer": {"name": "words"}, "filters": [{"name": "?"}]}
    assert set(known_to_the_core(stored)) == set(Filter.KNOWN) - {"component"}


def test_the_names_of_tokenizers_are_those_of_the_core():
    names = {name.strip('"') for name in known_to_the_core({"tokenizer": {"name": "?"}})}
    assert names == set(Tokenizer.KNOWN) - {"component"}


@pytest.mark.parametrize("segment", SEGMENTS)
def test_the_core_knows_every_way_to_segment(segment):
    assert Analyzer(words(segment=segment)).tokens("東京")


def test_lines_and_values_of_synonyms_are_one():
    lines = """
    # vehicles
    car, motor   car, car
    tv, telly => television, tele\\,vision
    """
    assert synonyms(lines) == synonyms(
        groups=[["car", "motor car"]], rules=[(["tv", "telly"], ["television", "tele,vision"])]
    )
    assert synonyms(["a, b"], rules=[("c", "d")]) == synonyms("a, b\nc => d")


def test_where_all_filters_fold_a_prefix_is_folded_by_all():
    analyzer = words() | nfkc() | casefold() | fold_accents() | light_stem("hindi", minimal=True)
    assert analyzer.of_prefixes() == analyzer


def test_a_prefix_is_folded_by_what_stands_before_the_first_filter_that_does_more():
    analyzer = words() | nfkc() | lowercase() | stop(["the"]) | fold_accents() | stem("french")
    assert analyzer.of_prefixes() == words() | nfkc() | lowercase() | fold_accents()
    assert (words() | possessive() | lowercase()).of_prefixes() == Analyzer(words())


def test_a_query_looks_for_the_longest_grams_of_a_word():
    analyzer = words() | lowercase() | word_edge_ngrams(1, 4)
    typed = analyzer.of_queries()
    assert [each.term for each in typed.tokens("Wi windows")] == ["wi", "wind"]
    assert (words() | lowercase()).of_queries() == words() | lowercase()


def test_terms_of_one_word_share_its_position():
    analyzer = whitespace() | hyphens() | synonyms("wifi, wlan") | phonetic(keep_original=True)
    places = {(token.position, token.start, token.end) for token in analyzer.tokens("a wi-fi")}
    assert places == {(0, 0, 1), (1, 2, 7)}


def test_functions_of_one_name_are_not_there_for_both_kinds():
    assert (ngrams(1, 2), word_ngrams(1, 2)) == (
        Tokenizer("ngrams", min=1, max=2),
        Filter("ngrams", min=1, max=2),
    )
    assert [type(each) for each in (letters(), urls(), whole(), possessive())] == [
        *[Tokenizer] * 3,
        Filter,
    ]
