"""Which schemas are there, how are they stored, and which are refused."""

import json
import pickle
import subprocess
import sys

import pytest

from searchlib.analysis import Analyzer, analyzer_named, lowercase, words
from searchlib.errors import SchemaError, UnknownFieldError
from searchlib.schema import Boolean, Date, FieldKind, Keyword, Number, Schema, Text

NEWS = Schema(
    id=Keyword(key=True),
    title=Text(analyzer="english", boost=2.0),
    body=Text(analyzer="english"),
    source=Keyword(),
    date=Date(),
    words=Number(),
    seen=Boolean(stored=False),
)


def test_a_schema_is_a_mapping_in_declared_order():
    assert list(NEWS) == ["id", "title", "body", "source", "date", "words", "seen"]
    assert (NEWS.names, len(NEWS)) == (tuple(NEWS), 7)
    assert NEWS["title"] == Text(analyzer="english", boost=2.0)
    assert ("title" in NEWS, "titel" in NEWS, NEWS.get("titel")) == (True, False, None)


def test_a_schema_knows_its_key_its_numbers_and_its_text_fields():
    assert (NEWS.key, NEWS.key_number, NEWS.text_fields) == ("id", 0, ("title", "body"))
    assert [NEWS.number(name) for name in NEWS] == list(range(7))
    assert (Schema(a=Text()).key, Schema(a=Text()).key_number) == (None, None)


@pytest.mark.parametrize("look_up", [NEWS.number, NEWS.__getitem__])
def test_an_unknown_field_is_named_with_the_nearest(look_up):
    with pytest.raises(UnknownFieldError, match="did you mean 'title'") as caught:
        look_up("titel")
    assert (caught.value.field, caught.value.known) == ("titel", NEWS.names)


def test_the_core_is_told_name_kind_stored_and_analyzer():
    english = analyzer_named("english")
    assert NEWS.native_fields() == [
        ("id", 2, True, ()),
        ("title", 1, True, (english,)),
        ("body", 1, True, (english,)),
        ("source", 2, True, ()),
        ("date", 4, True, ()),
        ("words", 3, True, ()),
        ("seen", 5, False, ()),
    ]
    assert all(type(kind) is int for _, kind, _, _ in NEWS.native_fields())


def test_the_numbers_of_the_kinds_are_those_on_disk():
    assert {kind.name: int(kind) for kind in FieldKind} == {
        "TEXT": 1,
        "KEYWORD": 2,
        "NUMBER": 3,
        "DATE": 4,
        "BOOLEAN": 5,
    }


def test_schemas_are_equal_where_fields_and_order_are():
    assert Schema(a=Text(), b=Number()) == Schema(a=Text(boost=1), b=Number())
    assert hash(Schema(a=Text())) == hash(Schema(a=Text(analyzer=words() | lowercase())))
    assert Schema(a=Text(), b=Number()) != Schema(b=Number(), a=Text())
    assert Schema(a=Text()) != Schema(a=Text(stored=False))
    assert Schema(a=Text()) != {"a": Text()}


def test_a_tokenizer_alone_is_an_analyzer():
    assert Text(analyzer=words()) == Text(analyzer=Analyzer(words()))


def test_a_schema_with_a_word_of_python_as_a_name_prints_as_it_is_written():
    schema = Schema.from_fields({"class": Text(), "None": Number()})
    assert eval(repr(schema)) == schema


def test_a_schema_never_changes():
    with pytest.raises(AttributeError, match="never changes"):
        NEWS.key = "title"
    with pytest.raises(AttributeError, match="never changes"):
        del NEWS._fields
    with pytest.raises(AttributeError):
        NEWS["title"].boost = 3.0


def test_a_schema_prints_as_it_is_written():
    assert repr(NEWS) == (
        "Schema(id=Keyword(key=True), title=Text(analyzer='english', boost=2.0), "
        "body=Text(analyzer='english'), source=Keyword(), date=Date(), words=Number(), "
        "seen=Boolean(stored=False))"
    )
    dotted = Schema.from_fields({"dc.title": Text(), "self": Number()})
    assert eval(repr(dotted)) == dotted
    assert eval(repr(NEWS)) == NEWS


def test_a_schema_survives_json_and_pickling():
    assert Schema.from_json(NEWS.to_json()) == NEWS
    assert Schema.from_json(json.dumps(NEWS.to_json())) == NEWS
    assert pickle.loads(pickle.dumps(NEWS)) == NEWS


