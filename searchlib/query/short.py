"""How is a text of plain words read, without a parser? Most texts are words and nothing else.

Words side by side, words with AND between all of them, or one phrase. The compiled module makes a
plan of these (`targets.Words.native`); the parser and the planner make the same one
(tests/property/test_query_language.py) in many times the time: they read texts of any kind, and
note what they find in them.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .characters import OPERATORS
from .tree import And, Or, Phrase, Query, Term

MAX_CHARS = 1_000
PHRASE = "phrase"
Short: TypeAlias = tuple[list[str], str]  # words, and "or" or "and"; what a phrase says, and PHRASE

_plain = re.compile(r"[^\W_]++(?: [^\W_]++)*+").fullmatch


def short_of(text: str, operator: str) -> Short | None:
    """Return what a text holds that is words or a phrase of words; None for any other.

    `operator` is what joins words that stand side by side.

    >>> short_of("wind sea", "or"), short_of("wind AND sea", "or"), short_of('"wind sea"', "or")
    ((['wind', 'sea'], 'or'), (['wind', 'sea'], 'and'), (['wind sea'], 'phrase'))
    >>> short_of("wind NOT sea", "or"), short_of("wind (sea", "or")
    (None, None)
    """
    if len(text) > MAX_CHARS:
        return None
    if not _plain(text):
        is_phrase = text[:1] == '"' == text[-1:] and _plain(text, 1, len(text) - 1)
        return ([text[1:-1]], PHRASE) if is_phrase else None
    words = text.split(" ")
    if OPERATORS.isdisjoint(words):
        return words, operator
    if len(words) > 1 and len(words) % 2 and all(word == "AND" for word in words[1::2]):
        words = words[::2]
        if OPERATORS.isdisjoint(words):
            return words, "and"
    return None


def tree_of(text: str, short: Short) -> Query:
    """Return the tree of a text that holds this."""
    words, operator = short
    if operator == PHRASE:
        return Phrase(words[0], span=(0, len(text)))
    if len(words) == 1:
        return Term(words[0], span=(0, len(text)))
    between = (len(text) - sum(map(len, words))) // (len(words) - 1)  # a space, or AND in spaces
    terms: list[Query] = []
    start = 0
    for word in words:
        end = start + len(word)
        terms.append(Term(word, span=(start, end)))
        start = end + between
    return Or(*terms) if operator == "or" else And(*terms)
