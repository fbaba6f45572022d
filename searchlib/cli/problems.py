"""What is wrong with the input, and what is wrong with the call?

A `Problem` is one file, line or record that could not be indexed; the rest goes on.
A `CommandError` ends the command.
"""

from typing import NoReturn

import attrs


@attrs.frozen
class Problem:
    """One piece of input that is left out of the index, and why."""

    where: str  # the path as given, "-" for standard input
    line: int | None  # 1 is the first; None where the whole file is meant
    what: str

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}, line {self.line}"
        return f"{place}: {self.what}"


class CommandError(Exception):
    """The command cannot go on; the message is one line: what, where, what to do next."""


def system_message(error: BaseException) -> str:
    """Return what the system or a decoder says went wrong, without number and file name.

    >>> system_message(FileNotFoundError(2, "No such file or directory", "a.txt"))
    'no such file or directory'
    """
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def fail(message: str) -> NoReturn:
    """Raise `CommandError`; reads better than `raise` inside an expression."""
    raise CommandError(message)
