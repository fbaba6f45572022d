"""The schema inferred from records, and records made to fit a schema."""

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from searchlib import Boolean, Date, DocumentError, Keyword, Number, Schema, Text
from searchlib.cli.fit import Fitting
from searchlib.cli.infer import Inferred, infer_schema, text_schema
from searchlib.cli.problems import CommandError
from searchlib.cli.records import Record, read_records
from searchlib.cli.sources import Kind, Meter, Source

WIRE = Path(__file__).parents[2] / "fixtures/wire.jsonl"
NEWS = os.environ.get("SEARCHLIB_NEWS", "")  # path of a news.jsonl.gz with the fields tested below


def records(values: Iterable[dict[str, Any]], kind: Kind = Kind.LINES) -> list[Record]:
    return [Record("a.jsonl", line, each, kind) for line, each in enumerate(values, start=1)]


def inferred(*values: dict[str, Any], key: str | None = None, kind: Kind = Kind.LINES) -> Inferred:
    return infer_schema(records(values, kind), key=key, analyzer="standard")


def field(*values: Any, kind: Kind = Kind.LINES) -> object:
    """The field inferred for these values of one field."""
    found = inferred(*({"id": str(n), "field": v} for n, v in enumerate(values)), kind=kind)
    return found.schema["field"] if "field" in found.schema else found.left_out["field"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2.5, None], Number()),
        ([2**63 - 1, -(2**63)], Number()),
        ([2**63, 2**63], Keyword()),
        ([True, False, None, None], Boolean()),
        ([1, True], Text()),
        ([1, 1, True, True], Keyword()),
        (["2019-03-03", "", None], Date()),
        (["2019-03-03T10:15:00+01:00", "2019-03-03"], Date()),
        (["2019-03-03", "soon", "2019-03-03", "soon"], Keyword()),
        (["2019-02-30", "2019-02-30"], Keyword()),
        (["2019", "2020", "2021"], Text()),
        (["12", "12"], Keyword()),
        (["a", "b", "a", "b"], Keyword()),
        (["a", "b", "c", "a"], Text()),
        (["a" * 64, "a" * 64], Keyword()),
        (["a" * 65, "a" * 65], Text()),
        (["a\nb", "a\nb"], Text()),
        (["a", "a", "b" * 65], Text()),
        ([["a", "b"], ["c"], []], Keyword()),
        ([["a" * 65]], Text()),
        ([[1, 2]], Keyword()),
        ([None, ""], Text()),
        (["茶館", "茶館"], Keyword()),
    ],
)
def test_the_values_of_a_field_choose_its_kind(values: list[Any], expected: object) -> None:
    assert field(*values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-2.5", "", "1e3"], Number()),
        (["007", "007"], Keyword()),
        (["9223372036854775808"] * 2, Keyword()),
        (["1,5", "1,5"], Keyword()),
        (["true", "False", ""], Boolean()),
        (["2019-03-03"], Date()),
    ],
)
def test_the_texts_of_csv_may_be_numbers_and_booleans(values: list[str], expected: object) -> None:
    assert field(*values, kind=Kind.CSV) == expected


@pytest.mark.parametrize("value", [{"a": 1}, [{"a": 1}], [["a"]]])
def test_a_field_that_holds_objects_is_left_out(value: object) -> None:
    assert str(field("a", value)).startswith("holds objects")


def test_a_name_that_a_schema_cannot_take_is_left_out() -> None:
    found = inferred({"id": "a", "Erschienen am": "heute", "größe": 1})
    assert found.schema == Schema(id=Keyword(key=True))
    assert list(found.left_out) == ["Erschienen am", "größe"]


def test_title_and_body_are_text_whatever_they_hold_and_the_title_counts_twice() -> None:
    found = inferred({"title": "a", "body": 1}, {"title": "a", "body": 1})
    assert found.schema == Schema(title=Text(boost=2.0), body=Text())


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ([{"path": "p", "key": "k", "id": "i"}], "id"),
        ([{"path": "p", "key": "k"}], "key"),
        ([{"path": "p", "name": "k"}], "path"),
        ([{"name": "n"}], None),
        ([{"id": 17}], "id"),
        ([{"id": "a"}, {"id": ""}, {"id": "c"}], "id"),
        ([{"id": "a", "key": "b"}, {"key": "c"}, {"key": "d"}], "key"),
        ([{"id": {"a": 1}, "key": "b"}], "key"),
    ],
)
def test_id_key_or_path_is_the_key_if_most_records_have_it(
    values: list[dict[str, Any]], key: str | None
) -> None:
    assert inferred(*values).schema.key == key


