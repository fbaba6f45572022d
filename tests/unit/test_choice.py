"""A field whose documents choose among analyzers: by another field, or by their language."""

import json
import pickle

import pytest

import searchlib
from searchlib import ComponentError, Keyword, Schema, SchemaError, Text
from searchlib.analysis import (
    ByField,
    ByLanguage,
    analyzer_named,
    lowercase,
    python,
    stop,
    synonyms,
    words,
)
from searchlib.analysis import choice as module

LANGUAGES = {"de": "german", "en": "english", "fr": "french"}
DOCUMENTS = [
    {"id": "de", "language": "de", "body": "Die Häuser an den Flüssen sind alt."},
    {"id": "en", "language": "en", "body": "Old houses stand along the running rivers."},
    {"id": "fr", "language": "fr", "body": "L’avion vole au-dessus des maisons."},
    {"id": "xx", "language": "xx", "body": "Houses and Häuser, as they are."},
    {"id": "none", "body": ["houses", "nothing else"]},
    {"id": "empty", "language": "de"},
]


def schema(analyzer, **options):
    return Schema(id=Keyword(key=True), language=Keyword(), body=Text(analyzer=analyzer, **options))


@pytest.fixture
def index():
    with searchlib.in_memory(schema(ByField("language", LANGUAGES))) as index:
        index.upsert(DOCUMENTS)
        yield index


def found(index, query, **options):
    return {
        hit.key: hit.highlight("body", format="plain")[0] for hit in index.search(query, **options)
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("haus", {"de": "Die **Häuser** an den Flüssen sind alt."}),
        ("Häuser", {"de": "Die **Häuser** an den Flüssen sind alt.",
                    "xx": "Houses and **Häuser**, as they are."}),
        ("avion", {"fr": "L’**avion** vole au-dessus des maisons."}),
        ("house", {"en": "Old **houses** stand along the running rivers."}),
        ('"run river"', {"en": "Old houses stand along the **running rivers**."}),
        ('"den fluss"', {"de": "Die Häuser an **den Flüssen** sind alt."}),
        ("houses -old", {"xx": "**Houses** and Häuser, as they are.", "none": "**houses**"}),
        ("häus*", {"de": "Die **Häuser** an den Flüssen sind alt.",
                   "xx": "Houses and **Häuser**, as they are."}),
    ],
)  # fmt: skip
def test_each_document_is_found_and_marked_in_its_own_language(index, query, expected):
    assert {key: text.replace("**L’avion**", "L’**avion**") for key, text in
            found(index, query).items()} == expected  # fmt: skip


def test_a_filter_on_the_field_narrows_to_one_language(index):
    assert set(found(index, "houses", filter="language:en")) == {"en"}


def test_it_is_kept_on_disk_and_through_merges(tmp_path):
    made = schema(ByField("language", LANGUAGES))
    with searchlib.create(tmp_path / "index", made) as index:
        for document in DOCUMENTS:
            index.upsert(document)
        with index.writer() as writer:
            writer.merge()
    with searchlib.open(tmp_path / "index") as index:
        assert index.schema == made
        assert set(found(index, "haus")) == {"de"}
        assert index.check().ok


@pytest.mark.parametrize(
    ("code", "stored"),
    [
        ("ByField('language', {'de': 'german'})", {"by_field": "language"}),
        (
            "ByField('language', {'de': 'german'}, default='english')",
            {"by_field": "language"},
        ),
        ("ByLanguage({'de': 'german', 'en': 'english'})", {"by_language": "py3langid"}),
    ],
)
def test_a_choice_is_a_value_that_prints_and_is_stored(code, stored):
    made = eval(code)
    data = json.loads(json.dumps(made.to_json()))
    assert (repr(made), data["analyzers"]["de"]) == (code, analyzer_named("german").to_json())
    assert {name: data[name] for name in stored} == stored
    again = Schema.from_json(json.dumps(schema(made).to_json()))
    assert again == schema(made)
    assert hash(again["body"].analyzer) == hash(made)
    assert pickle.loads(pickle.dumps(made)) == made
    assert repr(schema(made)["body"]) == f"Text(analyzer={code})"


