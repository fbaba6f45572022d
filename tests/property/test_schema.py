"""Any schema survives JSON; any document that fits comes back; any other is named by its fault."""

import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.analysis import NAMED, Analyzer, lowercase, possessive, stem, stop, whole, words
from searchlib.errors import DocumentError, SchemaError
from searchlib.schema import Boolean, Date, FieldKind, Keyword, Number, Schema, Text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SURROGATES = st.tuples(TEXTS, st.characters(categories=["Cs"]), TEXTS).map("".join)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FILTERS = st.one_of(
    st.builds(lowercase),
    st.builds(possessive),
    st.builds(stop, st.sets(TEXTS.filter(bool), max_size=3)),
    st.builds(stem, st.sampled_from(["english", "german", "russian"])),
)
ANALYZERS = st.one_of(
    st.sampled_from(sorted(NAMED)),
    st.builds(Analyzer, st.sampled_from([words(), whole()]), st.lists(FILTERS, max_size=4)),
)
BOOSTS = st.floats(1e-6, 1e6)
FIELDS = st.one_of(
    st.builds(Text, analyzer=ANALYZERS, stored=st.booleans(), boost=BOOSTS),
    st.builds(Keyword, stored=st.booleans(), boost=BOOSTS),
    st.builds(Number, stored=st.booleans()),
    st.builds(Date, stored=st.booleans()),
    st.builds(Boolean, stored=st.booleans()),
)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)

ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=st.none() | ZONES)
VALUES = {
    FieldKind.TEXT: st.one_of(TEXTS, st.lists(TEXTS, min_size=1)),
    FieldKind.KEYWORD: st.one_of(TEXTS, st.lists(TEXTS, min_size=1)),
    FieldKind.NUMBER: st.one_of(
        st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
    ),
    FieldKind.DATE: st.one_of(
        st.dates(),
        MOMENTS,
        st.dates().map(str),
        MOMENTS.map(str),
        MOMENTS.map(lambda moment: moment.isoformat("T", "minutes")),
    ),
    FieldKind.BOOLEAN: st.booleans(),
}
UNLIKE_ANY = st.one_of(st.complex_numbers(), st.binary(), st.just(object()), st.just({"a": 1}))
UNFIT = {
    FieldKind.TEXT: st.one_of(
        UNLIKE_ANY, st.integers(), st.floats(), st.booleans(), SURROGATES, st.sets(TEXTS)
    ),
    FieldKind.KEYWORD: st.one_of(
        UNLIKE_ANY, st.integers(), st.dates(), SURROGATES, st.lists(SURROGATES, min_size=1)
    ),
    FieldKind.NUMBER: st.one_of(
        UNLIKE_ANY,
        st.text(min_size=1),
        st.booleans(),
        st.sampled_from([float("nan"), float("inf"), float("-inf")]),
        st.integers(min_value=2**63),
        st.integers(max_value=-(2**63) - 1),
    ),
    FieldKind.DATE: st.one_of(
        UNLIKE_ANY,
        st.integers(),
        st.floats(),
        st.booleans(),
        st.text(min_size=1).filter(lambda text: not text[:4].isdigit()),
        st.from_regex(r"[0-9]{4}(-[0-9]{2})?", fullmatch=True),
    ),
    FieldKind.BOOLEAN: st.one_of(UNLIKE_ANY, st.integers(), st.floats(), st.text()),
}


@st.composite
def schemas(draw):
    fields = draw(st.dictionaries(NAMES, FIELDS, min_size=1, max_size=6))
    if draw(st.booleans()):
        fields[draw(NAMES)] = Keyword(key=True)
    return Schema.from_fields(dict(draw(st.permutations(list(fields.items())))))


@st.composite
def documents(draw, schema):
    document = {}
    for name in draw(st.permutations(schema.names)):
        value = st.text("abcé", min_size=1) if name == schema.key else VALUES[schema[name].kind]
        if name == schema.key or draw(st.booleans()):
            document[name] = draw(value)
    return document


def stored(schema, row):
    """Return what the core gives back of a row: the values that are there, of a date the text."""
    values = {number: value for number, value in enumerate(row) if value is not None}
    for number, field in enumerate(schema.values()):
        if isinstance(field, Date) and number in values:
            values[number] = values[number][1]
    return values


@given(schemas())
def test_any_schema_survives_json_and_pickling(schema):
    text = json.dumps(schema.to_json(), allow_nan=False)
    assert Schema.from_json(text) == schema
    assert hash(Schema.from_json(text)) == hash(schema)
    assert Schema.from_json(text).names == schema.names
    assert pickle.loads(pickle.dumps(schema)) == schema


@given(schemas())
def test_any_schema_prints_as_it_is_written(schema):
    assert eval(repr(schema)) == schema


