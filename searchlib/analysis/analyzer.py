"""What is an analyzer? One tokenizer, then filters: a plain value that can be stored as JSON.

    >>> words() | lowercase() | stem("english")
    words() | lowercase() | stem('english')

Parameters are checked when a component is made, so an analyzer that exists can be compiled.
The work on text itself is native; nothing here looks at a character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from ..errors import shown, suggestion
from .stopwords import STOP_WORDS

# The algorithms of the Snowball project under their own names; the core has the same
# (tests/unit/test_analysis.py compiles each).
STEM_LANGUAGES = (
    "arabic",
    "armenian",
    "basque",
    "catalan",
    "czech",
    "danish",
    "dutch",
    "dutch_porter",
    "earlymodernenglish",
    "english",
    "esperanto",
    "estonian",
    "finnish",
    "french",
    "german",
    "greek",
    "hindi",
    "hungarian",
    "indonesian",
    "irish",
    "italian",
    "lithuanian",
    "lovins",
    "nepali",
    "norwegian",
    "persian",
    "polish",
    "porter",
    "portuguese",
    "romanian",
    "russian",
    "serbian",
    "sesotho",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
    "ukrainian",
    "yiddish",
)


@attrs.frozen
class Token:
    """One word of a text: `form` is what stood there, `term` what the index holds.

    `text[start:end] == form`, in characters. `position` counts words from 0; a filter that removes
    a word leaves a hole in the positions, so that phrases do not close over it.
    """

    form: str
    term: str
    position: int
    start: int
    end: int


class _Component:
    """A named step with checked parameters, kept sorted by name; values are a str or a tuple."""

    __slots__ = ()

    name: str
    params: tuple[tuple[str, Any], ...]
    KNOWN: ClassVar[dict[str, dict[str, Callable[[Any], Any]]]]

    def _check(self, params: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
        what = type(self).__name__.lower()
        checks = self.KNOWN.get(self.name) if isinstance(self.name, str) else None
        if checks is None:
            raise ValueError(
                f"unknown {what} {shown(self.name)}; {suggestion(self.name, self.KNOWN)}"
            )
        for param in params:
            if param not in checks:
                known = suggestion(param, checks)
                raise ValueError(f"{what} {self.name!r} has no parameter {shown(param)}; {known}")
        for param in checks:
            if param not in params:
                raise ValueError(f"{what} {self.name!r} needs the parameter {param!r}")
        return tuple((param, checks[param](params[param])) for param in sorted(params))

    def to_json(self) -> dict[str, Any]:
        """Return the component as plain values for JSON: its name and its parameters."""
        values = {
            param: list(value) if isinstance(value, tuple) else value
            for param, value in self.params
        }
        return {"name": self.name} | values

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(_shown_value(value) for _, value in self.params)})"


@attrs.frozen(init=False, repr=False)
class Tokenizer(_Component):
    """The first step, from a text to words; `|` puts filters behind it.

    >>> Tokenizer("words") == words()
    True

    Raises:
        ValueError: no tokenizer has this name or this parameter.
    """

    KNOWN: ClassVar[dict[str, dict[str, Callable[[Any], Any]]]] = {"words": {}, "whole": {}}

    name: str
    params: tuple[tuple[str, Any], ...]

    def __init__(self, name: str, /, **params: Any) -> None:
        self.__attrs_init__(name, ())
        object.__setattr__(self, "params", self._check(params))

    def __or__(self, other: Filter) -> Analyzer:
        if not isinstance(other, Filter):
            return NotImplemented
        return Analyzer(self, (other,))


def _stop_words(value: str | Iterable[str]) -> tuple[str, ...]:
    """Return the sorted words of a list that is named or given."""
    if isinstance(value, str):
        if value not in STOP_WORDS:
            known = suggestion(value, STOP_WORDS, limit=len(STOP_WORDS))
            raise ValueError(f"unknown stop list {shown(value)}; {known}")
        value = STOP_WORDS[value]
    if isinstance(value, Iterable):
        value = list(value)
        if all(isinstance(word, str) and word for word in value):
            return tuple(sorted(set(value)))
    raise ValueError(f"stop words are the name of a list or texts not empty, got {shown(value)}")


def _language(value: str) -> str:
    if value not in STEM_LANGUAGES:
        known = suggestion(value, STEM_LANGUAGES, limit=len(STEM_LANGUAGES))
        raise ValueError(f"no stemmer for the language {shown(value)}; {known}")
    return value


@attrs.frozen(init=False, repr=False)
class Filter(_Component):
    """A later step: it changes or removes words.

    >>> Filter("stem", language="english") == stem("english")
    True

    Raises:
        ValueError: no filter has this name or parameter, or the parameter's value is not known.
    """

    KNOWN: ClassVar[dict[str, dict[str, Callable[[Any], Any]]]] = {
        "lowercase": {},
        "possessive": {},
        "stop": {"words": _stop_words},
        "stem": {"language": _language},
    }

    name: str
    params: tuple[tuple[str, Any], ...]

    def __init__(self, name: str, /, **params: Any) -> None:
        self.__attrs_init__(name, ())
        object.__setattr__(self, "params", self._check(params))


def _filters(values: Iterable[Filter]) -> tuple[Filter, ...]:
    return tuple(values)


@attrs.frozen(repr=False)
class Analyzer:
    """A pipeline from text to tokens: one tokenizer, then filters in order."""

    tokenizer: Tokenizer
    filters: tuple[Filter, ...] = attrs.field(default=(), converter=_filters)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.tokenizer, Tokenizer):
            raise ValueError(f"an analyzer starts with a tokenizer, got {shown(self.tokenizer)}")
        for each in self.filters:
            if not isinstance(each, Filter):
                raise ValueError(f"behind the tokenizer stand filters, got {shown(each)}")

    def __or__(self, other: Filter) -> Analyzer:
        if not isinstance(other, Filter):
            return NotImplemented
        return Analyzer(self.tokenizer, (*self.filters, other))

    def __repr__(self) -> str:
        return " | ".join(map(repr, (self.tokenizer, *self.filters)))

    def tokens(self, text: str) -> list[Token]:
        """Return the words of `text` in order, as the index would hold them.

        >>> (words() | lowercase()).tokens("Wind!")
        [Token(form='Wind', term='wind', position=0, start=0, end=4)]

        Raises:
            ValueError: the text holds a lone surrogate.
        """
        from .native import compiled  # an analyzer is a value first: most are never run in Python

        return [Token(*token) for token in compiled(self).tokens(text)]

    def to_json(self) -> dict[str, Any]:
        """Return the analyzer as plain values for JSON; stop words are spelled out.

        >>> (words() | stem("english")).to_json()["filters"]
        [{'name': 'stem', 'language': 'english'}]
        """
        return {
            "tokenizer": self.tokenizer.to_json(),
            "filters": [each.to_json() for each in self.filters],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Analyzer:
        """Return the analyzer that `to_json` described, as plain values or as their JSON text.

        Raises:
            ValueError: the text is no JSON, or describes no analyzer.
        """
        if isinstance(data, str):
            from json import loads

            try:
                data = loads(data)
            except RecursionError as error:
                raise ValueError("an analyzer is JSON of three levels, got many more") from error
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


def words() -> Tokenizer:
    """Return the tokenizer that splits a text into words by the rules of UAX #29."""
    return Tokenizer("words")


def whole() -> Tokenizer:
    """Return the tokenizer that takes the entire text as one word."""
    return Tokenizer("whole")


def lowercase() -> Filter:
    """Return the filter that makes words lower case."""
    return Filter("lowercase")


def possessive() -> Filter:
    """Return the filter that drops a trailing 's or ’s, or a lone trailing apostrophe."""
    return Filter("possessive")


def stop(words: str | Iterable[str]) -> Filter:
    """Return the filter that removes these words: those of a list by name, such as "english".

    >>> stop(["the", "a"])
    stop(['a', 'the'])
    """
    return Filter("stop", words=words)


def stem(language: str) -> Filter:
    """Return the Snowball stemmer of a language, one of `STEM_LANGUAGES`."""
    return Filter("stem", language=language)


_Step = TypeVar("_Step", Tokenizer, Filter)


def _from_json(step: type[_Step], data: object) -> _Step:
    what = step.__name__.lower()
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        raise ValueError(f'a {what} is an object with a "name", got {shown(data)}')
    params = dict(data)
    return step(params.pop("name", None), **params)


def _shown_value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return repr(value)
    for name, listed in STOP_WORDS.items():
        if listed == set(value):
            return repr(name)
    return repr(list(value))