def test_the_json_of_a_schema_is_this():
    schema = Schema(id=Keyword(key=True), title=Text(), year=Number(stored=False))
    assert schema.to_json() == {
        "fields": [
            {"name": "id", "kind": "keyword", "key": True, "stored": True, "boost": 1.0},
            {
                "name": "title",
                "kind": "text",
                "analyzer": {"tokenizer": {"name": "words"}, "filters": [{"name": "lowercase"}]},
                "stored": True,
                "boost": 1.0,
            },
            {"name": "year", "kind": "number", "stored": False},
        ]
    }


def test_a_schema_written_by_hand_may_leave_options_out_and_name_an_analyzer():
    text = '{"fields": [{"name": "title", "kind": "text", "analyzer": "english"}]}'
    assert Schema.from_json(text) == Schema(title=Text(analyzer="english"))


def from_json(**field):
    return lambda: Schema.from_json({"fields": [field]})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Schema(), "a schema needs at least one field"),
        (lambda: Schema(a=Text), "field 'a' is one of Text(), Keyword(), Number(), Date(), Bool"),
        (lambda: Schema(a="text"), "got 'text'"),
        (lambda: Schema.from_fields({"1a": Text()}), "starts with a letter or '_', got '1a'"),
        (lambda: Schema.from_fields({"": Text()}), "got ''"),
        (lambda: Schema.from_fields({3: Text()}), "got 3"),
        (lambda: Schema.from_fields({"naïve": Text()}), "got 'naïve'"),
        (lambda: Schema.from_fields({"a\n": Text()}), r"got 'a\n'"),
        (lambda: Schema.from_fields([Text()]), "a mapping from names to fields, got [Text()]"),
        (lambda: Schema(a=Keyword(key=True), b=Keyword(key=True)), "the key, got a, b"),
        (lambda: Keyword(key=True, stored=False), "a key is stored"),
        (lambda: Text(boost=0), "boost is a number from 0.000001 to 1000000, got 0"),
        (lambda: Text(boost=-1.5), "got -1.5"),
        (lambda: Text(boost=float("nan")), "got nan"),
        (lambda: Text(boost=10**400), "boost is a number from"),
        (lambda: Text(boost=True), "got True"),
        (lambda: Keyword(boost="2"), "got '2'"),
        (lambda: Number(stored=1), "stored is True or False, got 1"),
        (lambda: Text(analyzer="englisch"), "unknown analyzer 'englisch'; did you mean 'english'"),
        (lambda: Text(analyzer=lowercase()), "a name or an Analyzer, got lowercase()"),
        (lambda: Schema.from_json("{"), "a schema is JSON"),
        (lambda: Schema.from_json("[" * 10**5), "a schema is JSON"),
        (lambda: Schema.from_json("[]"), 'an object with a list "fields", got []'),
        (lambda: Schema.from_json({"fields": {}}), 'a list "fields"'),
        (lambda: Schema.from_json({"fields": [], "key": "a"}), "a schema has no 'key'"),
        (lambda: Schema.from_json({"fields": []}), "at least one field"),
        (lambda: Schema.from_json({"fields": ["a"]}), 'a field is an object with a "name"'),
        (from_json(name="a"), "field 'a' has the kind None; known: text, keyword, number, date"),
        (from_json(name="a", kind=["text"]), "has the kind ['text']"),
        (from_json(name="a", kind="text", key=True), "field 'a' has no 'key'"),
        (from_json(name="a", kind="text", boots=2.0), "did you mean 'boost'"),
        (from_json(name="a", kind="text", boost="2"), "field 'a': boost is a number from"),
        (from_json(name="a", kind="text", analyzer={}), "field 'a': a tokenizer is an object"),
        (from_json(name="a", kind="text", analyzer=[]), "field 'a': analyzer is a name"),
        (from_json(name="a b", kind="text"), "got 'a b'"),
        (
            lambda: Schema.from_json({"fields": [{"name": "a", "kind": "date"}] * 2}),
            "two fields are named 'a'",
        ),
    ],
)
def test_a_schema_that_cannot_be_is_refused_when_it_is_made(make, message):
    with pytest.raises(SchemaError) as caught:
        make()
    assert message in str(caught.value)


def test_importing_the_schema_imports_no_optional_library():
    code = (
        "import sys, searchlib.schema; "
        "print(*{'nltk', 'click', 'rich', 'numpy', 'difflib'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
