"""How is a text read whose brackets and operators stand deeper in each other than a tree may?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from .diagnostics import Problems
from .tree import MAX_DEPTH, Query, TooDeepError

# What a piece of a text is to its depth. OTHER may be a thing or none, so a depth reckoned without
# it is a lower bound. OPENS_FUNCTION is a bracket whose things may become anything at all.
OPENS, CLOSES, THING, OTHER, OPENS_FUNCTION = range(5)

T = TypeVar("T")


class Reading(Protocol):
    """Pieces to a tree; `flat` where the tree would be too deep otherwise."""

    def __call__(self, problems: Problems, *, flat: bool) -> Query: ...


def shallow(
    reading: Reading, pieces: Sequence[T], role: Callable[[T], int], end: int, problems: Problems
) -> Query:
    """Return the tree that `reading` makes: flat, with a problem, where it is too deep otherwise.

    `role` tells what each of its pieces is to the depth; `end` is where the text ends. The text is
    cut into pieces once, and pieces that are surely too deep are read once.
    """
    if len(pieces) <= MAX_DEPTH or least_depth(map(role, pieces)) <= MAX_DEPTH:
        noted = Problems()
        try:
            query = reading(noted, flat=False)
        except TooDeepError:
            pass
        else:
            problems.extend(noted)
            return query
    message = f"brackets and operators stand more than {MAX_DEPTH} deep in each other"
    problems.add("too-deep", 0, end, message, "the text without its innermost brackets")
    return reading(problems, flat=True)


def least_depth(roles: Iterable[int]) -> int:
    """Return how deep a tree is at least: brackets around two things are a value, empty ones none.

    >>> least_depth([OPENS, THING, OPENS, OPENS, THING, THING, CLOSES])
    2
    """
    deepest = inside = 0  # of what has ended in the innermost bracket; things that it holds
    outer: list[tuple[int, int]] = []  # the same of the brackets around it
    for role in roles:
        if role == THING:
            inside += 1
        elif role == OPENS:
            outer.append((deepest, inside))
            deepest = inside = 0
        elif role == CLOSES and outer:
            deepest, inside = _ended(deepest, inside, *outer.pop())
        elif role == OPENS_FUNCTION:
            return 0
    while outer:
        deepest, inside = _ended(deepest, inside, *outer.pop())
    return deepest + (inside > 1)


def _ended(deepest: int, inside: int, before: int, beside: int) -> tuple[int, int]:
    """The innermost bracket becomes one of the things in the one around it, unless it is empty."""
    return max(before, deepest + (inside > 1)), beside + (inside > 0)
