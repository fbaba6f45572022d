"""The simple dialect, for search boxes: every character is text.

Only quotes mean something, and a minus right before a word or a quote, after a space.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..characters import QUOTES
from ..diagnostics import Problems
from ..tree import And, Bool, Nothing, Or, Phrase, Query, Term

_piece = re.compile(
    rf"""\s*+(-(?=[^\s-]))?+(?:
      [{QUOTES}]([^{QUOTES}]*+)[{QUOTES}]
    | ([{QUOTES}])
    | ([^\s{QUOTES}]++)
    )""",
    re.VERBOSE,
).match


def read(text: str, fields: Collection[str], operator: str, problems: Problems) -> Query:
    """Return the tree that `text` stands for in this dialect.

    >>> print(read('C++ "wind farm" -title:x (a', (), "or", Problems()))
    C++ "wind farm" \\(a -title\\:x
    """
    wanted: list[Query] = []
    unwanted: list[Query] = []
    pos = 0
    while found := _piece(text, pos):
        start, pos = found.start(found.lastindex or 0), found.end()
        quoted, quote, word = found[2], found[3], found[4]
        if quote is not None:
            message = "no quote closes this one"
            problems.add("unclosed-quote", start, pos, message, "left out")
            continue
        if quoted == "":
            message = "nothing stands between the quotes"
            problems.add("empty-quotes", start - 1, pos, message, "left out")
            continue
        span = (start, pos) if quoted is None else (start - 1, pos)
        query = Term(word, span=span) if quoted is None else Phrase(quoted, span=span)
        (wanted if found[1] is None else unwanted).append(query)
    if not unwanted:
        return And(*wanted) if wanted and operator == "and" else Or(*wanted)
    if operator == "and":
        return Bool(must=wanted, must_not=unwanted)
    return Bool(should=wanted, must_not=unwanted) if wanted or unwanted else Nothing()
