"""Why is the score what it is?

The native core explains a document as a tree of plain values; here it becomes a tree that prints.
The names of the facts that the core gives are known in this file alone.
The letters are those of docs/ranking.md.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from ..highlight import COMPOUNDS, ROLES, Explained, children_of
from ..schema import Date, Field, Schema

EPOCH = datetime(1970, 1, 1)
MAX_SHOWN = 5  # words of a pattern


@attrs.frozen
class Explanation:
    """A number, what it is, and what it was made of.

    >>> print(Explanation(3.0, "sum", (Explanation(1.0, "one"), Explanation(2.0, "the other"))))
    3 = sum
      1 = one
      2 = the other
    """

    value: float
    description: str
    details: "tuple[Explanation, ...]" = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The lines of the text, each indented by its depth in the tree."""
        yield f"{'  ' * depth}{_number(self.value)} = {self.description}"
        for detail in self.details:
            yield from detail.lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def explanation_of(explained: Explained, schema: Schema) -> Explanation:
    """The tree of a document's score, whose value is that score; 0 where it does not match."""
    matched, score, kind, facts, _ = explained
    if kind == "bool":
        return _bool(explained, schema)
    if kind in COMPOUNDS:
        return _compound(explained, schema)
    if not matched:
        return Explanation(0.0, f"no match: {_what(kind, facts, schema)}")
    if kind in ("match", "near"):
        return _match(kind, score, facts, schema)
    return Explanation(score, f"boost of {_what(kind, facts, schema)}")


def _bool(explained: Explained, schema: Schema) -> Explanation:
    matched, score, _, _, _ = explained
    details = []
    for role, child in children_of(explained):
        if role in ("must_not", "filter"):
            details.append(_unscored(role, child, schema))
        elif role == "must" or child[0]:  # an alternative that is not there adds nothing
            details.append(explanation_of(child, schema))
    if not matched:
        return Explanation(0.0, "no match, of:", tuple(details))
    if len(details) == 1 and details[0].value == score:
        return details[0]
    return Explanation(score, "sum of:", tuple(details))


def _compound(explained: Explained, schema: Schema) -> Explanation:
    """What scores otherwise than the queries it is made of."""
    matched, score, kind, facts, children = explained
    details = [explanation_of(child, schema) for child in children if child[0]]
    if kind == "constant":
        return _constant(explained, schema)
    if not matched:
        details = [explanation_of(child, schema) for child in children]
        return Explanation(0.0, f"no match, {_needed(kind, facts, len(children))}", tuple(details))
    if kind in ("dis_max", "at_least"):
        if len(details) == 1 and details[0].value == score:
            return details[0]
        return Explanation(score, _needed(kind, facts, len(children)), tuple(details))
    if kind == "demote":
        if len(details) == 1:
            return details[0]
        there = condition_text(children[1], schema)
        factor = Explanation(facts["factor"], f"demoted, since there is {there}")
        return Explanation(score, "product of:", (details[0], factor))
    value = facts["value"]
    name = schema.names[facts["field"]]
    found = "no value" if value is None else bound_text(value, schema[name])
    if "decay" in facts:
        origin = bound_text(facts["origin"], schema[name])
        text = f"{facts['function']} decay of {name} from {origin}, with {found}"
    else:
        text = f"{facts['function']} of {name} times {_number(facts['times'])}, with {found}"
    factor = Explanation(finite(facts["factor"]), text)
    return Explanation(score, "product of:", (details[0], factor))


def _needed(kind: str, facts: dict[str, Any], count: int) -> str:
    if kind == "dis_max":
        tie = facts["tie"]
        return f"best of, plus {_number(tie)} times the others:" if tie else "best of:"
    if kind == "at_least":
        return f"sum of at least {facts['count']} of {count}:"
    return "of:"


def _constant(explained: Explained, schema: Schema) -> Explanation:
    matched, score, _, _, children = explained
    there = condition_text(children[0], schema)
    if not matched:
        return Explanation(0.0, f"no match: {there}")
    what = f"constant score of {there}" if score else f"filter that holds: {there}"
    return Explanation(score, what)


def _unscored(role: str, explained: Explained, schema: Schema) -> Explanation:
    holds = explained[0]
    if role == "filter":
        text = "filter that holds" if holds else "filter that does not hold"
    else:
        text = "excluded, and there" if holds else "excluded, and not there"
    return Explanation(0.0, f"{text}: {condition_text(explained, schema)}")


def condition_text(explained: Explained, schema: Schema) -> str:
    """What a tree asks for, on one line."""
    _, _, kind, facts, _ = explained
    if kind in COMPOUNDS:
        children = explained[4]
        if kind == "dis_max":
            return f"({' or '.join(condition_text(child, schema) for child in children)})"
        if kind == "at_least":
            parts = ", ".join(condition_text(child, schema) for child in children)
            return f"at least {facts['count']} of ({parts})"
        return condition_text(children[0], schema)
    if kind != "bool":
        return _what(kind, facts, schema)
    texts: dict[str, list[str]] = {role: [] for role in ROLES}
    for role, child in children_of(explained):
        texts[role].append(condition_text(child, schema))
    needed = texts["must"] + texts["filter"]
    if texts["should"] and not needed:
        needed = [" or ".join(texts["should"])]
    return f"({' and '.join(needed + [f'not {text}' for text in texts['must_not']])})"


