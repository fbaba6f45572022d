"""Which span of time does a date in words name? `today`, `last week`, `-7d`, `march 2019`.

Reckoned on the calendar of a zone, from a moment that is `now`; the spans are in microseconds since
1970-01-01T00:00 UTC, as those of schema/dates.py, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from ..errors import shown
from ..schema.dates import DAY_MICROS, has_zone, span_of_text
from .clock import Clock

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MAX_CHARS = 100  # of a date in words
EXPECTED = "a date such as 2019, 2019-03-03, today, last week or -7d"

Span = tuple[int, int]
_EPOCH = datetime(1970, 1, 1)
_MICRO = timedelta(microseconds=1)

_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "second"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "minute"),
    **dict.fromkeys(("h", "hour", "hours"), "hour"),
    **dict.fromkeys(("d", "day", "days"), "day"),
    **dict.fromkeys(("w", "week", "weeks"), "week"),
    **dict.fromkeys(("M", "mo", "month", "months"), "month"),
    **dict.fromkeys(("q", "quarter", "quarters"), "quarter"),
    **dict.fromkeys(("y", "year", "years"), "year"),
}
_FIXED = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}

_unit = "|".join(sorted(_UNITS, key=len, reverse=True))
_day = "|".join(WEEKDAYS)
_month = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in MONTHS)
_relative = re.compile(rf"(?:([+-])\s?([0-9]{{1,6}})\s?({_unit}))+", re.IGNORECASE).fullmatch
_step = re.compile(rf"([+-])\s?([0-9]{{1,6}})\s?({_unit})", re.IGNORECASE).finditer
_based = re.compile(
    rf"(now|today|yesterday|tomorrow)((?:[+-]\s?[0-9]{{1,6}}\s?(?:{_unit}))*)(?:/({_unit}))?",
    re.IGNORECASE,
).fullmatch
_calendar = re.compile(rf"(?:(last|previous|this|next) )?({_day}|{_unit})", re.IGNORECASE).fullmatch
_stretch = re.compile(
    rf"(?:the )?(last|past|next) ([0-9]{{1,6}}) ({_unit})", re.IGNORECASE
).fullmatch
_ago = re.compile(rf"(an?|[0-9]{{1,6}}) ({_unit}) ago", re.IGNORECASE).fullmatch
_number = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_named = re.compile(
    rf"(?:({_number}) )?({_month})(?: ({_number})(?:,|(?= |$)))?(?: ?([0-9]{{4}}))?", re.IGNORECASE
).fullmatch

# Several words that stand after a field of dates and are one date.
spelled_date = re.compile(
    rf"""(?:(?:(?:the\s++)?(?:last|past|next)\s++[0-9]{{1,6}}\s++(?:{_unit})
      | (?:last|previous|this|next)\s++(?:{_day}|{_unit})
      | (?:an?|[0-9]{{1,6}})\s++(?:{_unit})\s++ago
      | (?:{_number}\s++)?(?:{_month})\s++(?:{_number},?\s++)?[0-9]{{4}}
      ))(?=[\s)^]|\Z)""",
    re.IGNORECASE | re.VERBOSE,
).match
MAX_WORDS = 4  # of such a date


def span_of_date(text: str, clock: Clock, *, is_end: bool = False) -> Span:
    """Return the span (start, end) that a date names, in ISO 8601 or in words.

    A length of time such as -7d is a moment where it is the end of a range (`is_end`), and else all
    the time from then to now.

    >>> from searchlib.query.clock import clock_of
    >>> clock = clock_of(now=datetime(2019, 3, 3))
    >>> span_of_date("today", clock) == span_of_date("2019-03-03", clock)
    True

    Raises:
        ValueError: the text names no time, or one outside the years 1 to 9999.
    """
    text = " ".join(text.split())
    try:
        if len(text) > MAX_CHARS:
            raise ValueError("too long for a date")
        if text[:1].isdigit():
            try:
                return _in_zone(text, clock)
            except ValueError:
                pass
        for pattern, span in _FORMS:
            if found := pattern(text):
                return span(found, clock, is_end)
        return _in_zone(text, clock)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"expected {EXPECTED}, got {shown(text)}") from error


def micros_of_length(text: str) -> int:
    """Return how long a length of time is, in microseconds: 7d, 12h, 30m, 1.5s.

    >>> micros_of_length("36h"), micros_of_length("7 days")
    (129600000000, 604800000000)

    Raises:
        ValueError: the text is no length of time, or one of months or years, which vary.
    """
    found = re.fullmatch(rf"([0-9]{{1,9}}(?:\.[0-9]{{1,6}})?)\s?({_unit})", text, re.IGNORECASE)
    unit = _unit_of(found[2]) if found else ""
    if found is None or unit in _MONTHS_OF:
        raise ValueError(
            f"expected a length of time such as 7d, 12h, 30m or 10s, got {shown(text)}"
        )
    days = {"day": 1, "week": 7}
    size = days[unit] * DAY_MICROS if unit in days else _FIXED[unit] // _MICRO
    return round(float(found[1]) * size)


def _in_zone(text: str, clock: Clock) -> Span:
    start, end = span_of_text(text)
    if clock.zone is UTC or has_zone(text):
        return start, end
    return clock.micros(_EPOCH + start * _MICRO), clock.micros(_EPOCH + end * _MICRO)


def _unit_of(text: str) -> str:
    return _UNITS["M" if text == "M" else text.lower()]


def _floor(moment: datetime, unit: str) -> datetime:
    """The start of the second, minute … or year in which the moment is; weeks begin on Monday."""
    day = datetime(moment.year, moment.month, moment.day)
    if unit in _FIXED:
        return day + (moment - day) // _FIXED[unit] * _FIXED[unit]
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS_OF[unit]
    return datetime(day.year, (day.month - 1) // months * months + 1, 1)


def _moved(moment: datetime, count: int, unit: str) -> datetime:
    """The moment so many units later; the last day of a month where that has no such day."""
    if unit in _FIXED:
        return moment + count * _FIXED[unit]
    if unit in ("day", "week"):
        return moment + timedelta(days=count * (7 if unit == "week" else 1))
    months = moment.year * 12 + moment.month - 1 + count * _MONTHS_OF[unit]
    year, month = divmod(months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day if year < 9999 or month < 11 else 31
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _whole(start: datetime, unit: str, clock: Clock) -> Span:
    return clock.micros(start), clock.micros(_moved(start, 1, unit))


def _at(moment: datetime, clock: Clock) -> Span:
    micros = clock.micros(moment)
    return micros, micros + 1


def _steps(text: str, moment: datetime) -> datetime:
    for sign, count, unit in (found.groups() for found in _step(text)):
        moment = _moved(moment, int(sign + count), _unit_of(unit))
    return moment


def _relative_span(found: re.Match[str], clock: Clock, is_end: bool) -> Span:
    there = _at(_steps(found[0], clock.local), clock)
    if is_end:
        return there
    now = _at(clock.local, clock)
    return min(there, now)[0], max(there, now)[1]


def _based_span(found: re.Match[str], clock: Clock, is_end: bool) -> Span:
    base, steps, unit = found[1].lower(), found[2], found[3]
    moment = clock.local
    if base != "now":
        days = {"yesterday": -1, "today": 0, "tomorrow": 1}[base]
        moment = _moved(_floor(moment, "day"), days, "day")
    moment = _steps(steps, moment)
    if unit:
        unit = _unit_of(unit)
        return _whole(_floor(moment, unit), unit, clock)
    return _at(moment, clock) if base == "now" else _whole(_floor(moment, "day"), "day", clock)


def _calendar_span(found: re.Match[str], clock: Clock, is_end: bool) -> Span:
    which, name = (found[1] or "").lower(), found[2]
    today = _floor(clock.local, "day")
    if name.lower() in WEEKDAYS:
        back = (today.weekday() - WEEKDAYS.index(name.lower())) % 7
        if which == "next":
            back -= 7
        elif which in ("last", "previous"):
            back = back or 7
        return _whole(today - timedelta(days=back), "day", clock)
    if not which:
        raise ValueError("a unit alone names no time")
    unit = _unit_of(name)
    step = {"last": -1, "previous": -1, "this": 0, "next": 1}[which]
    return _whole(_moved(_floor(clock.local, unit), step, unit), unit, clock)


def _stretch_span(found: re.Match[str], clock: Clock, is_end: bool) -> Span:
    count = int(found[2]) * (1 if found[1].lower() == "next" else -1)
    now, there = clock.local, _moved(clock.local, count, _unit_of(found[3]))
    return clock.micros(min(now, there)), clock.micros(max(now, there)) + 1


def _ago_span(found: re.Match[str], clock: Clock, is_end: bool) -> Span:
    count = 1 if found[1].lower() in ("a", "an") else int(found[1])
    unit = _unit_of(found[2])
    return _whole(_floor(_moved(clock.local, -count, unit), unit), unit, clock)


def _named_span(found: re.Match[str], clock: Clock, is_end: bool) -> Span:
    month = next(n for n, name in enumerate(MONTHS, 1) if name[:3] == found[2][:3].lower())
    today = clock.local
    if found[1] and found[3]:
        raise ValueError("two days of one month")
    day = (found[1] or found[3] or "1").rstrip("stndrh")
    # Without a year it is the latest such month or day that is not in the future.
    year = int(found[4]) if found[4] else today.year
    start = datetime(year, month, int(day))
    if not found[4] and start > today:
        start = start.replace(year=year - 1)
    return _whole(start, "day" if found[1] or found[3] else "month", clock)


_FORMS: tuple[
    tuple[Callable[[str], re.Match[str] | None], Callable[[re.Match[str], Clock, bool], Span]], ...
] = (
    (_based, _based_span),
    (_relative, _relative_span),
    (_calendar, _calendar_span),
    (_stretch, _stretch_span),
    (_ago, _ago_span),
    (_named, _named_span),
)
