"""How is a query written as plain JSON data, and read back?

Each query is an object: `type` names its kind, the other members are the kind's arguments, without
those that have their default. What stands in other queries is an object, or a list of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from ..errors import shown, suggestion
from . import tree
from .tree import MAX_DEPTH, Query, TooDeepError

_snake = re.compile(r"(?<=[a-z])(?=[A-Z])")

KINDS: dict[str, type[Query]] = {
    _snake.sub("_", kind.__name__).lower(): kind
    for kind in (getattr(tree, name) for name in tree.__all__)
    if isinstance(kind, type) and issubclass(kind, Query) and kind is not Query
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_ONE = frozenset(("query", "negative"))
_MANY = frozenset(("queries", "must", "should", "must_not"))
_UNSAID = frozenset(("span", "depth"))


def plain_of(query: Query) -> dict[str, Any]:
    """Return a query as plain data: dicts, lists, texts, numbers, truths.

    >>> from searchlib import Not, Term
    >>> plain_of(Not(Term("wind", field="title")))
    {'type': 'not', 'query': {'type': 'term', 'text': 'wind', 'field': 'title'}}
    """
    data: dict[str, Any] = {"type": _NAMES[type(query)]}
    for each in attrs.fields(type(query)):  # type: ignore[arg-type]  # each kind is an attrs class
        name = each.name
        if name not in _UNSAID and (value := getattr(query, name)) != each.default:
            data[name] = _plain_value(name, value)
    return data


def _plain_value(name: str, value: Any) -> Any:
    if isinstance(value, Query):
        return plain_of(value)
    if name == "document":
        return {field: list(texts) for field, texts in value}
    if isinstance(value, tuple):
        return [_plain_value("", part) for part in value]
    return value


def query_of(data: object) -> Query:
    """Return the query that plain data stands for.

    >>> query_of({"type": "phrase", "text": "foreign troops", "slop": 1})
    Phrase('foreign troops', slop=1)

    Raises:
        ValueError: it stands for none; says where in the data, and what would be right.
    """
    return _read(data, "query", 0)


def _read(data: object, place: str, depth: int) -> Query:
    if (
        depth > MAX_DEPTH
    ):  # before Python's own stack ends; the place would be as long as it is deep
        raise TooDeepError(f"queries stand at most {MAX_DEPTH} deep in each other")
    if not isinstance(data, Mapping):
        raise ValueError(f"{place}: expected an object with a type, got {shown(data)}")
    name = data.get("type")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"{place}: unknown type {shown(name)}; {suggestion(name, KINDS)}")
    fields = {
        each.name: each
        for each in attrs.fields(kind)  # type: ignore[arg-type]  # see above
        if each.name not in _UNSAID
    }
    given = {}
    for key, value in data.items():
        if key == "type":
            continue
        if key not in fields:
            raise ValueError(f"{place}: {name} has no {shown(key)}; {suggestion(key, fields)}")
        inside = f"{place}.{key}"
        if key in _ONE:
            value = _read(value, inside, depth + 1)
        elif key in _MANY:
            if not isinstance(value, list | tuple):
                raise ValueError(f"{inside}: expected a list of queries, got {shown(value)}")
            value = [
                _read(part, f"{inside}[{number}]", depth + 1) for number, part in enumerate(value)
            ]
        given[key] = value
    for key, each in fields.items():
        if each.default is attrs.NOTHING and key not in given:
            raise ValueError(f"{place}: {name} needs {key!r}")
    splat = given.pop("queries", ())
    try:
        return kind(*splat, **given)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from error
