"""Which words are searched for? As typed, by their start, by a pattern, or spelled nearly so.

Each looks in one field, or in those where a plain word is looked for. Analysis is the planner's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ...errors import shown
from ..characters import escaped_pattern, escaped_phrase, escaped_regex, escaped_word
from .base import (
    Query,
    Span,
    checked_count,
    checked_field,
    checked_number,
    checked_text,
)

MAX_SLOP = 1_000_000
MAX_EDITS = 2
MIN_WEIGHT, MAX_WEIGHT = 1e-6, 1e6  # of a field of `Combined`, as of one of the schema

_paired = re.compile(r"(\\[\\*?])|\\").sub
_wildcard = re.compile(r"(?:[^\\*?]|\\.|\\\Z)*+", re.DOTALL).match  # up to the first * or ?


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


@attrs.frozen(repr=False)
class Wildcard(Leaf):
    r"""A pattern of a whole word: `*` is any characters, `?` is one; a backslash makes them plain.

    It is compared with words as they stand in an article, stemmed or not, as `Prefix` is.
    A pattern that only ends with a `*` is that `Prefix`.

    >>> print(Wildcard("w?nd*r", field="body"), repr(Wildcard("wind*")))
    body:w?nd*r Prefix('wind')
    """

    text: str
    field: str | None = None
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __new__(  # type: ignore[misc]  # may be the start of a word
        cls, text: str, field: str | None = None, *, span: Span | None = None
    ) -> Query:
        if isinstance(text, str) and text.endswith("*") and (found := _wildcard(text)):
            rest = text[found.end() :]
            if found.end() and not rest.strip("*") and rest:
                return Prefix(_plain(found[0]), field, span=span)
        return object.__new__(cls)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        found = _wildcard(self.text)
        if found is None or found.end() == len(self.text):
            raise ValueError(
                f"the text of a Wildcard has a * or a ?, got {shown(self.text)}; "
                f"take Term({shown(_plain(self.text))})"
            )
        if not self.text.strip("*"):
            raise ValueError("a Wildcard of * alone is every word; take Exists(field) or All()")
        object.__setattr__(self, "text", _paired(lambda found: found[1] or "\\\\", self.text))

    def __reduce__(self) -> tuple[Any, ...]:
        return Wildcard, (self.text, self.field)

    def __str__(self) -> str:
        text = self.text.rstrip("?")
        if _wildcard(text).end() == len(text):  # type: ignore[union-attr]  # matches any text
            from ..functions import function_text

            return function_text(self)  # a ? at the end of a word would be a question mark
        return self._in_field(escaped_pattern(self.text, alone=self.field is None))


def _plain(pattern: str) -> str:
    return re.sub(r"\\([\\*?])", r"\1", pattern)


@attrs.frozen(repr=False)
class Regex(Leaf):
    """A regular expression that a whole word matches, as it stands in an article, stemmed or not.

    >>> print(Regex("wind(s|y)?", field="body"))
    body:/wind(s|y)?/
    """

    text: str
    field: str | None = None
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __str__(self) -> str:
        text = escaped_regex(self.text)
        if text is None:  # nothing between slashes can stand for it
            from ..functions import function_text

            return function_text(self)
        return self._in_field(f"/{text}/")


@attrs.frozen(repr=False)
class Fuzzy(Leaf):
    """A word spelled nearly so: at most `edits` letters put in, left out or changed, or two
    neighbours swapped; the first `prefix` letters are as they stand.

    >>> print(Fuzzy("Netanyahu", edits=1), Fuzzy("turbine", "title", prefix=3))
    Netanyahu~1 title:turbine~2/3
    """

    text: str
    field: str | None = None
    edits: int = MAX_EDITS  # 0 to 2
    prefix: int = 0
    span: Span | None = attrs.field(default=None, eq=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        checked_count("edits", self.edits, 0, MAX_EDITS)
        checked_count("prefix", self.prefix, 0, MAX_SLOP)

    def __str__(self) -> str:
        prefix = f"/{self.prefix}" if self.prefix else ""
        word = escaped_word(self.text, alone=self.field is None, whole=False)
        return self._in_field(f"{word}~{self.edits}{prefix}")


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
