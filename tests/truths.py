"""What is true of one word, one value, or a few places in a text? By the book, for the oracle."""

import datetime
import itertools
import math
import re
from collections.abc import Callable
from typing import Any

from searchlib import Date, Number, Text
from searchlib.query.tree import (
    Decay,
    FieldScore,
    Fuzzy,
    Prefix,
    Query,
    Range,
    Regex,
    Wildcard,
)

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
DAY = 86_400_000_000

Stretch = tuple[int, int]


def micros(value: Any) -> int:
    """Microseconds since 1970 in UTC of a date, a datetime or ISO 8601 text."""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    elif not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    return (value - EPOCH) // datetime.timedelta(microseconds=1)


def matches_of(query: Query, *, folds: bool) -> Callable[[str], bool]:
    """Whether a word is one that a pattern, or a word spelled nearly so, stands for."""
    if isinstance(query, Prefix):
        start = query.text.lower() if folds else query.text
        return lambda word: word.startswith(start)
    if isinstance(query, Wildcard):
        text = query.text.lower() if folds else query.text
        parts = re.findall(r"\\.|.", text, re.DOTALL)
        stands = {"*": ".*", "?": "."}
        pattern = "".join(stands.get(part) or re.escape(part[-1]) for part in parts)
        return lambda word: re.fullmatch(pattern, word, re.DOTALL) is not None
    if isinstance(query, Regex):
        flags = re.IGNORECASE if folds else 0
        return lambda word: re.fullmatch(query.text, word, flags) is not None
    assert isinstance(query, Fuzzy), query
    near = edits_between(query, folds=folds)
    return lambda word: near(word) is not None


def edits_between(query: Fuzzy, *, folds: bool) -> Callable[[str], int | None]:
    """How many edits lie between a word and the one asked for; None where they are too many."""
    wanted = query.text.lower() if folds else query.text

    def edits(word: str) -> int | None:
        away = distance(wanted, word)
        same = wanted[: query.prefix] == word[: query.prefix]
        return away if same and away <= query.edits else None

    return edits


def distance(a: str, b: str) -> int:
    """Letters put in, left out or changed, or two neighbours swapped and not touched again."""
    table = {(-1, -1): 0}
    for i in range(-1, len(a)):
        for j in range(-1, len(b)):
            if i < 0 or j < 0:
                table[i, j] = i + j + 2
                continue
            table[i, j] = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (a[i] != b[j]),
            )
            if i and j and a[i] == b[j - 1] and a[i - 1] == b[j]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a) - 1, len(b) - 1]


def in_range(query: Range, field: Any, value: Any, *, folds: bool) -> bool:
    """Whether a value, or a term of a text, lies in a range."""
    low: Any = query.low
    high: Any = query.high
    if isinstance(field, Date):
        value = micros(value)
        low = low and field.parse(low)[0 if query.include_low else 1] - (not query.include_low)
        high = high and field.parse(high)[1 if query.include_high else 0] - query.include_high
    elif isinstance(field, Number):
        low, high = low and field.parse(low), high and field.parse(high)
    else:
        value = value.encode()
        low = low and (low.lower() if folds else low).encode()
        high = high and (high.lower() if folds else high).encode()
    above = query.low is None or (low <= value if query.include_low else low < value)
    return above and (query.high is None or (value <= high if query.include_high else value < high))


def nears(clauses: list[set[Stretch]], most: int, *, ordered: bool) -> set[Stretch]:
    """The shortest stretches with one of each, apart, and so few other positions in between."""
    # Row by row, so that rows already too wide are not tried with every further one.
    widest = most + sum(max((b - a for a, b in clause), default=0) for clause in clauses)
    chosen: list[tuple[Stretch, ...]] = [()]
    for clause in clauses:
        wider = ((*row, stretch) for row in chosen for stretch in clause)
        chosen = [row for row in wider if max(b for _, b in row) - min(a for a, _ in row) <= widest]
    found = set()
    for choice in chosen:
        row = sorted(choice)
        apart = all(a[1] <= b[0] for a, b in itertools.pairwise(row))
        start, end = row[0][0], row[-1][1]
        others = end - start - sum(b - a for a, b in row)
        if apart and others <= most and (not ordered or list(choice) == row):
            found.add((start, end))
    return {a for a in found if not any(a != b and a[0] <= b[0] and b[1] <= a[1] for b in found)}


def factor_of(query: Decay | FieldScore, held: list[Any]) -> float:
    """By what a score is multiplied in a document with these values in the field: one or none."""
    if isinstance(query, FieldScore):
        v = max(0.0, (held[0] if held else query.missing) * query.factor)
        return {
            "value": v,
            "log1p": math.log(1 + v),
            "sqrt": math.sqrt(v),
            "saturation": v / (v + 1),
        }[query.function]
    if not held:
        return 1.0
    if query.scale.endswith("d"):  # of a date
        value = float(micros(held[0]))
        start, end = Date.parse(query.origin)
        scale = int(query.scale[:-1]) * DAY
        offset = int((query.offset or "0d")[:-1]) * DAY
        away = max(0.0, start - value, value - (end - 1)) - offset
    else:
        value = float(held[0])
        scale = float(query.scale)
        away = abs(value - float(query.origin)) - float(query.offset or 0)
    x = max(0.0, away) / scale
    return {
        "exponential": query.decay**x,
        "gaussian": query.decay ** (x * x),
        "linear": max(0.0, 1 - (1 - query.decay) * x),
    }[query.shape]


def values(entry: Any, name: str) -> list[Any]:
    """The values a document has in a field: none, one or many."""
    value = entry.document.get(name)
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def lowercases(field: Text) -> bool:
    return "lowercase" in [part.name for part in field.analyzer.filters]
