"""Which time does a date in words name? Reckoned from a Wednesday, in several zones."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

import searchlib
from searchlib import Date, Keyword, Number, Schema
from searchlib.query.clock import clock_of
from searchlib.query.dates import micros_of_length, span_of_date
from searchlib.query.targets import Column, Targets, following

NOW = dt.datetime(2019, 3, 13, 15, 30, 20)  # a Wednesday
CLOCK = clock_of(now=NOW)
EPOCH = dt.datetime(1970, 1, 1)


def shown(span: tuple[int, int]) -> str:
    """A span as its first moment and the moment after it, without what is zero."""
    return " .. ".join(map(moment, span))


def moment(micros: int) -> str:
    text = (EPOCH + dt.timedelta(microseconds=micros)).isoformat(" ")
    return text.removesuffix(":00").removesuffix(" 00:00")


SPANS = [
    ("2019", "2019-01-01 .. 2020-01-01"),
    ("2019-03", "2019-03-01 .. 2019-04-01"),
    ("2019-W11", "2019-03-11 .. 2019-03-18"),
    ("2019-03-13", "2019-03-13 .. 2019-03-14"),
    ("2019-03-13T10:15", "2019-03-13 10:15 .. 2019-03-13 10:16"),
    ("2019-03-13T10:15+01:00", "2019-03-13 09:15 .. 2019-03-13 09:16"),
    ("now", "2019-03-13 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("NOW", "2019-03-13 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("today", "2019-03-13 .. 2019-03-14"),
    ("Today", "2019-03-13 .. 2019-03-14"),
    ("yesterday", "2019-03-12 .. 2019-03-13"),
    ("tomorrow", "2019-03-14 .. 2019-03-15"),
    ("monday", "2019-03-11 .. 2019-03-12"),
    ("wednesday", "2019-03-13 .. 2019-03-14"),
    ("thursday", "2019-03-07 .. 2019-03-08"),
    ("this thursday", "2019-03-07 .. 2019-03-08"),
    ("last monday", "2019-03-11 .. 2019-03-12"),
    ("last wednesday", "2019-03-06 .. 2019-03-07"),
    ("next wednesday", "2019-03-20 .. 2019-03-21"),
    ("next friday", "2019-03-15 .. 2019-03-16"),
    ("this week", "2019-03-11 .. 2019-03-18"),
    ("last week", "2019-03-04 .. 2019-03-11"),
    ("previous week", "2019-03-04 .. 2019-03-11"),
    ("next week", "2019-03-18 .. 2019-03-25"),
    ("this month", "2019-03-01 .. 2019-04-01"),
    ("last month", "2019-02-01 .. 2019-03-01"),
    ("next month", "2019-04-01 .. 2019-05-01"),
    ("this quarter", "2019-01-01 .. 2019-04-01"),
    ("last quarter", "2018-10-01 .. 2019-01-01"),
    ("this year", "2019-01-01 .. 2020-01-01"),
    ("last year", "2018-01-01 .. 2019-01-01"),
    ("last day", "2019-03-12 .. 2019-03-13"),
    ("last hour", "2019-03-13 14:00 .. 2019-03-13 15:00"),
    ("-7d", "2019-03-06 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("+2h", "2019-03-13 15:30:20 .. 2019-03-13 17:30:20.000001"),
    ("-1w", "2019-03-06 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("-1M", "2019-02-13 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("-90m", "2019-03-13 14:00:20 .. 2019-03-13 15:30:20.000001"),
    ("-1y-2mo", "2018-01-13 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("- 7 days", "2019-03-06 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("last 7 days", "2019-03-06 15:30:20 .. 2019-03-13 15:30:20.000001"),
    ("past 2 hours", "2019-03-13 13:30:20 .. 2019-03-13 15:30:20.000001"),
    ("next 3 months", "2019-03-13 15:30:20 .. 2019-06-13 15:30:20.000001"),
    ("3 days ago", "2019-03-10 .. 2019-03-11"),
    ("a week ago", "2019-03-04 .. 2019-03-11"),
    ("2 months ago", "2019-01-01 .. 2019-02-01"),
    ("an hour ago", "2019-03-13 14:00 .. 2019-03-13 15:00"),
    ("now-7d", "2019-03-06 15:30:20 .. 2019-03-06 15:30:20.000001"),
    ("now-7d/d", "2019-03-06 .. 2019-03-07"),
    ("now/M", "2019-03-01 .. 2019-04-01"),
    ("NOW-1DAY", "2019-03-12 15:30:20 .. 2019-03-12 15:30:20.000001"),
    ("today-1w", "2019-03-06 .. 2019-03-07"),
    ("march 2019", "2019-03-01 .. 2019-04-01"),
    ("Mar 2019", "2019-03-01 .. 2019-04-01"),
    ("3 march 2019", "2019-03-03 .. 2019-03-04"),
    ("March 3rd, 2019", "2019-03-03 .. 2019-03-04"),
    ("march", "2019-03-01 .. 2019-04-01"),
    ("april", "2018-04-01 .. 2018-05-01"),
    ("december 24", "2018-12-24 .. 2018-12-25"),
]


@pytest.mark.parametrize(("text", "span"), SPANS)
def test_a_date_names_this_time(text: str, span: str) -> None:
    assert shown(span_of_date(text, CLOCK)) == span


@pytest.mark.parametrize(
    "text",
    [
        *("", "someday", "week", "7 days", "last", "last foo", "31 february 2019", "-", "-7"),
        *("2019-13", "99999 years ago", "-999999y", "now/x", "0", "1" * 10_000, "-7d" * 1_000),
        *("march 3 4 2019", "3 march 4 2019", "day ago", "12:30", "next 999999 years"),
    ],
)
def test_what_names_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date such as 2019, 2019-03-03, today"):
        span_of_date(text, CLOCK)


@pytest.mark.parametrize(
    ("zone", "text", "span"),
    [
        ("Europe/Berlin", "today", "2019-03-12 23:00 .. 2019-03-13 23:00"),
        ("America/New_York", "today", "2019-03-13 04:00 .. 2019-03-14 04:00"),
        ("Europe/Berlin", "2019-03-13", "2019-03-12 23:00 .. 2019-03-13 23:00"),
        ("Europe/Berlin", "2019-03-13T10:00", "2019-03-13 09:00 .. 2019-03-13 09:01"),
        ("Europe/Berlin", "2019-03-13T10:00Z", "2019-03-13 10:00 .. 2019-03-13 10:01"),
        ("Europe/Berlin", "2019-03-31", "2019-03-30 23:00 .. 2019-03-31 22:00"),  # summer time
        ("America/New_York", "2019-03-10", "2019-03-10 05:00 .. 2019-03-11 04:00"),
        ("Asia/Kolkata", "2019", "2018-12-31 18:30 .. 2019-12-31 18:30"),
    ],
)
def test_a_date_is_one_of_the_zone(zone: str, text: str, span: str) -> None:
    assert shown(span_of_date(text, clock_of(zone, NOW))) == span


def test_now_may_have_a_zone_of_its_own() -> None:
    late = dt.datetime(2019, 3, 13, 23, 30, tzinfo=dt.UTC)
    berlin = clock_of(ZoneInfo("Europe/Berlin"), late)
    assert shown(span_of_date("today", berlin)) == "2019-03-13 23:00 .. 2019-03-14 23:00"


def test_a_month_back_from_its_last_day_is_the_last_day_of_the_month_before() -> None:
    clock = clock_of(now=dt.datetime(2020, 3, 31))
    assert moment(span_of_date("-1M", clock)[0]) == "2020-02-29"


@pytest.mark.parametrize(
    ("zone", "now", "error", "message"),
    [
        ("Mars/Phobos", None, ValueError, "timezone is a name such as 'Europe/Berlin'"),
        ("../etc/passwd", None, ValueError, "timezone is a name"),
        ("", None, ValueError, "timezone is a name"),
        (5, None, TypeError, "timezone is a name, a tzinfo or None, got 5"),
        (None, "now", TypeError, "now is a datetime or None, got 'now'"),
    ],
)
def test_a_clock_that_cannot_be_is_refused(
    zone: object, now: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        clock_of(zone, now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "micros"),
    [("7d", 604_800_000_000), ("1.5s", 1_500_000), ("2 weeks", 1_209_600_000_000), ("30m", 1.8e9)],
)
def test_a_length_of_time_is_so_long(text: str, micros: float) -> None:
    assert micros_of_length(text) == micros


@pytest.mark.parametrize("text", ["", "7", "d", "1M", "1y", "-1d", "1dd", "9" * 50 + "d"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a length of time such as 7d"):
        micros_of_length(text)


SCHEMA = Schema(id=Keyword(key=True), date=Date(), size=Number())


def ends(name: str, *given: str | None, **include: bool) -> tuple[object, object]:
    target = Targets(SCHEMA).of(name)
    assert isinstance(target, Column)
    low, high = given
    return target.ends(low, high, lambda: CLOCK, **include)


def test_the_ends_of_a_range_of_dates_are_the_whole_times_they_name() -> None:
    low, high = ends("date", "2019-03", "2019-04")
    assert (moment(int(str(low))), moment(int(str(high)) + 1)) == ("2019-03-01", "2019-05-01")
    low, high = ends("date", "2019-03", "2019-04", include_low=False, include_high=False)
    assert (moment(int(str(low))), moment(int(str(high)) + 1)) == ("2019-04-01", "2019-04-01")
    low, high = ends("date", "-7d", "-1d")
    assert moment(int(str(low))) == "2019-03-06 15:30:20"
    assert moment(int(str(high))) == "2019-03-12 15:30:20"
    assert ends("date", None, None) == (None, None)


def test_an_open_end_of_numbers_leaves_out_no_more_than_itself() -> None:
    assert ends("size", "1", "10") == (1, 10)
    low, high = ends("size", "1", "10", include_low=False, include_high=False)
    assert (1 < float(str(low)) < 1.0001, 9.9999 < float(str(high)) < 10) == (True, True)
    assert ends("size", str(2**60), None, include_low=False) == (2**60 + 1, None)
    assert following(-(2**60)) == -(2**60) + 1


def test_a_search_finds_dates_in_words() -> None:
    index = searchlib.in_memory(SCHEMA)
    index.upsert(
        [
            {"id": "old", "date": "2018-12-31"},
            {"id": "last", "date": "2019-03-05"},
            {"id": "late", "date": "2019-03-12T23:30Z"},
            {"id": "noon", "date": "2019-03-13T12:00Z"},
        ]
    )

    def found(query: str, zone: str | None = None) -> list[str | None]:
        return sorted(str(hit.key) for hit in index.search(query, timezone=zone, now=NOW))

    assert found("date:today") == ["noon"]
    assert found("date:today", "Europe/Berlin") == ["late", "noon"]
    assert found("date:last week") == ["last"]
    assert found("date:2019-03") == ["last", "late", "noon"]
    assert found("date:-2d") == ["late", "noon"]
    assert index.count("date:yesterday", now=NOW) == 1
