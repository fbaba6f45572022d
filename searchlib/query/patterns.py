"""How are queries for words by their spelling planned? Patterns, near spellings, sets, any at all.

Patterns are compared with words as they stand in an article, so only letter case is folded here,
where the field folds it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from ..errors import shown
from ..schema import Boolean, Date, Number
from .nodes import NONE, Node, parts_of
from .targets import Column, Group, Words
from .tree import Combined, Exists, Fuzzy, Regex, Term, Terms, Wildcard

if TYPE_CHECKING:
    from .planner import Planning

_plain_text = re.compile(r"(?:[^\\*?]|\\.|\\\Z)++", re.DOTALL)


def pattern_node(planning: Planning, query: Wildcard | Regex, boost: float) -> Node:
    """The node of a wildcard pattern or of a regular expression."""
    kind = "wildcard" if isinstance(query, Wildcard) else "regex"
    target = planning.target_of(query.field)
    if isinstance(target, Column):
        what = "pattern" if kind == "wildcard" else "regular expression"
        return planning.bad_value(query, f"{_named(target)} has no words that a {what} could match")
    if fault := _fault(kind, query.text):
        return planning.bad_pattern(query, f"{shown(query.text)}: {fault}")
    places = [
        (number, folded_pattern(group, query))
        for group in target.groups
        for number, _ in group.members
    ]
    return (kind, boost, sorted(places), planning.limits.patterns)


@lru_cache(maxsize=256)
def _fault(kind: str, text: str) -> str | None:
    from ..analysis.native import pattern_fault  # a query can be read without the compiled module

    return pattern_fault(kind, text)


def folded_pattern(group: Group, query: Wildcard | Regex) -> str:
    """The pattern as words of the group's fields are kept: in small letters where they are."""
    if not group.folds:
        return query.text
    if isinstance(query, Regex):
        return f"(?i){query.text}"
    return _plain_text.sub(lambda found: found[0].lower(), query.text)


def fuzzy_node(planning: Planning, query: Fuzzy, boost: float) -> Node | None:
    """The node of a word spelled nearly so; of each word, where a field's analyzer sees several."""
    target = planning.target_of(query.field)
    if isinstance(target, Column):
        return planning.bad_value(query, f"{_named(target)} has no words that could be near one")
    spelled: dict[tuple[str, ...], list[Group]] = {}
    for group in target.groups:
        if words := tuple(word for word, _ in group.starts(query.text)):
            spelled.setdefault(words, []).append(group)
    nodes: list[Node] = []
    alike = len({len(words) for words in spelled}) == 1 and all(
        len(words) == 1 for words in spelled
    )
    if alike:
        # One word everywhere: its fields count as one, each with the word as it is folded there.
        parts = [
            (number, weight, words[0], query.edits, query.prefix)
            for words, groups in spelled.items()
            for group in groups
            for number, weight in group.members
        ]
        return ("fuzzy", boost, sorted(parts), planning.limits.fuzzy)
    for words, groups in spelled.items():
        members = sorted(member for group in groups for member in group.members)
        each: list[Node] = [
            (
                "fuzzy",
                boost * count,
                [(number, weight, word, query.edits, query.prefix) for number, weight in members],
                planning.limits.fuzzy,
            )
            for word, count in Counter(words).items()
        ]
        nodes.append(("bool", each, [], [], []) if len(each) > 1 else each[0])
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else ("bool", [], nodes, [], [])


def terms_node(planning: Planning, query: Terms, boost: float) -> Node | None:
    """The node of a set of words or values, each of which is worth the same."""
    target = planning.target_of(query.field)
    if isinstance(target, Column):
        return _values_node(planning, query, target, boost)
    places: list[tuple[int, list[str]]] = []
    phrases: list[Node] = []
    for group in target.groups:
        words: list[str] = []
        for text in query.texts:
            terms = group.terms(text)
            if terms and terms[0][1] == terms[-1][1]:
                words += [term for term, _ in terms]
            elif terms:
                phrases.append(("match", 1.0, parts_of(group, terms, 0)))
        if words:
            places += [(number, sorted(set(words))) for number, _ in group.members]
    if not phrases:
        if not places:
            planning.removed(query, target)
            return None
        return ("terms", boost, sorted(places))
    if places:
        phrases.append(("terms", 1.0, sorted(places)))
    return ("constant", boost, ("bool", [], phrases, [], []))


def _values_node(planning: Planning, query: Terms, target: Column, boost: float) -> Node:
    ranges: list[Node] = []
    for text in query.texts:
        try:
            low, high = target.bounds(text, planning.clock)
        except ValueError as error:
            planning.bad_value(query, f"{_named(target)}: {error}")
            continue
        ranges.append(("range", 1.0, target.number, low, high))
    if not ranges:
        return NONE
    return ("constant", boost, ("bool", [], ranges, [], []))


def exists_node(planning: Planning, query: Exists, boost: float) -> Node:
    """The node of a field with any value."""
    target = planning.targets.of(query.field)
    if isinstance(target, Column):
        return ("range", boost, target.number, None, None)
    return ("exists", boost, [number for group in target.groups for number, _ in group.members])


def combined_node(planning: Planning, query: Combined, boost: float) -> Node | None:
    """The node of a word or phrase over several fields, each with a weight of its own."""
    schema = planning.targets.schema
    weights = {schema.number(name): weight for name, weight in query.fields}
    try:
        plain = planning.targets.among(name for name, _ in query.fields)
    except ValueError as error:
        return planning.bad_value(query, str(error))
    groups = tuple(
        group.weighed({number: weights[number] for number, _ in group.members})
        for group in plain.groups
    )
    leaf = Term(query.text, span=query.span)
    target = Words(plain.names, groups)
    return planning.match(leaf, target, 0, boost, as_phrase=query.phrase)


def _named(target: Column) -> str:
    kind = {Number: "number", Date: "date", Boolean: "boolean"}[type(target.field)]
    return f"field {target.name!r} is a {kind} and"
