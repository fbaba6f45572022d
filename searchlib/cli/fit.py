"""How does a record become a document of this schema?

Values are turned only where nothing can be lost: CSV's texts into numbers and booleans, a number
into the text of a keyword. What does not fit goes through as it is, and the library refuses it.
"""

from collections.abc import Callable
from typing import Any

from .. import Boolean, Keyword, Number, Schema, Text
from .infer import Field, is_number
from .records import Record
from .sources import Kind


class Fitting:
    """Makes documents for one schema, and says once which fields it leaves out."""

    def __init__(self, schema: Schema, left_out: Callable[[str, Record], None]) -> None:
        """`left_out` is called with the name and the first record of each unknown field."""
        self._schema = schema
        self._fields = {name: schema[name] for name in schema.names}
        self._left_out = left_out
        self._named: set[str] = set()

    def document(self, record: Record) -> dict[str, Any]:
        """Return the fields of `record` that the schema knows, empty ones left out.

        The path of a text file becomes the key, whatever the key is called.
        """
        values = record.values
        if record.kind.is_text and self._schema.key is not None:
            values = {self._schema.key if name == "path" else name: v for name, v in values.items()}
        document = {}
        for name, value in values.items():
            field = self._fields.get(name)
            if value is None:
                continue
            if field is None:
                self._name_once(name, record)
                continue
            if value == "" and not isinstance(field, Text | Keyword):
                continue
            document[name] = _fitted(value, field, is_csv=record.kind is Kind.CSV)
        return document

    def _name_once(self, name: str, record: Record) -> None:
        if name not in self._named:
            self._named.add(name)
            self._left_out(name, record)


def _fitted(value: Any, field: Field, *, is_csv: bool) -> Any:
    if isinstance(field, Text | Keyword):
        return _as_text(value)
    if is_csv and isinstance(field, Number) and is_number(value):
        return int(value) if value.lstrip("-").isdecimal() else float(value)
    if is_csv and isinstance(field, Boolean):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(part) for part in value if part is not None]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value
