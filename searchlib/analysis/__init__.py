"""How does text become terms? Analyzers as plain values, and the built-in ones by name."""

from .analyzer import (
    STEM_LANGUAGES,
    Analyzer,
    Filter,
    Token,
    Tokenizer,
    lowercase,
    possessive,
    stem,
    stop,
    whole,
    words,
)
from .named import NAMED, analyzer_named

__all__ = [
    "NAMED",
    "STEM_LANGUAGES",
    "Analyzer",
    "Filter",
    "Token",
    "Tokenizer",
    "analyzer_named",
    "lowercase",
    "possessive",
    "stem",
    "stop",
    "whole",
    "words",
]
