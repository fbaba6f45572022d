"""Which kinds of field are there, and which options does each have?

A field is an immutable value; two with the same options are equal. It does not know its name or
its place: those are the schema's.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

import attrs

from ..analysis import NAMED, Analyzer, Choice, Tokenizer
from ..analysis.choice import analyzer_of, code_of
from ..errors import SchemaError, shown
from .dates import span_of_text
from .values import (
    MAX_INT,
    MIN_INT,
    boolean_value,
    date_value,
    key_value,
    keyword_value,
    number_value,
    text_value,
)


class FieldKind(enum.IntEnum):
    """Stored in every segment: add at the end, never renumber (docs/format.md, "Fields")."""

    TEXT = 1
    KEYWORD = 2
    NUMBER = 3
    DATE = 4
    BOOLEAN = 5


def _flag(_: object, attribute: attrs.Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise SchemaError(f"{attribute.name} is True or False, got {shown(value)}")


MIN_WEIGHT, MAX_WEIGHT = 1e-6, 1e6  # so that sums of weighted frequencies stay finite


def _weight(_: object, attribute: attrs.Attribute[float], value: object) -> None:
    if isinstance(value, float) and MIN_WEIGHT <= value <= MAX_WEIGHT:  # false for NaN too
        return
    bounds = f"{MIN_WEIGHT:f} to {MAX_WEIGHT:.0f}"
    raise SchemaError(f"{attribute.name} is a number from {bounds}, got {shown(value)}")


def _weight_of(value: Any) -> Any:
    """Return an int as a float, so that a boost of 2 and one of 2.0 are the same field."""
    if type(value) is int and abs(value) < 2**53:
        return float(value)
    return value


def _analyzer(value: str | Analyzer | Tokenizer | Choice) -> Analyzer | Choice:
    if isinstance(value, Choice):
        return value
    try:
        return analyzer_of(value)
    except ValueError as error:
        raise SchemaError(str(error)) from error


def _shown_option(value: object) -> str:
    """Return the repr of an option; of an analyzer with a name, the name."""
    return code_of(value)


class _Field:
    """What all kinds of field have: a short repr, and a way from a value to what is kept of it."""

    __slots__ = ()

    kind: ClassVar[FieldKind]

    @property
    def converter(self) -> Callable[[object], object]:
        """The function that checks one value of a document; it raises `values.UnfitError`."""
        return _CONVERTERS[self.kind]

    def __repr__(self) -> str:
        options = [
            f"{option.name}={_shown_option(getattr(self, option.name))}"
            for option in attrs.fields(type(self))  # type: ignore[arg-type]  # attrs, all of them
            if getattr(self, option.name) != option.default
        ]
        return f"{type(self).__name__}({', '.join(options)})"


@attrs.frozen(kw_only=True, repr=False)
class Text(_Field):
    """Prose, found by its words: one text or many, with a gap of 100 positions between them.

    `analyzer` is an `Analyzer`, the name of one, or a choice among several (`ByField`,
    `ByLanguage`); `boost` weighs this field's words against those
    of other fields; `stored` keeps the text, for hits and for highlighting.

    >>> Text(analyzer="english", boost=2)
    Text(analyzer='english', boost=2.0)
    """

    kind: ClassVar[FieldKind] = FieldKind.TEXT

    analyzer: Analyzer | Choice = attrs.field(default=NAMED["standard"], converter=_analyzer)
    stored: bool = attrs.field(default=True, validator=_flag)
    boost: float = attrs.field(default=1.0, converter=_weight_of, validator=_weight)

    @property
    def analyzers(self) -> tuple[Analyzer, ...]:
        """The analyzers that its texts may have; one, or those of a choice, the default first."""
        return self.analyzer.distinct if isinstance(self.analyzer, Choice) else (self.analyzer,)


@attrs.frozen(kw_only=True, repr=False)
class Keyword(_Field):
    """A label, found only as a whole and as it is spelled: one or many; `key=True` is the key.

    >>> Keyword(key=True)
    Keyword(key=True)
    """

    kind: ClassVar[FieldKind] = FieldKind.KEYWORD

    key: bool = attrs.field(default=False, validator=_flag)
    stored: bool = attrs.field(default=True, validator=_flag)
    boost: float = attrs.field(default=1.0, converter=_weight_of, validator=_weight)

    def __attrs_post_init__(self) -> None:
        if self.key and not self.stored:
            raise SchemaError("a key is stored, since hits carry it; leave out stored=False")

    @property
    def converter(self) -> Callable[[object], object]:
        """As that of any field; a key is stricter: one text that is not empty."""
        return key_value if self.key else keyword_value


@attrs.frozen(kw_only=True, repr=False)
class Number(_Field):
    """An integer, exact within 64 bits, or a finite float."""

    kind: ClassVar[FieldKind] = FieldKind.NUMBER

    stored: bool = attrs.field(default=True, validator=_flag)

    @staticmethod
    def parse(text: str) -> int | float:
        """Return the number that a query names; an integer outside 64 bits becomes a float.

        >>> Number.parse("2019"), Number.parse("-1.5e3")
        (2019, -1500.0)

        Raises:
            ValueError: the text is no number, or an infinite one.
        """
        if not _is_number(text):
            raise ValueError(f"expected a number such as 2019 or -1.5, got {shown(text)}")
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(f"expected a finite number, got {shown(text)}")
        if text.lstrip("+-").isdigit() and MIN_INT <= (whole := int(text)) <= MAX_INT:
            return whole
        return number


@attrs.frozen(kw_only=True, repr=False)
class Date(_Field):
    """A day or a moment: a date, a datetime or ISO 8601 text; in UTC where it has no zone."""

    kind: ClassVar[FieldKind] = FieldKind.DATE

    stored: bool = attrs.field(default=True, validator=_flag)

    @staticmethod
    def parse(text: str) -> tuple[int, int]:
        """Return the half-open span (start, end) that a query names, in microseconds since 1970.

        As long as the text is precise: a year, a month, a week, a day, an hour, a minute, a second.

        >>> Date.parse("1970-01-01"), Date.parse("1970-01-01T00:00:00Z")
        ((0, 86400000000), (0, 1000000))

        Raises:
            ValueError: the text names no time.
        """
        try:
            return span_of_text(text)
        except (ValueError, OverflowError) as error:
            expected = "a date such as 2019, 2019-03, 2019-03-03 or 2019-03-03T10:15"
            raise ValueError(f"expected {expected}, got {shown(text)}") from error


@attrs.frozen(kw_only=True, repr=False)
class Boolean(_Field):
    """True or False."""

    kind: ClassVar[FieldKind] = FieldKind.BOOLEAN

    stored: bool = attrs.field(default=True, validator=_flag)

    @staticmethod
    def parse(text: str) -> bool:
        """Return the truth that a query names, in capitals or not.

        >>> Boolean.parse("Yes"), Boolean.parse("false")
        (True, False)

        Raises:
            ValueError: the text is none of the known words.
        """
        try:
            return _TRUTHS[text.lower()]
        except KeyError:
            known = ", ".join(_TRUTHS)
            raise ValueError(f"expected one of {known}; got {shown(text)}") from None


Field: TypeAlias = Text | Keyword | Number | Date | Boolean

FIELD_CLASSES: dict[str, type[Field]] = {
    each.kind.name.lower(): each for each in (Text, Keyword, Number, Date, Boolean)
}

_CONVERTERS: dict[FieldKind, Callable[[object], object]] = {
    FieldKind.TEXT: text_value,
    FieldKind.KEYWORD: keyword_value,
    FieldKind.NUMBER: number_value,
    FieldKind.DATE: date_value,
    FieldKind.BOOLEAN: boolean_value,
}

_TRUTHS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}

_is_number = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII).fullmatch
