"""How is a query text read? Text in, a tree and diagnostics out; it raises on no text.

What stands in a text is found in tokens.py, how that makes a tree in reading.py.
"""

from __future__ import annotations

from collections.abc import Collection

import attrs

from ..errors import QuerySyntaxError, shown
from .characters import lone_surrogate, without_surrogates
from .diagnostics import Diagnostic, Problems, listed
from .reading import MAX_FLAT_GROUPS, Reading
from .tokens import tokens_of
from .tree import MAX_DEPTH, Query, TooDeepError

__all__ = ["Diagnostic", "Parsed", "parse"]


@attrs.frozen
class Parsed:
    """How a text was read: the query, and what could not be read as it stands."""

    query: Query
    diagnostics: tuple[Diagnostic, ...] = ()


def parse(
    text: str, schema: Collection[str], *, operator: str = "or", strict: bool = False
) -> Parsed:
    """Return the tree that `text` stands for, with a diagnostic for each problem in it.

    `schema` says which names are fields. `operator` joins words that stand side by side: "or" or
    "and". A text with nothing to search for is `Nothing()`.

    >>> print(parse('title:wind "foreign troops" -coal', {"title"}).query)
    title:wind "foreign troops" -coal
    >>> parsed = parse("(wind AND sea", {"title"})
    >>> print(parsed.query, "|", *parsed.diagnostics)
    wind AND sea | 0: no bracket closes this one; taken as: a group up to the end of the text

    Raises:
        QuerySyntaxError: only with `strict`, for the first problem; carries its column.
    """
    if not isinstance(text, str):
        raise TypeError(f"a query text is a str, got {shown(text)}")
    if operator not in ("or", "and"):
        raise ValueError(f"operator is 'or' or 'and', got {shown(operator)}")
    problems = Problems()
    if (place := lone_surrogate(text)) >= 0:
        message = "half of a character, which no document can hold"
        problems.add("surrogate", place, place + 1, message, "U+FFFD, as all of its kind")
        text = without_surrogates(text)
    tokens = tokens_of(text, schema, problems)
    grouping = Problems()
    try:
        query = Reading(operator, grouping, flat=False).read(tokens)
    except TooDeepError:
        grouping = Problems()
        message = f"brackets and operators stand more than {MAX_DEPTH} deep in each other"
        taken_as = f"the text without the brackets that stand inside {MAX_FLAT_GROUPS} others"
        grouping.add("too-deep", 0, len(text), message, taken_as)
        query = Reading(operator, grouping, flat=True).read(tokens)
    if not problems and not grouping:
        return Parsed(query)
    diagnostics = listed(problems, grouping)
    if strict:
        first = diagnostics[0]
        raise QuerySyntaxError(f"column {first.start}: {first.message}", first.start)
    return Parsed(query, diagnostics)
