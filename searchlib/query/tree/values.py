"""Which values are searched for? From one to another, any at all; every document, or none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeAlias

import attrs

from ...errors import shown
from ..characters import EVERYTHING, NOTHING, escaped_end, escaped_word
from .base import Query, Span, checked_field, checked_flag, checked_text, number_text

Value: TypeAlias = str | int | float | date | datetime


@attrs.frozen(repr=False)
class All(Query):
    """Every document.

    >>> print(All())
    *:*
    """

    def __str__(self) -> str:
        return EVERYTHING


@attrs.frozen(repr=False)
class Nothing(Query):
    """No document; what an empty text asks for.

    >>> print(Nothing())
    *:()
    """

    def __str__(self) -> str:
        return NOTHING


@attrs.frozen(repr=False)
class Exists(Query):
    """What has a value in the field, whichever.

    >>> print(Exists("date"))
    date:*
    """

    field: str
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_field(self.field, optional=False)

    def __str__(self) -> str:
        return f"{escaped_word(self.field, alone=True)}:*"


def value_text(value: object) -> str:
    """Return a number, date or truth as query text names it; a text as it is.

    >>> value_text(5), value_text(0.5), value_text(date(2019, 3, 3)), value_text(True)
    ('5', '0.5', '2019-03-03', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    raise TypeError(f"a value is a text, a number, a date or a datetime, got {shown(value)}")


def _end(value: Any) -> Any:
    return None if value is None else value_text(value)


@attrs.frozen(repr=False)
class Range(Query):
    """Values from `low` to `high`: of a number, a date or a text; None leaves an end open.

    Ends are kept as text, as a person writes them: a date may be a year, or a word such as `now`.
    A date stands for all the time that it names, so that an inclusive `high` of 2019 is its end.
    Without a field it is a range of words, where a plain word is looked for.
    The score of what matches is 1.

    >>> print(Range("size", 1, 10), Range("date", "2019-03", None))
    size:[1 TO 10] date:>=2019-03
    >>> print(Range("size", 1, 10, include_low=False))
    size:{1 TO 10]
    """

    field: str | None
    low: str | None = attrs.field(default=None, converter=_end)
    high: str | None = attrs.field(default=None, converter=_end)
    include_low: bool = True
    include_high: bool = True
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_field(self.field)
        for name in ("low", "high"):
            end, include = getattr(self, name), f"include_{name}"
            checked_flag(include, getattr(self, include))
            if end is None:
                object.__setattr__(self, include, True)
            else:
                checked_text(Range, name, end)
        if self.low is None and self.high is None:
            what = "All()" if self.field is None else f"Exists({shown(self.field)})"
            raise ValueError(f"a Range without low and high is every value; take {what}")

    def __str__(self) -> str:
        low, high = self.low, self.high
        if self.field is None or (low is not None and high is not None):
            first, last = "[" if self.include_low else "{", "]" if self.include_high else "}"
            low, high = (
                "*" if end is None else escaped_end(end, in_brackets=True) for end in (low, high)
            )
            text = f"{first}{low} TO {high}{last}"
        elif low is None:
            text = ("<=" if self.include_high else "<") + escaped_end(str(high), in_brackets=False)
        else:
            text = (">=" if self.include_low else ">") + escaped_end(str(low), in_brackets=False)
        return text if self.field is None else f"{escaped_word(self.field, alone=True)}:{text}"
