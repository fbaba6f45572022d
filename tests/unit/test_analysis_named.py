"""The analyzers that have a name: what they are made of, and what they find."""

import json
import pickle

import pytest

from searchlib import Keyword, Schema, Text, in_memory
from searchlib.analysis import (
    NAMED,
    STEM_LANGUAGES,
    Analyzer,
    analyzer_named,
    letters,
    lowercase,
    whole,
    words,
)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_named_analyzer_survives_json_and_pickling(name):
    analyzer = analyzer_named(name)
    assert Analyzer.from_json(json.dumps(analyzer.to_json())) == analyzer
    assert pickle.loads(pickle.dumps(analyzer)) == analyzer


def test_those_that_are_no_language():
    assert NAMED["standard"] == words() | lowercase()
    assert NAMED["simple"] == letters() | lowercase()
    assert NAMED["keyword"] == Analyzer(whole())


def test_no_named_analyzer_leaves_words_out():
    filters = {each.name for analyzer in NAMED.values() for each in analyzer.filters}
    assert filters & {"stop", "length"} == set()


def test_a_language_has_the_stemmer_of_its_name():
    variants = {"dutch_porter", "earlymodernenglish", "lovins", "porter"}
    stemmers = [
        (name, step.name, step.param("language"))
        for name, analyzer in NAMED.items()
        for step in analyzer.filters
        if step.name in ("stem", "light_stem")
    ]
    assert {name for name, _, language in stemmers if name != language} == set()
    snowball = {name for name, kind, _ in stemmers if kind == "stem"}
    assert snowball == set(STEM_LANGUAGES) - variants
    light = {name for name, kind, _ in stemmers if kind == "light_stem"}
    assert light == {"arabic", "bengali", "bulgarian", "hindi", "latvian", "persian"}


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("french", "avion l'avion L’avions d'avion"),
        ("italian", "arte dell'arte dell’arte"),
        ("catalan", "home l'home"),
        ("irish", "athair m'athair m’athair"),
        ("turkish", "DIŞ dış"),
        ("azerbaijani", "İZMİR izmir"),
        ("arabic", "مدرسة المدرسة"),
        ("persian", "كتاب کتاب کتاب‌ها"),
        ("hindi", "हिन्दी हिंदी"),
        ("bengali", "বই বইগুলো"),
        ("bulgarian", "град градът"),
        ("german", "Straße STRASSE strasse"),
        ("greek", "ΟΔΟΣ οδός"),
        ("korean", "ＷＩＮＤ wind"),
        ("english", "turbine turbine's TURBINES"),
    ],
)
def test_what_is_one_word_in_a_language(name, forms):
    assert len({token.term for token in NAMED[name].tokens(forms)}) == 1


def test_turkish_has_two_kinds_of_i():
    assert [token.term for token in NAMED["azerbaijani"].tokens("DIŞ DİŞ")] == ["dış", "diş"]


def test_autocomplete_finds_what_begins_as_typed_and_nothing_else():
    titles = ["Wind farms", "Water", "A windmill", "Élan vital"]
    with in_memory(Schema(id=Keyword(key=True), title=Text(analyzer="autocomplete"))) as index:
        index.upsert({"id": title, "title": title} for title in titles)
        found = {
            typed: {hit["id"] for hit in index.search(typed)}
            for typed in ["w", "wi", "windm", "wind fa", "el", "windmills"]
        }
    assert found == {
        "w": {"Wind farms", "Water", "A windmill"},
        "wi": {"Wind farms", "A windmill"},
        "windm": {"A windmill"},
        "wind fa": {"Wind farms", "A windmill"},
        "el": {"Élan vital"},
        "windmills": set(),
    }


@pytest.mark.parametrize(
    ("name", "text", "prefix"),
    [
        ("arabic", "المدرسة مدرسة", "مدرسة*"),
        ("hindi", "लड़कियों", "लड़कि*"),
        ("french", "Élèves", "élève*"),
        ("german", "Straßen", "straße*"),
        ("autocomplete", "Élan", "éla*"),
        ("autocomplete", "Élan", "ELA*"),
    ],
)
def test_a_prefix_finds_what_is_written_so(name, text, prefix):
    with in_memory(Schema(id=Keyword(key=True), body=Text(analyzer=name))) as index:
        index.upsert([{"id": "a", "body": text}])
        assert [hit["id"] for hit in index.search(prefix)] == ["a"]
