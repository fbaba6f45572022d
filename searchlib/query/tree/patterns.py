"""Which words does a pattern stand for? Wildcards, regular expressions, words spelled nearly so."""

from __future__ import annotations

import re
from typing import Any

import attrs

from ...errors import shown
from ..characters import escaped_pattern, escaped_regex, escaped_word
from .base import Query, Span, checked_count
from .words import MAX_SLOP, Leaf, Prefix

MAX_EDITS = 2

_paired = re.compile(r"(\\[\\*?])|\\").sub
_wildcard = re.compile(r"(?:[^\\*?]|\\.|\\\Z)*+", re.DOTALL).match  # up to the first * or ?


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
        if "\\" in self.text:
            paired = _paired(lambda found: found[1] or "\\\\", self.text)
            object.__setattr__(self, "text", paired)

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
