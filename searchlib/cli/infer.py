"""What schema do these records want?

One look at the first thousand records, one rule a field; the rules stand in `infer_schema`.
Only the choice is made here: `fit.py` turns the values into what the schema takes.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

import attrs

from .. import Boolean, Date, DocumentError, Keyword, Number, Schema, Text
from .problems import CommandError
from .records import Record
from .sources import Kind

SAMPLE_RECORDS = 1000
MAX_KEYWORD_CHARS = 64  # a longer value is prose, however often it repeats
KEY_NAMES = ("id", "key", "path")  # the first that most records have is the key
TEXT_NAMES = ("title", "body")  # text even where the values are short and repeat
TITLE_BOOST = 2.0
FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")  # what a schema takes as a name


Field: TypeAlias = Text | Keyword | Number | Date | Boolean
NAME_RULE = "a name is ASCII letters, digits, '_', '.' and '-', and starts with a letter or '_'"


@attrs.frozen
class Inferred:
    """A schema, and the fields that it leaves out, each with the reason."""

    schema: Schema
    left_out: dict[str, str]


def text_schema(analyzer: str) -> Schema:
    """Return the schema for text files: the path is the key."""
    return Schema(
        path=Keyword(key=True),
        title=Text(analyzer=analyzer, boost=TITLE_BOOST),
        body=Text(analyzer=analyzer),
        date=Date(),
    )


def infer_schema(records: Iterable[Record], *, key: str | None, analyzer: str) -> Inferred:
    """Return the schema that fits the values of `records`, fields in the order they appear.

    - `key`, or else the first of id, key and path that at least half of the records have, is the
      key;
    - title and body are text, the title counts twice;
    - a field whose values are all numbers is a number, all ISO 8601 dates a date, all true or
      false a boolean (empty values aside; in CSV the texts `12` and `true` count as such);
    - text of at most 64 characters of which at most half are different is a keyword, and so is a
      list of such short texts;
    - other text is text; a field that holds objects, or whose name a schema cannot take, is left
      out.

    Raises:
        CommandError: no record has the field `key`, or none has a field that a schema can hold.
    """
    columns: dict[str, _Column] = {}
    record_count = 0
    for record in records:
        record_count += 1
        for name, value in record.values.items():
            columns.setdefault(name, _Column()).see(value, is_csv=record.kind is Kind.CSV)
    key = _key(columns, key, record_count)
    fields: dict[str, Field] = {}
    left_out: dict[str, str] = {}
    for name, column in columns.items():
        if not FIELD_NAME.fullmatch(name):
            left_out[name] = NAME_RULE
        elif name == key:
            fields[name] = Keyword(key=True)
        elif column.kinds["object"]:
            left_out[name] = "holds objects, and a field holds text, numbers, dates or booleans"
        else:
            fields[name] = column.field(name, analyzer)
    if not fields:
        why = "; ".join(f"{name!r}: {reason}" for name, reason in left_out.items())
        raise CommandError(
            f"the records have no field that a schema can hold; {why or 'all empty'}"
        )
    return Inferred(Schema.from_fields(fields), left_out)


def _key(columns: "dict[str, _Column]", key: str | None, record_count: int) -> str | None:
    if key is None:
        for name in KEY_NAMES:
            if name in columns and 2 * columns[name].key_count >= record_count:
                return name
        return None
    if key not in columns or not columns[key].key_count:
        known = ", ".join(columns)
        raise CommandError(f"--key {key}: no record has a text there; their fields: {known}")
    if not FIELD_NAME.fullmatch(key):
        raise CommandError(f"--key {key}: {NAME_RULE}; rename the field")
    return key


class _Column:
    """What the values of one field look like; a list counts as its parts."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()  # empty values are not counted
        self.short: set[str] = set()  # the different short texts
        self.has_lists = False
        self.key_count = 0  # values that could be a key

    def see(self, value: Any, *, is_csv: bool) -> None:
        if isinstance(value, list):
            self.has_lists = True
            for part in value:
                self._see_one(part, is_csv)
        else:
            self._see_one(value, is_csv)
            self.key_count += isinstance(value, str | int) and value != "" and value is not True

    def _see_one(self, value: Any, is_csv: bool) -> None:
        if value is None or value == "":
            return
        kind = _kind(value, is_csv)
        self.kinds[kind] += 1
        if kind != "object":
            text = value if isinstance(value, str) else str(value)
            if len(text) <= MAX_KEYWORD_CHARS and "\n" not in text:
                self.short.add(text)
            else:
                self.kinds["prose"] += 1

    def field(self, name: str, analyzer: str) -> Field:
        """The field for these values."""
        text = Text(analyzer=analyzer, boost=TITLE_BOOST if name == TEXT_NAMES[0] else 1.0)
        kinds = {kind for kind, count in self.kinds.items() if count}
        if name in TEXT_NAMES:
            return text
        if not self.has_lists:
            if kinds == {"number"}:
                return Number()
            if kinds == {"date"}:
                return Date()
            if kinds == {"boolean"}:
                return Boolean()
        value_count = sum(self.kinds.values())
        repeats = self.has_lists or 2 * len(self.short) <= value_count
        if value_count and repeats and "prose" not in kinds:
            return Keyword()
        return text


_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _kind(value: Any, is_csv: bool) -> str:
    if isinstance(value, dict | list):
        return "object"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number" if -(2**63) <= value < 2**63 else "text"
    if is_iso_date(value):
        return "date"
    if is_csv and is_number(value):
        return "number"
    if is_csv and value.lower() in ("true", "false"):
        return "boolean"
    return "text"


def is_number(text: str) -> bool:
    """Return whether a text is a number as JSON writes it, and fits the index.

    >>> is_number("-12.5"), is_number("007"), is_number("9223372036854775808")
    (True, False, False)
    """
    if _INTEGER.fullmatch(text):
        return -(2**63) <= int(text) < 2**63
    return bool(_FLOAT.fullmatch(text)) and not text.lstrip("-").isdecimal()


def is_iso_date(text: str) -> bool:
    """Return whether a text is a day or a moment in ISO 8601, the day written YYYY-MM-DD.

    >>> is_iso_date("2019-03-03"), is_iso_date("2019-03-03T10:00:00Z"), is_iso_date("2019")
    (True, True, False)
    """
    if not _ISO_DAY.match(text):
        return False
    try:
        _A_DATE.row({"date": text})  # the library's own opinion of the rest
    except DocumentError:
        return False
    return True


_A_DATE = Schema(date=Date())
