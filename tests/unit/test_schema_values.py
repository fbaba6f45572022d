"""Which documents fit a schema, what is kept of them, and what is said of those that do not fit."""

import enum
from collections import UserDict
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from searchlib.errors import CorruptIndexError, DocumentError
from searchlib.schema import Boolean, Date, Keyword, Number, Schema, Text

NEWS = Schema(
    id=Keyword(key=True),
    title=Text(analyzer="english", boost=2.0),
    body=Text(analyzer="english"),
    source=Keyword(),
    date=Date(),
    words=Number(),
    seen=Boolean(stored=False),
)
DAY = 86_400_000_000
HOUR = 3_600_000_000


class Name(str):
    __slots__ = ()

    def __str__(self):
        return "another"


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Scalar:
    """What a scalar of numpy looks like."""

    shape = ()

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


class Indexed:
    def __index__(self):
        return 7


class Moment(datetime):
    """What a timestamp of pandas does: it prints more digits than `fromisoformat` reads."""

    def isoformat(self, *args):
        return super().isoformat(*args) + "999"


def kept(field, value):
    """Return what a schema of this one field keeps of `value`."""
    (row,) = Schema(field=field).row({"field": value})
    return row


# Values that fit


@pytest.mark.parametrize(
    ("field", "value", "row"),
    [
        (Text(), "Wind", "Wind"),
        (Text(), "“troops” 😀 \0", "“troops” 😀 \0"),
        (Text(), "", ""),
        (Text(), ["one", "two"], ["one", "two"]),
        (Text(), ("one", "é"), ["one", "é"]),
        (Text(), [], None),
        (Text(), None, None),
        (Text(), Name("wind"), "wind"),
        (Keyword(), "Reuters", "Reuters"),
        (Keyword(), ["b", "a", "b"], ["b", "a", "b"]),
        (Keyword(), {"b", "a", "é"}, ["a", "b", "é"]),
        (Keyword(), frozenset(), None),
        (Keyword(), Colour.RED, "red"),
        (Number(), 0, 0),
        (Number(), 2**63 - 1, 2**63 - 1),
        (Number(), -(2**63), -(2**63)),
        (Number(), -1.5, -1.5),
        (Number(), 1e300, 1e300),
        (Number(), "", None),
        (Number(), None, None),
        (Number(), Level.HIGH, 3),
        (Number(), Indexed(), 7),
        (Number(), Scalar(2**53 + 1), 2**53 + 1),
        (Number(), Scalar(0.5), 0.5),
        (Boolean(), True, True),
        (Boolean(), False, False),
        (Boolean(), None, None),
        (Boolean(), Scalar(True), True),
        (Date(), "", None),
        (Date(), None, None),
        (Date(), date(1970, 1, 2), (DAY, "d1970-01-02")),
        (Date(), date(1, 1, 1), (-719162 * DAY, "d0001-01-01")),
        (Date(), datetime(1970, 1, 1, 1, 0, 0, 1), (HOUR + 1, "t1970-01-01T01:00:00.000001")),
        (Date(), datetime(1969, 12, 31, 23, tzinfo=UTC), (-HOUR, "t1969-12-31T23:00:00+00:00")),
        (Date(), datetime.max, (2932897 * DAY - 1, "t9999-12-31T23:59:59.999999")),
        (
            Date(),
            datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
            (-719162 * DAY - HOUR, "t0001-01-01T00:00:00+01:00"),
        ),
        (Date(), Moment(1970, 1, 1, 0, 0, 0, 5), (5, "t1970-01-01T00:00:00.000005")),
        (Date(), Scalar(date(1970, 1, 2)), (DAY, "d1970-01-02")),
        (Date(), "1970-01-02", (DAY, "s1970-01-02")),
        (Date(), "19700102", (DAY, "s19700102")),
        (Date(), "1970-W01-5", (DAY, "s1970-W01-5")),
        (Date(), "1970W015", (DAY, "s1970W015")),
        (Date(), "1970-01-01T01:00Z", (HOUR, "s1970-01-01T01:00Z")),
        (Date(), "1970-01-01 01:00", (HOUR, "s1970-01-01 01:00")),
        (Date(), "1970-01-01T01:00+01:00", (0, "s1970-01-01T01:00+01:00")),
        (Date(), "19700101T000000.000001", (1, "s19700101T000000.000001")),
        (Date(), Name("1970-01-02"), (DAY, "s1970-01-02")),
    ],
)
def test_a_value_is_kept_exactly(field, value, row):
    result = kept(field, value)
    assert (result, type(result)) == (row, type(row))


