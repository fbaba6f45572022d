"""Which of several analyzers has a text? A choice by another field's value, or by the language.

    Text(analyzer=ByField("language", {"de": "german", "el": "greek"}))
    Text(analyzer=ByLanguage({"de": "german", "el": "greek"}))

A choice is a value like an analyzer. Documents and highlighting choose; a query does not know which
documents it will find, so it takes every analyzer's word for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, ClassVar, Self

import attrs

from ..errors import ComponentError, shown
from .analyzer import Analyzer
from .named import NAMED, analyzer_named
from .tokenizers import Tokenizer

MAX_ANALYZERS = 1_000  # the core marks a form with the number of its analyzer
DETECTOR = "py3langid"  # stored in the schema, so that another may come beside it
MAX_DETECTED_CHARS = 10_000  # a language shows long before


def analyzer_of(value: object) -> Analyzer:
    """Return an analyzer, given as itself, as a tokenizer alone or by name.

    Raises:
        ValueError: it is none of them, or there is no such name.
    """
    if isinstance(value, Analyzer):
        return value
    if isinstance(value, Tokenizer):
        return Analyzer(value)
    if not isinstance(value, str):
        raise ValueError(f"analyzer is a name or an Analyzer, got {shown(value)}")
    return analyzer_named(value)


def code_of(analyzer: object) -> str:
    """Return an analyzer, or a choice, as it is written: by its name where it has one."""
    return repr(next((name for name, each in NAMED.items() if each == analyzer), analyzer))


def _analyzers(value: Any) -> tuple[tuple[str, Analyzer], ...]:
    pairs = value.items() if isinstance(value, Mapping) else value
    expected = 'names with their analyzers, such as {"de": "german"}'
    try:
        pairs = [(name, analyzer) for name, analyzer in pairs]
    except (TypeError, ValueError):
        raise ValueError(f"expected {expected}, got {shown(value)}") from None
    if not pairs or not all(isinstance(name, str) and name for name, _ in pairs):
        raise ValueError(f"expected {expected}, got {shown(value)}")
    if len(pairs) >= MAX_ANALYZERS:
        raise ValueError(f"{len(pairs)} analyzers; a field is limited to {MAX_ANALYZERS}")
    return tuple(sorted((name, analyzer_of(analyzer)) for name, analyzer in pairs))


@attrs.frozen(repr=False)
class Choice:
    """Analyzers by name, and the one of texts for which no name is known."""

    KIND: ClassVar[str]

    analyzers: tuple[tuple[str, Analyzer], ...] = attrs.field(converter=_analyzers)
    default: Analyzer = attrs.field(default=NAMED["standard"], converter=analyzer_of)

    @property
    def distinct(self) -> tuple[Analyzer, ...]:
        """The analyzers, each once, the default first: a text has one by its place here."""
        return tuple(dict.fromkeys((self.default, *(each for _, each in self.analyzers))))

    @property
    def places(self) -> dict[str, int]:
        """The place of each name's analyzer in `distinct`."""
        distinct = self.distinct
        return {name: distinct.index(analyzer) for name, analyzer in self.analyzers}

    def name_of(self, texts: Sequence[str], values: Sequence[object]) -> str | None:
        """Return the name for texts beside whose field another has these values, None if none."""
        raise NotImplementedError

    def mapped(self, function: Callable[[Analyzer], Analyzer]) -> Self:
        """Return the same choice among what `function` makes of the analyzers."""
        changed = {name: function(analyzer) for name, analyzer in self.analyzers}
        return attrs.evolve(self, analyzers=changed, default=function(self.default))

    def to_json(self) -> dict[str, Any]:
        """Return the choice as plain values for JSON."""
        analyzers = {name: analyzer.to_json() for name, analyzer in self.analyzers}
        return {"analyzers": analyzers, "default": self.default.to_json()}

    def _code(self) -> str:
        named = ", ".join(f"{name!r}: {code_of(each)}" for name, each in self.analyzers)
        default = "" if self.default == NAMED["standard"] else f", default={code_of(self.default)}"
        return f"{{{named}}}{default}"


