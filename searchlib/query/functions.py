"""How are the rarer kinds of query written? As functions: `#near(wind sea distance=3)`.

A function's name is that of its kind in small letters, its settings have the names of the kind's
arguments; what stands between the brackets besides them are the queries it holds.
"""

from __future__ import annotations

import json
import re
from typing import Any

import attrs

from .characters import escaped_phrase, escaped_word
from .tree.base import JOINED, Query, number_text
from .tree.boolean import Bool
from .tree.scoring import Constant, Decay, Demote, DisMax, FieldScore, Filter
from .tree.similar import MoreLike
from .tree.spans import First, Near
from .tree.words import Combined, Regex, Terms

FUNCTIONS: dict[str, type[Query]] = {
    "bool": Bool,
    "combined": Combined,
    "constant": Constant,
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
}
NAMES = {kind: name for name, kind in FUNCTIONS.items()}

_plain_value = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,^+-]*").fullmatch


def function_text(query: Query) -> str:
    """Return a query as a function, in the field it looks in.

    >>> from searchlib import Filter, Term
    >>> function_text(Filter(Term("wire", "source")))
    '#filter(source:wire)'
    """
    parts: list[str] = []
    settings: list[str] = []
    field = None
    for each in attrs.fields(type(query)):  # type: ignore[arg-type]  # each kind is an attrs class
        name, value = each.name, getattr(query, each.name)
        if name in ("span", "depth") or (value == each.default and name != "text"):
            continue
        if isinstance(query, Bool) and name != "minimum":
            parts = query.clauses()
        elif name == "queries":
            parts += map(_part, value)
        elif isinstance(value, Query):
            parts.append(_part(value))
        elif name == "texts":
            parts += [escaped_word(text, alone=True) for text in value]
        elif name == "text":
            if value is not None:
                parts.append(_text(query, value))
        elif name == "phrase":
            pass  # the quotes say so
        elif name == "field" and isinstance(query, Terms | Regex):
            field = value
        else:
            settings.append(f"{name}={_setting(name, value)}")
    text = f"#{NAMES[type(query)]}({' '.join(parts + settings)})"
    return text if field is None else f"{escaped_word(field, alone=True)}:{text}"


def _part(query: Query) -> str:
    return f"({query})" if query.binding == JOINED else str(query)


def _text(query: Query, text: str) -> str:
    if isinstance(query, Combined) and not query.phrase:
        return escaped_word(text, alone=True)
    return f'"{escaped_phrase(text)}"'


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
