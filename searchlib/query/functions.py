"""How are the rarer kinds of query written? As functions: `#near(wind sea distance=3)`.

A function's name is that of its kind in small letters, its settings have the names of the kind's
arguments; what stands between the brackets besides them are the queries it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, TypeAlias

import attrs

from ..errors import shown, suggestion
from .characters import SETTINGS, escaped_phrase, escaped_word, unescaped
from .tree import Combined, Phrase, Regex, Term, Terms, Wildcard
from .tree.base import JOINED, Query, Span, described, number_text
from .tree.boolean import Bool, Not, apart
from .tree.scored import Filter
from .tree.scoring import Decay, Demote, DisMax, FieldScore
from .tree.similar import MoreLike
from .tree.spans import First, Near

FUNCTIONS: dict[str, type[Query]] = {
    "bool": Bool,
    "combined": Combined,
    "decay": Decay,
    "demote": Demote,
    "dismax": DisMax,
    "field_score": FieldScore,
    "filter": Filter,
    "first": First,
    "more_like": MoreLike,
    "near": Near,
    "regex": Regex,
    "terms": Terms,
    "wildcard": Wildcard,
}
NAMES = {kind: name for name, kind in FUNCTIONS.items()}

_plain_value = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,+-]*").fullmatch


def function_text(query: Query) -> str:
    """Return a query as a function, in the field it looks in.

    >>> from searchlib import Filter, Term
    >>> function_text(Filter(Term("wire", "source")))
    '#filter(source:wire)'
    """
    parts: list[str] = []
    queries: list[Query] = []
    settings: list[str] = []
    field = None
    for each in attrs.fields(type(query)):  # type: ignore[arg-type]  # each kind is an attrs class
        name, value = each.name, getattr(query, each.name)
        if name in ("span", "depth") or (value == each.default and name != "text"):
            continue
        if isinstance(query, Bool) and name != "minimum":
            parts = query.clauses()
        elif name == "queries":
            queries += value
        elif isinstance(value, Query):
            queries.append(value)
        elif name == "texts":
            parts += [escaped_word(text, alone=True) for text in value]
        elif name == "text":
            if value is not None:
                parts.append(_text(query, value))
        elif name == "phrase":
            pass  # the quotes say so
        elif name == "field" and isinstance(query, Terms | Regex | Wildcard):
            field = value
        else:
            settings.append(f"{name}={_setting(name, value)}")
    parts += apart([(_part(inner), inner) for inner in queries])
    text = f"#{NAMES[type(query)]}({' '.join(parts + settings)})"
    return text if field is None else f"{escaped_word(field, alone=True)}:{text}"


def _text(query: Query, text: str) -> str:
    if isinstance(query, Combined) and not query.phrase:
        return escaped_word(text, alone=True)
    return f'"{escaped_phrase(text)}"'


def _part(query: Query) -> str:
    return f"({query})" if query.binding == JOINED else str(query)


def _setting(name: str, value: Any) -> str:
    if name == "document":
        text = json.dumps({field: list(texts) for field, texts in value}, ensure_ascii=False)
    elif name == "fields":
        text = ",".join(map(_field, value))
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = value if isinstance(value, str) else number_text(value)
    return text if _plain_value(text) else f'"{escaped_phrase(text)}"'


def _field(field: str | tuple[str, float]) -> str:
    name, weight = (field, 1.0) if isinstance(field, str) else field
    escaped = re.sub(r"[\\,^]", r"\\\g<0>", name)
    return escaped if weight == 1 else f"{escaped}^{number_text(weight)}"


Parts: TypeAlias = "list[tuple[str, Query]]"  # each clause with its mark: "+", "-", "NOT" or ""


def function_of(
    name: str,
    whole: Query | None,
    parts: Parts,
    settings: dict[str, str],
    field: str | None,
    span: Span,
    known: Collection[str],
) -> Query:
    """Return the query that a function stands for.

    `whole` is what stands between its brackets, as in any other ones, and `parts` its clauses;
    `known` are the names that are fields.

    Raises:
        ValueError, TypeError: it takes no such clauses or settings.
    """
    kind: Any = FUNCTIONS[name]
    given: dict[str, Any] = {key: _read(name, key, text) for key, text in settings.items()}
    taken = [each.name for each in attrs.fields(kind) if each.name in SETTINGS]
    for key, value in given.items():
        if key not in taken or (key == "field" and kind is Terms):
            names = ", ".join(taken) or "none"
            raise ValueError(f"there is no setting {key!r} here; it has {names}")
        for named in [value] if key == "field" else value if key == "fields" else ():
            if (part := named if isinstance(named, str) else named[0]) not in known:
                raise ValueError(f"no field {shown(part)}; {suggestion(part, known)}")
    if kind is Bool:
        must = [query for mark, query in parts if mark == "+"]
        should = [query for mark, query in parts if not mark]
        must_not = [query for mark, query in parts if mark in ("-", "NOT")]
        return Bool(must, should, must_not, **given)
    queries = [Not(query) if mark in ("-", "NOT") else query for mark, query in parts]
    if kind in (Near, DisMax):
        extra = {"span": span} if kind is Near else {}
        return _query(kind(*queries, **given, **extra))
    if kind in (Terms, Combined, Regex, Wildcard, MoreLike):
        return _of_texts(kind, parts, given, field, span)
    if kind is Demote:
        if len(queries) != 2:
            raise ValueError(f"two queries stand between the brackets, got {len(queries)}")
        return Demote(*queries, **given)
    if whole is None:
        raise ValueError("nothing to search for stands between the brackets")
    for each in attrs.fields(kind):
        if each.default is attrs.NOTHING and each.init and each.name not in ("query", *given):
            raise ValueError(f"it needs {each.name}=…")
    return _query(kind(whole, **given) if kind is Filter else kind(whole, **given, span=span))


def _query(query: Any) -> Query:
    assert isinstance(query, Query)
    return query


def _of_texts(
    kind: Any, parts: Parts, given: dict[str, Any], field: str | None, span: Span
) -> Query:
    """The query of a function that holds words or phrases, as they are typed."""
    texts = []
    for mark, query in parts:
        if mark or not isinstance(query, Term | Phrase) or query.field != field:
            raise ValueError(f"words stand between the brackets, got {described(query)}")
        texts.append(query.text)
    if kind is Terms:
        if not texts:
            raise ValueError("nothing to search for stands between the brackets")
        return Terms(texts, field, span=span)
    if kind is MoreLike:
        return MoreLike(" ".join(texts) if texts else None, **given, span=span)
    if len(texts) != 1:
        raise ValueError(f"one word or quoted text stands between the brackets, got {len(texts)}")
    if kind is Combined:
        if "fields" not in given:
            raise ValueError("it needs fields=…")
        return Combined(texts[0], given["fields"], isinstance(parts[0][1], Phrase), span=span)
    return _query(kind(texts[0], field, span=span))


_COUNTS = frozenset(("distance", "within", "minimum", "max_terms", "min_freq", "min_docs"))
_NUMBERS = frozenset(("tie", "factor", "decay", "missing"))
_names = re.compile(r"((?:[^\\,^]|\\.)++)(?:\^([^,]*+))?+(?:,|\Z)", re.DOTALL).finditer


def _read(function: str, name: str, text: str) -> Any:
    """The value of a setting that stands in a text."""
    if name in _COUNTS:
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise ValueError(f"{name} is a whole number, got {shown(text)}")
        return int(text)
    if name in _NUMBERS:
        return _number(name, text)
    if name == "ordered":
        if text not in ("true", "false"):
            raise ValueError(f"{name} is true or false, got {shown(text)}")
        return text == "true"
    if name == "fields":
        pairs = [
            (unescaped(found[1]), 1.0 if found[2] is None else _number("a weight", found[2]))
            for found in _names(text)
        ]
        return pairs if function == "combined" else [field for field, _ in pairs]
    if name == "document":
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"document is a JSON object, got {shown(text)}") from error
    return text


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} is a number, got {shown(text)}") from None
