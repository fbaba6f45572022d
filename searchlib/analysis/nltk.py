"""Which stemmers, lemmatizers and tokenizers of NLTK are there, and how are they called?

    words() | nltk("SnowballStemmer", language="german")

The table below is our own: a name and its options are checked without importing NLTK, which is
imported when the step is first used. What it leaves out is in `LEFT_OUT`, with the reason.
A tokenizer's places are those of its `span_tokenize`, or its words are looked for in the text one
after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from json import dumps, loads
from threading import Lock
from typing import Any, Literal, TypeAlias

import attrs

from ..errors import ComponentError, shown, suggestion
from .filters import Filter
from .foreign import Call, Component, Spans, Step, checked_filter, checked_tokenizer, key_of
from .tokenizers import Tokenizer

NLTK = "nltk:"  # before the name of a component

# What an option takes: a type, or its values listed.
Choice: TypeAlias = "type | tuple[str, ...]"


@attrs.frozen
class Entry:
    """What we know of a class of NLTK, or of one of its functions, before importing it."""

    kind: Literal["filter", "tokenizer"]
    module: str
    options: Mapping[str, Choice] = {}
    required: tuple[str, ...] = ()
    data: str | None = None  # what it reads; for the message, where NLTK itself names none
    method: str = "stem"  # of a filter
    call_options: tuple[str, ...] = ()  # options of the method, not of the class


def _stemmer(module: str, **options: Choice) -> Entry:
    return Entry("filter", f"nltk.stem.{module}", options)


def _tokenizer(module: str, **options: Choice) -> Entry:
    return Entry("tokenizer", f"nltk.tokenize.{module}", options)


SNOWBALL = (
    *("arabic", "danish", "dutch", "english", "finnish", "french", "german", "hungarian"),
    *("italian", "norwegian", "porter", "portuguese", "romanian", "russian", "spanish", "swedish"),
)

ENTRIES: dict[str, Entry] = {
    # Stemmers and lemmatizers
    "ARLSTem": _stemmer("arlstem"),
    "ARLSTem2": _stemmer("arlstem2"),
    "Cistem": _stemmer("cistem", case_insensitive=bool),
    "ISRIStemmer": _stemmer("isri"),
    "LancasterStemmer": _stemmer("lancaster", strip_prefix_flag=bool),
    "PorterStemmer": _stemmer(
        "porter", mode=("NLTK_EXTENSIONS", "MARTIN_EXTENSIONS", "ORIGINAL_ALGORITHM")
    ),
    "RSLPStemmer": Entry("filter", "nltk.stem.rslp", data="rslp"),
    "RegexpStemmer": Entry(
        "filter", "nltk.stem.regexp", {"regexp": re.Pattern, "min": int}, required=("regexp",)
    ),
    "SnowballStemmer": Entry(
        "filter",
        "nltk.stem.snowball",
        {"language": SNOWBALL, "ignore_stopwords": bool},
        required=("language",),
        data="stopwords",
    ),
    "WordNetLemmatizer": Entry(
        *("filter", "nltk.stem.wordnet", {"pos": ("n", "v", "a", "r", "s")}),
        data="wordnet",
        method="lemmatize",
        call_options=("pos",),
    ),
    **{
        f"{language.capitalize()}Stemmer": Entry(
            "filter", "nltk.stem.snowball", {"ignore_stopwords": bool}, data="stopwords"
        )
        for language in SNOWBALL
        if language != "porter"  # "PorterStemmer" is that of nltk.stem.porter
    },
    # Tokenizers
    "BlanklineTokenizer": _tokenizer("regexp"),
    "CharTokenizer": _tokenizer("simple"),
    "LineTokenizer": _tokenizer("simple", blanklines=("discard", "discard-eof", "keep")),
    "NISTTokenizer": Entry("tokenizer", "nltk.tokenize.nist", data="perluniprops"),
    "NLTKWordTokenizer": _tokenizer("destructive"),
    "PunktSentenceTokenizer": _tokenizer("punkt"),
    "PunktTokenizer": Entry("tokenizer", "nltk.tokenize.punkt", {"lang": str}, data="punkt_tab"),
    "RegexpTokenizer": Entry(
        *("tokenizer", "nltk.tokenize.regexp"),
        {"pattern": re.Pattern, "gaps": bool, "discard_empty": bool, "flags": int},
        required=("pattern",),
    ),
    "SExprTokenizer": _tokenizer("sexpr", parens=str, strict=bool),
    "SpaceTokenizer": _tokenizer("simple"),
    "TabTokenizer": _tokenizer("simple"),
    "TextTilingTokenizer": Entry(
        *("tokenizer", "nltk.tokenize.texttiling", {"w": int, "k": int}), data="stopwords"
    ),
    "ToktokTokenizer": _tokenizer("toktok"),
    "TreebankWordTokenizer": _tokenizer("treebank"),
    "TweetTokenizer": _tokenizer(
        "casual", preserve_case=bool, reduce_len=bool, strip_handles=bool, match_phone_numbers=bool
    ),
    "WhitespaceTokenizer": _tokenizer("regexp"),
    "WordPunctTokenizer": _tokenizer("regexp"),
    "word_tokenize": Entry("tokenizer", "nltk.tokenize.punkt", {"language": str}, data="punkt_tab"),
}

LEFT_OUT: dict[str, str] = {
    "CoreNLPTokenizer": "it needs a server",
    "LegalitySyllableTokenizer": "it learns from a list of words and splits one word, not a text",
    "MWETokenizer": "it joins the tokens of another tokenizer; use synonyms or shingles",
    "ReppTokenizer": "it runs a program that NLTK does not bring",
    "StanfordSegmenter": "it needs Java",
    "StanfordTokenizer": "it needs Java",
    "StringTokenizer": "it is only the base of tokenizers",
    "StemmerI": "it is only the interface of stemmers",
    "SyllableTokenizer": "it splits one word, not a text",
    "TokenizerI": "it is only the interface of tokenizers",
    "TreebankWordDetokenizer": "it joins words to a text",
}


def nltk(name: str, /, **options: Any) -> Any:
    """Return the filter or tokenizer that is this class of NLTK, made with these options.

    >>> nltk("LancasterStemmer") == named("nltk:LancasterStemmer")
    True

    Raises:
        ValueError: NLTK has no such stemmer, lemmatizer or tokenizer, or it takes no such option,
            or it cannot be used here; the message says why.
    """
    entry = _entry(name)
    _check(name, entry, options)
    params = {"component": NLTK + name}
    if options:
        params["options"] = dumps(options, sort_keys=True, separators=(",", ":"))
    return (
        Filter("component", **params)
        if entry.kind == "filter"
        else Tokenizer("component", **params)
    )


def named(text: str) -> Any:
    """Return the filter or tokenizer with this name, such as "nltk:LancasterStemmer".

    Raises:
        ValueError: as `nltk`, or the name is of another sort.
    """
    if not text.startswith(NLTK):
        raise ValueError(f"a step by its name is such as 'nltk:Cistem', got {shown(text)}")
    return nltk(text.removeprefix(NLTK))


def component_of(step: Step, **known: Any) -> Component:
    """Return the component of a step of NLTK; `known` are its fields and samples."""
    params = dict(step.params)
    name, options = params["component"], params.get("options") or "{}"
    kind = "tokenizer" if isinstance(step, Tokenizer) else "filter"
    return Component(key_of(step), lambda: _made(name, options, kind), **known)


@lru_cache(maxsize=256)
def _made(full_name: str, options_json: str, kind: str) -> Call:
    """Import the class, make it, and make sure that its data is there. One for the process."""
    name = full_name.removeprefix(NLTK)
    try:
        entry, options = _entry(name), loads(options_json)
        _check(name, entry, options)
        if entry.kind != kind:
            raise ValueError(f"{full_name} is a {entry.kind}, and stands where a {kind} does")
    except ValueError as error:
        raise ComponentError(str(error), full_name) from error
    try:
        call = _function(name, entry, options)
        _probe(call)
    except ImportError as error:
        raise ComponentError(
            f"{full_name} needs the package {error.name!r}, which cannot be imported: {error}",
            full_name,
        ) from error
    except LookupError as error:
        if type(error) is not LookupError:  # NLTK raises just this where data is missing
            raise
        raise _missing_data(full_name, entry, error) from error
    if entry.kind == "filter":
        return checked_filter(full_name, call)
    return checked_tokenizer(full_name, call)


def _function(name: str, entry: Entry, options: dict[str, Any]) -> Callable[[str], Any]:
    module = import_module(entry.module)
    if name == "word_tokenize":
        return _word_tokenize(module, options.get("language", "english"))
    call_options = {
        option: options.pop(option) for option in entry.call_options if option in options
    }
    worker = getattr(module, name)(**options)
    lock = Lock()  # some keep the word they are at on themselves
    if entry.kind == "filter":
        method = getattr(worker, entry.method)

        def stem(form: str) -> Any:
            with lock:
                return method(form, **call_options)

        return stem
    inherited = import_module("nltk.tokenize.api").TokenizerI.span_tokenize
    has_spans = getattr(type(worker), "span_tokenize", inherited) is not inherited

    def tokenize(text: str) -> Spans:
        with lock:
            if has_spans:
                try:
                    return [
                        (start, end) for start, end in worker.span_tokenize(text) if start < end
                    ]
                except ValueError:  # its own alignment lost a word: say which, below
                    pass
            words = worker.tokenize(text)
        return aligned(NLTK + name, text, words)

    return tokenize


def _word_tokenize(punkt: Any, language: str) -> Callable[[str], Spans]:
    """Return NLTK's `word_tokenize` with places: words of sentences."""
    sentences = punkt.PunktTokenizer(language)
    words = import_module("nltk.tokenize.destructive").NLTKWordTokenizer()
    lock = Lock()

    def tokenize(text: str) -> Spans:
        spans = []
        with lock:
            for first, last in sentences.span_tokenize(text):
                sentence = text[first:last]
                try:
                    places = list(words.span_tokenize(sentence))
                except ValueError:
                    places = aligned("nltk:word_tokenize", sentence, words.tokenize(sentence))
                spans += [(first + start, first + end) for start, end in places if start < end]
        return spans

    return tokenize