@given(st.data())
def test_any_document_that_fits_comes_back_as_it_was_given(data):
    schema = data.draw(schemas())
    document = data.draw(documents(schema))
    back = schema.document(stored(schema, schema.row(document)))
    assert back == document
    assert {name: type(value) for name, value in back.items()} == {
        name: type(value) for name, value in document.items()
    }
    assert list(back) == [name for name in schema if name in document]


@given(st.data())
def test_any_value_that_does_not_fit_is_named(data):
    schema = data.draw(schemas())
    document = data.draw(documents(schema))
    name = data.draw(st.sampled_from(schema.names))
    document[name] = data.draw(UNFIT[schema[name].kind])
    place = data.draw(st.integers(0, 10**6))
    with pytest.raises(DocumentError) as caught:
        schema.row(document, place)
    error = caught.value
    assert (error.place, error.field) == (place, name)
    assert error.value is document[name]
    assert f"at place {place}" in str(error)
    assert f"field '{name}'" in str(error)
    assert error.expected in str(error)
    if schema.key not in (None, name):
        assert error.key == document[schema.key]
    str(error).encode()
    assert "\n" not in str(error)
    assert len(str(error)) < 500


@given(st.data())
def test_any_unknown_field_is_named(data):
    schema = data.draw(schemas())
    document = data.draw(documents(schema))
    name = data.draw(st.text().filter(lambda name: name not in schema))
    document[name] = data.draw(st.none() | TEXTS)
    with pytest.raises(DocumentError) as caught:
        schema.row(document)
    assert (caught.value.field, caught.value.value) == (name, document[name])


@given(st.data())
def test_many_documents_become_the_rows_that_each_becomes(data):
    schema = data.draw(schemas())
    some = data.draw(st.lists(documents(schema), max_size=6))
    if some and data.draw(st.booleans()):  # one that is odd, and may not fit
        document = data.draw(st.sampled_from(some))
        name = data.draw(st.sampled_from(schema.names))
        odd = st.none() | UNFIT[schema[name].kind] | VALUES[schema[name].kind]
        document[data.draw(st.just(name) | TEXTS)] = data.draw(odd)
    place = data.draw(st.integers(0, 10**6))
    expected, fault = rows_one_by_one(schema, some, place)
    if fault is None:
        assert schema.rows(some, place) == expected
    else:
        with pytest.raises(DocumentError) as caught:
            schema.rows(some, place)
        assert str(caught.value) == fault


def rows_one_by_one(schema, documents, place):
    try:
        return [schema.row(document, at) for at, document in enumerate(documents, place)], None
    except DocumentError as error:
        return [], str(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KINDS = st.sampled_from(["text", "keyword", "number", "date", "boolean"])
ALMOST_FIELDS = st.fixed_dictionaries(
    {"name": NAMES | JSON, "kind": KINDS | JSON},
    optional={
        "key": st.booleans() | JSON,
        "stored": st.booleans() | JSON,
        "boost": BOOSTS | JSON,
        "analyzer": st.fixed_dictionaries({"tokenizer": JSON, "filters": JSON}) | JSON,
    },
)


@given(JSON | st.fixed_dictionaries({"fields": st.lists(ALMOST_FIELDS) | JSON}))
def test_any_json_is_a_schema_or_a_schema_error(data):
    try:
        schema = Schema.from_json(data)
    except SchemaError as error:
        str(error).encode()
    else:
        assert Schema.from_json(schema.to_json()) == schema


@given(MOMENTS)
def test_a_moment_is_the_microseconds_since_1970_in_utc(moment):
    field = Schema(date=Date())
    micros, _ = field.row({"date": moment})[0]
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # Differences of datetimes with zones are exact, even beyond the years 1 and 9999.
    assert micros == (aware - EPOCH) // timedelta(microseconds=1)
    assert field.row({"date": moment.isoformat()})[0][0] == micros
    start, end = Date.parse(moment.isoformat())
    assert start == micros < end


@given(st.dates(max_value=date(9999, 12, 30)))
def test_a_day_ends_where_the_next_begins(day):
    following = day + timedelta(days=1)
    start, end = Date.parse(day.isoformat())
    assert Schema(date=Date()).row({"date": day})[0][0] == start
    assert end == Date.parse(following.isoformat())[0]


@given(st.dates())
def test_a_date_lies_in_its_year_its_month_and_its_week(day):
    year, week, _ = day.isocalendar()
    start, end = Date.parse(day.isoformat())
    names = [day.isoformat()[:4], day.isoformat()[:7]]
    if 1 <= year <= 9999:
        names.append(f"{year:04}-W{week:02}")
    for name in names:
        first, last = Date.parse(name)
        assert first <= start < end <= last


@given(st.text())
def test_any_text_names_a_value_or_raises_value_error(text):
    for parse in (Number.parse, Date.parse, Boolean.parse):
        try:
            parse(text)
        except ValueError as error:
            str(error).encode()


@given(st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_printed_is_read_back(number):
    parsed = Number.parse(repr(number))
    assert (parsed, type(parsed)) == (number, type(number))
