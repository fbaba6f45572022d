"""Is a parameter what it should be? Checks that return the value as a step keeps it.

Each raises ValueError saying what was expected and what was found; the step adds its name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from ..errors import shown, suggestion

Check = Callable[[Any], Any]


def text(value: Any) -> str:
    """Return a text that is not empty and can be written as UTF-8."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected a text that is not empty, got {shown(value)}")
    if not _is_unicode(value):
        raise ValueError(f"expected a text without lone surrogates, got {shown(value)}")
    return value


def any_text(value: Any) -> str:
    """Return a text that can be written as UTF-8, the empty one too."""
    return text(value) if value != "" else ""


def character(value: Any) -> str:
    """Return a text of one character."""
    if not isinstance(value, str) or len(value) != 1 or not _is_unicode(value):
        raise ValueError(f"expected one character, got {shown(value)}")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """Return texts that are not empty, sorted, each once.

    >>> texts(["the", "a", "the"])
    ('a', 'the')
    """
    return tuple(sorted(set(_texts(value, "a list of texts that are not empty"))))


def words_in(value: Any) -> tuple[str, ...]:
    """Return texts without white space, sorted, each once."""
    expected = "a list of words without white space"
    found = _texts(value, expected)
    if any(word.split() != [word] for word in found):
        raise ValueError(f"expected {expected}, got {shown(found)}")
    return tuple(sorted(set(found)))


def _texts(value: Any, expected: str) -> list[str]:
    found = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else None
    right = found is not None and all(
        isinstance(each, str) and each and _is_unicode(each) for each in found
    )
    if found is None or not right:
        raise ValueError(f"expected {expected}, got {shown(value if found is None else found)}")
    return found


def flag(value: Any) -> bool:
    """Return True or False, and nothing that is only like them."""
    if not isinstance(value, bool):
        raise ValueError(f"expected True or False, got {shown(value)}")
    return value


def number(least: int, most: int) -> Check:
    """Return the check for a whole number from `least` to `most`."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"expected a whole number from {least} to {most}, got {shown(value)}")
        return value

    return check


def one_of(what: str, known: Collection[str]) -> Check:
    """Return the check for one of the names in `known`; `what` says what none is found of."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            listed = suggestion(value, known, limit=len(known))
            raise ValueError(f"no {what} {shown(value)}; {listed}")
        return value

    return check


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
