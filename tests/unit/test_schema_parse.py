"""Which number, span of time or truth does the text of a query name?"""

from datetime import datetime, timedelta

import pytest

from searchlib.schema import Boolean, Date, Number

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2019", 2019),
        ("-3", -3),
        ("+3", 3),
        ("007", 7),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", 2.0**63),
    ],
)
def test_a_query_names_a_number(text, number):
    parsed = Number.parse(text)
    assert (parsed, type(parsed)) == (number, type(number))


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1e999", "1_000", "٣", " 1", "9" * 5000])
def test_a_text_that_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"^expected a (finite )?number"):
        Number.parse(text)


def micros(*when):
    return (datetime(*when) - datetime(1970, 1, 1)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019", micros(2019, 1, 1), micros(2020, 1, 1)),
        ("9999", micros(9999, 1, 1), micros(9999, 12, 31) + DAY),
        ("2019-02", micros(2019, 2, 1), micros(2019, 3, 1)),
        ("2020-02", micros(2020, 2, 1), micros(2020, 3, 1)),
        ("2019-12", micros(2019, 12, 1), micros(2020, 1, 1)),
        ("9999-12", micros(9999, 12, 1), micros(9999, 12, 31) + DAY),
        ("2019-W10", micros(2019, 3, 4), micros(2019, 3, 11)),
        ("2019W10", micros(2019, 3, 4), micros(2019, 3, 11)),
        ("2019-03-03", micros(2019, 3, 3), micros(2019, 3, 4)),
        ("20190303", micros(2019, 3, 3), micros(2019, 3, 4)),
        ("2019-W10-1", micros(2019, 3, 4), micros(2019, 3, 5)),
        ("2019-03-03T10", micros(2019, 3, 3, 10), micros(2019, 3, 3, 11)),
        ("2019-03-03T10:15", micros(2019, 3, 3, 10, 15), micros(2019, 3, 3, 10, 16)),
        ("2019-03-03 1015", micros(2019, 3, 3, 10, 15), micros(2019, 3, 3, 10, 16)),
        ("2019-03-03T10:15:07", micros(2019, 3, 3, 10, 15, 7), micros(2019, 3, 3, 10, 15, 8)),
        ("2019-03-03T10:15+01:00", micros(2019, 3, 3, 9, 15), micros(2019, 3, 3, 9, 16)),
        ("2019-03-03T10:15:07Z", micros(2019, 3, 3, 10, 15, 7), micros(2019, 3, 3, 10, 15, 8)),
        ("1970-01-01T00:00:00.5", 500_000, 600_000),
        ("1970-01-01T00:00:00,500", 500_000, 501_000),
        ("1970-01-01T00:00:00.000001", 1, 2),
        ("1970-01-01T00:00:00.000001999", 1, 2),
    ],
)
def test_a_query_names_a_span_of_time_as_long_as_it_is_precise(text, start, end):
    assert Date.parse(text) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "soon", "19", "0000", "201903", "2019-13", "2019-1", "2019-W60", "2019-03-03T25"]
)
def test_a_text_that_names_no_time_is_refused(text):
    with pytest.raises(ValueError, match="expected a date such as 2019, 2019-03, 2019-03-03 or"):
        Date.parse(text)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("true", True),
        ("YES", True),
        ("on", True),
        ("1", True),
        ("False", False),
        ("no", False),
        ("off", False),
        ("0", False),
    ],
)
def test_a_query_names_a_truth(text, truth):
    assert Boolean.parse(text) is truth


@pytest.mark.parametrize("text", ["", "y", "2", "wahr"])
def test_a_text_that_is_no_truth_is_refused(text):
    with pytest.raises(
        ValueError, match="expected one of true, yes, on, 1, false, no, off, 0; got"
    ):
        Boolean.parse(text)
