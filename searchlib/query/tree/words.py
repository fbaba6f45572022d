"""Which words are searched for? As typed, in a phrase, or by their start.

Each looks in one field, or in those where a plain word is looked for. Analysis is the planner's.
"""

from __future__ import annotations

import attrs

from ..characters import escaped_phrase, escaped_word
from .base import Query, Span, checked_count, checked_field, checked_text

MAX_SLOP = 1_000_000


class Leaf(Query):
    """A query for some text in one field, or in those where a plain word is looked for."""

    __slots__ = ()

    text: str
    field: str | None

    def __attrs_post_init__(self) -> None:
        text, field = self.text, self.field
        if not isinstance(text, str) or not text or not text.isascii():
            checked_text(type(self), "text", text)
        if field is not None:
            checked_field(field)

    def _in_field(self, text: str) -> str:
        field = self.field
        return text if field is None else f"{escaped_word(field, alone=True)}:{text}"


@attrs.frozen(repr=False)
class Term(Leaf):
    """A word as it is typed; analysis may make several terms of it, which then form a phrase.

    >>> str(Term("wind")), str(Term("C++", field="title"))
    ('wind', 'title:C++')
    """

    text: str
    field: str | None = None
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __str__(self) -> str:
        return self._in_field(escaped_word(self.text, alone=self.field is None))


@attrs.frozen(repr=False)
class Phrase(Leaf):
    """Words in this order, side by side, or off their places by `slop` between the furthest two.

    >>> str(Phrase("foreign troops", slop=2))
    '"foreign troops"~2'
    """

    text: str
    field: str | None = None
    slop: int = 0
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        checked_count("slop", self.slop, 0, MAX_SLOP)

    def __str__(self) -> str:
        slop = f"~{self.slop}" if self.slop else ""
        return self._in_field(f'"{escaped_phrase(self.text)}"{slop}')


@attrs.frozen(repr=False)
class Prefix(Leaf):
    """The start of a word: whatever stands in an article and starts so, stemmed or not.

    >>> str(Prefix("inv", field="body"))
    'body:inv*'
    """

    text: str
    field: str | None = None
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __str__(self) -> str:
        return self._in_field(escaped_word(self.text, alone=self.field is None, whole=False) + "*")
