"""Which analyzers have a name?

A name is resolved once, when a field is made; an index stores the analyzer, never the name.
So an entry may change here without changing what an index that exists does.
"""

from __future__ import annotations

from ..errors import shown, suggestion
from .analyzer import Analyzer, Filter, Tokenizer, lowercase, possessive, stem, whole, words


def _language(
    stemmer: str | None = None,
    *,
    split: Tokenizer | None = None,
    case: Filter | None = None,
    strip: tuple[Filter, ...] = (),
    normalize: tuple[Filter, ...] = (),
) -> Analyzer:
    """Return the analyzer of a language from the steps that set it apart, in this order.

    `split` finds the words (else `words()`), `case` takes capitals away (else `lowercase()`),
    `strip` takes off what is written onto a word without being part of it, `normalize` makes
    spellings of one letter the same, and `stemmer` names a Snowball algorithm.
    """
    steps = [case or lowercase(), *strip, *normalize]
    if stemmer is not None:
        steps.append(stem(stemmer))
    return Analyzer(split or words(), tuple(steps))


# No language leaves stop words out: they cost little, and "to be or not to be" is made of nothing
# else. A language without a stemmer has a name too, so that a program may go by a document's
# language without asking which languages differ from "standard".
_LANGUAGES: dict[str, Analyzer] = {
    "afrikaans": _language(),
    "albanian": _language(),
    "arabic": _language("arabic"),
    "armenian": _language("armenian"),
    "azerbaijani": _language(),
    "basque": _language("basque"),
    "bengali": _language(),
    "bulgarian": _language(),
    "catalan": _language("catalan"),
    "chinese": _language(),
    "croatian": _language(),
    "czech": _language("czech"),
    "danish": _language("danish"),
    "dutch": _language("dutch"),
    "english": _language("english", strip=(possessive(),)),
    "esperanto": _language("esperanto"),
    "estonian": _language("estonian"),
    "finnish": _language("finnish"),
    "french": _language("french"),
    "galician": _language(),
    "georgian": _language(),
    "german": _language("german"),
    "greek": _language("greek"),
    "hebrew": _language(),
    "hindi": _language("hindi"),
    "hungarian": _language("hungarian"),
    "icelandic": _language(),
    "indonesian": _language("indonesian"),
    "irish": _language("irish"),
    "italian": _language("italian"),
    "japanese": _language(),
    "korean": _language(),
    "latvian": _language(),
    "lithuanian": _language("lithuanian"),
    "malay": _language(),
    "marathi": _language(),
    "nepali": _language("nepali"),
    "norwegian": _language("norwegian"),
    "persian": _language("persian"),
    "polish": _language("polish"),
    "portuguese": _language("portuguese"),
    "romanian": _language("romanian"),
    "russian": _language("russian"),
    "serbian": _language("serbian"),
    "sesotho": _language("sesotho"),
    "slovak": _language(),
    "slovenian": _language(),
    "spanish": _language("spanish"),
    "swedish": _language("swedish"),
    "tamil": _language("tamil"),
    "thai": _language(),
    "turkish": _language("turkish"),
    "ukrainian": _language("ukrainian"),
    "urdu": _language(),
    "vietnamese": _language(),
    "welsh": _language(),
    "yiddish": _language("yiddish"),
}

NAMED: dict[str, Analyzer] = {
    "standard": words() | lowercase(),
    "simple": words() | lowercase(),
    "keyword": Analyzer(whole()),
    **_LANGUAGES,
}


def analyzer_named(name: str) -> Analyzer:
    """Return the built-in analyzer of this name.

    >>> analyzer_named("german")
    words() | lowercase() | stem('german')

    Raises:
        ValueError: there is none; the message lists the names that there are.
    """
    try:
        return NAMED[name]
    except (KeyError, TypeError):
        known = suggestion(name, NAMED, limit=len(NAMED))
        raise ValueError(f"unknown analyzer {shown(name)}; {known}") from None
