"""Does this value fit its field, and what is kept of it?

One function a kind of field: from what a caller may write to what the core takes.
Each raises `UnfitError`; which document and field that was, only the schema knows.
Numpy's and pandas' values are accepted by what they are like; nothing of them is imported.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from operator import index as exact_int

from .. import _native
from ..errors import shown
from .dates import micros_of_date, micros_of_datetime, micros_of_text

chars_of = _native.chars_of
next_batch = _native.next_batch
plain_rows = _native.plain_rows

MIN_INT = -(2**63)  # integers are kept in 64 bits with a sign
MAX_INT = 2**63 - 1
MAX_KEY_BYTES = 4096  # as long as a path may be on Linux; a key is held whole in the dictionary

A_TEXT = "a text or a list of texts"
A_KEYWORD = "a text, or a list or set of texts"
A_KEY = "a key: one text that is not empty"
A_NUMBER = "an int or a float"
AN_INT = "an integer from -2**63 to 2**63 - 1"
A_DATE = (
    "a date, a datetime, or a full date in ISO 8601 "
    "such as '2019-03-03' or '2019-03-03T10:15:00+01:00'"
)
A_BOOLEAN = "True or False"


class UnfitError(Exception):
    """A value does not fit: what was `expected`, and what was `found` if the value hardly shows."""

    def __init__(self, expected: str, found: str | None = None) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


def text_value(value: object) -> object:
    """Return a `Text` field's value as the core takes it: a str, a list of them, or None."""
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, (list, tuple)):
        return [_item(item, A_TEXT) for item in value] or None
    if value is None:
        return None
    raise _no_text(value, A_TEXT)


def keyword_value(value: object) -> object:
    """Return a `Keyword` field's value: a str, a list of them (a set's in order), or None."""
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, (list, tuple)):
        return [_item(item, A_KEYWORD) for item in value] or None
    if isinstance(value, (set, frozenset)):
        # A set has no order of its own; equal documents are to give equal bytes.
        return sorted(_item(item, A_KEYWORD) for item in value) or None
    if value is None:
        return None
    raise _no_text(value, A_KEYWORD)


def key_value(value: object) -> object:
    """Return a key as the core takes it: a str that is not empty."""
    if not isinstance(value, str):
        raise _no_text(value, A_KEY)
    if not value:
        raise UnfitError(A_KEY)
    text = _plain_text(value)
    # No character takes more than four bytes.
    if 4 * len(text) > MAX_KEY_BYTES and (size := len(text.encode())) > MAX_KEY_BYTES:
        raise UnfitError(f"a key of at most {MAX_KEY_BYTES} bytes of UTF-8", f"one of {size}")
    return text


def number_value(value: object) -> object:
    """Return a `Number` field's value: an int of 64 bits, a finite float, or None."""
    number = value if type(value) is int or type(value) is float else _number_like(value)
    if type(number) is int:
        if not MIN_INT <= number <= MAX_INT:
            raise UnfitError(AN_INT)
    elif number is not None and not math.isfinite(number):
        raise UnfitError("a finite number")
    return number


def date_value(value: object) -> object:
    """Return a `Date` field's value: (microseconds, the date as it was given), or None.

    What was given is kept as a text: "s" and the text, "d" or "t" and the date or datetime in ISO.
    """
    try:
        if isinstance(value, str):
            if not value:
                return None
            text = str.__str__(value)
            return micros_of_text(text), "s" + text
        if value is None:
            return None
        if not isinstance(value, date):
            value = _scalar(value)
        if isinstance(value, datetime):
            if type(value) is not datetime:
                value = _plain_datetime(value)
            return micros_of_datetime(value), "t" + value.isoformat()
        if isinstance(value, date):
            return micros_of_date(value), "d" + date.isoformat(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise UnfitError(A_DATE) from error
    raise UnfitError(A_DATE)


def boolean_value(value: object) -> object:
    """Return a `Boolean` field's value: True, False or None."""
    if value is None or value is True or value is False:
        return value
    if isinstance(scalar := _scalar(value), bool):
        return scalar
    raise UnfitError(A_BOOLEAN)


def given_date(stored: object) -> object:
    """Return a date as the caller gave it, from what `date_value` kept of it.

    >>> given_date("d2019-03-03"), given_date("s2019-03-03")
    (datetime.date(2019, 3, 3), '2019-03-03')

    Raises:
        ValueError: `date_value` has not made this.
    """
    if isinstance(stored, str):
        match stored[:1]:
            case "s":
                return stored[1:]
            case "d":
                return date.fromisoformat(stored[1:])
            case "t":
                return datetime.fromisoformat(stored[1:])
    raise ValueError(f"{stored!r} is no stored date")


def _plain_text(value: str) -> str:
    """Return `value` as a plain str that can be written as UTF-8."""
    if type(value) is not str:
        value = str.__str__(value)
    if not (value.isascii() or _native.is_whole(value)):
        place = next(at for at, char in enumerate(value) if "\ud800" <= char <= "\udfff")
        found = f"the lone surrogate {value[place]!r} at {place} in {shown(value)}"
        raise UnfitError("text that can be written as UTF-8", found)
    return value


def _item(value: object, expected: str) -> str:
    if not isinstance(value, str):
        raise UnfitError(expected, f"{type(value).__name__} {shown(value)} in the list")
    return _plain_text(value)


def _no_text(value: object, expected: str) -> UnfitError:
    """Return the error for a value that is no text, with the way out where there is a plain one."""
    if isinstance(value, (bytes, bytearray)):
        return UnfitError(expected, f"{shown(value)}; decode() makes a text")
    if isinstance(value, (int, float)):
        return UnfitError(
            expected, f"the {type(value).__name__} {shown(value)}; str() makes a text"
        )
    return UnfitError(expected)


def _number_like(value: object) -> int | float | None:
    """Return the int or float that `value` is in all but type; bool is neither, nor is a text."""
    if value is None:
        return None
    if isinstance(value, str):
        if not value:
            return None
        raise UnfitError(A_NUMBER, f"the text {shown(value)}; int() or float() makes a number")
    if isinstance(value, float):
        return float(value)
    scalar = value if isinstance(value, int) else _scalar(value)
    if isinstance(scalar, float):
        return float(scalar)
    if isinstance(scalar, bool):
        raise UnfitError(A_NUMBER)
    try:
        return int(exact_int(scalar))  # type: ignore[arg-type]  # int(): IntEnum gives itself
    except TypeError:
        raise UnfitError(A_NUMBER) from None


def _plain_datetime(value: datetime) -> datetime:
    """Return a subclass's value as the base class: it may count or print in its own way."""
    day = (value.year, value.month, value.day)
    time = (value.hour, value.minute, value.second, value.microsecond)
    return datetime(*day, *time, value.tzinfo, fold=value.fold)


def _scalar(value: object) -> object:
    """Return the Python value of a numpy scalar, anything else as it is."""
    if getattr(value, "shape", None) == () and callable(item := getattr(value, "item", None)):
        return item()
    return value