def aligned(name: str, text: str, words: Iterable[str]) -> Spans:
    """Return where the words stand in the text, each looked for from the end of the one before.

    >>> aligned("nltk:X", "to be, or to", ["to", "be", "or", "to"])
    [(0, 2), (3, 5), (7, 9), (10, 12)]

    Raises:
        ValueError: a word does not stand there; the tokenizer has changed it.
    """
    spans = []
    end = 0
    for word in words:
        if not word:
            continue
        start = text.find(word, end)
        if start < 0:  # some write & as &amp;
            from html import unescape  # only here: its table of entities is slow to import

            word = unescape(word)
            start = text.find(word, end)
        if start < 0:
            raise ValueError(
                f"{name} made the word {shown(word)}, which is not in the text after "
                f"{shown(text[max(0, end - 20) : end])} (character {end}), so it has no place there"
            )
        end = start + len(word)
        spans.append((start, end))
    return spans


def _probe(call: Callable[[str], Any]) -> None:
    """Make the component read its data now; what else it makes of the word is its affair."""
    try:
        call("word")
    except LookupError as error:
        if type(error) is LookupError:
            raise
    except ImportError:
        raise
    except Exception:
        pass


def _missing_data(full_name: str, entry: Entry, error: LookupError) -> ComponentError:
    asked = re.search(r"nltk\.download\(\W*([\w.-]+?)\W*\)", str(error))
    data = asked[1] if asked else entry.data
    return ComponentError(
        f"{full_name} needs the data {data!r} of NLTK, which is not on this machine; "
        f"get it with: python -m nltk.downloader {data}",
        full_name,
    )


