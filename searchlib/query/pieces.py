"""What may stand in a query text? The patterns of its pieces, as the default dialect reads them.

Possessive throughout (*+, ++), so that nothing is read twice: the time is linear in the text.
"""

from __future__ import annotations

import re

from .characters import FUNCTION_NAMES, QUOTES, SETTINGS, unescaped

NUMBER = r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+"
AFTER = rf"(?=[\s(){QUOTES}^]|\Z)"  # what may stand after a piece
BODY = rf"(?:[^\s(){QUOTES}\\^]++|\\.|\\\Z|\^(?!=?{NUMBER}{AFTER}))++"  # of a word

(
    PLAIN,
    SIGNS,
    QUOTED,
    CURLY,
    OPENING,
    CLOSING,
    MARK,
    EVERYTHING_PIECE,
    NOTHING_PIECE,
    QUOTE,
    JOINER,
    NEGATION,
    FUNCTION,
    REGEX_PIECE,
    OTHER,
) = range(1, 16)

piece = re.compile(
    rf"""\s*+(?:
      ([^\W_][^\s(){QUOTES}\\^:*?~=]*+)(?![\\^:*?~=])
    | ([+-]++)
    | "((?:[^"\\]++|\\.)*+)"
    | [{QUOTES}]((?:[^{QUOTES}\\]++|\\.)*+)[{QUOTES}]
    | (\()
    | (\))
    | \^(=?{NUMBER}){AFTER}
    | (\*:\*){AFTER}
    | (\*:\(\))
    | ([{QUOTES}])
    | (&&|\|\|)
    | (!)(?=[^\s!=)^])
    | \#({"|".join(FUNCTION_NAMES)})\(
    | /((?:[^/\\\s]++|\\.)++)/{AFTER}
    | ({BODY})
    )""",
    re.VERBOSE | re.DOTALL,
).match

field_name = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*+):").match
only_star = re.compile(rf"[\s(]*+\*++(?:\^=?{NUMBER})?+[\s)]*+").fullmatch
slop = re.compile(r"~([0-9]++)").match
mark = re.compile(r"[\\*?:^~]").search
marks = re.compile(r"\\.|[*?:^~]", re.DOTALL).finditer
nearly = re.compile(r"~([0-9]*+(?:\.[0-9]*+)?+)(?:/([0-9]++))?+\Z").search
setting = re.compile(rf"({'|'.join(sorted(SETTINGS, reverse=True))})=").match

regex = re.compile(rf"/((?:[^/\\\s]++|\\.)++)/{AFTER}", re.DOTALL).match
comparison = re.compile(
    rf"""([<>]=?)[ \t]*+(?:"((?:[^"\\]++|\\.)++)"|([^<>=]{BODY}|[^\s(){QUOTES}\\^<>=]))""",
    re.VERBOSE | re.DOTALL,
).match
_END = r"""(?:[^"\\\[\]{}]++|\\.|"(?:[^"\\]++|\\.)*+")*+"""
range_piece = re.compile(rf"([\[{{])({_END})([\]}}]){AFTER}", re.DOTALL).match
range_start = re.compile(r"[\[{]\s*+[^\s\[\]{}]++\s++TO(?!\S)").match
end_pieces = re.compile(
    r'\s++|"((?:[^"\\]++|\\.)*+)"|((?:[^\s"\\]++|\\.|\\\Z)++)', re.DOTALL
).finditer


def ends_of(body: str) -> tuple[str | None, str | None] | None:
    """Return the low and the high end that stand in the brackets of a range; None if none do.

    >>> ends_of("1 TO 10"), ends_of("last week TO *"), ends_of("a b")
    (('1', '10'), ('last week', None), None)
    """
    ends: list[list[str]] = [[]]
    is_open = [True]
    for found in end_pieces(body):
        inside, word = found[1], found[2]
        if word in ("TO", "to") and len(ends) == 1:
            ends.append([])
            is_open.append(True)
        elif inside is not None or word is not None:
            is_open[-1] &= word == "*" and not ends[-1]
            ends[-1].append(unescaped(inside if word is None else word))
    if len(ends) != 2 or (not ends[0] and not ends[1]):
        return None
    low, high = (
        None if opened else " ".join(end) or None  # empty quotes are an open end as well
        for end, opened in zip(ends, is_open, strict=True)
    )
    return low, high
