"""Synonyms of several words and shingles, as a user meets them."""

import pytest

import searchlib
from searchlib import Analyzer, Keyword, Schema, Text, analysis
from searchlib.analysis import (
    lowercase,
    python,
    shingles,
    stem,
    stop,
    synonyms,
    whitespace,
    words,
)

USA = words() | lowercase() | synonyms("usa, united states of america\nnyc => new york city")
DOCUMENTS = {
    "short": "The USA today is big.",
    "long": "The United States of America today, united.",
    "rule": "An NYC subway.",
    "right": "The New York City subway.",
    "apart": "A new city in York.",
}


@pytest.fixture
def index():
    schema = Schema(id=Keyword(key=True), title=Text(), body=Text(analyzer=USA))
    with searchlib.in_memory(schema) as index:
        index.upsert({"id": key, "body": text} for key, text in DOCUMENTS.items())
        yield index


def found(index, query, **options):
    return {
        hit.key: hit.highlight("body", format="plain")[0] for hit in index.search(query, **options)
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("usa", {"short": "The **USA** today is big.",
                 "long": "The **United States of America** today, united."}),
        ('"usa today"', {"short": "The **USA today** is big.",
                         "long": "The **United States of America today**, united."}),
        ('"the united states of america"', {"short": "**The USA** today is big.",
                                    "long": "**The United States of America** today, united."}),
        ('"usa united"', {}),
        ('"united today"', {}),
        ('"states of america today"', {"long": "The United **States of America today**, united."}),
        ('"nyc subway"', {"rule": "An **NYC subway**.", "right": "The **New York City subway**."}),
        ('"new york city subway"', {"rule": "An **NYC subway**.",
                                    "right": "The **New York City subway**."}),
        ('"york city"', {"right": "The New **York City** subway."}),
        ("body:nyc", {"rule": "An **NYC** subway.", "right": "The **New York City** subway."}),
        ("subway -usa -nyc", {}),
    ],
)  # fmt: skip
def test_both_sides_of_a_synonym_find_each_other(index, query, expected):
    assert found(index, query) == expected


@pytest.mark.parametrize("query", ["united states of america", "+united +states +of +america"])
def test_words_side_by_side_are_a_synonym_too(index, query):
    assert found(index, query, operator="and") == {
        "long": "The **United** **States** **of** **America** today, **united**.",
        "short": "The **USA** today is big.",
    }
    assert set(found(index, query)) >= {"long", "short"}


def test_what_stands_beside_a_synonym_is_still_required(index):
    assert set(found(index, "big united states of america", operator="and")) == {"short"}
    assert set(found(index, "new york city an", operator="and")) == {"rule"}


def test_words_of_a_synonym_that_are_not_side_by_side_are_themselves(index):
    assert set(found(index, "york new city", operator="and")) == {"right", "apart"}


def test_a_form_of_the_words_counts_as_the_filters_before_leave_it():
    analyzer = words() | lowercase() | stem("english") | synonyms("tv set, televis") | stop(["set"])
    said = [[token.term for token in each] for each in analyzer.readings("Televisions")]
    assert said == [["televis"], ["tv"]]
    assert [token.form for token in analyzer.readings("two TV sets")[1]] == ["two", "TV sets"]


def test_filters_behind_work_on_every_reading():
    analyzer = words() | lowercase() | synonyms("nyc, new york city") | stem("english")
    assert [[token.term for token in each] for each in analyzer.readings("nyc")] == [
        ["nyc"],
        ["new", "york", "citi"],
    ]
    backward = words() | synonyms("nyc, new york") | python("backward", lambda form: form[::-1])
    assert [[token.term for token in each] for each in backward.readings("nyc")] == [
        ["cyn"],
        ["wen", "kroy"],
    ]


def test_an_analyzer_without_them_has_one_reading():
    analyzer = analysis.analyzer_named("english")
    assert not analyzer.has_readings
    assert analyzer.readings("Wind farms") == [analyzer.tokens("Wind farms")]


def test_readings_are_bounded():
    assert len(USA.readings("usa nyc " * 20)) == 64


def test_shingles_are_searched_marked_and_shown():
    analyzer = words() | lowercase() | shingles(2, 3, separator="+")
    tokens = analyzer.tokens("New York City")
    assert [(token.position, token.term, token.form) for token in tokens] == [
        (0, "new", "New"),
        (0, "new+york", "New York"),
        (0, "new+york+city", "New York City"),
        (1, "york", "York"),
        (1, "york+city", "York City"),
        (2, "city", "City"),
    ]
    with searchlib.in_memory(Schema(id=Keyword(key=True), body=Text(analyzer=analyzer))) as index:
        index.upsert([{"id": "a", "body": ["In New York City, now.", "York"]}])
        for query, marked in [
            ('"new york"', "In **New York** City, now."),
            ('"in new york city now"', "**In New York City, now**."),
            ("york", "In New **York** City, now."),
            ("cit*", "In New York **City**, now."),
        ]:
            (hit,) = index.search(query)
            assert hit.highlight("body", format="plain")[0] == marked
        assert not list(index.search('"now york"'))  # values stay apart


def test_shingles_alone_are_asked_by_phrases():
    analyzer = words() | lowercase() | shingles(2, unigrams=False)
    with searchlib.in_memory(Schema(id=Keyword(key=True), body=Text(analyzer=analyzer))) as index:
        index.upsert([{"id": "a", "body": "New York City"}])
        assert [hit.key for hit in index.search('"new york city"')] == ["a"]
        assert not list(index.search("york"))


def test_components_in_python_stand_before_and_behind_shingles():
    asked = []

    def counted(form):
        asked.append(form)
        return form.upper()

    analyzer = words() | python("upper", counted) | shingles() | python("dots", lambda f: f + ".")
    with searchlib.in_memory(Schema(id=Keyword(key=True), body=Text(analyzer=analyzer))) as index:
        index.upsert({"id": str(n), "body": "the wind the sea"} for n in range(3))
        (hit,) = index.search('"wind the sea"', limit=1)
        assert hit.highlight("body", format="plain") == ["the **wind the sea**"]
    assert sorted(asked) == ["sea", "the", "wind"]
    terms = [token.term for token in analyzer.tokens("the wind")]
    assert terms == ["THE.", "THE WIND.", "WIND."]


def test_an_analyzer_has_shingles_once():
    with pytest.raises(ValueError, match="'shingles' at most once"):
        Analyzer(whitespace()) | shingles() | shingles()


def test_an_index_on_disk_keeps_them(tmp_path):
    schema = Schema(id=Keyword(key=True), body=Text(analyzer=USA | shingles(2, 3)))
    with searchlib.create(tmp_path / "index", schema) as index:
        for key, text in DOCUMENTS.items():
            index.upsert({"id": key, "body": text})
        with index.writer() as writer:
            writer.merge()
    with searchlib.open(tmp_path / "index") as index:
        assert index.schema == schema
        assert set(found(index, '"usa today"')) == {"short", "long"}
        assert set(found(index, "subwa*")) == {"rule", "right"}
