"""Which microsecond is a date, and which span of them does a text name?

Times count in whole microseconds since 1970-01-01T00:00 UTC, negative before, in exact integers;
without a zone a time is taken as UTC. The calendar is the proleptic Gregorian one, years 1 to 9999.
It does not know fields or documents.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

DAY_MICROS = 86_400_000_000

_EPOCH = datetime(1970, 1, 1)
_EPOCH_DAY = _EPOCH.toordinal()
_MICRO = timedelta(microseconds=1)

# A whole day, by month or by week, perhaps with a time: the only dates a document may have.
# `fromisoformat` alone is too generous: it takes a week without a day, and any separator.
_DAY = r"\d{4}(?:-\d\d-\d\d|\d{4}|-W\d\d-\d|W\d{3})"
_is_day = re.compile(_DAY, re.ASCII).fullmatch
_is_day_or_time = re.compile(rf"{_DAY}(?:[Tt ][^Tt ]+)?", re.ASCII).fullmatch

_is_month = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII).fullmatch
_is_week = re.compile(r"\d{4}-?W\d\d", re.ASCII).fullmatch
_zone = re.compile(r"[Tt ].*(?:Z|[+-][\d:.]+)\Z", re.ASCII).search
_time = re.compile(
    rf"{_DAY}[Tt ]\d\d(?P<minute>:?\d\d(?P<second>:?\d\d(?:[.,](?P<fraction>\d+))?)?)?"
    r"(?:Z|[+-][\d:.]+)?",
    re.ASCII,
).fullmatch


def micros_of_date(day: date) -> int:
    """Return the first microsecond of `day`.

    >>> micros_of_date(date(1970, 1, 2))
    86400000000
    """
    return (day.toordinal() - _EPOCH_DAY) * DAY_MICROS


def micros_of_datetime(moment: datetime) -> int:
    """Return the microsecond that `moment` names; its zone is taken off, none means UTC.

    >>> micros_of_datetime(datetime.fromisoformat("1970-01-01T01:00:00+01:00"))
    0
    """
    # Subtracted without the zone, so that year 1 and year 9999 do not overflow.
    offset = moment.utcoffset()
    micros = (moment.replace(tzinfo=None) - _EPOCH) // _MICRO
    return micros if offset is None else micros - offset // _MICRO


def micros_of_text(text: str) -> int:
    """Return the first microsecond of a day, or that of a moment, written in ISO 8601.

    >>> micros_of_text("1970-01-02"), micros_of_text("1970-01-01T00:00:01Z")
    (86400000000, 1000000)

    Raises:
        ValueError: the text is neither; a year, a month or a week alone is no date.
    """
    if len(text) == 10:  # no text of ten characters names more or less than a day
        return (date.fromisoformat(text).toordinal() - _EPOCH_DAY) * DAY_MICROS
    if not _is_day_or_time(text):
        raise ValueError(f"{text!r} is neither a day nor a day and a time in ISO 8601")
    return micros_of_datetime(datetime.fromisoformat(text))


def span_of_text(text: str) -> tuple[int, int]:
    """Return (start, end), half-open, of the time that `text` names to its own precision.

    A year, a month, a week, a day; an hour, a minute, a second or a fraction of one.

    >>> span_of_text("1970"), span_of_text("1970-01-01T00:00")
    ((0, 31536000000000), (0, 60000000))

    Raises:
        ValueError: the text names none of these.
    """
    if month := _is_month(text):
        return _month_span(int(month[1]), month[2])
    if _is_week(text):
        start = micros_of_date(date.fromisoformat(text))
        return start, start + 7 * DAY_MICROS
    start = micros_of_text(text)
    return start, start + (DAY_MICROS if _is_day(text) else _precision(text))


def has_zone(text: str) -> bool:
    """Return whether a time in ISO 8601 names its zone.

    >>> has_zone("2019-03-03T10:15Z"), has_zone("2019-03-03T10:15"), has_zone("2019-03-03")
    (True, False, False)
    """
    return _zone(text) is not None


def _month_span(year: int, month: str | None) -> tuple[int, int]:
    first = date(year, int(month or 1), 1)
    # The day after, by number: 9999-12-31 has no next `date`.
    last = date(year, 12, 31) if month is None else _last_of_month(first)
    return micros_of_date(first), micros_of_date(last) + DAY_MICROS


def _last_of_month(first: date) -> date:
    if first.month == 12:
        return first.replace(day=31)
    return first.replace(month=first.month + 1) - timedelta(days=1)


def _precision(text: str) -> int:
    """Return the microseconds that a time of day covers: an hour, a minute, a second or less."""
    time = _time(text)
    if time is None:
        return 1
    if time["fraction"] is not None:
        return int(10 ** max(0, 6 - len(time["fraction"])))
    if time["second"] is not None:
        return 1_000_000
    return 3_600_000_000 if time["minute"] is None else 60_000_000
