"""Which analyzers have a name?

A name is resolved once, when a field is made; an index stores the analyzer, never the name.
So an entry may change here without changing what an index that exists does.
"""

from __future__ import annotations

from ..errors import shown, suggestion
from .analyzer import Analyzer, lowercase, possessive, stem, whole, words

# "english" keeps stop words: they cost little, and "to be or not to be" is made of nothing else.
NAMED: dict[str, Analyzer] = {
    "standard": words() | lowercase(),
    "english": words() | lowercase() | possessive() | stem("english"),
    "keyword": Analyzer(whole()),
}


def analyzer_named(name: str) -> Analyzer:
    """Return the built-in analyzer of this name.

    >>> analyzer_named("standard")
    words() | lowercase()

    Raises:
        ValueError: there is none; the message lists the names that there are.
    """
    try:
        return NAMED[name]
    except (KeyError, TypeError):
        raise ValueError(f"unknown analyzer {shown(name)}; {suggestion(name, NAMED)}") from None