def _entry(name: object) -> Entry:
    if isinstance(name, str):
        if name in LEFT_OUT:
            raise ValueError(f"nltk:{name} cannot be a step of an analyzer: {LEFT_OUT[name]}")
        if name in ENTRIES:
            return ENTRIES[name]
    known = suggestion(name, ENTRIES, limit=len(ENTRIES))
    raise ValueError(f"NLTK has no stemmer, lemmatizer or tokenizer {shown(name)}; {known}")


def _check(name: str, entry: Entry, options: object) -> None:
    if not isinstance(options, dict):
        raise ValueError(f"the options of nltk:{name} are an object, got {shown(options)}")
    for option, value in options.items():
        if option not in entry.options:
            raise ValueError(
                f"nltk:{name} has no option {shown(option)}; {suggestion(option, entry.options)}"
            )
        choice = entry.options[option]
        if isinstance(choice, tuple):
            if value not in choice:
                known = suggestion(value, choice, limit=len(choice))
                raise ValueError(f"nltk:{name} has no {option} {shown(value)}; {known}")
        elif choice is re.Pattern:
            _check_pattern(name, option, value)
        elif type(value) is not choice:
            raise ValueError(
                f"the option {option!r} of nltk:{name} is of type {choice.__name__}, "
                f"got {shown(value)}"
            )
    for option in entry.required:
        if option not in options:
            raise ValueError(f"nltk:{name} needs the option {option!r}")


def _check_pattern(name: str, option: str, value: object) -> None:
    try:
        re.compile(value)  # type: ignore[call-overload]  # TypeError is caught
    except (re.error, TypeError) as error:
        raise ValueError(
            f"the option {option!r} of nltk:{name} is a regular expression, "
            f"got {shown(value)}: {error}"
        ) from error