def test_a_key_may_be_named() -> None:
    assert inferred({"id": "a", "url": "b"}, key="url").schema.key == "url"


def test_a_key_that_no_record_has_is_an_error_that_lists_the_fields() -> None:
    with pytest.raises(CommandError, match=r"--key uri: no record .*: id, url"):
        inferred({"id": "a", "url": "b"}, key="uri")


def test_the_fixture_has_the_schema_of_a_wire() -> None:
    found = infer_schema(_sample(WIRE), key=None, analyzer="english")
    assert found == Inferred(
        Schema(
            id=Keyword(key=True),
            title=Text(analyzer="english", boost=2.0),
            body=Text(analyzer="english"),
            date=Date(),
            source=Keyword(),
            words=Number(),
        ),
        {},
    )


@pytest.mark.skipif(not NEWS, reason="SEARCHLIB_NEWS names no news.jsonl.gz")
def test_the_news_corpus_has_the_schema_of_news() -> None:
    found = infer_schema(_sample(Path(NEWS)), key=None, analyzer="english")
    assert [(name, type(field)) for name, field in found.schema.items()] == [
        ("id", Keyword),
        ("title", Text),
        ("body", Text),
        ("date", Date),
        ("source", Keyword),
        ("topic", Keyword),
    ]


def _sample(path: Path) -> list[Record]:
    found = islice(read_records(Source(str(path), Kind.LINES, 0), Meter()), 1000)
    return [each for each in found if isinstance(each, Record)]


def test_records_without_a_field_that_a_schema_can_hold_are_an_error() -> None:
    with pytest.raises(CommandError, match="no field that a schema can hold; 'a': holds objects"):
        inferred({"a": {}})
    with pytest.raises(CommandError, match="no field that a schema can hold; all empty"):
        inferred({})


SCHEMA = Schema(
    id=Keyword(key=True), title=Text(), tags=Keyword(), size=Number(), open=Boolean(), date=Date()
)


def fitted(values: dict[str, Any], kind: Kind = Kind.LINES) -> dict[str, Any]:
    (record,) = records([values], kind)
    return Fitting(SCHEMA, lambda name, record: None).document(record)


@pytest.mark.parametrize(
    ("values", "document"),
    [
        ({"id": 17, "title": True}, {"id": "17", "title": "true"}),
        ({"id": "a", "tags": [1, None, "b"]}, {"id": "a", "tags": ["1", "b"]}),
        ({"id": "a", "date": "", "size": "", "open": ""}, {"id": "a"}),
        ({"id": "a", "title": "", "tags": None}, {"id": "a", "title": ""}),
        ({"id": "a", "size": "12"}, {"id": "a", "size": "12"}),
    ],
)
def test_values_of_json_become_text_where_text_is_wanted_and_nothing_else(
    values: dict[str, Any], document: dict[str, Any]
) -> None:
    assert fitted(values) == document


def test_values_of_csv_become_numbers_and_booleans_where_those_are_wanted() -> None:
    row = {"id": "7", "size": "12", "open": "True", "date": "2019-03-03"}
    assert fitted(row, Kind.CSV) == {"id": "7", "size": 12, "open": True, "date": "2019-03-03"}
    assert fitted({"id": "7", "size": "-1.5"}, Kind.CSV) == {"id": "7", "size": -1.5}


def test_a_value_that_does_not_fit_is_left_for_the_library_to_refuse() -> None:
    document = fitted({"id": "7", "size": "twelve", "open": "maybe"}, Kind.CSV)
    assert document == {"id": "7", "size": "twelve", "open": "maybe"}
    with pytest.raises(DocumentError):
        SCHEMA.row(document)


def test_the_path_of_a_text_file_is_the_key_whatever_the_key_is_called() -> None:
    values = {"path": "a.txt", "title": "Wind", "date": None}
    assert fitted(values, Kind.TEXT) == {"id": "a.txt", "title": "Wind"}
    assert text_schema("english").key == "path"


def test_an_unknown_field_is_named_once_with_the_record_it_is_first_in() -> None:
    named: list[tuple[str, int | None]] = []
    fitting = Fitting(SCHEMA, lambda name, record: named.append((name, record.line)))
    rows = [{"id": "a", "x": None}, {"id": "b", "x": 1}, {"id": "c", "x": 2, "y": 3}]
    assert [fitting.document(record) for record in records(rows)] == [
        {"id": "a"},
        {"id": "b"},
        {"id": "c"},
    ]
    assert named == [("x", 2), ("y", 3)]
