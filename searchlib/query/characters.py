"""Which characters mean something in a query text, and how are they written as themselves?

Shared by the values that print themselves and by the tokens that read them back.
"""

from __future__ import annotations

import re

# Typed by hand, or put in by phones and word processors; any of them may close what another opens.
QUOTES = '"“”„‟'
OPERATORS = frozenset(("AND", "OR", "NOT"))
EVERYTHING = "*:*"
NOTHING = "*:()"

_special_in_words = re.compile(rf"[\s(){QUOTES}\\^:*]")
_special_in_quotes = re.compile(r'["\\]')
_escape = re.compile(r"\\(\W)")
_surrogate = re.compile("[\ud800-\udfff]")


def escaped_word(text: str, *, alone: bool) -> str:
    """Return `text` so that it reads back as one word; `alone`: no field stands before it.

    >>> print(escaped_word("wind (sea)", alone=True), escaped_word("-5", alone=True))
    wind\\ \\(sea\\) \\-5
    """
    if alone and text in OPERATORS:
        return "\\" + text
    escaped = _special_in_words.sub(r"\\\g<0>", text)
    return "\\" + escaped if alone and text[0] in "+-" else escaped


def escaped_phrase(text: str) -> str:
    r"""Return `text` so that it reads back between straight quotes.

    >>> print(escaped_phrase('a 5" disk'))
    a 5\" disk
    """
    return _special_in_quotes.sub(r"\\\g<0>", text)


def unescaped(raw: str) -> str:
    r"""Return what was meant by `raw`: a backslash before anything but a letter, digit or _ goes.

    A backslash before those stays, so that paths and patterns keep theirs.

    >>> print(unescaped(r"wind\ \(sea\)"), unescaped(r"C:\temp"))
    wind (sea) C:\temp
    """
    return _escape.sub(r"\1", raw) if "\\" in raw else raw


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