def _match(kind: str, score: float, facts: dict[str, Any], schema: Schema) -> Explanation:
    """The boost times what the ranking makes of the word's counts, each with its parts."""
    from .arithmetic import Counts, factors_of  # it makes explanations itself

    found = [part for part in facts["fields"] if part["frequency"]]
    counts = Counts(
        finite(facts["frequency"]),
        f"tf, occurrences: {_weighed(found, 'frequency', 'weight', schema)}",
        finite(facts["length"]),
        f"length in words: {_weighed(facts['fields'], 'length', 'length_weight', schema)}",
    )
    factors, details = factors_of(facts, counts)
    boost = finite(facts["boost"])
    if boost != 1:
        details.insert(0, Explanation(boost, "boost"))
        factors = f"boost * {factors}"
    return Explanation(score, f"{_what(kind, facts, schema)}: {factors}", tuple(details))


def finite(value: float | None) -> float:
    """A number of the core, which has None for those that are not finite."""
    return math.nan if value is None else value


def _weighed(parts: Sequence[dict[str, Any]], what: str, weight: str, schema: Schema) -> str:
    """Such as "2 * 1 in title + 3 in body"."""
    return " + ".join(
        ("" if part[weight] == 1 else f"{_number(part[weight])} * ")
        + f"{part[what]} in {schema.names[part['field']]}"
        for part in parts
    )


def bound_text(value: float | None, field: Field) -> str:
    """An end of a range as a person writes it; empty where it is open."""
    if value is None:
        return ""
    if not isinstance(field, Date):
        return f"{value}"
    try:
        return (EPOCH + timedelta(microseconds=value)).isoformat()
    except OverflowError:
        return f"{value} µs"


def _what(kind: str, facts: dict[str, Any], schema: Schema) -> str:
    """What a leaf looks for, as near to the words of the query as its terms are."""
    if kind == "match":
        texts = _distinct(
            " ".join(term for term, _ in part["terms"]) for part in facts["fields"] if part["terms"]
        )
        fields = _distinct(schema.names[part["field"]] for part in facts["fields"])
        return f"{' or '.join(map(repr, texts))} in {', '.join(fields)}"
    if kind == "near":
        found = [part for part in facts["fields"] if part["frequency"]] or facts["fields"]
        texts = _distinct(_span_text(part["span"]) for part in found)
        fields = _distinct(schema.names[part["field"]] for part in facts["fields"])
        return f"{' or '.join(texts)} in {', '.join(fields)}"
    if kind == "terms":
        fields = _distinct(schema.names[part["field"]] for part in facts["fields"])
        count = max((part["terms"] for part in facts["fields"]), default=0)
        wanted = repr(facts["wanted"]) if facts["wanted"] else f"one of {count} words"
        held = _distinct(term for part in facts["fields"] for term in part["held"])
        found = f", here {', '.join(map(repr, held))}" if held and facts["wanted"] else ""
        return f"{wanted} in {', '.join(fields)}{found}"
    if kind == "exists":
        fields = _distinct(schema.names[number] for number in facts["fields"])
        return f"anything in {', '.join(fields)}"
    if kind == "prefix":
        texts = _distinct(f"{prefix}*" for _, prefix in facts["fields"])
        fields = _distinct(schema.names[number] for number, _ in facts["fields"])
        return f"{' or '.join(map(repr, texts))} in {', '.join(fields)}"
    if kind == "range":
        name = schema.names[facts["field"]]
        if facts["low"] is None and facts["high"] is None:
            return f"anything in {name}"
        low, high = (bound_text(facts[end], schema[name]) for end in ("low", "high"))
        return " <= ".join(part for part in (low, name, high) if part)
    return {"all": "every document", "none": "no document"}.get(kind, kind)


def _span_text(span: tuple[Any, ...]) -> str:
    """What a near looks for, on one line."""
    kind = span[0]
    if kind == "terms":
        words = span[1]
        shown = " or ".join(map(repr, words[:MAX_SHOWN]))
        return (
            f"({shown} or {len(words) - MAX_SHOWN} more)" if words[MAX_SHOWN:] else shown or "none"
        )
    if kind == "phrase":
        return repr(" ".join(term for term, _ in span[1]))
    if kind == "any":
        return f"({' or '.join(map(_span_text, span[1]))})"
    if kind == "first":
        return f"{_span_text(span[1])} within the first {span[2]} words"
    joined = " before " if span[3] else " near "
    return f"({joined.join(map(_span_text, span[1]))}, {span[2]} apart)"


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _number(value: float) -> str:
    """Short enough to read, exact enough to follow."""
    return f"{value:.6g}"
