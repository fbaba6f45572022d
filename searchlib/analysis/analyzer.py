"""What is an analyzer? One tokenizer, then filters: a plain value that can be stored as JSON.

    >>> from searchlib.analysis import lowercase, stem, words
    >>> words() | lowercase() | stem("english")
    words() | lowercase() | stem('english')

Parameters are checked when a component is made, so an analyzer that exists can be compiled.
The work on text itself is native; nothing here looks at a character.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any, TypeVar

import attrs

from ..errors import shown
from .filters import REMOVING, Filter
from .tokenizers import Tokenizer


@attrs.frozen
class Token:
    """One word of a text: `form` is what stood there, `term` what the index holds.

    `text[start:end] == form`, in characters. `position` counts words from 0; a filter that removes
    a word leaves a hole in the positions, so that phrases do not close over it. A filter that makes
    several terms of a word gives as many tokens, of one form and position.
    """

    form: str
    term: str
    position: int
    start: int
    end: int


def _filters(values: Iterable[Filter | str]) -> tuple[Filter, ...]:
    return tuple(_step(value) for value in values)


def is_filter(value: object) -> bool:
    """Return whether `value` may stand behind a tokenizer: a filter, or the name of one of NLTK."""
    return isinstance(value, Filter) or (isinstance(value, str) and value.startswith("nltk:"))


def _step(value: Any) -> Any:
    """Return a step; for a text, such as "nltk:LancasterStemmer", the one of that name."""
    if not isinstance(value, str):
        return value
    from .nltk import named  # it makes steps, as this file does of what it makes

    return named(value)


@attrs.frozen(repr=False)
class Analyzer:
    """A pipeline from text to tokens: one tokenizer, then filters in order.

    A component of NLTK may stand as its name: `words() | "nltk:LancasterStemmer"`.
    """

    tokenizer: Tokenizer = attrs.field(converter=_step)
    filters: tuple[Filter, ...] = attrs.field(default=(), converter=_filters)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.tokenizer, Tokenizer):
            raise ValueError(f"an analyzer starts with a tokenizer, got {shown(self.tokenizer)}")
        for each in self.filters:
            if not isinstance(each, Filter):
                raise ValueError(f"behind the tokenizer stand filters, got {shown(each)}")
        if sum(each.name == "shingles" for each in self.filters) > 1:
            raise ValueError("an analyzer has the filter 'shingles' at most once")

    def __or__(self, other: Filter | str) -> Analyzer:
        if not is_filter(other):
            return NotImplemented
        return Analyzer(self.tokenizer, (*self.filters, other))

    def __repr__(self) -> str:
        return " | ".join(map(repr, (self.tokenizer, *self.filters)))

    def tokens(self, text: str) -> list[Token]:
        """Return the words of `text` in order, as the index would hold them.

        >>> from searchlib.analysis import lowercase, words
        >>> (words() | lowercase()).tokens("Wind!")
        [Token(form='Wind', term='wind', position=0, start=0, end=4)]

        Raises:
            ValueError: the text holds a lone surrogate.
        """
        from .native import compiled  # an analyzer is a value first: most are never run in Python

        return [Token(*token) for token in compiled(self).tokens(text)]

    @property
    def has_readings(self) -> bool:
        """Whether a text may have several readings: a filter has synonyms of several words."""
        return any(each.has_phrases for each in self.filters)

    def readings(self, text: str) -> list[list[Token]]:
        """Return the ways of saying `text` that a query for it looks for, its own first.

        Synonyms of several words make more than one. Positions count from 0 in each reading, and a
        token stands where the text has what it means. There are 64 at most: those that change
        fewer words come first.

        >>> from searchlib.analysis import lowercase, synonyms, words
        >>> analyzer = words() | lowercase() | synonyms("nyc => new york city")
        >>> [[token.term for token in reading] for reading in analyzer.readings("in NYC")]
        [['in', 'nyc'], ['in', 'new', 'york', 'city']]

        Raises:
            ValueError: the text holds a lone surrogate.
        """
        from .native import compiled

        native = compiled(self.of_queries())
        return [[Token(*token) for token in reading] for reading in native.readings(text)]

    def of_queries(self) -> Analyzer:
        """Return the analyzer as it is for what is typed: of grams and shingles only the longest.

        Every other filter does the same to queries as to what is indexed.
        """
        filters = tuple(each.of_queries() for each in self.filters)
        return self if filters == self.filters else Analyzer(self.tokenizer, filters)

    def of_prefixes(self) -> Analyzer:
        """Return the analyzer of the beginnings of words, which folds them as forms are kept.

        That is by the filters before the first that does more than make spellings one or remove
        words, so that forms of one spelling have one term.

        >>> from searchlib.analysis import analyzer_named
        >>> analyzer_named("french").of_prefixes()
        words() | lowercase()
        """
        leading = takewhile(lambda each: each.folds or each.name in REMOVING, self.filters)
        return Analyzer(self.tokenizer, tuple(each for each in leading if each.folds))

    def to_json(self) -> dict[str, Any]:
        """Return the analyzer as plain values for JSON; stop words are spelled out.

        >>> from searchlib.analysis import light_stem, words
        >>> (words() | light_stem("french")).to_json()["filters"]
        [{'name': 'light_stem', 'language': 'french', 'minimal': False}]
        """
        return {
            "tokenizer": self.tokenizer.to_json(),
            "filters": [each.to_json() for each in self.filters],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Analyzer:
        """Return the analyzer that `to_json` described, as plain values or as their JSON text.

        A parameter that is not there has its default.

        Raises:
            ValueError: the text is no JSON, or describes no analyzer.
        """
        if isinstance(data, str):
            from json import loads

            try:
                data = loads(data)
            except RecursionError as error:
                raise ValueError("an analyzer is JSON of few levels, got far more") from error
        if not isinstance(data, Mapping):
            raise ValueError(f"an analyzer is an object with a tokenizer, got {shown(data)}")
        for name in data:
            if name not in ("tokenizer", "filters"):
                raise ValueError(f"an analyzer has a tokenizer and filters, got {shown(name)}")
        filters = data.get("filters", [])
        if not isinstance(filters, list):
            raise ValueError(f"filters are a list, got {shown(filters)}")
        tokenizer = _from_json(Tokenizer, data.get("tokenizer"))
        return cls(tokenizer, tuple(_from_json(Filter, each) for each in filters))


_Step = TypeVar("_Step", Tokenizer, Filter)


def _from_json(step: type[_Step], data: object) -> _Step:
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        raise ValueError(f'a {step.KIND} is an object with a "name", got {shown(data)}')
    params = dict(data)
    return step(params.pop("name", None), **params)