@attrs.frozen(repr=False, init=False)
class ByField(Choice):
    """The analyzer that another field's value names; `default` where it names none.

    The other is a stored keyword field; of many values the first that is known counts.

    >>> ByField("language", {"de": "german"}, default="english")
    ByField('language', {'de': 'german'}, default='english')

    Raises:
        ValueError: no name of a field, no analyzers, or one that there is not.
    """

    KIND: ClassVar[str] = "by_field"

    field: str = attrs.field(kw_only=True)

    def __init__(
        self,
        field: str,
        analyzers: Mapping[str, str | Analyzer | Tokenizer],
        default: str | Analyzer | Tokenizer = "standard",
    ) -> None:
        if not isinstance(field, str) or not field:
            raise ValueError(f"expected the name of a keyword field, got {shown(field)}")
        self.__attrs_init__(analyzers, default, field=field)

    def name_of(self, texts: Sequence[str], values: Sequence[object]) -> str | None:
        """Return the first of the values that has an analyzer."""
        known = dict(self.analyzers)
        return next((each for each in values if isinstance(each, str) and each in known), None)

    def to_json(self) -> dict[str, Any]:
        """Return the choice as plain values for JSON."""
        return {self.KIND: self.field} | super().to_json()

    def __repr__(self) -> str:
        return f"ByField({self.field!r}, {self._code()})"


@attrs.frozen(repr=False)
class ByLanguage(Choice):
    """The analyzer of the language that a text is written in, of those that are given.

    Names are codes of ISO 639-1. The language is found by py3langid, which comes with
    `pip install 'searchlib[languages]'`: of the given ones that which the text resembles most.
    `default` is for texts in which there is nothing to go by.

    >>> ByLanguage({"de": "german", "en": "english"})
    ByLanguage({'de': 'german', 'en': 'english'})

    Raises:
        ValueError: fewer than two languages, or an analyzer that there is not.
    """

    KIND: ClassVar[str] = "by_language"

    def __attrs_post_init__(self) -> None:
        if len(self.analyzers) < 2:
            given = dict(self.analyzers)
            raise ValueError(f"a language is one of two at least, got {shown(given)}")

    def name_of(self, texts: Sequence[str], values: Sequence[object]) -> str | None:
        """Return the code of the language of the texts together.

        Raises:
            ComponentError: py3langid is not installed, or does not know one of the languages.
        """
        text = "\n".join(texts)[:MAX_DETECTED_CHARS]
        if not any(map(str.isalpha, text)):
            return None
        return str(_detector(tuple(name for name, _ in self.analyzers)).classify(text)[0])

    def to_json(self) -> dict[str, Any]:
        """Return the choice as plain values for JSON."""
        return {self.KIND: DETECTOR} | super().to_json()

    def __repr__(self) -> str:
        return f"ByLanguage({self._code()})"


def choice_from_json(data: Mapping[str, Any]) -> Choice:
    """Return the choice that `to_json` described; an analyzer may stand as its name.

    Raises:
        ValueError: it describes no choice.
    """
    options = dict(data)
    analyzers = options.pop("analyzers", None)
    if not isinstance(analyzers, Mapping):
        raise ValueError(f"analyzers are an object of names, got {shown(analyzers)}")
    read = {name: _read(each) for name, each in analyzers.items()}
    default = _read(options.pop("default", "standard"))
    if set(options) == {ByField.KIND}:
        return ByField(options[ByField.KIND], read, default)
    if options == {ByLanguage.KIND: DETECTOR}:
        return ByLanguage(read, default)
    raise ValueError(
        f'a choice among analyzers has "{ByField.KIND}" with the name of a field or '
        f'"{ByLanguage.KIND}" with "{DETECTOR}", got {shown(options)}'
    )


def _read(data: Any) -> Any:
    return Analyzer.from_json(data) if isinstance(data, Mapping) else data  # its name


@lru_cache(maxsize=16)
def _detector(codes: tuple[str, ...]) -> Any:
    """Return what classifies texts among these languages; loading it takes half a second."""
    try:
        langid = import_module("py3langid.langid")  # an extra, and heavy
    except ImportError as error:
        raise ComponentError(
            f"languages are found by {DETECTOR}, which is not installed; "
            "pip install 'searchlib[languages]'",
            DETECTOR,
        ) from error
    detector = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    unknown = sorted(set(codes) - set(detector.labels))
    if unknown:
        known = ", ".join(sorted(detector.labels))
        raise ComponentError(
            f"{DETECTOR} does not know the languages {', '.join(unknown)}; known: {known}", DETECTOR
        )
    detector.set_languages(list(codes))
    return detector
