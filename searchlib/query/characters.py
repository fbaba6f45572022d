"""Which characters mean something in a query text, and how are they written as themselves?

Shared by the values that print themselves and by the tokens that read them back.
"""

from __future__ import annotations

import re

# Typed by hand, or put in by phones and word processors; any of them may close what another opens.
QUOTES = '"“”„‟«»＂'
OPERATORS = frozenset(("AND", "OR", "NOT"))
EVERYTHING = "*:*"
NOTHING = "*:()"

# The settings of functions such as #near(a b distance=3), which are named so in no other place.
SETTINGS = frozenset(
    (
        *("distance", "ordered", "within", "minimum", "tie", "factor", "field", "fields"),
        *("origin", "scale", "offset", "decay", "shape", "function", "missing"),
        *("key", "document", "max_terms", "min_freq", "min_docs"),
    )
)

FUNCTION_NAMES = (
    *("bool", "combined", "decay", "demote", "dismax", "field_score", "filter", "first"),
    *("more_like", "near", "regex", "terms", "wildcard"),
)

_special_in_words = re.compile(rf"[\s(){QUOTES}\\^:*]")
_special_in_quotes = re.compile(r'["\\]')
_escape = re.compile(r"\\(\W)")
_pattern_escape = re.compile(r"\\(?:[\\*?\w]|(.))", re.DOTALL).sub
_regex_escape = re.compile(r"\\(?:([/\s])|.)", re.DOTALL).sub
_surrogate = re.compile("[\ud800-\udfff]")
_starts_special = re.compile(r"[-+/\[{]|!(?![!=]|\Z)|&&|\|\|")
_starts_in_field = re.compile(r"[/\[{<>]")
_nearly = re.compile(r"(?<=.)~(?=[0-9.]*(?:/[0-9]*)?\Z)", re.DOTALL)
_setting = re.compile(rf"(?:{'|'.join(sorted(SETTINGS))})=").match
_plain_end = re.compile(r"[^\s\"\\\[\]{}]+(?: [^\s\"\\\[\]{}]+)*").fullmatch
_regex_piece = re.compile(r"\\.|[\s/]|[^\\\s/]+", re.DOTALL)


def escaped_word(text: str, *, alone: bool, whole: bool = True) -> str:
    r"""Return `text` so that it reads back as one word; `alone`: no field stands before it.

    `whole`: nothing follows it, so that a ? at its end is no more than a question mark.

    >>> print(escaped_word("wind (sea)", alone=True), escaped_word("-5", alone=True))
    wind\ \(sea\) \-5
    >>> print(escaped_word("what?", alone=True), escaped_word("wha?t", alone=True))
    what? wha\?t
    """
    if alone and whole and text in OPERATORS:
        return "\\" + text
    if text.isalnum():
        return text
    if text == "!" and alone and not whole:
        return r"\!"
    escaped = _special_in_words.sub(r"\\\g<0>", text)
    if "?" in (text.rstrip("?") if whole else text):
        escaped = escaped.replace("?", r"\?")
    if "~" in text:
        escaped = _nearly.sub(r"\\~", escaped)
    if "=" in text and _setting(text):
        escaped = escaped.replace("=", r"\=", 1)
    starts = _starts_special if alone else _starts_in_field
    return "\\" + escaped if starts.match(text) else escaped


def escaped_pattern(pattern: str, *, alone: bool) -> str:
    r"""Return a pattern, in which * and ? mean something, so that it reads back as one.

    >>> print(escaped_pattern("(w?nd*", alone=True), escaped_pattern(r"w?nd\*", alone=True))
    \(w?nd* w?nd\*
    """
    pieces = re.split(r"(\\[\\*?]|[*?])", pattern)
    pieces[::2] = [_special_in_words.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    escaped = "".join(pieces)
    escaped = _nearly.sub(r"\\~", escaped)
    if _setting(pattern):
        escaped = escaped.replace("=", r"\=", 1)
    starts = _starts_special if alone else _starts_in_field
    return "\\" + escaped if starts.match(pattern) else escaped


def escaped_phrase(text: str) -> str:
    r"""Return `text` so that it reads back between straight quotes.

    >>> print(escaped_phrase('a 5" disk'))
    a 5\" disk
    """
    return _special_in_quotes.sub(r"\\\g<0>", text)


def escaped_regex(text: str) -> str | None:
    r"""Return a regular expression so that it reads back between slashes; None where none would.

    >>> print(escaped_regex("km/h|knots per hour"), escaped_regex("ends with \\"))
    km\/h|knots\ per\ hour None
    """
    pieces = _regex_piece.findall(text)
    if sum(map(len, pieces)) < len(text):
        return None  # a backslash at the end
    for place, piece in enumerate(pieces):
        if piece[0] == "\\" and (piece[1] == "/" or piece[1].isspace()):
            return None
        if piece == "/" or piece.isspace():
            pieces[place] = "\\" + piece
    return "".join(pieces)


def escaped_end(text: str, *, in_brackets: bool) -> str:
    """Return the end of a range so that it reads back: in quotes where it is not plain.

    >>> escaped_end("last week", in_brackets=True), escaped_end("last week", in_brackets=False)
    ('last week', '"last week"')
    """
    if in_brackets:
        if text != "*" and _plain_end(text) and "TO" not in text.split(" "):
            return text
    elif text.isalnum() or (text.isascii() and re.fullmatch(r"[\w.+:-]*\w", text)):
        return text
    return f'"{escaped_phrase(text)}"'


def unescaped(raw: str) -> str:
    r"""Return what was meant by `raw`: a backslash before anything but a letter, digit or _ goes.

    A backslash before those stays, so that paths and patterns keep theirs.

    >>> print(unescaped(r"wind\ \(sea\)"), unescaped(r"C:\temp"))
    wind (sea) C:\temp
    """
    return _escape.sub(_second, raw) if "\\" in raw else raw


def unescaped_pattern(raw: str) -> str:
    r"""Return what was meant by `raw`, in which * and ? mean something where no backslash stands.

    >>> print(unescaped_pattern(r"\(w?nd\*"))
    (w?nd\*
    """
    return _pattern_escape(_second, raw) if "\\" in raw else raw


def unescaped_regex(raw: str) -> str:
    r"""Return what was meant by `raw` between slashes: before / and spaces a backslash goes.

    >>> print(unescaped_regex(r"km\/h|\d+\ km"))
    km/h|\d+ km
    """
    return _regex_escape(_second, raw) if "\\" in raw else raw


def _second(found: re.Match[str]) -> str:
    # A function, since Python 3.11 takes twice as long to fill in a text such as r"\1".
    return found[1] or found[0]


def lone_surrogate(text: str) -> int:
    """Return the place of the first lone surrogate, -1 if the text has none.

    >>> lone_surrogate("wind"), lone_surrogate("a" + chr(0xD800))
    (-1, 1)
    """
    found = None if text.isascii() else _surrogate.search(text)
    return found.start() if found else -1


def without_surrogates(text: str) -> str:
    """Return `text` with U+FFFD for each lone surrogate; places stay as they are."""
    return _surrogate.sub("\ufffd", text)
