"""Which languages does a filter know? The names that the core has, for messages without the core.

tests/unit/test_analysis_filters.py compiles each.
"""

from __future__ import annotations

# The algorithms of the Snowball project under their own names.
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

LIGHT_STEM_LANGUAGES = (
    "arabic",
    "bengali",
    "bulgarian",
    "czech",
    "finnish",
    "french",
    "german",
    "hindi",
    "hungarian",
    "italian",
    "latvian",
    "norwegian",
    "nynorsk",
    "persian",
    "portuguese",
    "russian",
    "spanish",
    "swedish",
)

MINIMAL_STEM_LANGUAGES = (
    "arabic",
    "bengali",
    "english",
    "french",
    "german",
    "hindi",
    "norwegian",
    "nynorsk",
    "persian",
    "portuguese",
    "spanish",
    "swedish",
)

# Where a minimal stemmer takes no ending away and only makes ways of writing one.
SPELLING_LANGUAGES = frozenset({"arabic", "bengali", "hindi", "persian"})

ELISION_LANGUAGES = ("catalan", "french", "irish", "italian")

COMPOUND_LANGUAGES = ("dutch", "german")
