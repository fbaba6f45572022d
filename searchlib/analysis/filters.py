"""What becomes of a word? The filters by name, and the functions that make them.

A filter looks at one word alone: it changes it, removes it, or puts several terms in its place.
Two look at its neighbours: shingles, and synonyms of several words.
The work on words is native; nothing here looks at a character.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

from ..errors import shown, suggestion
from .languages import (
    COMPOUND_LANGUAGES,
    ELISION_LANGUAGES,
    LIGHT_STEM_LANGUAGES,
    MINIMAL_STEM_LANGUAGES,
    SPELLING_LANGUAGES,
    STEM_LANGUAGES,
)
from .steps import Param, Spec, Step
from .stopwords import STOP_WORDS
from .synonym_rules import groups_of, read_lines, rules_of
from .values import any_text, flag, number, one_of, text, texts

MAX_TOKEN_CHARS = 65_535  # a token has at most as many bytes (docs/format.md, "Limits")
MAX_WORD_CHARS = 256  # the splitter of compounds leaves longer ones as they are
MAX_GRAM_CHARS = 32  # a word of n characters makes at most 32 n grams
MAX_EDGE_GRAM_CHARS = 256  # enough for a title
MAX_SHINGLE_WORDS = 8

# They only make spellings one, so that the beginning of a word stays a beginning: what is done to
# a word that is looked for as one (`Filter.folds`).
FOLDING = frozenset({"casefold", "fold_accents", "lowercase", "nfkc"})
CASE_FOLDING = frozenset({"casefold", "lowercase"})
REMOVING = frozenset({"length", "stop"})  # a word stays as it is, or goes


def _stop_words(value: Any) -> tuple[str, ...]:
    """Return the sorted words of a list that is named or given."""
    if not isinstance(value, str):
        try:
            return texts(value)
        except ValueError:
            given = list(value) if isinstance(value, Iterable) else value
            raise ValueError(
                f"stop words are the name of a list or texts not empty, got {shown(given)}"
            ) from None
    if value not in STOP_WORDS:
        known = suggestion(value, STOP_WORDS, limit=len(STOP_WORDS))
        raise ValueError(f"unknown stop list {shown(value)}; {known}")
    return tuple(sorted(STOP_WORDS[value]))


def _stop_code(value: tuple[str, ...]) -> str:
    words = set(value)
    return repr(next((name for name in STOP_WORDS if STOP_WORDS[name] == words), list(value)))


def _articles(value: Any) -> str | tuple[str, ...]:
    """Return the name of a list, which never changes, or the articles given."""
    if isinstance(value, str):
        return str(one_of("articles of", ELISION_LANGUAGES)(value))
    return texts(value)


def _check_light(params: Mapping[str, Any]) -> None:
    kind = "minimal" if params["minimal"] else "light"
    known = MINIMAL_STEM_LANGUAGES if params["minimal"] else LIGHT_STEM_LANGUAGES
    one_of(f"{kind} stemmer for the language", known)(params["language"])


def check_bounds(params: Mapping[str, Any]) -> None:
    """Raise ValueError where `max` is less than `min`."""
    if params["max"] is not None and params["max"] < params["min"]:
        raise ValueError(f"max is at least min, got {params['min']} and {params['max']}")


_STEM_LANGUAGE = one_of("stemmer for the language", STEM_LANGUAGES)
_LENGTH = number(0, MAX_TOKEN_CHARS)


def _grams(most: int) -> dict[str, Param]:
    return {"min": Param(number(1, most)), "max": Param(number(1, most))}


@attrs.frozen(init=False, repr=False)
class Filter(Step):
    """A later step: it changes or removes words.

    >>> Filter("stem", language="english") == stem("english")
    True

    Raises:
        ValueError: no filter has this name or parameter, or the parameter's value is not known.
    """

    KIND: ClassVar[str] = "filter"
    KNOWN: ClassVar[dict[str, Spec]] = {
        "lowercase": Spec(),
        "casefold": Spec({"turkish": Param(flag, False)}, by_place=0),
        "nfkc": Spec(),
        "fold_accents": Spec(),
        "elision": Spec({"articles": Param(_articles)}),
        "possessive": Spec(),
        "stop": Spec({"words": Param(_stop_words, code=_stop_code)}),
        "stem": Spec({"language": Param(_STEM_LANGUAGE)}),
        "light_stem": Spec(
            {"language": Param(text), "minimal": Param(flag, False)}, check=_check_light
        ),
        "length": Spec(
            {"min": Param(_LENGTH, 0), "max": Param(_LENGTH, None)},
            by_place=2,
            check=check_bounds,
        ),
        "ngrams": Spec(_grams(MAX_GRAM_CHARS), 2, "word_ngrams", check_bounds),
        "edge_ngrams": Spec(_grams(MAX_EDGE_GRAM_CHARS), 2, "word_edge_ngrams", check_bounds),
        "phonetic": Spec({"keep_original": Param(flag, False)}, by_place=0),
        "synonyms": Spec(
            {"groups": Param(groups_of, ()), "rules": Param(rules_of, ())},
            by_place=0,
        ),
        "shingles": Spec(
            {
                "min": Param(number(2, MAX_SHINGLE_WORDS)),
                "max": Param(number(2, MAX_SHINGLE_WORDS)),
                "separator": Param(any_text, " "),
                "unigrams": Param(flag, True),
                "longest": Param(flag, False),
            },
            by_place=2,
            check=check_bounds,
        ),
        "keywords": Spec({"words": Param(texts)}),
        "compounds": Spec(
            {
                "words": Param(texts),
                "min": Param(number(1, MAX_WORD_CHARS), 3),
                "language": Param(one_of("linking letters of", COMPOUND_LANGUAGES), None),
            }
        ),
        "hyphens": Spec(),
        "component": Spec({"component": Param(text), "options": Param(text, None)}),
    }

    name: str
    params: tuple[tuple[str, Any], ...]

    def __init__(self, name: str, /, **params: Any) -> None:
        self.__attrs_init__(name, ())
        object.__setattr__(self, "params", self._checked(params))

    @property
    def folds(self) -> bool:
        """Whether it only makes spellings one: it is done to the beginning of a word as well.

        >>> lowercase().folds, light_stem("arabic", minimal=True).folds, stem("arabic").folds
        (True, True, False)
        """
        if self.name == "light_stem":
            return bool(self.param("minimal")) and self.param("language") in SPELLING_LANGUAGES
        return self.name in FOLDING

    @property
    def has_phrases(self) -> bool:
        """Whether it knows synonyms of several words: then a query has several readings.

        >>> synonyms("car, auto").has_phrases, synonyms("usa, united states").has_phrases
        (False, True)
        """
        if self.name != "synonyms":
            return False
        sides = (*self.param("groups"), *(side for rule in self.param("rules") for side in rule))
        return any(" " in entry for side in sides for entry in side)

    def of_queries(self) -> Filter:
        """Return the filter as it is for what is typed: of grams and shingles only the longest.

        >>> word_edge_ngrams(1, 20).of_queries(), shingles(2, 3).of_queries()
        (word_edge_ngrams(20, 20), shingles(2, 3, longest=True))
        """
        if self.name == "shingles":
            return Filter("shingles", **{**dict(self.params), "longest": True})
        if self.name not in ("edge_ngrams", "ngrams"):
            return self
        return Filter(self.name, min=self.param("max"), max=self.param("max"))


def lowercase() -> Filter:
    """Return the filter that makes words lower case.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | lowercase()).tokens("Éa ΤΟΥΣ")]
    ['éa', 'τους']
    """
    return Filter("lowercase")


def casefold(*, turkish: bool = False) -> Filter:
    """Return the filter that makes words one that differ in letter case, ß and ss included.

    With `turkish`, I and ı are one letter, İ and i another.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | casefold(turkish=True)).tokens("Iğdır Straße")]
    ['ığdır', 'strasse']
    """
    return Filter("casefold", turkish=turkish)


def nfkc() -> Filter:
    """Return the filter that writes compatibility characters, such as ﬁ or Ａ, as usual ones.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | nfkc()).tokens("ﬁn Ｗｉｎｄ")]
    ['fin', 'Wind']
    """
    return Filter("nfkc")


def fold_accents() -> Filter:
    """Return the filter that takes accents off Latin, Greek and Cyrillic letters.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | fold_accents()).tokens("Ørsted élève हिन्दी")]
    ['Orsted', 'eleve', 'हिन्दी']
    """
    return Filter("fold_accents")


def elision(articles: str | Iterable[str]) -> Filter:
    """Return the filter that takes articles and their apostrophe off a word's beginning.

    They are those of a language, one of `ELISION_LANGUAGES`, or given.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | elision("french")).tokens("l’avion aujourd'hui")]
    ['avion', "aujourd'hui"]
    """
    return Filter("elision", articles=articles)


def possessive() -> Filter:
    """Return the filter that drops a trailing 's or ’s, or a lone trailing apostrophe.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | possessive()).tokens("Iran's Iran’s don't")]
    ['Iran', 'Iran', "don't"]
    """
    return Filter("possessive")


def stop(words: str | Iterable[str]) -> Filter:
    """Return the filter that removes these words: those of a list by name, such as "english".

    >>> stop(["the", "a"])
    stop(['a', 'the'])
    """
    return Filter("stop", words=words)


def stem(language: str) -> Filter:
    """Return the Snowball stemmer of a language, one of `STEM_LANGUAGES`.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | stem("english")).tokens("connections running")]
    ['connect', 'run']
    """
    return Filter("stem", language=language)


def light_stem(language: str, *, minimal: bool = False) -> Filter:
    """Return the stemmer that takes away inflection alone, or little more than plurals.

    The languages are `LIGHT_STEM_LANGUAGES`, and `MINIMAL_STEM_LANGUAGES` with `minimal`. For
    Arabic, Bengali, Hindi and Persian, minimal makes ways of writing one and no more.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | light_stem("french")).tokens("nationales journaux")]
    ['national', 'journal']
    """
    return Filter("light_stem", language=language, minimal=minimal)


def length(min: int = 0, max: int | None = None) -> Filter:
    """Return the filter that keeps words of `min` to `max` characters; None is without end.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | length(2, 4)).tokens("a wind farm rises")]
    ['wind', 'farm']
    """
    return Filter("length", min=min, max=max)


def word_ngrams(min: int, max: int) -> Filter:
    """Return the filter that makes of a word all its stretches of `min` to `max` characters.

    A shorter word stays whole. Of the stretches of a query's word only the longest count.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | word_ngrams(3, 4)).tokens("wind")]
    ['win', 'wind', 'ind']
    """
    return Filter("ngrams", min=min, max=max)


def word_edge_ngrams(min: int, max: int) -> Filter:
    """Return the filter that makes of a word its beginnings of `min` to `max` characters.

    A shorter word stays whole. Of the beginnings of a query's word only the longest counts, so
    that what is typed finds the words that begin with it.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | word_edge_ngrams(1, 3)).tokens("wind")]
    ['w', 'wi', 'win']
    """
    return Filter("edge_ngrams", min=min, max=max)


def phonetic(*, keep_original: bool = False) -> Filter:
    """Return the filter that makes of a word its Double Metaphone codes: how it sounds.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | phonetic()).tokens("Smith Schmidt")]
    ['SM0', 'XMT', 'XMT', 'SMT']
    """
    return Filter("phonetic", keep_original=keep_original)


def synonyms(
    lines: str | Iterable[str] = (),
    *,
    groups: Iterable[Iterable[str]] = (),
    rules: Iterable[tuple[str | Iterable[str], str | Iterable[str]]] = (),
) -> Filter:
    """Return the filter that makes one what means the same, of one word or several.

    The entries of a group mean each other. A rule puts what is on its right in the place of what
    is on its left. A line is a group, "car, auto", or a rule, "tv, telly => television"; empty ones
    and those that start with # say nothing; a comma that is part of a word is written as \\,.
    Words are compared letter for letter, so they stand here as the filters before make them.
    Entries of one word stand at one position; those of several words are other readings of a
    query (`Analyzer.readings`).

    >>> from searchlib.analysis import words
    >>> synonyms("car, auto") == synonyms(groups=[["car", "auto"]])
    True
    >>> analyzer = words() | synonyms("car, auto; tv => television".split("; "))
    >>> [(token.position, token.term) for token in analyzer.tokens("car tv")]
    [(0, 'car'), (0, 'auto'), (1, 'television')]
    """
    read = read_lines(lines)
    return Filter(
        "synonyms",
        groups=[*read.groups, *groups] if read.groups else groups,
        rules=[*read.rules, *rules] if read.rules else rules,
    )


def shingles(
    min: int = 2,
    max: int | None = None,
    *,
    separator: str = " ",
    unigrams: bool = True,
    longest: bool = False,
) -> Filter:
    """Return the filter that makes terms of `min` to `max` words that stand side by side.

    `max` is as `min` unless it is given, 8 at most; `separator` stands between the words. A shingle
    has the position of its first word. `unigrams` keeps the words alone too. A word that a filter
    removed is written _ inside a shingle. With `longest`, of what begins at a word only the longest
    stays, and nothing that one before it covers: that is what a query gets.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | shingles()).tokens("new york city")]
    ['new', 'new york', 'york', 'york city', 'city']
    """
    return Filter(
        "shingles",
        min=min,
        max=min if max is None else max,
        separator=separator,
        unigrams=unigrams,
        longest=longest,
    )


def keywords(words: Iterable[str]) -> Filter:
    """Return the filter that marks words, which stemmers behind it then leave alone.

    >>> from searchlib.analysis import words
    >>> analyzer = words() | keywords(["news"]) | stem("english")
    >>> [token.term for token in analyzer.tokens("news turbines")]
    ['news', 'turbin']
    """
    return Filter("keywords", words=words)


def compounds(words: Iterable[str], *, min: int = 3, language: str | None = None) -> Filter:
    """Return the filter that puts the parts of compounds beside them.

    A word is split where it is made of `words` alone, of `min` characters at least, and of the
    letters that link them in a language, one of `COMPOUND_LANGUAGES`.

    >>> from searchlib.analysis import words
    >>> german = compounds(["arbeit", "geber"], language="german")
    >>> [token.term for token in (words() | german).tokens("arbeitsgeber")]
    ['arbeitsgeber', 'arbeit', 'geber']
    """
    return Filter("compounds", words=words, min=min, language=language)


def hyphens() -> Filter:
    """Return the filter that puts the parts of a word with hyphens and their joined form beside it.

    It stands behind a tokenizer that keeps hyphens.

    >>> from searchlib.analysis import whitespace
    >>> [token.term for token in (whitespace() | hyphens()).tokens("wi-fi")]
    ['wi-fi', 'wi', 'fi', 'wifi']
    """
    return Filter("hyphens")
