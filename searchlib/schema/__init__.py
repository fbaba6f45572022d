"""What does a document look like? The schema, its fields, and the values that they take."""

from .fields import Boolean, Date, Field, FieldKind, Keyword, Number, Text
from .schema import Schema

__all__ = ["Boolean", "Date", "Field", "FieldKind", "Keyword", "Number", "Schema", "Text"]
