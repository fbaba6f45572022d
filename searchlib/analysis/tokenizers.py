"""Where are the words of a text? The tokenizers by name, and the functions that make them.

The finding itself is native; nothing here looks at a character.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from .filters import Filter, check_bounds
from .steps import Param, Spec, Step
from .values import character, flag, number, one_of, text, words_in

if TYPE_CHECKING:
    from .analyzer import Analyzer

SEGMENTS = ("bigrams", "bigrams_characters", "characters", "dictionary")
MAX_NGRAM_CHARS = 64  # a text of n characters gives up to n times as many tokens


_WORDS = {
    "keep": Param(words_in, ()),
    "segment": Param(one_of("way to segment", SEGMENTS), None),
}
_NGRAMS = {
    "min": Param(number(1, MAX_NGRAM_CHARS)),
    "max": Param(number(1, MAX_NGRAM_CHARS)),
}


@attrs.frozen(init=False, repr=False)
class Tokenizer(Step):
    """The first step, from a text to words; `|` puts filters behind it.

    >>> Tokenizer("words") == words()
    True

    Raises:
        ValueError: no tokenizer has this name or this parameter, or the value is not known.
    """

    KIND: ClassVar[str] = "tokenizer"
    KNOWN: ClassVar[dict[str, Spec]] = {
        "words": Spec(_WORDS, by_place=0),
        "urls": Spec(_WORDS, by_place=0),
        "whitespace": Spec(),
        "letters": Spec(),
        "regex": Spec({"pattern": Param(text), "gaps": Param(flag, False)}),
        "whole": Spec(),
        "ngrams": Spec(_NGRAMS, by_place=2, check=check_bounds),
        "edge_ngrams": Spec(_NGRAMS, by_place=2, check=check_bounds),
        "paths": Spec({"delimiter": Param(character, "/")}),
        "component": Spec({"component": Param(text), "options": Param(text, None)}),
    }

    name: str
    params: tuple[tuple[str, Any], ...]

    def __init__(self, name: str, /, **params: Any) -> None:
        self.__attrs_init__(name, ())
        object.__setattr__(self, "params", self._checked(params))
        if name == "regex":
            _check_pattern(self)

    def __or__(self, other: Filter | str) -> Analyzer:
        from .analyzer import Analyzer, is_filter  # which is made of tokenizers

        if not is_filter(other):
            return NotImplemented
        return Analyzer(self, (other,))


def _check_pattern(tokenizer: Tokenizer) -> None:
    """Ask the core, which alone knows what a regular expression may hold there."""
    from .analyzer import Analyzer
    from .native import compiled  # every other tokenizer is checked without the core

    compiled(Analyzer(tokenizer))


def words(*, keep: Iterable[str] = (), segment: str | None = None) -> Tokenizer:
    """Return the tokenizer that splits a text into words by the rules of UAX #29.

    The words of `keep` are found whole, whatever their letter case. `segment` says how scripts
    without spaces are cut, one of `SEGMENTS`; None is the way that finds most, script by script.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(words(keep=["C++"])).tokens("C++ or C")]
    ['C++', 'or', 'C']
    """
    return Tokenizer("words", keep=keep, segment=segment)


def urls(*, keep: Iterable[str] = (), segment: str | None = None) -> Tokenizer:
    """Return the tokenizer that is as `words`, with URLs and e-mail addresses as one word each.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(urls()).tokens("Ask me@example.org, or example.")]
    ['Ask', 'me@example.org', 'or', 'example']
    """
    return Tokenizer("urls", keep=keep, segment=segment)


def whitespace() -> Tokenizer:
    """Return the tokenizer that splits at white space and nothing else.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(whitespace()).tokens("wi-fi, 5 GHz")]
    ['wi-fi,', '5', 'GHz']
    """
    return Tokenizer("whitespace")


def letters() -> Tokenizer:
    """Return the tokenizer that finds runs of letters, with their marks.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(letters()).tokens("B2B, don't")]
    ['B', 'B', 'don', 't']
    """
    return Tokenizer("letters")


def regex(pattern: str, *, gaps: bool = False) -> Tokenizer:
    r"""Return the tokenizer whose words a regular expression matches, or lie between with `gaps`.

    The language is that of the `regex` crate of Rust: like Python's, without looking around and
    back-references, so that no pattern takes exponential time.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(regex("; *", gaps=True)).tokens("wind; sea;sun")]
    ['wind', 'sea', 'sun']

    Raises:
        ValueError: the pattern is none, or takes too much memory.
    """
    return Tokenizer("regex", pattern=pattern, gaps=gaps)


def whole() -> Tokenizer:
    """Return the tokenizer that takes the entire text as one word.

    >>> from searchlib.analysis import Analyzer
    >>> [token.term for token in Analyzer(whole()).tokens("New York")]
    ['New York']
    """
    return Tokenizer("whole")


def ngrams(min: int, max: int) -> Tokenizer:
    """Return the tokenizer that finds all stretches of `min` to `max` characters, spaces too.

    Stretches have positions of their own. For those of each word: `word_ngrams`.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(ngrams(2, 2)).tokens("a sea")]
    ['a ', ' s', 'se', 'ea']
    """
    return Tokenizer("ngrams", min=min, max=max)


def edge_ngrams(min: int, max: int) -> Tokenizer:
    """Return the tokenizer that finds the beginnings of a text, of `min` to `max` characters.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(edge_ngrams(1, 3)).tokens("wind")]
    ['w', 'wi', 'win']
    """
    return Tokenizer("edge_ngrams", min=min, max=max)


def paths(delimiter: str = "/") -> Tokenizer:
    """Return the tokenizer that finds a path and the paths above it.

    >>> from searchlib.analysis import Analyzer
    >>> [token.form for token in Analyzer(paths()).tokens("/news/2019/may")]
    ['/news', '/news/2019', '/news/2019/may']
    """
    return Tokenizer("paths", delimiter=delimiter)