def test_text_of_a_subclass_becomes_plain_text():
    assert type(kept(Text(), Name("wind"))) is str
    assert [type(each) for each in kept(Keyword(), [Name("a"), Colour.RED])] == [str, str]
    assert type(kept(Number(), Level.HIGH)) is int


def test_a_row_has_a_value_for_each_field_in_order():
    document = {"source": ["a", "b"], "seen": False, "id": "1", "words": None, "body": "Wind"}
    assert NEWS.row(document) == ("1", None, "Wind", ["a", "b"], None, None, False)


def test_any_mapping_is_a_document():
    assert NEWS.row(UserDict(id="1", title="Wind"))[:2] == ("1", "Wind")


def test_without_a_key_an_empty_document_is_fine():
    assert Schema(title=Text()).row({}) == (None,)


def test_a_document_is_left_as_it_was():
    document = {"id": "1", "source": {"b", "a"}, "title": None}
    NEWS.row(document)
    assert document == {"id": "1", "source": {"b", "a"}, "title": None}


# Values that do not fit

A_DATE = "expected a date, a datetime, or a full date in ISO 8601 such as"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (Text(), 12, "expected a text or a list of texts, got the int 12; str() makes a text"),
        (Text(), b"wind", "got b'wind'; decode() makes a text"),
        (Text(), {"a"}, "got {'a'}"),
        (Text(), iter("a"), "expected a text or a list of texts, got <"),
        (Text(), ["a", None], "got NoneType None in the list"),
        (Text(), "ab\ud800", r"got the lone surrogate '\ud800' at 2 in 'ab\ud800'"),
        (Text(), ["a", "\udfff"], r"the lone surrogate '\udfff' at 0"),
        (Keyword(), True, "got the bool True"),
        (Keyword(), {"a", "\udfff"}, "the lone surrogate"),
        (Keyword(), [["a"]], "got list ['a'] in the list"),
        (Keyword(), {"a": 1}, "a text, or a list or set of texts, got {'a': 1}"),
        (Number(), "12", "an int or a float, got the text '12'; int() or float() makes a number"),
        (Number(), " ", "got the text ' '"),
        (Number(), True, "expected an int or a float, got True"),
        (Number(), Scalar(True), "expected an int or a float"),
        (Number(), [1], "got [1]"),
        (Number(), 1j, "got 1j"),
        (Number(), 2**63, "from -2**63 to 2**63 - 1, got 9223372036854775808"),
        (Number(), -(2**63) - 1, "from -2**63 to 2**63 - 1, got -9223372036854775809"),
        (Number(), float("nan"), "expected a finite number, got nan"),
        (Number(), float("-inf"), "expected a finite number, got -inf"),
        (Number(), Scalar(float("nan")), "expected a finite number"),
        (Boolean(), 1, "expected True or False, got 1"),
        (Boolean(), "true", "expected True or False, got 'true'"),
        (Boolean(), "", "expected True or False, got ''"),
        (Date(), "soon", f"{A_DATE} '2019-03-03' or '2019-03-03T10:15:00+01:00', got 'soon'"),
        (Date(), "2019", A_DATE),
        (Date(), "2019-03", A_DATE),
        (Date(), "2019-W10", A_DATE),
        (Date(), "2019W10", A_DATE),
        (Date(), "2019-W10T10:00", A_DATE),
        (Date(), "2019-02-29", A_DATE),
        (Date(), "2019-03-03x10:00", A_DATE),
        (Date(), "2019-03-03T", A_DATE),
        (Date(), "2019-03-03\ud80010:00", A_DATE),
        (Date(), "2019-03-0\ud800", A_DATE),
        (Date(), "２０１９-03-03", A_DATE),
        (Date(), "2019-03-03T10:00:00 UTC", A_DATE),
        (Date(), " 2019-03-03", A_DATE),
        (Date(), 1551571200, "got 1551571200"),
        (Date(), ["2019-03-03"], "got ['2019-03-03']"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_what_was_expected(field, value, message):
    with pytest.raises(DocumentError) as caught:
        Schema(id=Keyword(key=True), x=field).row({"id": "k", "x": value}, 5)
    error = caught.value
    assert (error.place, error.key, error.field) == (5, "k", "x")
    assert error.value is value
    assert str(error).startswith("document at place 5, key 'k', field 'x': expected ")
    assert error.expected in str(error)
    assert message in str(error)


@pytest.mark.parametrize(
    ("document", "key", "field", "message"),
    [
        ({}, None, "id", "field 'id': expected a key: one text that is not empty, got none"),
        ({"id": None}, None, "id", "got none"),
        ({"id": ""}, None, "id", "got ''"),
        ({"id": 12}, None, "id", "got the int 12; str() makes a text"),
        ({"id": ["a"]}, None, "id", "got ['a']"),
        ({"id": "a\ud800"}, "a\ud800", "id", "the lone surrogate"),
        ({"id": "x" * 4097}, "x" * 4097, "id", "a key of at most 4096 bytes of UTF-8"),
        ({"id": "é" * 2049}, "é" * 2049, "id", "a key of at most 4096 bytes of UTF-8"),
        ({"id": "a", "titel": "x"}, "a", "titel", "a field of the schema; did you mean 'title'?"),
        ({"id": "a", "titel": None}, "a", "titel", "did you mean 'title'?"),
        ({"id": "a", 3: "x"}, "a", "3", "got 3"),
        ({"id": "a", None: "x"}, "a", "None", "got None"),
        ({"id": 3, "words": "x"}, None, "id", "got the int 3"),
    ],
)
def test_a_document_that_does_not_fit_is_named_by_place_and_key(document, key, field, message):
    with pytest.raises(DocumentError) as caught:
        NEWS.row(document, 2)
    error = caught.value
    assert (error.place, error.key, error.field) == (2, key, field)
    assert message in str(error)
    str(error).encode()


@pytest.mark.parametrize("document", [None, 12, "text", ["a"], [("id", "a")], b"x", object])
def test_what_is_no_mapping_is_no_document(document):
    with pytest.raises(DocumentError, match="document at place 4: expected a mapping") as caught:
        NEWS.row(document, 4)
    assert (caught.value.field, caught.value.value) == (None, document)


def test_a_key_may_be_as_long_as_a_path():
    assert NEWS.row({"id": "x" * 4096})[0] == "x" * 4096


# Stored values, back as they were given


def test_dates_come_back_in_the_form_in_which_they_were_given():
    for given in (
        "2019-03-03T10:15Z",
        "20190303",
        date(2019, 3, 3),
        datetime(2019, 3, 3, 10, 15, 0, 7),
        datetime(2019, 3, 3, 10, 15, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    ):
        back = Schema(date=Date()).document({0: kept(Date(), given)[1]})["date"]
        assert (back, type(back)) == (given, type(given))


def test_a_document_has_its_fields_in_declared_order():
    values = {5: 12, 0: "1", 3: ["a", "b"], 4: "s2019-03-03"}
    document = NEWS.document(values)
    assert document == {"id": "1", "source": ["a", "b"], "date": "2019-03-03", "words": 12}
    assert list(document) == ["id", "source", "date", "words"]


@pytest.mark.parametrize(
    "values", [{7: "x"}, {-1: "x"}, {4: "x2019"}, {4: "d2019"}, {4: ""}, {4: 5}]
)
def test_stored_values_that_no_document_gave_are_damage(values):
    with pytest.raises(CorruptIndexError):
        NEWS.document(values)
