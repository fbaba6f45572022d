"""How is a query text read? Text in, a tree and diagnostics out; it raises on no text.

What stands in a text is found in tokens.py, how that makes a tree in reading.py; the other dialects
are in dialects/. A search for plain words needs none of them, see search/request.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

import attrs

from ..errors import QuerySyntaxError, shown, suggestion
from .characters import lone_surrogate, without_surrogates
from .diagnostics import Diagnostic, Problems, listed
from .dialects import OPERATORS
from .tree import Query

__all__ = ["Diagnostic", "Parsed", "parse"]


@attrs.frozen
class Parsed:
    """How a text was read: the query, and what could not be read as it stands."""

    query: Query
    diagnostics: tuple[Diagnostic, ...] = ()


def parse(
    text: str,
    schema: Collection[str],
    *,
    operator: str | None = None,
    dialect: str = "default",
    strict: bool = False,
) -> Parsed:
    """Return the tree that `text` stands for, with a diagnostic for each problem in it.

    `schema` says which names are fields. `operator` joins words that stand side by side: "or" or
    "and"; None: as the dialect does, which is "and" in Whoosh's and "or" in the others. A text with
    nothing to search for is `Nothing()`.

    >>> print(parse('title:wind "foreign troops" -coal', {"title"}).query)
    title:wind "foreign troops" -coal
    >>> parsed = parse("(wind AND sea", {"title"})
    >>> print(parsed.query, "|", *parsed.diagnostics)
    wind AND sea | 0: no bracket closes this one; taken as: a group up to the end of the text
    >>> print(parse("wind (sea", {"title"}, dialect="simple").query)
    wind OR \\(sea

    Raises:
        QuerySyntaxError: only with `strict`, for the first problem; carries its column.
    """
    query, problems = read_text(text, schema, operator, dialect, strict=strict)
    return Parsed(query, listed(problems))


def read_text(
    text: str, schema: Collection[str], operator: str | None, dialect: str, *, strict: bool
) -> tuple[Query, Problems]:
    """What `parse` returns, with all problems there are."""
    if not isinstance(text, str):
        raise TypeError(f"a query text is a str, got {shown(text)}")
    if operator is None:
        operator = OPERATORS.get(dialect)
    elif operator not in ("or", "and"):
        raise ValueError(f"operator is 'or' or 'and', got {shown(operator)}")
    read = _reader_of(dialect)
    problems = Problems()
    surrogates = Problems()
    if (place := lone_surrogate(text)) >= 0:
        message = "half of a character, which no document can hold"
        surrogates.add("surrogate", place, place + 1, message, "U+FFFD, as all of its kind")
        text = without_surrogates(text)
    query = read(text, schema, str(operator), problems)
    problems.extend(surrogates)
    if strict and problems:
        (first,) = problems.first(1)
        raise QuerySyntaxError(f"column {first.start}: {first.message}", first.start)
    return query, problems


# A dialect: a text, the names of fields, what joins words, and problems to add to; a tree.
Read: TypeAlias = Callable[[str, Collection[str], str, Problems], Query]


def _reader_of(dialect: str) -> Read:
    # Only here, and one by one: a program that searches for plain words needs none of them.
    if dialect == "default":
        from .reading import read
    elif dialect == "simple":
        from .dialects.simple import read
    elif dialect == "whoosh":
        from .dialects.whoosh import read
    elif dialect == "lucene":
        from .dialects.lucene import read
    else:
        raise ValueError(f"unknown dialect {shown(dialect)}; {suggestion(dialect, OPERATORS)}")
    return read
