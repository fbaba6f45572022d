"""Which documents are like this one?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ...errors import shown
from ..characters import lone_surrogate, without_surrogates
from .base import Query, Span, checked_count, checked_field, checked_text


@attrs.frozen(init=False, kw_only=True, repr=False)
class MoreLike(Query):
    """Documents that share the most telling words of a text, of a document, or of one by its key.

    Of `fields` (None: every text field) the `max_terms` words with the highest tf x idf are taken,
    of those that stand at least `min_freq` times in it and in at least `min_docs` documents of the
    index; a document scores as for the `Or` of them, each with its tf x idf as its boost.
    The document of the `key` is not among the hits. Of a `document`, which need not be in the
    index, the texts count.

    >>> print(MoreLike("wind turbines at sea", max_terms=10))
    #more_like("wind turbines at sea" max_terms=10)
    >>> print(MoreLike(key="a17", fields=["body"]))
    #more_like(key=a17 fields=body)
    """

    text: str | None = attrs.field(default=None, kw_only=False)
    key: str | None = None
    document: tuple[tuple[str, tuple[str, ...]], ...] | None = None  # field, its texts; by name
    fields: tuple[str, ...] | None = None
    max_terms: int = 25
    min_freq: int = 1
    min_docs: int = 2
    span: Span | None = attrs.field(default=None, eq=False)

    def __init__(
        self,
        text: str | None = None,
        *,
        key: str | None = None,
        document: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        fields: Iterable[str] | None = None,
        max_terms: int = 25,
        min_freq: int = 1,
        min_docs: int = 2,
        span: Span | None = None,
    ) -> None:
        if sum(each is not None for each in (text, key, document)) != 1:
            raise ValueError("a MoreLike has one of text, key and document")
        for name, value in (("text", text), ("key", key)):
            if value is not None:
                checked_text(MoreLike, name, value)
        checked_count("max_terms", max_terms, 1, 1_000)
        checked_count("min_freq", min_freq, 1, 1_000_000)
        checked_count("min_docs", min_docs, 1, 1_000_000_000)
        self.__attrs_init__(
            text,
            key=key,
            document=None if document is None else _texts(document),
            fields=None if fields is None else _names(fields),
            max_terms=max_terms,
            min_freq=min_freq,
            min_docs=min_docs,
            span=span,
        )

    def __str__(self) -> str:
        from ..functions import function_text

        return function_text(self)


def _names(fields: Any) -> tuple[str, ...]:
    if not isinstance(fields, Iterable):
        raise TypeError(f"fields of MoreLike is a list of names, got {shown(fields)}")
    names = (fields,) if isinstance(fields, str) else tuple(fields)
    for name in names:
        checked_field(name, optional=False)
    if not names:
        raise ValueError("fields of MoreLike is empty; None stands for every text field")
    return tuple(dict.fromkeys(names))


def _texts(document: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The texts of a document by field, in the order of the names; other values have no words."""
    pairs = document.items() if isinstance(document, Mapping) else document
    if not isinstance(document, Mapping | tuple) or any(len(pair) != 2 for pair in pairs):
        raise TypeError(f"document of MoreLike is a mapping, got {shown(document)}")
    kept = {}
    for name, value in pairs:
        checked_field(name, optional=False)
        values = (value,) if isinstance(value, str) else value
        if isinstance(values, tuple | list):
            texts = tuple(_whole(text) for text in values if isinstance(text, str) and text)
            if texts:
                kept[name] = texts
    return tuple(sorted(kept.items()))


def _whole(text: str) -> str:
    return without_surrogates(text) if lone_surrogate(text) >= 0 else text