def test_names_stand_in_a_schema_written_by_hand():
    data = {"by_field": "language", "analyzers": {"de": "german"}, "default": "english"}
    fields = [
        {"name": "language", "kind": "keyword"},
        {"name": "b", "kind": "text", "analyzer": data},
    ]
    read = Schema.from_json({"fields": fields})
    assert read["b"].analyzer == ByField("language", {"de": "german"}, default="english")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ByField("", {"de": "german"}), "the name of a keyword field, got ''"),
        (lambda: ByField("language", {}), "expected names with their analyzers"),
        (lambda: ByField("language", "de"), "expected names with their analyzers"),
        (lambda: ByField("language", {"de": "germn"}), "did you mean 'german'"),
        (lambda: ByField("language", {"de": 3}), "analyzer is a name or an Analyzer, got 3"),
        (lambda: ByLanguage({"de": "german"}), "a language is one of two at least"),
        (
            lambda: Schema(body=Text(analyzer=ByField("language", LANGUAGES))),
            "field 'body' goes by 'language', which must be a stored Keyword(); got no such field",
        ),
        (
            lambda: Schema(language=Text(), body=Text(analyzer=ByField("language", LANGUAGES))),
            "must be a stored Keyword(); got Text()",
        ),
        (
            lambda: Schema(
                language=Keyword(stored=False), body=Text(analyzer=ByField("language", LANGUAGES))
            ),
            "must be a stored Keyword(); got Keyword(stored=False)",
        ),
        (
            lambda: Schema.from_json({"fields": [{"name": "b", "kind": "text", "analyzer":
                {"by": "x", "analyzers": {"de": "german"}}}]}),
            'a choice among analyzers has "by_field"',
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused(make, message):
    with pytest.raises((ValueError, SchemaError)) as caught:  # the message is checked
        make()
    assert message in str(caught.value)


def test_analyzers_that_drop_words_or_know_synonyms_keep_their_own_readings():
    choice = ByField(
        "language",
        {
            "en": words() | lowercase() | stop(["the"]),
            "us": words() | synonyms("usa, united states"),
        },
    )
    with searchlib.in_memory(schema(choice)) as index:
        index.upsert([
            {"id": "en", "language": "en", "body": "in the sea"},
            {"id": "us", "language": "us", "body": "the united states"},
            {"id": "xx", "body": "in the usa"},
        ])  # fmt: skip
        assert set(found(index, '"in the sea"')) == {"en"}
        assert set(found(index, "usa")) == {"us", "xx"}
        assert set(found(index, "united states", operator="and")) == {"us", "xx"}


def test_a_component_may_be_among_them(tmp_path):
    backward = words() | python("backward", lambda form: form[::-1])
    choice = ByField("language", {"xx": backward})
    with searchlib.create(tmp_path / "index", schema(choice)) as index:
        index.upsert(DOCUMENTS)
        assert set(found(index, "houses")) == {"en", "none"}
        assert set(found(index, "Häuser")) == {"de", "xx"}
    missing = pytest.raises(ComponentError, match="'python:backward' was not handed over")
    with searchlib.open(tmp_path / "index") as index, missing:
        index.search("houses")[0]
    components = {"backward": lambda form: form[::-1]}
    with searchlib.open(tmp_path / "index", components=components) as index:
        assert set(found(index, "Häuser")) == {"de", "xx"}


def test_the_language_of_a_text_is_found():
    pytest.importorskip("py3langid", reason="the extra 'languages' is not installed")
    made = Schema(id=Keyword(key=True), body=Text(analyzer=ByLanguage(LANGUAGES)))
    with searchlib.in_memory(made) as index:
        index.upsert([
            {"id": each["id"], "body": each.get("body")} for each in DOCUMENTS
        ] + [{"id": "digits", "body": "1 2 3"}])  # fmt: skip
        assert set(found(index, "haus")) == {"de"}
        assert found(index, "house")["en"] == "Old **houses** stand along the running rivers."
        assert set(found(index, "2")) == {"digits"}


def test_a_language_that_the_library_does_not_know_is_named():
    pytest.importorskip("py3langid", reason="the extra 'languages' is not installed")
    choice = ByLanguage({"german": "german", "en": "english"})
    unknown = pytest.raises(ComponentError, match="does not know the languages german; known: ")
    with searchlib.in_memory(Schema(body=Text(analyzer=choice))) as index, unknown:
        index.writer().add({"body": "Wind"})


def test_without_the_library_documents_are_refused_and_queries_answered(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    module._detector.cache_clear()
    monkeypatch.setattr(module, "import_module", missing)
    with searchlib.in_memory(Schema(body=Text(analyzer=ByLanguage(LANGUAGES)))) as index:
        assert list(index.search("wind")) == []
        with pytest.raises(ComponentError, match=r"pip install 'searchlib\[languages\]'"):
            index.writer().add({"body": "Wind"})
