"""What is looked for as one? Any of a set of words, or one text over several fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ...errors import shown
from .base import Query, Span, checked_field, checked_number, checked_text

MIN_WEIGHT, MAX_WEIGHT = 1e-6, 1e6  # of a field of `Combined`, as of one of the schema


@attrs.frozen(init=False, repr=False)
class Terms(Query):
    r"""One of a set of words or values; whichever it is, and however often, the score is 1.

    `Terms([])` is `Nothing()`: no document has one of none.

    >>> print(Terms({"wire", "The Daily Post"}, field="source"))
    source:#terms(The\ Daily\ Post wire)
    """

    texts: tuple[str, ...]  # distinct and in order
    field: str | None = None
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __new__(  # type: ignore[misc]  # none of them is another query
        cls, texts: Iterable[str], field: str | None = None, *, span: Span | None = None
    ) -> Query:
        from .values import Nothing

        return object.__new__(cls) if _distinct(texts) else Nothing()

    def __init__(
        self, texts: Iterable[str], field: str | None = None, *, span: Span | None = None
    ) -> None:
        checked_field(field)
        self.__attrs_init__(_distinct(texts), field, span=span)

    def __reduce__(self) -> tuple[Any, ...]:
        return Terms, (self.texts, self.field)

    def __str__(self) -> str:
        from ..functions import function_text

        return function_text(self)


def _distinct(texts: Any) -> tuple[str, ...]:
    if not isinstance(texts, tuple | list | set | frozenset):
        raise TypeError(f"texts of Terms is a set, list or tuple of texts, got {shown(texts)}")
    for text in texts:
        checked_text(Terms, "text", text)
    return tuple(sorted(set(texts)))


@attrs.frozen(init=False, repr=False)
class Combined(Query):
    """A word or phrase over several fields as if they were one (BM25F).

    `fields` are names, or a mapping from names to weights, which multiply those of the schema.

    >>> print(Combined("wind", {"title": 3, "body": 1}))
    #combined(wind fields="title^3,body")
    >>> print(Combined("foreign troops", ["title", "body"], phrase=True))
    #combined("foreign troops" fields=title,body)
    """

    text: str
    fields: tuple[tuple[str, float], ...]  # name and weight
    phrase: bool = False  # words side by side, as in `Phrase`, not one word, as in `Term`
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __init__(
        self,
        text: str,
        fields: Mapping[str, float] | Iterable[str | tuple[str, float]],
        phrase: bool = False,
        *,
        span: Span | None = None,
    ) -> None:
        checked_text(Combined, "text", text)
        if not isinstance(phrase, bool):
            raise TypeError(f"phrase is True or False, got {shown(phrase)}")
        self.__attrs_init__(text, _weighted(fields), phrase, span=span)

    def __reduce__(self) -> tuple[Any, ...]:
        return Combined, (self.text, self.fields, self.phrase)

    def __str__(self) -> str:
        from ..functions import function_text

        return function_text(self)


def _weighted(fields: Any) -> tuple[tuple[str, float], ...]:
    if isinstance(fields, str) or not isinstance(fields, Iterable):
        raise TypeError(f"fields of Combined is a list of names, got {shown(fields)}")
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    weighted: dict[str, float] = {}
    for each in pairs:
        name, weight = (each, 1.0) if isinstance(each, str) else _pair(each)
        checked_field(name, optional=False)
        if name in weighted:
            raise ValueError(f"fields of Combined names {shown(name)} twice")
        weighted[name] = checked_number("a field's weight", weight, MIN_WEIGHT, MAX_WEIGHT)
    if not weighted:
        raise ValueError("fields of Combined is empty; take Term for every text field")
    return tuple(weighted.items())


def _pair(each: Any) -> tuple[Any, Any]:
    if not isinstance(each, tuple | list) or len(each) != 2:
        raise TypeError(f"a field of Combined is a name or (name, weight), got {shown(each)}")
    return each[0], each[1]
